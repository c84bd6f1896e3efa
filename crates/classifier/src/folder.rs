//! A model in a folder of this computer.

use std::fs::File;
use std::future::ready;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use glimpse_model::{ByteStream, Pending, SourceError};

use crate::source::ModelSource;

/// A model in a folder of this computer.
#[derive(Clone, Debug)]
pub struct Folder {
    path: PathBuf,
}

impl Folder {
    /// The model in the folder `path`; nothing is read yet.
    #[must_use]
    pub fn new(path: impl AsRef<Path>) -> Self {
        Self {
            path: path.as_ref().to_path_buf(),
        }
    }

    fn error(&self, file: &str, error: &io::Error) -> SourceError {
        SourceError::Io {
            file: self.path.join(file).display().to_string(),
            detail: error.to_string(),
        }
    }
}

impl ModelSource for Folder {
    fn name(&self) -> String {
        self.path.display().to_string()
    }

    async fn read(&self, file: &str) -> Result<Option<Vec<u8>>, SourceError> {
        match std::fs::read(self.path.join(file)) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(self.error(file, &error)),
        }
    }

    async fn open(&self, file: &str) -> Result<Option<Box<dyn ByteStream>>, SourceError> {
        let opened = match File::open(self.path.join(file)) {
            Ok(opened) => opened,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(self.error(file, &error)),
        };
        let total = opened
            .metadata()
            .map_err(|error| self.error(file, &error))?;
        Ok(Some(Box::new(FileStream {
            name: self.path.join(file).display().to_string(),
            file: opened,
            total: total.len(),
        })))
    }

    async fn read_range(
        &self,
        file: &str,
        begin: u64,
        end: u64,
    ) -> Result<Option<Vec<u8>>, SourceError> {
        let read = || {
            let mut opened = File::open(self.path.join(file))?;
            opened.seek(SeekFrom::Start(begin))?;
            let mut bytes = Vec::new();
            opened
                .take(end.saturating_sub(begin))
                .read_to_end(&mut bytes)?;
            Ok(Some(bytes))
        };
        read().map_err(|error| self.error(file, &error))
    }
}

/// No buffer of our own: tensors are read whole, straight to where they belong.
struct FileStream {
    name: String,
    file: File,
    total: u64,
}

impl FileStream {
    fn done<T: 'static>(&self, result: io::Result<T>) -> Pending<'static, T> {
        Box::pin(ready(result.map_err(|error| SourceError::Io {
            file: self.name.clone(),
            detail: error.to_string(),
        })))
    }
}

impl ByteStream for FileStream {
    fn total(&self) -> Option<u64> {
        Some(self.total)
    }

    fn read<'a>(&'a mut self, buffer: &'a mut [u8]) -> Pending<'a, usize> {
        let result = loop {
            match self.file.read(buffer) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                other => break other,
            }
        };
        self.done(result)
    }

    fn skip(&mut self, count: u64) -> Pending<'_, ()> {
        // No file is longer than i64::MAX; a place behind its end is one where nothing is read.
        let distance = i64::try_from(count).unwrap_or(i64::MAX);
        let result = self.file.seek_relative(distance);
        self.done(result)
    }
}
