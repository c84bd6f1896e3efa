//! What goes wrong on the way: refusals, wrong bytes, wrong lengths, strangers who would like the token, full disks.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::thread;

use glimpse_tests::hub::{Fault, Mischief, Origin};

use crate::stage::{REPOSITORY, Stage, WEIGHTS, fails, fixture, is_gone, is_whole};
use crate::support::Run;

#[test]
fn what_passes_is_waited_for() {
    let stage = Stage::new();
    let busy = Mischief::Status {
        status: 429,
        retry_after: Some(1),
    };
    for file in ["revision", "tree", "config.json", WEIGHTS] {
        stage
            .hub
            .fault(Fault::on(file, Mischief::status(500)).times(1));
    }
    stage.hub.fault(Fault::on(WEIGHTS, busy).times(1));
    let run = stage.get();
    assert_eq!(run.code(), 0, "{}", run.stderr());
    let statuses = |file| -> Vec<u16> {
        stage
            .requests(file)
            .iter()
            .map(|entry| entry.status)
            .collect()
    };
    assert_eq!(statuses("config.json"), [500, 200]);
    assert_eq!(statuses(WEIGHTS), [500, 429, 200]);
    is_whole(&stage);
}

#[test]
fn a_host_that_asks_for_a_day_is_not_waited_for() {
    let stage = Stage::new();
    let busy = Mischief::Status {
        status: 429,
        retry_after: Some(86_400),
    };
    stage.hub.fault(Fault::on(WEIGHTS, busy));
    fails(&stage.get(), &["too many requests"]);
    assert_eq!(stage.requests(WEIGHTS).len(), 1);
}

#[test]
fn a_no_is_not_asked_again() {
    for (status, word) in [(403, "gated"), (404, "has no model.safetensors")] {
        let stage = Stage::new();
        stage
            .hub
            .fault(Fault::on(WEIGHTS, Mischief::status(status)));
        fails(&stage.get(), &[word, &status.to_string()]);
        assert_eq!(stage.requests(WEIGHTS).len(), 1);
    }
    let stage = Stage::new();
    fails(
        &stage.run(&["models", "get", "nobody/nothing"]),
        &["no such repository", "HF_TOKEN"],
    );
    fails(
        &stage.run(&["models", "get", "acme/clip@v9"]),
        &["acme/clip, revision v9", "404"],
    );
}

#[test]
fn a_hub_that_is_not_there_is_named() {
    let stage = Stage::new();
    let nowhere = ["models", "get", "photo", "--hub", "http://glimpse.invalid"];
    fails(
        &stage.run(&nowhere),
        &["glimpse.invalid", "check the connection"],
    );
    stage
        .run(&["models", "--hub", "ftp://example.org"])
        .is_usage_error("is not a hub's address");
}

#[test]
fn wrong_bytes_are_deleted_and_named() {
    let stage = Stage::new();
    stage
        .hub
        .fault(Fault::on(WEIGHTS, Mischief::Corrupt { at: 100_000 }).times(1));
    let sha256 = &stage.version.files.iter().find(|file| file.path == WEIGHTS);
    let sha256 = &sha256.unwrap().sha256;
    fails(&stage.get(), &["arrived damaged", sha256, "deleted"]);
    is_gone(&stage);
    stage.hub.clear_log();
    assert_eq!(stage.get().code(), 0);
    assert_eq!(stage.begins(WEIGHTS), [0]);
    is_whole(&stage);
}

#[test]
fn wrong_lengths_are_deleted_and_named() {
    for mischief in [
        Mischief::Length { bytes: 1000 },
        Mischief::ContentLength { add: 5 },
        Mischief::ContentLength { add: -5 },
    ] {
        let stage = Stage::new();
        stage.hub.fault(Fault::on(WEIGHTS, mischief).times(1));
        fails(
            &stage.get(),
            &["wrong length", &stage.size(WEIGHTS).to_string()],
        );
        is_gone(&stage);
        assert_eq!(stage.get().code(), 0);
        is_whole(&stage);
    }
}

#[test]
fn weights_of_other_formats_alone_are_refused_before_anything_is_fetched() {
    let folder = tempfile::tempdir().unwrap();
    for file in ["config.json", "tokenizer.json"] {
        fs::copy(
            fixture("hf-quickgelu-f32").join(file),
            folder.path().join(file),
        )
        .unwrap();
    }
    fs::write(folder.path().join("flax_model.msgpack"), [0; 99]).unwrap();
    let stage = Stage::with(folder.path());
    fails(
        &stage.get(),
        &[
            "acme/clip has no weights",
            "flax_model.msgpack",
            "\"photo\"",
        ],
    );
    assert_eq!(stage.hub.log().len(), 2);
}

