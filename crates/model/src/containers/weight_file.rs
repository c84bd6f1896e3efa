//! One weight file: its header, and its tensors' numbers as they stream by.

use std::collections::HashSet;
use std::future::Future;
use std::ops::Range;
use std::pin::Pin;
use std::rc::Rc;

use xxhash_rust::xxh3::Xxh3;

use crate::containers::file_bytes::{FileBytes, JUMP};
use crate::containers::header::{Dtype, Entry, Header, MAX_HEADER};
use crate::containers::numbers::decode;
use crate::containers::pytorch::{self, Storages};
use crate::error::{LoadError, SourceError, WeightsError};

/// Numbers that are converted at a time, where whole rows are not longer; and bytes that are read at a time.
const PIECE: usize = 1 << 16;
/// How the names of safetensors files end.
const SAFETENSORS: &str = ".safetensors";

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

/// A weight file of which it is known what it holds.
pub(crate) struct OpenFile {
    bytes: FileBytes,
    pub ranges: Rc<dyn RangeReader>,
    pub header: Header,
    data: Data,
    /// The parts of the data that are read whole, as tensors in them overlap or lie out of order.
    held_parts: Vec<Range<u64>>,
    /// The one of them that is in memory.
    held: Option<Held>,
    /// The tensor that is being read out of it, and how many of its bytes have been.
    gathered: Option<(Entry, usize)>,
    /// Of the tensors' bytes since [`OpenFile::take_digest`].
    hasher: Box<Xxh3>,
}

/// Where a file has its tensors' bytes.
enum Data {
    /// In one piece, from this byte of the file on: safetensors.
    From(u64),
    /// In pieces, laid end to end: PyTorch's.
    Storages(Storages),
}

/// A part of the data.
struct Held {
    begin: u64,
    bytes: Vec<u8>,
}

impl OpenFile {
    /// Reads what the file holds, by the container that its first bytes say it is.
    pub async fn open(file: WeightFile) -> Result<Self, LoadError> {
        let WeightFile {
            name,
            stream,
            ranges,
            ..
        } = file;
        let mut bytes = FileBytes::new(name, stream);
        let sign = bytes.peek(pytorch::SIGN).await?.to_vec();
        let is_json = sign.get(8) == Some(&b'{');
        let (header, data) = if pytorch::is_ours(&sign) && !is_json {
            let opened = pytorch::open(&mut bytes, &ranges).await?;
            let mut header = Header::empty(bytes.file.clone());
            header.tensors = opened.tensors;
            (header, Data::Storages(opened.storages))
        } else if is_json || bytes.file.ends_with(SAFETENSORS) {
            let header = safetensors(&mut bytes).await?;
            (header, Data::From(bytes.read))
        } else {
            return Err(pytorch::not_ours(&bytes.file, &sign));
        };
        let held_parts = match data {
            Data::From(_) => Vec::new(),
            Data::Storages(_) => pytorch::held_parts(&header.tensors),
        };
        Ok(Self {
            bytes,
            ranges,
            header,
            data,
            held_parts,
            held: None,
            gathered: None,
            hasher: Box::default(),
        })
    }

