//! A file that is being downloaded: gone on with, hashed while it is written, and whole or not there.

use std::fs::{self, File};
use std::io::{self, Read, Write};

use glimpse::SourceError;
use sha2::{Digest, Sha256};
use ureq::http::HeaderMap;
use ureq::http::header::{CONTENT_LENGTH, CONTENT_RANGE, ETAG, LAST_MODIFIED};

use crate::hub::cache::cannot_write;
use crate::hub::download::Wanted;
use crate::hub::sidecar::Sidecar;
use crate::progress::DownloadProgress;
use crate::units::bytes;

/// Bytes read at a time.
const PIECE: usize = 1 << 18;
/// Room that is left free: a disk that is full to the last byte upsets everything else.
const SPARE: u64 = 64_000_000;

/// A file that is being written.
pub struct PartialDownload<'a> {
    wanted: &'a Wanted<'a>,
    file: File,
    hash: Sha256,
    /// Bytes that are there.
    pub written: u64,
    etag: Option<String>,
    last_modified: Option<String>,
}

/// How an answer to a request for the rest of a file is to be taken.
pub enum Body {
    /// It goes on where the part ends.
    Rest,
    /// It is the whole file.
    Whole,
    /// It is the rest of something else.
    Unusable,
}

impl<'a> PartialDownload<'a> {
    /// What an earlier attempt left, hashed again; else an empty file.
    pub fn open(wanted: &'a Wanted<'a>, progress: &DownloadProgress) -> Result<Self, SourceError> {
        let note = Sidecar::read(wanted.path).filter(|note| {
            let same = note.url == wanted.url.as_str() && note.sha256.as_deref() == wanted.sha256;
            // Without a hash or a strong ETag nothing tells whether the rest belongs to the same file.
            same && (wanted.sha256.is_some() || note.strong_etag().is_some())
        });
        let Some(note) = note else {
            if Sidecar::of_whole(wanted.path).is_some() {
                // Another process may be reading the old file, and goes on with what it opened.
                fs::remove_file(wanted.path).map_err(|error| wrong(wanted, &error))?;
            }
            let file = File::create(wanted.path).map_err(|error| wrong(wanted, &error))?;
            return Ok(Self::new(wanted, file));
        };
        let file = File::options()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .open(wanted.path)
            .map_err(|error| wrong(wanted, &error))?;
        let mut part = Self::new(wanted, file);
        part.etag = note.etag;
        let length = part.file.metadata().map_or(0, |metadata| metadata.len());
        if wanted.size.is_some_and(|size| length > size) {
            part.start_over(progress)?;
            return Ok(part);
        }
        progress.phase("checking", wanted.file, Some(length));
        let mut piece = vec![0; PIECE];
        loop {
            let count = match part.file.read(&mut piece) {
                Ok(0) => break,
                Ok(count) => count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(wrong(wanted, &error)),
            };
            part.hash.update(&piece[..count]);
            part.written += count as u64;
            progress.at(part.written);
        }
        Ok(part)
    }

    fn new(wanted: &'a Wanted<'a>, file: File) -> Self {
        Self {
            wanted,
            file,
            hash: Sha256::new(),
            written: 0,
            etag: None,
            last_modified: None,
        }
    }

    /// Empties it.
    pub fn start_over(&mut self, progress: &DownloadProgress) -> Result<(), SourceError> {
        let file = File::create(self.wanted.path).map_err(|error| wrong(self.wanted, &error))?;
        *self = Self::new(self.wanted, file);
        progress.at(0);
        Ok(())
    }

