//! The stand-in hub itself: it answers as the real one does, and each fault does what it says.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::repository::hex;
use super::{Fault, Hub, Mischief, Origin, Version};
use crate::fixture::fixtures;

const REPOSITORY: &str = "acme/clip";
const WEIGHTS: &str = "model.safetensors";

fn folder() -> PathBuf {
    fixtures().join("hf-quickgelu-f32")
}

fn weights() -> Vec<u8> {
    std::fs::read(folder().join(WEIGHTS)).unwrap()
}

fn mounted() -> (Hub, Version) {
    let hub = Hub::start().unwrap();
    let version = hub.mount(REPOSITORY, &folder()).unwrap();
    (hub, version)
}

/// An answer as it came off the wire.
struct Answer {
    status: u16,
    head: String,
    body: Vec<u8>,
}

impl Answer {
    fn header(&self, name: &str) -> Option<&str> {
        self.head
            .lines()
            .filter_map(|line| line.split_once(": "))
            .find(|(found, _)| found.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    }

    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

/// One request on a connection of its own, read until the other side has nothing more.
fn ask(method: &str, url: &str, headers: &[&str], body: &str) -> Answer {
    let rest = url.strip_prefix("http://").unwrap();
    let (host, path) = rest.split_at(rest.find('/').unwrap());
    let mut connection = TcpStream::connect(host).unwrap();
    let headers: String = headers.iter().map(|line| format!("{line}\r\n")).collect();
    let length = body.len();
    write!(
        connection,
        "{method} {path} HTTP/1.1\r\nHost: {host}\r\nContent-Length: {length}\r\n{headers}\r\n{body}"
    )
    .unwrap();
    connection.shutdown(std::net::Shutdown::Write).unwrap();
    let mut bytes = Vec::new();
    connection.read_to_end(&mut bytes).unwrap();
    let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") else {
        return Answer {
            status: 0,
            head: String::new(),
            body: bytes,
        };
    };
    let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
    Answer {
        status: head[9..12].parse().unwrap(),
        head,
        body: bytes[end + 4..].to_vec(),
    }
}

fn get(url: &str, headers: &[&str]) -> Answer {
    ask("GET", url, headers, "")
}

fn resolve(hub: &Hub, file: &str) -> String {
    format!("{}/{REPOSITORY}/resolve/main/{file}", hub.url())
}

/// Where the hub sends those who want the weights.
fn at_cdn(hub: &Hub) -> String {
    let answer = get(&resolve(hub, WEIGHTS), &[]);
    assert_eq!(answer.status, 302);
    answer.header("location").unwrap().to_owned()
}

#[test]
fn a_repository_is_listed_with_sizes_and_hashes() {
    let (hub, version) = mounted();
    let revision = format!("{}/api/models/{REPOSITORY}/revision/main", hub.url());
    let commit = get(&revision, &[]).json()["sha"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(commit, version.commit);
    assert_eq!(commit.len(), 40);

    let tree = format!("{}/api/models/{REPOSITORY}/tree/{commit}", hub.url());
    let rows = get(&tree, &[]).json();
    let row = |path: &str| {
        let rows = rows.as_array().unwrap();
        rows.iter().find(|row| row["path"] == path).unwrap().clone()
    };
    let bytes = weights();
    let sha256 = hex(&Sha256::digest(&bytes));
    assert_eq!(
        row(WEIGHTS),
        json!({
            "type": "file",
            "oid": sha256[..40],
            "size": bytes.len(),
            "path": WEIGHTS,
            "lfs": {"oid": sha256, "size": bytes.len(), "pointerSize": 134},
        })
    );
    assert_eq!(row("config.json").get("lfs"), None);
}

#[test]
fn folders_of_a_repository_are_listed_by_themselves_or_all_at_once() {
    let hub = Hub::start().unwrap();
    hub.mount("acme/pictures", &fixtures().join("pictures"))
        .unwrap();
    let tree = format!("{}/api/models/acme/pictures/tree/main", hub.url());
    let paths = |url: &str| -> Vec<String> {
        let rows = get(url, &[]).json();
        let rows = rows.as_array().unwrap().iter();
        rows.map(|row| {
            format!(
                "{} {}",
                row["type"].as_str().unwrap(),
                row["path"].as_str().unwrap()
            )
        })
        .collect()
    };
    let top = paths(&tree);
    assert!(top.contains(&"directory exif".to_owned()), "{top:?}");
    assert!(!top.iter().any(|row| row.contains("exif/")), "{top:?}");
    let inside = paths(&format!("{tree}/exif"));
    assert!(
        inside.contains(&"file exif/orientation_1.jpg".to_owned()),
        "{inside:?}"
    );
    let all = paths(&format!("{tree}?recursive=true"));
    assert_eq!(all.len(), top.len() + inside.len());
}

#[test]
fn small_files_come_from_the_hub_and_large_ones_from_the_cdn() {
    let (hub, version) = mounted();
    let config = get(&resolve(&hub, "config.json"), &["Origin: http://page.test"]);
    assert_eq!(config.status, 200);
    assert_eq!(
        config.body,
        std::fs::read(folder().join("config.json")).unwrap()
    );
    assert_eq!(config.header("x-repo-commit"), Some(&*version.commit));
    assert_eq!(
        config.header("access-control-allow-origin"),
        Some("http://page.test")
    );
    let etag = config.header("etag").unwrap();
    let again = get(
        &resolve(&hub, "config.json"),
        &[&format!("If-None-Match: {etag}")],
    );
    assert_eq!((again.status, again.body.len()), (304, 0));

    let redirect = get(&resolve(&hub, WEIGHTS), &[]);
    let file = version.file(WEIGHTS).unwrap();
    assert_eq!(redirect.header("x-repo-commit"), Some(&*version.commit));
    assert_eq!(
        redirect.header("x-linked-size"),
        Some(&*file.size.to_string())
    );
    assert_eq!(
        redirect.header("x-linked-etag"),
        Some(&*format!("\"{}\"", file.sha256))
    );
    let location = redirect.header("location").unwrap();
    assert!(location.starts_with(&hub.cdn_url()), "{location}");
    let answer = get(location, &["Origin: null"]);
    assert_eq!((answer.status, answer.body == weights()), (200, true));
    assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
    assert_eq!(answer.header("accept-ranges"), Some("bytes"));
}

#[test]
fn ranges_are_cut_out_and_refused_as_http_says() {
    let (hub, _) = mounted();
    let url = at_cdn(&hub);
    let bytes = weights();
    let size = bytes.len();
    let part = |range: String| get(&url, &[&format!("Range: bytes={range}")]);

    let rest = part(format!("{}-", size - 10));
    assert_eq!((rest.status, &rest.body[..]), (206, &bytes[size - 10..]));
    let said = format!("bytes {}-{}/{size}", size - 10, size - 1);
    assert_eq!(rest.header("content-range"), Some(&*said));
    assert_eq!(part("5-8".into()).body, bytes[5..9]);
    assert_eq!(part("-3".into()).body, bytes[size - 3..]);
    assert_eq!(part(format!("100-{}", 2 * size)).body, bytes[100..]);

    let beyond = part(format!("{size}-"));
    assert_eq!((beyond.status, beyond.body.len()), (416, 0));
    assert_eq!(
        beyond.header("content-range"),
        Some(&*format!("bytes */{size}"))
    );

    let other = get(&url, &["Range: bytes=5-8", "If-Range: \"another\""]);
    assert_eq!((other.status, other.body.len()), (200, size));
    let head = ask("HEAD", &url, &[], "");
    assert_eq!((head.status, head.body.len()), (200, 0));
    assert_eq!(head.header("content-length"), Some(&*size.to_string()));
}

#[test]
fn what_is_not_there_is_refused_as_the_real_hub_does() {
    let (hub, version) = mounted();
    let refused = |path: &str| {
        let answer = get(&format!("{}{path}", hub.url()), &[]);
        let code = answer.header("x-error-code").unwrap().to_owned();
        (answer.status, code)
    };
    let refusal = |status: u16, code: &str| (status, code.to_owned());
    assert_eq!(
        refused("/acme/none/resolve/main/config.json"),
        refusal(401, "RepoNotFound")
    );
    assert_eq!(
        refused("/acme/clip/resolve/main/none.json"),
        refusal(404, "EntryNotFound")
    );
    assert_eq!(
        refused("/acme/clip/resolve/v9/config.json"),
        refusal(404, "RevisionNotFound")
    );
    assert_eq!(refused("/somewhere"), refusal(404, "NotFound"));
    let commit = version.commit;
    assert_eq!(
        get(
            &format!("{}/acme/clip/resolve/{commit}/config.json", hub.url()),
            &[]
        )
        .status,
        200
    );
}

#[test]
fn a_gated_repository_wants_its_token_and_the_log_tells_who_got_it() {
    let hub = Hub::start().unwrap();
    hub.mount_gated(REPOSITORY, &folder(), "hf_right").unwrap();
    let url = resolve(&hub, "config.json");
    assert_eq!(get(&url, &[]).status, 401);
    assert_eq!(get(&url, &["Authorization: Bearer hf_wrong"]).status, 403);
    assert_eq!(get(&url, &["Authorization: Bearer hf_right"]).status, 200);
    let weights = get(&resolve(&hub, WEIGHTS), &["Authorization: Bearer hf_right"]);
    assert_eq!(get(weights.header("location").unwrap(), &[]).status, 200);
    let told: Vec<_> = hub
        .log()
        .iter()
        .map(|entry| (entry.origin.unwrap(), entry.had_authorization))
        .collect();
    let hub_asked = |authorised| (Origin::Hub, authorised);
    assert_eq!(
        told,
        [
            hub_asked(false),
            hub_asked(true),
            hub_asked(true),
            hub_asked(true),
            (Origin::Cdn, false)
        ]
    );
}

#[test]
fn a_repository_that_changes_has_a_new_commit_and_keeps_the_old() {
    let (hub, first) = mounted();
    let second = hub
        .mount(REPOSITORY, &fixtures().join("hf-gelu-neweos-f16"))
        .unwrap();
    assert_ne!(first.commit, second.commit);
    let size = |revision: &str| {
        let url = format!("{}/{REPOSITORY}/resolve/{revision}/{WEIGHTS}", hub.url());
        get(&url, &[]).header("x-linked-size").unwrap().to_owned()
    };
    assert_eq!(size("main"), second.file(WEIGHTS).unwrap().size.to_string());
    assert_eq!(
        size(&first.commit),
        first.file(WEIGHTS).unwrap().size.to_string()
    );
    hub.mount(REPOSITORY, &folder()).unwrap();
    assert_eq!(size("main"), size(&first.commit));
}

#[test]
fn cuts_end_after_so_many_bytes_and_so_many_times() {
    let (hub, _) = mounted();
    hub.fault(Fault::on(WEIGHTS, Mischief::cut_after(1000)).times(1));
    hub.fault(Fault::on(WEIGHTS, Mischief::cut_after(500)).times(2));
    let url = at_cdn(&hub);
    let bytes = weights();
    let mut have = Vec::new();
    for expected in [1000, 1500, 2000, bytes.len()] {
        let answer = get(&url, &[&format!("Range: bytes={}-", have.len())]);
        have.extend(answer.body);
        assert_eq!(have.len(), expected);
    }
    assert!(have == bytes);
    let log = hub.log();
    let parts = log.iter().filter(|entry| entry.origin == Some(Origin::Cdn));
    let parts: Vec<_> = parts
        .map(|entry| (entry.begins_at(), entry.bytes_sent, entry.complete))
        .collect();
    let rest = bytes.len() as u64 - 2000;
    assert_eq!(
        parts,
        [
            (0, 1000, false),
            (1000, 500, false),
            (1500, 500, false),
            (2000, rest, true)
        ]
    );
}

#[test]
fn a_held_cut_waits_to_be_released() {
    let (hub, _) = mounted();
    let url = at_cdn(&hub);
    hub.fault(
        Fault::on(
            WEIGHTS,
            Mischief::Cut {
                after: 500,
                hold: true,
            },
        )
        .times(1),
    );
    let asking = thread::spawn(move || get(&url, &[]).body.len());
    while !hub.log().iter().any(|entry| entry.held) {
        thread::sleep(Duration::from_millis(1));
    }
    assert!(!asking.is_finished());
    hub.release();
    assert_eq!(asking.join().unwrap(), 500);
}

#[test]
fn wrong_bytes_lengths_and_headers() {
    let (hub, version) = mounted();
    let url = at_cdn(&hub);
    let bytes = weights();
    let size = bytes.len();
    let once = |mischief: Mischief, headers: &[&str]| {
        hub.clear_faults();
        hub.fault(Fault::on(WEIGHTS, mischief).times(1));
        get(&url, headers)
    };

    let corrupt = once(Mischief::Corrupt { at: 70_000 }, &["Range: bytes=60000-"]).body;
    let wrong: Vec<_> = (0..corrupt.len())
        .filter(|&at| corrupt[at] != bytes[60_000 + at])
        .collect();
    assert_eq!(wrong, [10_000]);

    let short = once(Mischief::Length { bytes: 600 }, &[]);
    assert_eq!(
        (short.header("content-length"), short.body.len()),
        (Some("600"), 600)
    );
    let longer = once(Mischief::ContentLength { add: 9 }, &[]);
    assert_eq!(
        (longer.header("content-length"), longer.body.len()),
        (Some(&*(size + 9).to_string()), size)
    );
    let shorter = once(Mischief::ContentLength { add: -9 }, &[]);
    assert_eq!(
        (shorter.header("content-length"), shorter.body.len()),
        (Some(&*(size - 9).to_string()), size - 9)
    );

    let plain = get(&url, &[]);
    let changed = once(Mischief::Changed, &["Range: bytes=0-9"]);
    assert_ne!(changed.header("etag"), plain.header("etag"));
    assert!(
        changed
            .body
            .iter()
            .zip(&bytes)
            .all(|(one, other)| one != other)
    );
    assert_ne!(
        plain.header("etag"),
        Some(&*format!("\"{}\"", version.file(WEIGHTS).unwrap().sha256))
    );

    let whole = once(Mischief::NoRange, &["Range: bytes=5-"]);
    assert_eq!(
        (
            whole.status,
            whole.body.len(),
            whole.header("accept-ranges")
        ),
        (200, size, None)
    );
    assert_eq!(
        once(Mischief::NoCors, &[]).header("access-control-allow-origin"),
        None
    );
    assert_eq!(once(Mischief::Refuse, &[]).status, 0);
    let busy = once(
        Mischief::Status {
            status: 429,
            retry_after: Some(7),
        },
        &[],
    );
    assert_eq!((busy.status, busy.header("retry-after")), (429, Some("7")));
    assert_eq!(get(&url, &[]).status, 200);
}

#[test]
fn slow_bodies_and_late_answers() {
    let (hub, _) = mounted();
    let took = |mischief: Mischief| {
        hub.clear_faults();
        hub.fault(Fault::on("config.json", mischief));
        let began = Instant::now();
        let length = get(&resolve(&hub, "config.json"), &[]).body.len();
        (length, began.elapsed())
    };
    let (length, elapsed) = took(Mischief::Slow {
        bytes_per_second: 2000,
    });
    assert!(
        elapsed.as_secs_f64() >= length as f64 / 2000.0 - 0.05,
        "{length} bytes in {elapsed:?}"
    );
    let (_, elapsed) = took(Mischief::Latency { milliseconds: 60 });
    assert!(elapsed >= Duration::from_millis(60), "{elapsed:?}");
}

#[test]
fn another_origin_s_page_is_told_what_it_may_ask() {
    let (hub, _) = mounted();
    let asked = |url: &str| {
        let answer = ask("OPTIONS", url, &["Origin: http://page.test"], "");
        assert_eq!(answer.status, 204);
        answer
            .header("access-control-allow-headers")
            .unwrap()
            .to_owned()
    };
    assert!(asked(&resolve(&hub, WEIGHTS)).contains("Authorization"));
    assert_eq!(asked(&at_cdn(&hub)), "Range");
}

#[test]
fn the_control_requests_do_what_the_methods_do() {
    let hub = Hub::start().unwrap();
    let control = |method: &str, path: &str, body: Value| {
        let answer = ask(
            method,
            &format!("{}/__{path}", hub.url()),
            &[],
            &body.to_string(),
        );
        (answer.status, answer.json())
    };
    let (_, version) = control(
        "POST",
        "mount",
        json!({"repository": REPOSITORY, "folder": folder()}),
    );
    assert_eq!(version["commit"].as_str().unwrap().len(), 40);
    let fault = json!({"file": WEIGHTS, "times": 1, "kind": "cut", "after": 10});
    assert_eq!(control("POST", "faults", fault), (200, Value::Null));
    assert_eq!(get(&at_cdn(&hub), &[]).body.len(), 10);
    let (_, log) = control("GET", "log", Value::Null);
    assert_eq!(log[1]["origin"], "cdn");
    assert_eq!(log[1]["bytesSent"], 10);
    assert_eq!(log[1]["file"], WEIGHTS);
    control("DELETE", "log", Value::Null);
    assert!(hub.log().is_empty());
    assert_eq!(control("POST", "faults", json!({"kind": "none"})).0, 400);
    assert_eq!(control("GET", "nothing", Value::Null).0, 400);
}

#[test]
fn it_ends_when_it_is_dropped() {
    let (hub, _) = mounted();
    let url = resolve(&hub, "config.json");
    let host = hub.url().strip_prefix("http://").unwrap().to_owned();
    let mut idle = TcpStream::connect(&host).unwrap();
    assert_eq!(get(&url, &[]).status, 200);
    drop(hub);
    let mut nothing = Vec::new();
    assert!(idle.read_to_end(&mut nothing).is_err() || nothing.is_empty());
    assert!(TcpStream::connect(&host).is_err());
}