#[test]
fn the_token_goes_to_the_hub_and_nowhere_else() {
    let stage = Stage::new();
    let folder = fixture("hf-quickgelu-f32");
    stage
        .hub
        .mount_gated("acme/gated", &folder, "hf_secret")
        .unwrap();
    let get = ["models", "get", "acme/gated"];
    fails(&stage.run(&get), &["gated", "HF_TOKEN"]);
    let run = Run::of(stage.command(&get).env("HF_TOKEN", "hf_other"));
    fails(&run, &["holder of HF_TOKEN"]);

    stage.hub.clear_log();
    let run = Run::of(stage.command(&get).env("HF_TOKEN", "hf_secret"));
    assert_eq!(run.code(), 0, "{}", run.stderr());
    let log = stage.hub.log();
    let of = |origin| log.iter().filter(move |entry| entry.origin == Some(origin));
    assert!(of(Origin::Hub).count() >= 5 && of(Origin::Hub).all(|entry| entry.had_authorization));
    assert_eq!(of(Origin::Cdn).count(), 1, "the weights were redirected");
    assert!(of(Origin::Cdn).all(|entry| !entry.had_authorization));

    // Another server is not the hub, even if it is asked for a model by its address.
    stage.hub.clear_log();
    let address = format!("{}/acme/clip/resolve/main", stage.hub.url());
    let elsewhere = ["models", "get", &address, "--hub", "http://hub.invalid"];
    let run = Run::of(stage.command(&elsewhere).env("HF_TOKEN", "hf_secret"));
    assert_eq!(run.code(), 0, "{}", run.stderr());
    assert!(!stage.hub.log().is_empty());
    assert!(stage.hub.log().iter().all(|entry| !entry.had_authorization));
    for (path, bytes) in crate::stage::snapshot(&stage.desk.path("kept")) {
        let leaked = bytes.windows(9).any(|window| window == b"hf_secret");
        assert!(!leaked, "{} holds the token", path.display());
    }
}

#[test]
fn room_is_asked_for_before_a_download_starts() {
    const LARGE: u64 = 1 << 55;
    let stage = Stage::new();
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    let hub = format!("http://{}", server.local_addr().unwrap());
    // A hub that lists weights larger than any disk; nothing but its two lists is ever asked of it.
    let answering = thread::spawn(move || {
        let lists = [
            format!("{{\"sha\": \"{}\"}}", "c".repeat(40)),
            format!(
                "[{{\"type\": \"file\", \"path\": \"{WEIGHTS}\", \"size\": {LARGE}}},
                 {{\"type\": \"file\", \"path\": \"config.json\", \"size\": {LARGE}}}]"
            ),
        ];
        for list in lists {
            let (mut connection, _) = server.accept().unwrap();
            let mut reader = BufReader::new(connection.try_clone().unwrap());
            let mut line = String::new();
            while reader.read_line(&mut line).unwrap() > 2 {
                line.clear();
            }
            let length = list.len();
            write!(
                connection,
                "HTTP/1.1 200 OK\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{list}"
            )
            .unwrap();
        }
        server.set_nonblocking(true).unwrap();
        server
    });
    let run = stage.run(&["models", "get", REPOSITORY, "--hub", &hub]);
    fails(
        &run,
        &["not enough room", "36028797 GB are needed", "GLIMPSE_CACHE"],
    );
    let server = answering.join().unwrap();
    assert!(server.accept().is_err(), "no file was asked for");
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_leaves_nothing_half() {
    let stage = Stage::new();
    assert_eq!(stage.get().code(), 0);
    // A file on a disk that is full.
    fs::remove_file(stage.kept(WEIGHTS)).unwrap();
    fs::remove_file(stage.kept(&format!("{WEIGHTS}.json"))).unwrap();
    std::os::unix::fs::symlink("/dev/full", stage.kept(WEIGHTS)).unwrap();
    fails(
        &stage.get(),
        &["the disk is full", "removed", "GLIMPSE_CACHE"],
    );
    assert!(fs::symlink_metadata(stage.kept(WEIGHTS)).is_err());
    is_gone(&stage);
    assert_eq!(stage.get().code(), 0);
    is_whole(&stage);
}
