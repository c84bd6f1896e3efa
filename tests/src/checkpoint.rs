//! A checkpoint held in memory, so that tests can damage it and load what is left.

use std::collections::BTreeMap;
use std::path::Path;
use std::rc::Rc;

use glimpse::{ByteStream, ModelSource, Pending, SourceError};

use crate::header::Header;

/// How many bytes a stream hands out at most at a time: not a divisor of anything in the files.
const CHUNK: usize = 4099;

/// The files of a checkpoint, by name.
#[derive(Clone)]
pub struct Checkpoint {
    /// File contents by file name.
    pub files: BTreeMap<String, Rc<Vec<u8>>>,
    /// Whether streams say how long they are, as a server without Content-Length does not.
    pub tells_total: bool,
}

impl Checkpoint {
    /// Reads every file of `folder`.
    pub fn read(folder: &Path) -> Self {
        let files = crate::fixture::files_under(folder)
            .into_iter()
            .map(|path| {
                let name = path
                    .file_name()
                    .expect("a file")
                    .to_string_lossy()
                    .into_owned();
                (
                    name,
                    Rc::new(std::fs::read(&path).expect("a readable file")),
                )
            })
            .collect();
        Self {
            files,
            tells_total: true,
        }
    }

    /// The same checkpoint with `file` replaced.
    #[must_use]
    pub fn with(&self, file: &str, bytes: impl Into<Vec<u8>>) -> Self {
        let mut changed = self.clone();
        changed.files.insert(file.to_owned(), Rc::new(bytes.into()));
        changed
    }

    /// The same checkpoint without `file`.
    #[must_use]
    pub fn without(&self, file: &str) -> Self {
        let mut changed = self.clone();
        changed
            .files
            .remove(file)
            .expect("a file of the checkpoint");
        changed
    }

    /// The same checkpoint with a JSON file edited.
    #[must_use]
    pub fn with_json(&self, file: &str, edit: impl FnOnce(&mut serde_json::Value)) -> Self {
        let mut value = serde_json::from_slice(&self.files[file]).expect("a JSON file");
        edit(&mut value);
        self.with(file, value.to_string())
    }

    /// The same checkpoint with the header of a safetensors file edited and its data kept.
    #[must_use]
    pub fn with_header(&self, file: &str, edit: impl FnOnce(&mut Header)) -> Self {
        let mut header = Header::read(&self.files[file]);
        edit(&mut header);
        self.with(file, header.to_bytes())
    }
}

impl ModelSource for Checkpoint {
    fn name(&self) -> String {
        "a checkpoint in memory".to_owned()
    }

    async fn read(&self, file: &str) -> Result<Option<Vec<u8>>, SourceError> {
        Ok(self.files.get(file).map(|bytes| bytes.to_vec()))
    }

    async fn open(&self, file: &str) -> Result<Option<Box<dyn ByteStream>>, SourceError> {
        Ok(self.files.get(file).map(|bytes| {
            Box::new(Stream {
                bytes: Rc::clone(bytes),
                position: 0,
                tells_total: self.tells_total,
            }) as Box<dyn ByteStream>
        }))
    }

    async fn read_range(
        &self,
        file: &str,
        begin: u64,
        end: u64,
    ) -> Result<Option<Vec<u8>>, SourceError> {
        let bytes = &self.files[file];
        let at = |byte: u64| (byte as usize).min(bytes.len());
        Ok(Some(bytes[at(begin)..at(end)].to_vec()))
    }
}

/// One file of a [`Checkpoint`], read in uneven pieces.
struct Stream {
    bytes: Rc<Vec<u8>>,
    position: usize,
    tells_total: bool,
}

impl ByteStream for Stream {
    fn total(&self) -> Option<u64> {
        self.tells_total.then_some(self.bytes.len() as u64)
    }

    fn read<'a>(&'a mut self, buffer: &'a mut [u8]) -> Pending<'a, usize> {
        let rest = &self.bytes[self.position..];
        let count = rest.len().min(buffer.len()).min(CHUNK);
        buffer[..count].copy_from_slice(&rest[..count]);
        self.position += count;
        Box::pin(std::future::ready(Ok(count)))
    }
}
