//! Huffman tables and the bit reader over a JPEG's entropy-coded data, with libjpeg's manners towards damage.

use super::corrupt;
use crate::error::DecodeError;

/// Codes up to this length are decoded by one look.
const LOOKAHEAD: u32 = 9;

/// One Huffman table, ready for decoding.
#[derive(Clone)]
pub(super) struct Table {
    /// By the next `LOOKAHEAD` bits: length of the code in the upper byte, symbol in the lower; 0 for longer codes.
    lookup: [u16; 1 << LOOKAHEAD],
    /// By length: the largest code of this length, -1 where there is none.
    max_code: [i32; 17],
    /// By length: what to add to a code to get the index of its symbol.
    offset: [i32; 17],
    symbols: [u8; 256],
}

impl Table {
    /// From the DHT segment's 16 counts and its symbols in order of increasing code length.
    pub(super) fn new(counts: &[u8; 16], symbols: &[u8]) -> Result<Self, DecodeError> {
        let total: usize = counts.iter().map(|count| usize::from(*count)).sum();
        if total > 256 || total != symbols.len() {
            return Err(corrupt("a Huffman table has more than 256 codes"));
        }
        let mut table = Self {
            lookup: [0; 1 << LOOKAHEAD],
            max_code: [-1; 17],
            offset: [0; 17],
            symbols: [0; 256],
        };
        table.symbols[..total].copy_from_slice(symbols);
        let (mut code, mut index) = (0i32, 0i32);
        for length in 1..=16u32 {
            let count = i32::from(counts[length as usize - 1]);
            if code + count > 1 << length {
                return Err(corrupt("a Huffman table has more codes than fit"));
            }
            if count > 0 {
                table.offset[length as usize] = index - code;
                for step in 0..count {
                    if length <= LOOKAHEAD {
                        let spare = LOOKAHEAD - length;
                        let first = ((code + step) as usize) << spare;
                        let symbol = table.symbols[(index + step) as usize];
                        table.lookup[first..first + (1 << spare)]
                            .fill((length as u16) << 8 | u16::from(symbol));
                    }
                }
                index += count;
                code += count;
                table.max_code[length as usize] = code - 1;
            }
            code <<= 1;
        }
        Ok(table)
    }

    /// Whether every symbol is a length that a DC difference can have.
    pub(super) fn fits_dc(&self) -> bool {
        self.symbols.iter().all(|symbol| *symbol <= 15)
    }
}

/// Reads bits up to the next marker. Behind it, zeros follow (as in libjpeg), behind the end of the file an error.
pub(super) struct BitReader<'a> {
    data: &'a [u8],
    position: usize,
    buffer: u64,
    bits: u32,
    marker: Option<u8>,
    /// More bits were asked for than the segment holds: what remains of it stays grey, as in libjpeg.
    pub(super) exhausted: bool,
}

impl<'a> BitReader<'a> {
    /// Starts reading at `position`, behind the header of a scan.
    pub(super) fn new(data: &'a [u8], position: usize) -> Self {
        Self {
            data,
            position,
            buffer: 0,
            bits: 0,
            marker: None,
            exhausted: false,
        }
    }

    /// Where the bytes behind this scan's data start: at its marker, if one was met.
    pub(super) fn end(&self) -> usize {
        self.position
    }

    /// Whether what follows ends the scan well: a marker, or, where there is none, more bytes than libjpeg looks at ahead
    /// of the last pixel. It refuses a file that is cut off right behind that, and takes one with something else there.
    pub(super) fn ends_well(&self) -> bool {
        const LOOKED_AT: usize = 64;
        self.marker.is_some()
            || (self.data.len() - self.position) * 8 + self.bits as usize >= LOOKED_AT
    }

    /// An error where bits were taken from behind the end of the file.
    pub(super) fn check_end(&self) -> Result<(), DecodeError> {
        if self.exhausted && self.marker.is_none() {
            return Err(DecodeError::Truncated { format: "JPEG" });
        }
        Ok(())
    }

    fn refill(&mut self) {
        if self.bits <= 32
            && let Some(word) = self.data.get(self.position..self.position + 4)
            && !word.contains(&0xff)
            && self.marker.is_none()
        {
            let word = u32::from_be_bytes([word[0], word[1], word[2], word[3]]);
            self.buffer = self.buffer << 32 | u64::from(word);
            self.bits += 32;
            self.position += 4;
            return;
        }
        while self.bits <= 48 && self.marker.is_none() {
            let Some(byte) = self.coded_byte() else {
                return;
            };
            self.buffer = self.buffer << 8 | u64::from(byte);
            self.bits += 8;
        }
    }

