//! Sends an answer, as slowly, wrongly or shortly as the faults want it, and notes what was sent.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::net::TcpStream;
use std::thread::sleep;
use std::time::Duration;

use super::answer::{Answer, Body};
use super::fault::Effects;
use super::http::{Request, write_head};
use super::server::State;

const CHUNK: u64 = 64 * 1024;
/// A slow body is sent in pieces of what this time allows.
const TICK: Duration = Duration::from_millis(20);

/// Sends `answer`; false where the connection is to be closed now.
pub fn send(
    state: &State,
    number: u64,
    mut connection: &TcpStream,
    request: &Request,
    mut answer: Answer,
    effects: &Effects,
) -> io::Result<bool> {
    sleep(Duration::from_millis(effects.latency));
    if effects.refuse {
        return Ok(false);
    }
    let length = answer.body.length();
    let told = length.saturating_add_signed(effects.content_length);
    if !matches!(answer.status, 204 | 304) {
        answer.headers.push(("Content-Length", told.to_string()));
    }
    state.note(number, |entry| entry.status = answer.status);
    write_head(&mut connection, answer.status, &answer.headers)?;
    if request.method == "HEAD" {
        state.note(number, |entry| entry.complete = true);
        return Ok(true);
    }

    let limit = effects
        .cut
        .as_ref()
        .map_or(length, |cut| cut.after.min(length));
    // More than was told would be read as the next answer.
    let limit = limit.min(told);
    let mut body = Reader::of(&answer.body, effects)?;
    let mut piece = vec![0; effects.bytes_per_second.map_or(CHUNK, per_tick) as usize];
    let mut sent = 0;
    while sent < limit {
        let most = piece.len().min((limit - sent) as usize);
        body.read(&mut piece[..most])?;
        connection.write_all(&piece[..most])?;
        sent += most as u64;
        state.note(number, |entry| entry.bytes_sent = sent);
        if effects.bytes_per_second.is_some() {
            sleep(TICK);
        }
    }
    if let Some(cut) = &effects.cut {
        if cut.hold {
            state.hold(number);
        }
        return Ok(false);
    }
    state.note(number, |entry| entry.complete = true);
    Ok(told == length)
}

fn per_tick(bytes_per_second: u64) -> u64 {
    (bytes_per_second * TICK.as_millis() as u64 / 1000).clamp(1, CHUNK)
}

/// Reads a body from its beginning, with the faults of its bytes.
struct Reader<'a> {
    source: Source<'a>,
    /// Where the next byte is in the file.
    at: u64,
    corrupt: Option<u64>,
    changed: bool,
}

enum Source<'a> {
    Text(&'a [u8]),
    File(File),
}

impl<'a> Reader<'a> {
    fn of(body: &'a Body, effects: &Effects) -> io::Result<Self> {
        let (source, at) = match body {
            Body::Text(text) => (Source::Text(text.as_bytes()), 0),
            Body::File { path, bytes } => {
                let mut file = File::open(path)?;
                file.seek(SeekFrom::Start(bytes.start))?;
                (Source::File(file), bytes.start)
            }
        };
        Ok(Self {
            source,
            at,
            corrupt: effects.corrupt,
            changed: effects.changed,
        })
    }

    fn read(&mut self, piece: &mut [u8]) -> io::Result<()> {
        match &mut self.source {
            Source::Text(text) => text.read_exact(piece)?,
            Source::File(file) => {
                file.read_exact(piece)?;
                if self.changed {
                    piece.iter_mut().for_each(|byte| *byte = !*byte);
                }
                let wrong = self.corrupt.and_then(|at| at.checked_sub(self.at));
                if let Some(byte) = wrong.and_then(|at| piece.get_mut(at as usize)) {
                    *byte = !*byte;
                }
            }
        }
        self.at += piece.len() as u64;
        Ok(())
    }
}
