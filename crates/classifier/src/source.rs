//! Where a model's files come from.

use std::future::ready;

use glimpse_model::{ByteStream, Pending, RangeReader, SourceError};

/// A model's files by name, wherever they are: a folder, the executable itself, a server.
///
/// A copy is kept by a model whose token embedding is read on demand.
#[expect(
    async_fn_in_trait,
    reason = "used by name, never boxed, and on one thread"
)]
pub trait ModelSource: Clone + 'static {
    /// The model's name, for people.
    fn name(&self) -> String;

    /// A whole small file; none where there is no such file.
    ///
    /// # Errors
    /// [`SourceError`] when it is there, or may be, and cannot be read.
    async fn read(&self, file: &str) -> Result<Option<Vec<u8>>, SourceError>;

    /// A large file, to be read from its start; none where there is no such file.
    ///
    /// # Errors
    /// [`SourceError`] when it is there, or may be, and cannot be read.
    async fn open(&self, file: &str) -> Result<Option<Box<dyn ByteStream>>, SourceError>;

    /// The bytes of a file from `begin` up to, not including, `end`; none where parts cannot be had, as by default.
    ///
    /// # Errors
    /// [`SourceError`] when they should be there and cannot be read.
    async fn read_range(
        &self,
        file: &str,
        begin: u64,
        end: u64,
    ) -> Result<Option<Vec<u8>>, SourceError> {
        let _ = (file, begin, end);
        Ok(None)
    }
}

/// One file of a source, any part of which may be asked for.
pub(crate) struct Ranges<S> {
    pub source: S,
    pub file: String,
}

impl<S: ModelSource> RangeReader for Ranges<S> {
    fn read_range(&self, begin: u64, end: u64) -> Pending<'_, Option<Vec<u8>>> {
        Box::pin(self.source.read_range(&self.file, begin, end))
    }
}

/// A model inside the executable.
#[derive(Clone, Copy, Debug)]
pub struct Embedded {
    name: &'static str,
    files: &'static [(&'static str, &'static [u8])],
}

impl Embedded {
    /// The model called `name`, whose `files` are pairs of name and content.
    #[must_use]
    pub fn new(name: &'static str, files: &'static [(&'static str, &'static [u8])]) -> Self {
        Self { name, files }
    }

    fn file(&self, name: &str) -> Option<&'static [u8]> {
        let file = self.files.iter().find(|(file, _)| *file == name);
        file.map(|(_, bytes)| *bytes)
    }
}

impl ModelSource for Embedded {
    fn name(&self) -> String {
        self.name.to_owned()
    }

    async fn read(&self, file: &str) -> Result<Option<Vec<u8>>, SourceError> {
        Ok(self.file(file).map(<[u8]>::to_vec))
    }

    async fn open(&self, file: &str) -> Result<Option<Box<dyn ByteStream>>, SourceError> {
        let bytes = self.file(file);
        Ok(bytes.map(|bytes| Box::new(EmbeddedStream { bytes, read: 0 }) as Box<dyn ByteStream>))
    }

    async fn read_range(
        &self,
        file: &str,
        begin: u64,
        end: u64,
    ) -> Result<Option<Vec<u8>>, SourceError> {
        let bytes = self.file(file).unwrap_or_default();
        let at = |byte: u64| usize::try_from(byte).map_or(bytes.len(), |at| at.min(bytes.len()));
        Ok(Some(bytes[at(begin)..at(end)].to_vec()))
    }
}

struct EmbeddedStream {
    bytes: &'static [u8],
    read: usize,
}

impl ByteStream for EmbeddedStream {
    fn total(&self) -> Option<u64> {
        Some(self.bytes.len() as u64)
    }

    fn read<'a>(&'a mut self, buffer: &'a mut [u8]) -> Pending<'a, usize> {
        let rest = &self.bytes[self.read..];
        let count = rest.len().min(buffer.len());
        buffer[..count].copy_from_slice(&rest[..count]);
        self.read += count;
        Box::pin(ready(Ok(count)))
    }

    fn skip(&mut self, count: u64) -> Pending<'_, ()> {
        let left = self.bytes.len() - self.read;
        self.read += usize::try_from(count).map_or(left, |count| count.min(left));
        Box::pin(ready(Ok(())))
    }
}
