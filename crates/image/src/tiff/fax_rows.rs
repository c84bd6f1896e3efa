//! The bits that a fax code is read from, and the runs of a row that it becomes.

use std::convert::Infallible;

use fax::{BitReader, Bits};

/// The bits of a strip ended.
pub(super) struct Ended;

/// The runs of a row, white first.
pub(super) struct Runs {
    width: usize,
    pub(super) lengths: Vec<usize>,
    /// Where the next run starts, what was passed over included.
    pub(super) at: usize,
    /// Pixels that were passed over and belong to the run that ends next.
    pub(super) pending: usize,
}

impl Runs {
    pub(super) fn new(width: usize) -> Self {
        Self {
            width,
            lengths: Vec::new(),
            at: 0,
            pending: 0,
        }
    }

    pub(super) fn add(&mut self, length: usize) {
        self.lengths.push(self.pending + length);
        self.at = self.at.saturating_add(length);
        self.pending = 0;
    }

    pub(super) fn end_at(&mut self, to: usize) {
        self.add(to.saturating_sub(self.at));
    }

    pub(super) fn skip_to(&mut self, to: usize) {
        let length = to.saturating_sub(self.at);
        self.pending += length;
        self.at += length;
    }

    /// Gives what is left of the row the colour of the run that would come next.
    pub(super) fn fill_up(&mut self) {
        self.lengths.push(self.width.saturating_sub(self.at));
    }

    /// Cuts or fills the row to its width; what is missing is white.
    pub(super) fn complete(&mut self) {
        if self.pending > 0 {
            self.add(0);
        }
        while self.at > self.width {
            match self.lengths.pop() {
                Some(length) => self.at -= length.min(self.at),
                None => self.at = 0,
            }
        }
        if self.at < self.width {
            if self.lengths.len() % 2 == 1 {
                self.lengths.push(0);
            }
            self.lengths.push(self.width - self.at);
            self.at = self.width;
        }
    }

    pub(super) fn paint(&self, row: &mut [u8]) {
        let mut x = 0;
        for (index, length) in self.lengths.iter().enumerate() {
            let end = (x + length).min(self.width);
            if index % 2 == 1 {
                for x in x..end {
                    row[x / 8] |= 0x80 >> (x % 8);
                }
            }
            x = end;
        }
    }
}

/// Bits of a strip, the high ones of each byte first, and zeros behind them.
pub(super) struct Reader<'a> {
    pub(super) input: &'a [u8],
    pub(super) at: usize,
    /// Where the bits end, zeros that stand in for missing ones included.
    pub(super) limit: usize,
}

impl Reader<'_> {
    /// Where some of `count` bits are missing, zeros stand in for them; where all are, the strip has ended.
    pub(super) fn need(&mut self, count: usize) -> Result<(), Ended> {
        if self.limit < self.at + count {
            if self.limit <= self.at {
                return Err(Ended);
            }
            self.limit = self.at + count;
        }
        Ok(())
    }

    /// The next `count` (at most 16) bits.
    pub(super) fn look(&self, count: usize) -> u16 {
        let start = self.at / 8;
        let byte = |at: usize| u32::from(self.input.get(at).copied().unwrap_or(0));
        let word = byte(start) << 16 | byte(start + 1) << 8 | byte(start + 2);
        (word >> (24 - self.at % 8 - count) & ((1 << count) - 1)) as u16
    }

    pub(super) fn take(&mut self, count: usize) -> u16 {
        let bits = self.look(count);
        self.at += count;
        bits
    }
}

impl BitReader for Reader<'_> {
    type Error = Infallible;

    fn peek(&self, bits: u8) -> Option<u16> {
        Some(self.look(usize::from(bits)))
    }

    fn consume(&mut self, bits: u8) -> Result<(), Infallible> {
        self.at += usize::from(bits);
        Ok(())
    }

    fn expect(&mut self, bits: Bits) -> Result<(), Option<Bits>> {
        let found = self.look(usize::from(bits.len));
        if found == bits.data {
            Ok(())
        } else {
            Err(Some(Bits {
                data: found,
                len: bits.len,
            }))
        }
    }

    fn bits_to_byte_boundary(&self) -> u8 {
        (self.at.next_multiple_of(8) - self.at) as u8
    }
}
