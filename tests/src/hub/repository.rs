//! A folder of the disk seen as a repository of the hub: its files with their hashes, and the commit that they make up.

use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::SystemTime;

use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::log::is_large;
use crate::fixture::files_under;

/// One state of a repository.
#[derive(Clone, Debug, Serialize)]
pub struct Version {
    /// 40 hex digits that depend on every file.
    pub commit: String,
    /// Sorted by path.
    pub files: Vec<File>,
}

/// One file of a [`Version`].
#[derive(Clone, Debug, Serialize)]
pub struct File {
    /// Inside the repository, with "/" between its parts.
    pub path: String,
    /// Bytes.
    pub size: u64,
    /// 64 hex digits; `lfs.oid` of a large file.
    pub sha256: String,
    /// Where it lies.
    #[serde(skip)]
    pub on_disk: PathBuf,
}

/// A repository with all its versions, the newest last.
#[derive(Default)]
pub struct Repository {
    pub token: Option<String>,
    pub versions: Vec<Version>,
}

impl Repository {
    /// The version of "main" or of a commit.
    pub fn at(&self, revision: &str) -> Option<&Version> {
        match revision {
            "main" => self.versions.last(),
            commit => self.versions.iter().find(|found| found.commit == commit),
        }
    }
}

impl Version {
    /// Reads a folder; hashes are remembered as long as a file keeps its size and its date.
    pub fn of(folder: &Path, hashes: &Hashes) -> io::Result<Self> {
        let mut files = Vec::new();
        for on_disk in files_under(folder) {
            let inside = on_disk.strip_prefix(folder).expect("a file of the folder");
            let parts: Vec<_> = inside.iter().map(|part| part.to_string_lossy()).collect();
            files.push(File {
                path: parts.join("/"),
                size: fs::metadata(&on_disk)?.len(),
                sha256: hashes.of(&on_disk)?,
                on_disk,
            });
        }
        let mut commit = Sha256::new();
        for file in &files {
            commit.update(format!("{} {}\n", file.sha256, file.path));
        }
        Ok(Self {
            commit: hex(&commit.finalize())[..40].to_owned(),
            files,
        })
    }

    /// The file of this path.
    pub fn file(&self, path: &str) -> Option<&File> {
        self.files.iter().find(|file| file.path == path)
    }

    /// The hub's listing of `folder` ("" for all): what lies right in it, or with `recursive` everything under it.
    pub fn tree(&self, folder: &str, recursive: bool) -> Value {
        let prefix = if folder.is_empty() {
            String::new()
        } else {
            format!("{folder}/")
        };
        let mut rows: Vec<Value> = Vec::new();
        let mut folders: Vec<String> = Vec::new();
        for file in &self.files {
            let Some(inside) = file.path.strip_prefix(&prefix) else {
                continue;
            };
            if let Some((first, _)) = inside.split_once('/') {
                let first = format!("{prefix}{first}");
                if !folders.contains(&first) {
                    rows.push(json!({
                        "type": "directory",
                        "oid": &hex(&Sha256::digest(&first))[..40],
                        "size": 0,
                        "path": first,
                    }));
                    folders.push(first);
                }
                if !recursive {
                    continue;
                }
            }
            rows.push(file.row());
        }
        rows.into()
    }
}

impl File {
    /// Whether Git LFS keeps it, so that the hub redirects to the CDN.
    pub fn is_large(&self) -> bool {
        is_large(&self.path)
    }

    /// The id of its Git object: of the pointer, where Git LFS keeps the file.
    pub fn git_oid(&self) -> &str {
        &self.sha256[..40]
    }

    fn row(&self) -> Value {
        let mut row = json!({
            "type": "file",
            "oid": self.git_oid(),
            "size": self.size,
            "path": self.path,
        });
        if self.is_large() {
            row["lfs"] = json!({"oid": self.sha256, "size": self.size, "pointerSize": 134});
        }
        row
    }
}

/// SHA-256 of files, by path, size and date.
#[derive(Default)]
pub struct Hashes(Mutex<HashMap<FileState, String>>);

/// A file's path, length and date.
type FileState = (PathBuf, u64, Option<SystemTime>);

impl Hashes {
    fn of(&self, path: &Path) -> io::Result<String> {
        let found = fs::metadata(path)?;
        let key = (path.to_owned(), found.len(), found.modified().ok());
        if let Some(known) = self.0.lock().expect("no panic while hashing").get(&key) {
            return Ok(known.clone());
        }
        let mut hash = Sha256::new();
        io::copy(&mut fs::File::open(path)?, &mut hash)?;
        let hash = hex(&hash.finalize());
        let mut known = self.0.lock().expect("no panic while hashing");
        known.insert(key, hash.clone());
        Ok(hash)
    }
}

/// Bytes as lower-case hex digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
