//! One weight file: its header, and its tensors' numbers as they stream by.

use std::collections::HashSet;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

use xxhash_rust::xxh3::Xxh3;

use crate::containers::header::{Dtype, Entry, Header, MAX_HEADER};
use crate::containers::numbers::decode;
use crate::error::{LoadError, SourceError, WeightsError};

/// Numbers that are converted at a time, where whole rows are not longer; and bytes that are read at a time.
const PIECE: usize = 1 << 16;
/// From how many bytes on a jump is worth more than reading on: over a network it is a request.
const JUMP: u64 = 1 << 16;

/// What a [`ByteStream`] or a [`RangeReader`] gives in time.
pub type Pending<'a, T> = Pin<Box<dyn Future<Output = Result<T, SourceError>> + 'a>>;

/// A file's bytes, in order, as they come.
pub trait ByteStream {
    /// The whole length in bytes, where it is known beforehand.
    fn total(&self) -> Option<u64>;

    /// Puts the next bytes into `buffer` and gives how many; 0 at the end.
    fn read<'a>(&'a mut self, buffer: &'a mut [u8]) -> Pending<'a, usize>;

    /// Passes over the next `count` bytes; what can jump does so, by default they are read. Where the file ends before,
    /// the next read says so.
    fn skip<'a>(&'a mut self, count: u64) -> Pending<'a, ()> {
        Box::pin(async move {
            let mut piece = vec![0; count.min(JUMP) as usize];
            let mut left = count;
            while left > 0 {
                let wanted = left.min(piece.len() as u64) as usize;
                match self.read(&mut piece[..wanted]).await? {
                    0 => break,
                    count => left -= count as u64,
                }
            }
            Ok(())
        })
    }
}

/// A file of which any part may be read.
pub trait RangeReader {
    /// The bytes from `begin` up to, not including, `end`; none where the file's place cannot give parts.
    fn read_range(&self, begin: u64, end: u64) -> Pending<'_, Option<Vec<u8>>>;
}

/// One of a checkpoint's weight files, opened.
pub struct WeightFile {
    /// Its name.
    pub name: String,
    /// Its bytes.
    pub stream: Box<dyn ByteStream>,
    /// Its parts, for what is not read while loading.
    pub ranges: Rc<dyn RangeReader>,
    /// The tensors that it must hold, by the index of a sharded checkpoint; more may be in it.
    pub indexed: Vec<String>,
}

/// A weight file whose header has been read.
pub(crate) struct OpenFile {
    stream: Box<dyn ByteStream>,
    pub ranges: Rc<dyn RangeReader>,
    pub header: Header,
    /// Where the data begins, in bytes from the file's start.
    pub data: u64,
    /// Bytes read or passed over so far.
    pub read: u64,
    /// Of the tensors' bytes since [`OpenFile::take_digest`].
    hasher: Box<Xxh3>,
}

impl OpenFile {
    pub async fn open(file: WeightFile) -> Result<Self, LoadError> {
        let mut open = Self {
            stream: file.stream,
            ranges: file.ranges,
            header: Header::empty(file.name),
            data: 8,
            read: 0,
            hasher: Box::default(),
        };
        let mut length = [0; 8];
        open.fill(&mut length, 8).await?;
        let length = u64::from_le_bytes(length);
        let total = open.stream.total();
        if length > MAX_HEADER || total.is_some_and(|total| length > total.saturating_sub(8)) {
            return Err(LoadError::Weights(WeightsError::Header {
                file: open.header.file,
                detail: format!("it says that it is {length} bytes long"),
            }));
        }
        // A header that lies about its length costs no more than what the file holds.
        let mut json = Vec::new();
        while (json.len() as u64) < length {
            let start = json.len();
            let piece = (length - start as u64).min(PIECE as u64) as usize;
            json.resize(start + piece, 0);
            open.fill(&mut json[start..], 8 + length).await?;
        }
        open.header = Header::parse(&open.header.file, &json)?;
        open.data = 8 + length;
        Ok(open)
    }

    /// Makes sure that the file is as long as its header says, where its length is known beforehand.
    ///
    /// Asked after the tensors' names and shapes: a file without its last tensor is too long as well, and the tensor's
    /// name says more.
    pub fn check_length(&self) -> Result<(), WeightsError> {
        let (expected, file) = (self.total(), self.header.file.clone());
        match self.stream.total() {
            Some(found) if found < expected => Err(WeightsError::Cut {
                file,
                expected,
                found,
            }),
            Some(found) if found > expected => Err(WeightsError::Overlong { file, expected }),
            _ => Ok(()),
        }
    }

