//! The tables that a JPEG's segments bring: quantisation, Huffman codes, and the conditioning of arithmetic coding.

use super::arithmetic::Conditioning;
use super::corrupt;
use super::entropy::NATURAL_ORDER;
use super::huffman::Table;
use super::standard;
use crate::error::DecodeError;

/// All tables that were told so far.
#[derive(Default)]
pub(super) struct Tables {
    /// Natural order.
    pub(super) quantisation: [Option<[u16; 64]>; 4],
    pub(super) dc: [Option<Table>; 4],
    pub(super) ac: [Option<Table>; 4],
    pub(super) conditioning: Conditioning,
}

impl Tables {
    /// Puts the tables that most encoders write (T.81, K.3.3) where a sequential file has none, as libjpeg-turbo does:
    /// the frames of films (Motion JPEG) leave them out.
    pub(super) fn fill_with_standard(&mut self) -> Result<(), DecodeError> {
        for (index, chroma) in [false, true].into_iter().enumerate() {
            if self.dc[index].is_none() {
                self.dc[index] = Some(standard::dc(chroma)?);
            }
            if self.ac[index].is_none() {
                self.ac[index] = Some(standard::ac(chroma)?);
            }
        }
        Ok(())
    }

    /// Reads a DAC segment.
    pub(super) fn read_conditioning(&mut self, segment: &[u8]) -> Result<(), DecodeError> {
        let (pairs, rest) = segment.as_chunks::<2>();
        if !rest.is_empty() {
            return Err(short_table());
        }
        for &[index, value] in pairs {
            match (index, usize::from(index & 15)) {
                (0..16, table) if value & 15 <= value >> 4 => {
                    self.conditioning.dc[table] = (value & 15, value >> 4);
                }
                (16..32, table) => self.conditioning.ac[table] = value,
                _ => return Err(corrupt("a bound of arithmetic coding is impossible")),
            }
        }
        Ok(())
    }

    /// Reads a DHT segment.
    pub(super) fn read_huffman(&mut self, mut segment: &[u8]) -> Result<(), DecodeError> {
        while let Some((class_and_index, rest)) = segment.split_first() {
            let (counts, rest) = rest.split_first_chunk::<16>().ok_or_else(short_table)?;
            let total = counts.iter().map(|count| usize::from(*count)).sum();
            let (symbols, rest) = rest.split_at_checked(total).ok_or_else(short_table)?;
            let table = Table::new(counts, symbols)?;
            let index = usize::from(class_and_index & 15);
            let tables = match class_and_index >> 4 {
                0 => &mut self.dc,
                1 => &mut self.ac,
                _ => return Err(corrupt("a Huffman table of an unknown class")),
            };
            *tables
                .get_mut(index)
                .ok_or_else(|| corrupt("a Huffman table's index is above 3"))? = Some(table);
            segment = rest;
        }
        Ok(())
    }

    /// Reads a DQT segment.
    pub(super) fn read_quantisation(&mut self, mut segment: &[u8]) -> Result<(), DecodeError> {
        while let Some((precision_and_index, rest)) = segment.split_first() {
            let wide = precision_and_index >> 4 != 0;
            let (values, rest) = rest
                .split_at_checked(if wide { 128 } else { 64 })
                .ok_or_else(short_table)?;
            let mut table = [0u16; 64];
            for (at, natural) in NATURAL_ORDER[..64].iter().enumerate() {
                table[usize::from(*natural)] = if wide {
                    u16::from_be_bytes([values[at * 2], values[at * 2 + 1]])
                } else {
                    u16::from(values[at])
                };
            }
            let slot = self
                .quantisation
                .get_mut(usize::from(precision_and_index & 15));
            *slot.ok_or_else(|| corrupt("a quantisation table's index is above 3"))? = Some(table);
            segment = rest;
        }
        Ok(())
    }
}

fn short_table() -> DecodeError {
    corrupt("a table is cut short")
}