    /// Makes sure that the rest will fit before the first byte of it is asked for.
    pub fn ask_for_room(&self, size: Option<u64>) -> Result<(), SourceError> {
        let Some(size) = size else { return Ok(()) };
        let needed = size.saturating_sub(self.written);
        let folder = self.wanted.path.parent().unwrap_or(self.wanted.path);
        // Where the system does not tell, writing will.
        let free = fs4::available_space(folder).unwrap_or(u64::MAX);
        // A few kilobytes of configuration are not worth a refusal.
        if needed <= PIECE as u64 || free >= needed.saturating_add(SPARE) {
            return Ok(());
        }
        if self.written == 0 {
            Sidecar::remove_both(self.wanted.path);
        }
        Err(SourceError::Quota {
            file: self.wanted.file.to_owned(),
            detail: format!(
                "there is not enough room for {} of {}: {} are needed, {} are free in {}; make room (`glimpse models rm` \
                 removes kept models), or name a folder on another disk by GLIMPSE_CACHE",
                self.wanted.file,
                self.wanted.model,
                bytes(needed),
                bytes(free),
                folder.display()
            ),
        })
    }

    /// What an answer's body is, by its status and headers.
    pub fn judge(&self, status: u16, headers: &HeaderMap) -> Body {
        if status == 200 {
            return Body::Whole;
        }
        let range = text(headers, CONTENT_RANGE.as_str()).unwrap_or_default();
        let range = range.strip_prefix("bytes ").and_then(|range| {
            let (range, total) = range.split_once('/')?;
            let (begin, _) = range.split_once('-')?;
            Some((begin.parse::<u64>().ok()?, total.parse::<u64>().ok()))
        });
        let etag = text(headers, ETAG.as_str());
        let other = match (&self.etag, &etag) {
            (Some(old), Some(new)) => old != new,
            // Without a hash, nothing else would tell.
            (Some(_), None) => self.wanted.sha256.is_none(),
            (None, _) => false,
        };
        // Where neither a hash nor an `ETag` would tell, a new date does.
        let date = text(headers, LAST_MODIFIED.as_str());
        let dated = self.wanted.sha256.is_none() && self.last_modified.is_some();
        let other = other || dated && self.last_modified != date;
        match range {
            Some((begin, total)) if begin == self.written && !other => {
                match (total, self.wanted.size) {
                    (Some(total), Some(size)) if total != size => Body::Unusable,
                    _ => Body::Rest,
                }
            }
            _ => Body::Unusable,
        }
    }

    /// How long the whole file will be: as its host said beforehand, else by the answer.
    pub fn expected(&self, headers: &HeaderMap) -> Result<Option<u64>, SourceError> {
        let length = text(headers, CONTENT_LENGTH.as_str()).and_then(|text| text.parse().ok());
        let by_answer = length.map(|length: u64| length.saturating_add(self.written));
        match (self.wanted.size, by_answer) {
            (Some(size), Some(found)) if size != found => Err(self.wrong_length(size, found)),
            (Some(size), _) => Ok(Some(size)),
            (None, found) => {
                if found.is_some_and(|found| self.is_too_long(found)) {
                    return Err(self.too_long());
                }
                self.ask_for_room(found)?;
                Ok(found)
            }
        }
    }

    /// Writes down what is being fetched, so that it can be gone on with.
    pub fn note(&mut self, headers: &HeaderMap, size: Option<u64>) -> Result<(), SourceError> {
        self.etag = text(headers, ETAG.as_str());
        self.last_modified = text(headers, LAST_MODIFIED.as_str());
        let note = self.sidecar(size, self.wanted.sha256.map(str::to_owned), false);
        note.write(self.wanted.path)
            .map_err(|error| self.failed_write(&error))
    }

    fn sidecar(&self, size: Option<u64>, sha256: Option<String>, verified: bool) -> Sidecar {
        Sidecar {
            size,
            sha256,
            etag: self.etag.clone(),
            last_modified: self.last_modified.clone(),
            url: self.wanted.url.to_string(),
            verified,
        }
    }