    /// Makes sure that the file holds what the index says.
    pub fn check_index(&self, indexed: &[String]) -> Result<(), WeightsError> {
        let held: HashSet<&str> = self
            .header
            .tensors
            .iter()
            .map(|entry| entry.name.as_str())
            .collect();
        match indexed.iter().find(|name| !held.contains(name.as_str())) {
            None => Ok(()),
            Some(tensor) => Err(WeightsError::NotWhereIndexed {
                tensor: tensor.clone(),
                file: self.header.file.clone(),
            }),
        }
    }

    /// The file's whole length by its header.
    pub fn total(&self) -> u64 {
        self.data.saturating_add(self.header.data_length())
    }

    /// Fills `buffer`; `expected` is how long the file must at least be, for the error.
    async fn fill(&mut self, buffer: &mut [u8], expected: u64) -> Result<(), LoadError> {
        let mut filled = 0;
        while filled < buffer.len() {
            let count = self.stream.read(&mut buffer[filled..]).await?;
            if count == 0 {
                return Err(LoadError::Weights(WeightsError::Cut {
                    file: self.header.file.clone(),
                    expected,
                    found: self.read,
                }));
            }
            filled += count;
            self.read += count as u64;
        }
        Ok(())
    }

    /// [`OpenFile::fill`] with a tensor's bytes, which count in its digest; hashed while they are in the processor's cache.
    async fn fill_tensor(&mut self, buffer: &mut [u8], expected: u64) -> Result<(), LoadError> {
        for piece in buffer.chunks_mut(PIECE) {
            self.fill(piece, expected).await?;
            self.hasher.update(piece);
        }
        Ok(())
    }

    /// The XXH3 of the tensors' bytes since the last call.
    pub fn take_digest(&mut self) -> u128 {
        let digest = self.hasher.digest128();
        self.hasher.reset();
        digest
    }

    /// Passes over everything before byte `begin` of the data.
    pub async fn skip_to(&mut self, begin: u64) -> Result<(), LoadError> {
        let expected = self.total();
        let target = self.data.saturating_add(begin);
        if target.saturating_sub(self.read) > JUMP {
            // All but the last byte: it is read, so that a file that ends before is noticed.
            let jump = target - self.read - 1;
            self.stream.skip(jump).await?;
            self.read += jump;
        }
        let mut piece = [0; 4096];
        while self.read < target {
            let count = (target - self.read).min(piece.len() as u64) as usize;
            self.fill(&mut piece[..count], expected).await?;
        }
        Ok(())
    }

    /// Reads a tensor's numbers as f32: f32 straight into place, others a piece at a time. `scales` as in [`decode`].
    pub async fn numbers(&mut self, entry: &Entry, scales: &[f32]) -> Result<Vec<f32>, LoadError> {
        let count = entry.shape.iter().product::<usize>();
        let mut values = room_for(entry, count)?;
        let expected = self.total();
        let dtype = entry.dtype()?;
        if dtype == Dtype::F32 {
            self.fill_tensor(bytemuck::cast_slice_mut(&mut values), expected)
                .await?;
            return Ok(values);
        }
        let columns = count / entry.shape.first().copied().unwrap_or(1).max(1);
        let rows_at_once = (PIECE / columns.max(1)).max(1);
        let mut piece = vec![0; (rows_at_once * columns).min(count) * dtype.size()];
        for (at, part) in values
            .chunks_mut((rows_at_once * columns).max(1))
            .enumerate()
        {
            let piece = &mut piece[..part.len() * dtype.size()];
            self.fill_tensor(piece, expected).await?;
            let scales = scales.get(at * rows_at_once..).unwrap_or_default();
            let scales = &scales[..scales.len().min(part.len() / columns)];
            decode(dtype, piece, scales, part);
        }
        Ok(values)
    }

    /// Reads a tensor's bytes as they are, as words.
    pub async fn words(&mut self, entry: &Entry) -> Result<Vec<i32>, LoadError> {
        let mut words = room_for(entry, (entry.end - entry.begin) as usize / 4)?;
        let expected = self.total();
        self.fill_tensor(bytemuck::cast_slice_mut(&mut words), expected)
            .await?;
        Ok(words)
    }

    /// Makes sure that nothing follows.
    pub async fn finish(&mut self) -> Result<(), LoadError> {
        let expected = self.total();
        let length = self.header.data_length();
        self.skip_to(length).await?;
        match self.stream.read(&mut [0]).await? {
            0 => Ok(()),
            _ => Err(LoadError::Weights(WeightsError::Overlong {
                file: self.header.file.clone(),
                expected,
            })),
        }
    }
}

/// `count` zeros for a tensor's numbers.
fn room_for<T: Copy + Default>(entry: &Entry, count: usize) -> Result<Vec<T>, LoadError> {
    let mut room = Vec::new();
    room.try_reserve_exact(count)
        .map_err(|_| LoadError::OutOfMemory {
            tensor: entry.name.clone(),
            bytes: (count * size_of::<T>()) as u64,
        })?;
    room.resize(count, T::default());
    Ok(room)
}