    /// Makes sure that the file is as long as its header says, where its length is known beforehand.
    ///
    /// Asked after the tensors' names and shapes: a file without its last tensor is too long as well, and the tensor's
    /// name says more.
    pub fn check_length(&self) -> Result<(), WeightsError> {
        let expected = match &self.data {
            Data::From(_) => Some(self.total()),
            Data::Storages(storages) => storages.file_length(),
        };
        let (found, file) = (self.bytes.total(), self.header.file.clone());
        match found.zip(expected) {
            Some((found, expected)) if found < expected => Err(WeightsError::Cut {
                file,
                expected,
                found,
            }),
            Some((found, expected)) if found > expected => {
                Err(WeightsError::Overlong { file, expected })
            }
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

    /// The file's whole length: that which its header says, or which is known; else at least as long as this.
    pub fn total(&self) -> u64 {
        match &self.data {
            Data::From(begin) => begin.saturating_add(self.header.data_length()),
            Data::Storages(storages) => self
                .bytes
                .total()
                .unwrap_or_else(|| self.bytes.read.max(storages.bytes())),
        }
    }

    /// Bytes read or passed over so far.
    pub fn read(&self) -> u64 {
        self.bytes.read
    }

    /// Where a tensor's first byte stands in the file; none where its bytes do not follow each other there, or where they are cannot be
    /// known yet.
    pub async fn place(&self, entry: &Entry) -> Result<Option<u64>, LoadError> {
        match &self.data {
            _ if entry.strides.is_some() => Ok(None),
            Data::From(begin) => Ok(Some(begin + entry.begin)),
            Data::Storages(storages) => {
                storages
                    .place(&self.header.file, &self.ranges, entry.begin)
                    .await
            }
        }
    }

    /// Goes to a tensor's first byte; tensors come in the order of the header.
    pub async fn go_to(&mut self, entry: &Entry) -> Result<(), LoadError> {
        self.gathered = None;
        let parts = &self.held_parts;
        let part = parts.partition_point(|part| part.start <= entry.begin);
        let part = part.checked_sub(1).and_then(|at| parts.get(at)).cloned();
        let Some(part) = part.filter(|part| entry.begin < part.end) else {
            self.held = None;
            return self.skip_to(entry.begin).await;
        };
        if self
            .held
            .as_ref()
            .is_none_or(|held| held.begin != part.start)
        {
            self.held = None;
            self.skip_to(part.start).await?;
            let length = part.end - part.start;
            let bytes = self.bytes.take(length, self.bytes.read + length).await?;
            self.held = Some(Held {
                begin: part.start,
                bytes,
            });
        }
        self.gathered = Some((entry.clone(), 0));
        Ok(())
    }

    /// Passes over everything before byte `begin` of the data.
    async fn skip_to(&mut self, begin: u64) -> Result<(), LoadError> {
        let expected = self.total();
        match &mut self.data {
            Data::From(data) => {
                let target = data.saturating_add(begin);
                self.bytes.skip_to(target, expected).await
            }
            Data::Storages(storages) => storages.skip_to(&mut self.bytes, begin).await,
        }
    }

    /// Fills `buffer` with the next bytes of the tensor that [`OpenFile::go_to`] went to, in the order in which its numbers are counted.
    async fn fill(&mut self, buffer: &mut [u8]) -> Result<(), LoadError> {
        let (Some((entry, taken)), Some(held)) = (&mut self.gathered, &self.held) else {
            let expected = self.total();
            return self.bytes.fill(buffer, expected).await;
        };
        let bytes = &held.bytes[(entry.begin - held.begin) as usize..];
        match &entry.strides {
            None => buffer.copy_from_slice(&bytes[*taken..][..buffer.len()]),
            Some(strides) => {
                let size = entry.dtype()?.size();
                pytorch::gather(&entry.shape, strides, size, bytes, *taken / size, buffer);
            }
        }
        *taken += buffer.len();
        Ok(())
    }

    /// [`OpenFile::fill`] with what counts in the tensor's digest; hashed while it is in the processor's cache.
    async fn fill_tensor(&mut self, buffer: &mut [u8]) -> Result<(), LoadError> {
        for piece in buffer.chunks_mut(PIECE) {
            self.fill(piece).await?;
            self.hasher.update(piece);
        }
        Ok(())
    }

    /// The XXH3 of the tensors' bytes since the last call, in the order in which their numbers are counted.
    pub fn take_digest(&mut self) -> u128 {
        let digest = self.hasher.digest128();
        self.hasher.reset();
        digest
    }

    /// Reads a tensor's numbers as f32: f32 straight into place, others a piece at a time. `scales` as in [`decode`].
    pub async fn numbers(&mut self, entry: &Entry, scales: &[f32]) -> Result<Vec<f32>, LoadError> {
        let count = entry.shape.iter().product::<usize>();
        let mut values = room_for(entry, count)?;
        let dtype = entry.dtype()?;
        if dtype == Dtype::F32 {
            self.fill_tensor(bytemuck::cast_slice_mut(&mut values))
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
            self.fill_tensor(piece).await?;
            let scales = scales.get(at * rows_at_once..).unwrap_or_default();
            let scales = &scales[..scales.len().min(part.len() / columns)];
            decode(dtype, piece, scales, part);
        }
        Ok(values)
    }

    /// Reads a tensor's bytes as they are, as words.
    pub async fn words(&mut self, entry: &Entry) -> Result<Vec<i32>, LoadError> {
        let bytes = entry.shape.iter().product::<usize>() * entry.dtype()?.size();
        let mut words = room_for(entry, bytes / 4)?;
        self.fill_tensor(bytemuck::cast_slice_mut(&mut words))
            .await?;
        Ok(words)
    }

    /// Reads the file to its end, and makes sure that nothing follows.
    pub async fn finish(&mut self) -> Result<(), LoadError> {
        (self.held, self.gathered) = (None, None);
        if let Data::Storages(storages) = &mut self.data {
            return storages.finish(&mut self.bytes).await;
        }
        self.skip_to(self.header.data_length()).await?;
        match self.bytes.is_at_end().await? {
            true => Ok(()),
            false => Err(LoadError::Weights(WeightsError::Overlong {
                file: self.header.file.clone(),
                expected: self.total(),
            })),
        }
    }
}

/// Reads a safetensors file's header.
async fn safetensors(bytes: &mut FileBytes) -> Result<Header, LoadError> {
    let mut length = [0; 8];
    bytes.fill(&mut length, 8).await?;
    let length = u64::from_le_bytes(length);
    let total = bytes.total();
    if length > MAX_HEADER || total.is_some_and(|total| length > total.saturating_sub(8)) {
        return Err(LoadError::Weights(WeightsError::Header {
            file: bytes.file.clone(),
            detail: format!("it says that it is {length} bytes long"),
        }));
    }
    let json = bytes.take(length, 8 + length).await?;
    Ok(Header::parse(&bytes.file, &json)?)
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
