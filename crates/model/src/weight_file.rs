//! One weight file: its header, and its tensors' numbers as they stream by.

use std::collections::HashSet;
use std::future::Future;
use std::pin::Pin;

use half::slice::HalfFloatSliceExt;
use half::{bf16, f16};

use crate::error::{LoadError, SourceError, WeightsError};
use crate::header::{Dtype, Entry, Header, MAX_HEADER};

/// Bytes of half-precision numbers that are converted at a time.
const PIECE: usize = 1 << 16;

/// A file's bytes, in order, as they come.
pub trait ByteStream {
    /// The whole length in bytes, where it is known beforehand.
    fn total(&self) -> Option<u64>;

    /// Puts the next bytes into `buffer` and gives how many; 0 at the end.
    fn read<'a>(
        &'a mut self,
        buffer: &'a mut [u8],
    ) -> Pin<Box<dyn Future<Output = Result<usize, SourceError>> + 'a>>;
}

/// One of a checkpoint's weight files, opened.
pub struct WeightFile {
    /// Its name.
    pub name: String,
    /// Its bytes.
    pub stream: Box<dyn ByteStream>,
    /// The tensors that it must hold, by the index of a sharded checkpoint; more may be in it.
    pub indexed: Vec<String>,
}

/// A weight file whose header has been read.
pub(crate) struct OpenFile {
    stream: Box<dyn ByteStream>,
    pub header: Header,
    /// Where the data begins, in bytes from the file's start.
    data: u64,
    /// Bytes read so far.
    pub read: u64,
}

impl OpenFile {
    pub async fn open(file: WeightFile) -> Result<Self, LoadError> {
        let mut open = Self {
            stream: file.stream,
            header: Header {
                file: file.name,
                tensors: Vec::new(),
            },
            data: 8,
            read: 0,
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

    /// Reads past everything before byte `begin` of the data.
    pub async fn skip_to(&mut self, begin: u64) -> Result<(), LoadError> {
        let expected = self.total();
        let target = self.data.saturating_add(begin);
        let mut piece = [0; 4096];
        while self.read < target {
            let count = (target - self.read).min(piece.len() as u64) as usize;
            self.fill(&mut piece[..count], expected).await?;
        }
        Ok(())
    }

    /// Reads a tensor's numbers as f32: f32 straight into place, halves a piece at a time.
    pub async fn numbers(&mut self, entry: &Entry) -> Result<Vec<f32>, LoadError> {
        let count = entry.shape.iter().product::<usize>();
        let mut values = Vec::new();
        values
            .try_reserve_exact(count)
            .map_err(|_| LoadError::OutOfMemory {
                tensor: entry.name.clone(),
                bytes: count as u64 * 4,
            })?;
        values.resize(count, 0.0_f32);
        let expected = self.total();
        match entry.dtype()? {
            Dtype::F32 => {
                self.fill(bytemuck::cast_slice_mut(&mut values), expected)
                    .await?;
            }
            dtype => {
                let mut piece = vec![0_u16; PIECE];
                for part in values.chunks_mut(PIECE) {
                    let piece = &mut piece[..part.len()];
                    self.fill(bytemuck::cast_slice_mut(piece), expected).await?;
                    convert(dtype, piece, part);
                }
            }
        }
        Ok(values)
    }

    /// Makes sure that nothing follows.
    pub async fn finish(mut self) -> Result<(), LoadError> {
        let expected = self.total();
        let length = self.header.data_length();
        self.skip_to(length).await?;
        match self.stream.read(&mut [0]).await? {
            0 => Ok(()),
            _ => Err(LoadError::Weights(WeightsError::Overlong {
                file: self.header.file,
                expected,
            })),
        }
    }
}

fn convert(dtype: Dtype, bits: &[u16], values: &mut [f32]) {
    if dtype == Dtype::F16 {
        let halves: &[f16] = half::slice::HalfBitsSliceExt::reinterpret_cast(bits);
        halves.convert_to_f32_slice(values);
    } else {
        let halves: &[bf16] = half::slice::HalfBitsSliceExt::reinterpret_cast(bits);
        halves.convert_to_f32_slice(values);
    }
}
