//! The note beside each kept file: how long it must be, its hash, where it came from, and whether it is whole.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::whole_file::write_whole;

/// `{file}.json`. A file without one, or with one that does not say `verified`, is unfinished.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sidecar {
    /// Bytes of the whole file, where the server told.
    pub size: Option<u64>,
    /// Its SHA-256: of a finished file as computed, of an unfinished one as its host says it.
    pub sha256: Option<String>,
    /// The server's `ETag`.
    pub etag: Option<String>,
    /// The server's `Last-Modified`, as it writes it.
    #[serde(default)]
    pub last_modified: Option<String>,
    /// Where it was asked for.
    pub url: String,
    /// Whether all bytes have arrived and are right.
    #[serde(default)]
    pub verified: bool,
}

impl Sidecar {
    /// Where the note for `file` is.
    pub fn path(file: &Path) -> PathBuf {
        let mut path = file.as_os_str().to_owned();
        path.push(".json");
        path.into()
    }

    /// The note beside `file`; none where it is not there or not one.
    pub fn read(file: &Path) -> Option<Self> {
        serde_json::from_slice(&fs::read(Self::path(file)).ok()?).ok()
    }

    /// The note beside `file` if that is whole: verified, and still as long as it was.
    pub fn of_whole(file: &Path) -> Option<Self> {
        let note = Self::read(file).filter(|note| note.verified)?;
        let length = fs::metadata(file).ok()?.len();
        (note.size == Some(length)).then_some(note)
    }

    /// The `ETag` if it stands for the bytes: a weak one says nothing of them.
    pub fn strong_etag(&self) -> Option<&str> {
        self.etag.as_deref().filter(|etag| !etag.starts_with("W/"))
    }

    /// Writes the note, at once or not at all.
    pub fn write(&self, file: &Path) -> io::Result<()> {
        write_whole(&Self::path(file), &serde_json::to_vec(self)?)
    }

    /// Removes `file` and its note.
    pub fn remove_both(file: &Path) {
        // What is not there need not go; what cannot go is found unfinished the next time.
        let _ = fs::remove_file(Self::path(file));
        let _ = fs::remove_file(file);
    }
}
