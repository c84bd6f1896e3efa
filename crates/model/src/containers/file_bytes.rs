//! A weight file's bytes, in order, with a look ahead.

use crate::containers::weight_file::ByteStream;
use crate::error::{LoadError, WeightsError};

/// From how many bytes on a jump is worth more than reading on: over a network it is a request.
pub(crate) const JUMP: u64 = 1 << 16;

/// The bytes of one file as they come.
pub(crate) struct FileBytes {
    /// The file's name.
    pub file: String,
    /// Bytes read or passed over so far.
    pub read: u64,
    stream: Box<dyn ByteStream>,
    /// What was looked at and is not read yet, from `looked` on.
    ahead: Vec<u8>,
    looked: usize,
}

impl FileBytes {
    pub fn new(file: String, stream: Box<dyn ByteStream>) -> Self {
        Self {
            file,
            read: 0,
            stream,
            ahead: Vec::new(),
            looked: 0,
        }
    }

    /// The file's length, where it is known beforehand.
    pub fn total(&self) -> Option<u64> {
        self.stream.total()
    }

    /// The next `count` bytes, or all that are left; they are still there to be read.
    pub async fn peek(&mut self, count: usize) -> Result<&[u8], LoadError> {
        if self.looked > 0 && self.ahead.len() - self.looked < count {
            self.ahead.drain(..self.looked);
            self.looked = 0;
        }
        while self.ahead.len() - self.looked < count {
            let start = self.ahead.len();
            let wanted = (count - (start - self.looked)).min(JUMP as usize);
            self.ahead.resize(start + wanted, 0);
            let read = self.stream.read(&mut self.ahead[start..]).await?;
            self.ahead.truncate(start + read);
            if read == 0 {
                break;
            }
        }
        let end = self.ahead.len().min(self.looked + count);
        Ok(&self.ahead[self.looked..end])
    }

    /// Puts the next bytes into `buffer` and gives how many; 0 at the end.
    async fn some(&mut self, buffer: &mut [u8]) -> Result<usize, LoadError> {
        let ahead = &self.ahead[self.looked..];
        let count = match ahead.is_empty() {
            true => self.stream.read(buffer).await?,
            false => {
                let count = ahead.len().min(buffer.len());
                buffer[..count].copy_from_slice(&ahead[..count]);
                self.looked += count;
                count
            }
        };
        self.read += count as u64;
        Ok(count)
    }

    /// Fills `buffer`; `expected` is how long the file must at least be, for the error.
    pub async fn fill(&mut self, buffer: &mut [u8], expected: u64) -> Result<(), LoadError> {
        let mut filled = 0;
        while filled < buffer.len() {
            match self.some(&mut buffer[filled..]).await? {
                0 => return Err(self.cut(expected)),
                count => filled += count,
            }
        }
        Ok(())
    }

    /// The next `count` bytes. A count that is a lie costs no more than what the file holds.
    pub async fn take(&mut self, count: u64, expected: u64) -> Result<Vec<u8>, LoadError> {
        let mut bytes = Vec::new();
        while (bytes.len() as u64) < count {
            let start = bytes.len();
            let piece = (count - start as u64).min(JUMP) as usize;
            bytes.resize(start + piece, 0);
            self.fill(&mut bytes[start..], expected).await?;
        }
        Ok(bytes)
    }

    /// Passes over everything before byte `target` of the file.
    pub async fn skip_to(&mut self, target: u64, expected: u64) -> Result<(), LoadError> {
        let ahead = (self.ahead.len() - self.looked) as u64;
        let passed = ahead.min(target.saturating_sub(self.read));
        self.looked += passed as usize;
        self.read += passed;
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

    /// Whether nothing follows.
    pub async fn is_at_end(&mut self) -> Result<bool, LoadError> {
        Ok(self.peek(1).await?.is_empty())
    }

    /// Reads and drops all that follows.
    pub async fn drain(&mut self) -> Result<(), LoadError> {
        let mut piece = vec![0; JUMP as usize];
        while self.some(&mut piece).await? > 0 {}
        Ok(())
    }

    /// The file ends here, before `expected` bytes.
    pub fn cut(&self, expected: u64) -> LoadError {
        LoadError::Weights(WeightsError::Cut {
            file: self.file.clone(),
            expected,
            found: self.read,
        })
    }
}