    /// Writes and hashes what comes, to its end or a cut.
    pub fn take(
        &mut self,
        body: &mut impl Read,
        expected: Option<u64>,
        progress: &DownloadProgress,
    ) -> Result<Option<io::Error>, SourceError> {
        progress.phase("downloading", self.wanted.file, expected);
        progress.at(self.written);
        let mut piece = vec![0; PIECE];
        loop {
            let count = match body.read(&mut piece) {
                Ok(0) => return Ok(None),
                Ok(count) => count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Ok(Some(error)),
            };
            let after = self.written + count as u64;
            if let Some(size) = expected.filter(|&size| after > size) {
                return Err(self.wrong_length(size, after));
            }
            if self.is_too_long(after) {
                return Err(self.too_long());
            }
            self.file
                .write_all(&piece[..count])
                .map_err(|error| self.failed_write(&error))?;
            self.hash.update(&piece[..count]);
            self.written = after;
            progress.at(after);
        }
    }

    /// Checks the hash and says that the file is whole.
    pub fn finish(self) -> Result<Sidecar, SourceError> {
        self.file
            .sync_data()
            .map_err(|error| self.failed_write(&error))?;
        let found = format!("{:x}", self.hash.clone().finalize());
        if let Some(expected) = self.wanted.sha256
            && !found.eq_ignore_ascii_case(expected)
        {
            Sidecar::remove_both(self.wanted.path);
            return Err(SourceError::Integrity {
                file: self.wanted.file.to_owned(),
                detail: format!(
                    "{} of {} arrived damaged: its SHA-256 is {found}, its host says {expected}; it was deleted, run the \
                     same command again to download it anew",
                    self.wanted.file, self.wanted.model
                ),
            });
        }
        let note = self.sidecar(Some(self.written), Some(found), true);
        note.write(self.wanted.path)
            .map_err(|error| self.failed_write(&error))?;
        Ok(note)
    }

    fn is_too_long(&self, length: u64) -> bool {
        self.wanted.most.is_some_and(|most| length > most)
    }

    /// A server may send what it likes, for ever: a small file that is none is not kept.
    fn too_long(&self) -> SourceError {
        Sidecar::remove_both(self.wanted.path);
        SourceError::Unsupported {
            file: self.wanted.file.to_owned(),
            detail: format!(
                "{} of {} is longer than {}, which no model's is: it was not downloaded; check the address",
                self.wanted.file,
                self.wanted.model,
                bytes(self.wanted.most.unwrap_or_default()),
            ),
        }
    }

    fn wrong_length(&self, expected: u64, found: u64) -> SourceError {
        Sidecar::remove_both(self.wanted.path);
        SourceError::Integrity {
            file: self.wanted.file.to_owned(),
            detail: format!(
                "{} of {} has the wrong length: its host lists {expected} bytes and sends {found}; it was deleted, run the \
                 same command again to download it anew",
                self.wanted.file, self.wanted.model
            ),
        }
    }

    /// A full disk leaves nothing half: what is there would only be in the way.
    fn failed_write(&self, error: &io::Error) -> SourceError {
        use io::ErrorKind::{FileTooLarge, QuotaExceeded, StorageFull};
        if !matches!(error.kind(), StorageFull | QuotaExceeded | FileTooLarge) {
            return wrong(self.wanted, error);
        }
        Sidecar::remove_both(self.wanted.path);
        SourceError::Quota {
            file: self.wanted.file.to_owned(),
            detail: format!(
                "the disk is full: {} of {} could not be kept in {} ({error}), and what had arrived of it was removed; make \
                 room (`glimpse models rm` removes kept models), or name a folder on another disk by GLIMPSE_CACHE",
                self.wanted.file,
                self.wanted.model,
                self.wanted
                    .path
                    .parent()
                    .unwrap_or(self.wanted.path)
                    .display()
            ),
        }
    }
}

fn wrong(wanted: &Wanted, error: &io::Error) -> SourceError {
    cannot_write(wanted.path, error)
}

fn text(headers: &HeaderMap, name: &str) -> Option<String> {
    Some(headers.get(name)?.to_str().ok()?.to_owned())
}
