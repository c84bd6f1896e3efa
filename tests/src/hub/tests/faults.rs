//! Each fault of the stand-in hub does what it says, and its control requests do what the methods do.

use std::io::Read;
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::{REPOSITORY, WEIGHTS, ask, at_cdn, folder, get, mounted, resolve, weights};
use crate::hub::{Fault, Hub, Mischief, Origin};

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
