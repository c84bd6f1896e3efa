//! HTTP/1.1 on a connection: reads requests, and writes the head of an answer.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;

use percent_encoding::percent_decode_str;

/// A request's head may be this long.
const LONGEST_HEAD: u64 = 64 * 1024;
/// And have this many headers.
const MOST_HEADERS: usize = 64;

/// A request with its body.
pub struct Request {
    pub method: String,
    /// Path and query as they came.
    pub target: String,
    headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Request {
    /// Reads the next request; none where the client has closed the connection.
    pub fn read(connection: &mut BufReader<TcpStream>) -> io::Result<Option<Self>> {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let room = LONGEST_HEAD.saturating_sub(head.len() as u64);
            if connection
                .by_ref()
                .take(room)
                .read_until(b'\n', &mut head)?
                == 0
            {
                return Ok(None);
            }
        }
        let mut headers = [httparse::EMPTY_HEADER; MOST_HEADERS];
        let mut parsed = httparse::Request::new(&mut headers);
        parsed.parse(&head).map_err(io::Error::other)?;
        let mut request = Self {
            method: parsed.method.unwrap_or_default().to_owned(),
            target: parsed.path.unwrap_or_default().to_owned(),
            headers: parsed
                .headers
                .iter()
                .map(|header| {
                    let value = String::from_utf8_lossy(header.value).into_owned();
                    (header.name.to_ascii_lowercase(), value)
                })
                .collect(),
            body: Vec::new(),
        };
        let length = request.header("content-length").map_or(Ok(0), str::parse);
        request.body = vec![0; length.map_err(io::Error::other)?];
        connection.read_exact(&mut request.body)?;
        Ok(Some(request))
    }

    /// A header's value; `name` in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(header, _)| header == name);
        found.map(|(_, value)| value.as_str())
    }

    /// The path, decoded, without its query.
    pub fn path(&self) -> String {
        let path = self.target.split('?').next().unwrap_or_default();
        percent_decode_str(path).decode_utf8_lossy().into_owned()
    }

    /// One value of the query, as it came.
    pub fn query(&self, name: &str) -> Option<&str> {
        let (_, query) = self.target.split_once('?')?;
        let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        pairs
            .find(|(found, _)| *found == name)
            .map(|(_, value)| value)
    }
}

/// Writes the status line and the headers.
pub fn write_head(
    connection: &mut impl Write,
    status: u16,
    headers: &[(&str, String)],
) -> io::Result<()> {
    let mut head = format!("HTTP/1.1 {status} {}\r\n", reason(status));
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str("\r\n");
    connection.write_all(head.as_bytes())
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        204 => "No Content",
        206 => "Partial Content",
        302 => "Found",
        304 => "Not Modified",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        416 => "Range Not Satisfiable",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        503 => "Service Unavailable",
        _ => "As Asked For",
    }
}

/// What a `Range` asks of a file of `size` bytes.
#[derive(Debug, PartialEq, Eq)]
pub enum Range {
    /// There is none, or one that a server may ignore.
    Whole,
    /// These bytes, from the first to before the second.
    Part(u64, u64),
    /// Bytes that the file does not have.
    Beyond,
}

impl Range {
    /// Reads the header: `bytes=a-b`, `bytes=a-` or `bytes=-n`. Several ranges at once are ignored.
    pub fn of(header: Option<&str>, size: u64) -> Self {
        let Some((first, last)) = header
            .and_then(|header| header.strip_prefix("bytes="))
            .filter(|range| !range.contains(','))
            .and_then(|range| range.split_once('-'))
        else {
            return Self::Whole;
        };
        let (begin, end) = match (first.parse::<u64>(), last.parse::<u64>()) {
            (Ok(begin), Ok(last)) if begin <= last => (begin, size.min(last.saturating_add(1))),
            (Ok(begin), Err(_)) if last.is_empty() => (begin, size),
            (Err(_), Ok(count)) if first.is_empty() => (size.saturating_sub(count), size),
            _ => return Self::Whole,
        };
        if begin >= end {
            return Self::Beyond;
        }
        Self::Part(begin, end)
    }
}
