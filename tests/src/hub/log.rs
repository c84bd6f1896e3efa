//! What was asked of the hub and its CDN, and what they gave.

use serde::{Deserialize, Serialize};

/// Which of the two servers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Origin {
    /// Lists repositories, serves small files, redirects for large ones.
    Hub,
    /// Serves large files.
    Cdn,
}

impl Origin {
    /// Where the bytes of `file` are: Git LFS keeps these endings, and the hub sends their readers to the CDN.
    pub fn of_bytes(file: &str) -> Self {
        if is_large(file) { Self::Cdn } else { Self::Hub }
    }
}

/// Whether Git LFS keeps files of this name.
pub fn is_large(file: &str) -> bool {
    [".safetensors", ".bin", ".pt", ".onnx", ".msgpack", ".h5"]
        .iter()
        .any(|ending| file.ends_with(ending))
}

/// One request and its answer.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Entry {
    /// Who was asked.
    pub origin: Option<Origin>,
    /// As in the request.
    pub method: String,
    /// The request's path and query, as they came.
    pub path: String,
    /// What it was for: a file's path in its repository, "revision", "tree", or nothing that is known.
    pub file: String,
    /// The header `Range`.
    pub range: Option<String>,
    /// The status of the answer; 0 while there is none, and where none was given.
    pub status: u16,
    /// Bytes of the body that were handed to the connection so far.
    pub bytes_sent: u64,
    /// Whether the whole answer was sent.
    pub complete: bool,
    /// Whether the connection is held open before a cut.
    pub held: bool,
    /// Whether the request carried `Authorization`.
    pub had_authorization: bool,
    /// Whether the request carried `If-None-Match` or `If-Range`.
    pub conditional: bool,
}

impl Entry {
    /// Where the `Range` asked to begin, in bytes; 0 without one.
    pub fn begins_at(&self) -> u64 {
        let range = self.range.as_deref().unwrap_or_default();
        let begin = range
            .strip_prefix("bytes=")
            .and_then(|range| range.split('-').next());
        begin.and_then(|begin| begin.parse().ok()).unwrap_or(0)
    }
}

/// All entries, each with a number of its own, so that one that is still being answered can be found after the log was emptied.
#[derive(Default)]
pub struct Log {
    entries: Vec<(u64, Entry)>,
    next: u64,
}

impl Log {
    /// Writes down a request; gives its number.
    pub fn add(&mut self, entry: Entry) -> u64 {
        self.entries.push((self.next, entry));
        self.next += 1;
        self.next - 1
    }

    /// The entry of this number, if it is still there.
    pub fn entry(&mut self, number: u64) -> Option<&mut Entry> {
        let found = self.entries.iter_mut().find(|(found, _)| *found == number);
        found.map(|(_, entry)| entry)
    }

    /// All entries, the oldest first.
    pub fn entries(&self) -> Vec<Entry> {
        self.entries
            .iter()
            .map(|(_, entry)| entry.clone())
            .collect()
    }

    /// Forgets all entries.
    pub fn clear(&mut self) {
        self.entries.clear();
    }
}
