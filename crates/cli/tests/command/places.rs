//! Models from a folder on a plain web server: the known names are tried, and kept while the server's `ETag`, or the file's
//! date and length, stay.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::thread;

use glimpse_tests::hub::{Fault, Mischief};

use crate::stage::{Stage, WEIGHTS, classify, fails, fixture, scores};

/// The hub answers for a revision's files as a plain server would for a folder.
fn address(stage: &Stage) -> String {
    format!("{}/acme/clip/resolve/main", stage.hub.url())
}

#[test]
fn a_folder_on_a_server_is_kept_and_asked_whether_it_changed() {
    let stage = Stage::new();
    let expected = stage.scores(fixture("hf-quickgelu-f32").to_str().unwrap());
    assert_eq!(stage.scores(&address(&stage)), expected);
    let fetched = |stage: &Stage| {
        let requests = stage.requests(WEIGHTS);
        requests
            .iter()
            .filter(|entry| entry.method == "GET")
            .count()
    };
    assert_eq!(fetched(&stage), 1);
    stage.hub.clear_log();
    assert_eq!(stage.scores(&address(&stage)), expected);
    assert_eq!(fetched(&stage), 0);
    let asked = stage.requests(WEIGHTS);
    assert_eq!((asked.len(), asked[0].method.as_str()), (1, "HEAD"));

    let removed = stage
        .run(&["models", "rm", &address(&stage), "--json"])
        .json(0);
    assert!(removed[0]["bytes"].as_u64().unwrap() > stage.size(WEIGHTS));
    let list = stage.run(&["models", "--json"]).json(0);
    assert_eq!(
        list.as_array().unwrap().len(),
        7,
        "nothing but what is offered"
    );
}

#[test]
fn a_cut_is_gone_on_with_there_too() {
    let stage = Stage::new();
    stage
        .hub
        .fault(Fault::on(WEIGHTS, Mischief::cut_after(1000)).times(1));
    scores(&stage.run(&classify(&address(&stage))));
    assert_eq!(stage.begins(WEIGHTS), [0, 1000]);
}

#[test]
fn a_folder_without_a_model_is_said_so() {
    let stage = Stage::new();
    let address = format!("{}/nothing/here", stage.hub.url());
    let run = stage.run(&classify(&format!("{address}/at/all")));
    assert_eq!((run.code(), run.stdout().as_str()), (1, ""));
    assert!(
        run.stderr().contains("/nothing/here/at/all"),
        "{}",
        run.stderr()
    );
}

/// A server that tells a file's date and length and no `ETag`, as python's `http.server` does.
struct DatedServer {
    url: String,
    /// What it tells for every file.
    date: Arc<Mutex<String>>,
    /// The names of the files that were fetched.
    fetched: Arc<Mutex<Vec<String>>>,
}

fn dated_server(folder: PathBuf) -> DatedServer {
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", server.local_addr().unwrap());
    let date = Arc::new(Mutex::new("Tue, 24 Nov 2026 10:00:00 GMT".to_owned()));
    let fetched = Arc::new(Mutex::new(Vec::new()));
    let (told, log) = (Arc::clone(&date), Arc::clone(&fetched));
    // It ends with the test's process.
    thread::spawn(move || {
        for connection in server.incoming() {
            let mut connection = connection.unwrap();
            let mut lines = BufReader::new(connection.try_clone().unwrap()).lines();
            let first = lines.next().unwrap().unwrap();
            while lines.next().is_some_and(|line| !line.unwrap().is_empty()) {}
            let mut words = first.split(' ');
            let is_get = words.next() == Some("GET");
            let name = words.next().unwrap().trim_start_matches('/').to_owned();
            let file = fs::read(folder.join(&name)).ok();
            let status = if file.is_some() {
                "200 OK"
            } else {
                "404 Not Found"
            };
            let bytes = file.unwrap_or_default();
            write!(
                connection,
                "HTTP/1.1 {status}\r\nContent-Length: {}\r\nLast-Modified: {}\r\nConnection: close\r\n\r\n",
                bytes.len(),
                told.lock().unwrap()
            )
            .unwrap();
            if is_get {
                log.lock().unwrap().push(name);
                connection.write_all(&bytes).unwrap();
            }
        }
    });
    DatedServer { url, date, fetched }
}

#[test]
fn without_an_etag_the_date_and_the_length_tell_whether_a_file_is_the_same() {
    let stage = Stage::new();
    let folder = fixture("hf-quickgelu-f32");
    let DatedServer { url, date, fetched } = dated_server(folder.clone());
    let weights = || {
        let mut names = fetched.lock().unwrap();
        let all = std::mem::take(&mut *names);
        all.iter().filter(|name| *name == WEIGHTS).count()
    };
    let expected = stage.scores(folder.to_str().unwrap());
    assert_eq!((stage.scores(&url), weights()), (expected.clone(), 1));
    assert_eq!((stage.scores(&url), weights()), (expected.clone(), 0));
    *date.lock().unwrap() = "Tue, 24 Nov 2026 11:00:00 GMT".to_owned();
    assert_eq!((stage.scores(&url), weights()), (expected, 1));
}

#[test]
fn gone_is_not_there_and_forbidden_is_an_error() {
    let stage = Stage::with(&fixture("openclip-gelu-f32"));
    // A model of open_clip's has no config.json; that is how it is known.
    stage
        .hub
        .fault(Fault::on("config.json", Mischief::status(410)));
    scores(&stage.run(&classify(&address(&stage))));

    let other = Stage::with(&fixture("openclip-gelu-f32"));
    other
        .hub
        .fault(Fault::on("config.json", Mischief::status(403)));
    fails(&other.run(&classify(&address(&other))), &["403"]);
}

#[test]
fn a_small_file_that_has_no_end_is_not_downloaded() {
    let stage = Stage::new();
    let more = Mischief::ContentLength { add: 1 << 40 };
    stage.hub.fault(Fault::on("tokenizer.json", more));
    let run = stage.run(&classify(&address(&stage)));
    fails(&run, &["tokenizer.json of", "longer than 64 MB"]);
    assert_eq!(stage.requests("tokenizer.json").len(), 1);
}
