//! Tests of the stand-in hub itself: what they share, which is a mounted fixture and requests byte by byte.

mod answers;
mod faults;

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;

use serde_json::Value;

use super::{Hub, Version};
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
