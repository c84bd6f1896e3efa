//! LZW codes decompressed row by row, for GIF and TIFF.

use weezl::decode::Decoder;
use weezl::{LzwError, LzwStatus};

/// Codes, and how far they were read.
pub(crate) struct Codes {
    decoder: Decoder,
    at: usize,
}

/// Why a row could not be filled.
pub(crate) enum Unfilled {
    /// The codes end before it.
    Ended,
    /// A code means nothing.
    Damaged(LzwError),
}

impl Codes {
    pub(crate) fn new(decoder: Decoder) -> Self {
        Self { decoder, at: 0 }
    }

    /// Fills `row` with what the next codes of `data` mean. `data` must be the same in every call.
    pub(crate) fn fill(&mut self, data: &[u8], row: &mut [u8]) -> Result<(), Unfilled> {
        // weezl 0.1.12 may make no progress in one call where a row ended in the one before, and go on in the next.
        const CALLS_IN_VAIN: usize = 3;
        let (mut done, mut in_vain) = (0, 0);
        while done < row.len() {
            let result = self
                .decoder
                .decode_bytes(&data[self.at..], &mut row[done..]);
            self.at += result.consumed_in;
            done += result.consumed_out;
            if result.consumed_in == 0 && result.consumed_out == 0 {
                in_vain += 1;
            } else {
                in_vain = 0;
            }
            match result.status {
                _ if done == row.len() => {}
                Ok(LzwStatus::Done) => return Err(Unfilled::Ended),
                Ok(_) if in_vain == CALLS_IN_VAIN => return Err(Unfilled::Ended),
                Ok(_) => {}
                Err(error) => return Err(Unfilled::Damaged(error)),
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use weezl::BitOrder;

    /// Seven rows of three bytes, which weezl gives out with calls in vain between them.
    #[test]
    fn rows_that_end_between_codes_are_filled() {
        let data = [0x80, 0, 0x20, 0x50, 0x38, 0x24, 0x16, 0x0d, 1, 0];
        let mut codes = Codes::new(Decoder::with_tiff_size_switch(BitOrder::Msb, 8));
        for row in 0..7 {
            let filled = codes.fill(&data, &mut [0; 3]);
            assert!(filled.is_ok(), "row {row}");
        }
        assert!(codes.fill(&data, &mut [0; 3]).is_err(), "no eighth row");
    }
}