    /// The next `count` (at most 16) bits, zeros where there are none left.
    #[inline]
    fn peek(&mut self, count: u32) -> u32 {
        if self.bits < count {
            self.refill();
        }
        let bits = if self.bits >= count {
            self.buffer >> (self.bits - count)
        } else {
            self.buffer << (count - self.bits)
        };
        (bits & ((1 << count) - 1)) as u32
    }

    #[inline]
    fn consume(&mut self, count: u32) {
        if count > self.bits {
            self.exhausted = true;
            self.bits = 0;
            self.buffer = 0;
        } else {
            self.bits -= count;
        }
    }

    /// `count` (at most 16) bits as a number.
    #[inline]
    pub(super) fn take(&mut self, count: u32) -> u32 {
        let bits = self.peek(count);
        self.consume(count);
        bits
    }

    /// The next symbol; 0 for a code that the table does not have.
    #[inline]
    pub(super) fn symbol(&mut self, table: &Table) -> u8 {
        let entry = table.lookup[self.peek(LOOKAHEAD) as usize];
        if entry != 0 {
            self.consume(u32::from(entry >> 8));
            return entry as u8;
        }
        let bits = self.peek(16) as i32;
        for length in LOOKAHEAD + 1..=16 {
            let code = bits >> (16 - length);
            if code <= table.max_code[length as usize] {
                self.consume(length);
                return table.symbols[(code + table.offset[length as usize]) as usize & 0xff];
            }
        }
        self.consume(16);
        self.consume(1);
        0
    }

    /// A signed value of `size` (at most 16) bits in JPEG's notation.
    #[inline]
    pub(super) fn signed(&mut self, size: u32) -> i32 {
        if size == 0 {
            return 0;
        }
        let value = self.take(size) as i32;
        if value < 1 << (size - 1) {
            value - (1 << size) + 1
        } else {
            value
        }
    }

    /// The next whole byte, for arithmetic coding; zeros behind a marker, which are no damage there.
    pub(super) fn byte(&mut self) -> u8 {
        if self.marker.is_some() {
            return 0;
        }
        let byte = self.coded_byte();
        self.exhausted |= byte.is_none() && self.marker.is_none();
        byte.unwrap_or(0)
    }

    /// The next byte of coded data, without the zeros that stand behind 0xff there; none where a marker follows, which is noted, and at
    /// the end of the file.
    #[inline]
    fn coded_byte(&mut self) -> Option<u8> {
        let byte = *self.data.get(self.position)?;
        let mut next = self.position + 1;
        if byte == 0xff {
            while self.data.get(next) == Some(&0xff) {
                next += 1;
            }
            match self.data.get(next) {
                None => {
                    self.position = self.data.len();
                    return None;
                }
                Some(0) => next += 1,
                Some(&marker) => {
                    self.marker = Some(marker);
                    return None;
                }
            }
        }
        self.position = next;
        Some(byte)
    }

    /// Looks for restart marker `expected` (0..=7) and starts a new segment behind it, as `jpeg_resync_to_restart` does.
    pub(super) fn restart(&mut self, expected: u8) -> Result<(), DecodeError> {
        self.buffer = 0;
        self.bits = 0;
        if self.marker.is_none() {
            self.next_marker()?;
        }
        loop {
            let marker = self.marker.unwrap_or(0);
            let ahead = marker.wrapping_sub(0xd0).wrapping_sub(expected) & 7;
            match marker {
                0..0xc0 => self.next_marker()?,
                0xd0..=0xd7 if ahead == 1 || ahead == 2 => break,
                0xd0..=0xd7 if ahead == 6 || ahead == 7 => self.next_marker()?,
                0xd0..=0xd7 => {
                    self.skip_marker();
                    self.exhausted = false;
                    break;
                }
                _ => break,
            }
        }
        Ok(())
    }

    fn skip_marker(&mut self) {
        while self.data.get(self.position) == Some(&0xff) {
            self.position += 1;
        }
        self.position += 1;
        self.marker = None;
    }

    fn next_marker(&mut self) -> Result<(), DecodeError> {
        if self.marker.is_some() {
            self.skip_marker();
        }
        loop {
            match (
                self.data.get(self.position),
                self.data.get(self.position + 1),
            ) {
                (Some(0xff), Some(&code)) if code != 0 && code != 0xff => {
                    self.marker = Some(code);
                    return Ok(());
                }
                (Some(_), Some(_)) => self.position += 1,
                _ => return Err(DecodeError::Truncated { format: "JPEG" }),
            }
        }
    }
}
