//! Refuses a PNG file whose chunks behind the pixels are cut off, by the rule of Pillow's `PngImageFile.load_end`.

use std::cell::Cell;
use std::io::{BufRead, Cursor, Read, Result as IoResult, Seek, SeekFrom};

use crate::error::DecodeError;

/// The length of the signature in front of the first chunk.
const SIGNATURE: usize = 8;

/// A file's bytes that tell how many of them were consumed while a decoder holds them.
pub(crate) struct Counted<'a> {
    cursor: Cursor<&'a [u8]>,
    consumed: &'a Cell<usize>,
}

impl<'a> Counted<'a> {
    pub(crate) fn new(bytes: &'a [u8], consumed: &'a Cell<usize>) -> Self {
        Self {
            cursor: Cursor::new(bytes),
            consumed,
        }
    }

    fn note(&self) {
        self.consumed.set(self.cursor.position() as usize);
    }
}

impl Read for Counted<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> IoResult<usize> {
        let count = self.cursor.read(buffer)?;
        self.note();
        Ok(count)
    }
}

impl BufRead for Counted<'_> {
    fn fill_buf(&mut self) -> IoResult<&[u8]> {
        self.cursor.fill_buf()
    }

    fn consume(&mut self, count: usize) {
        self.cursor.consume(count);
        self.note();
    }
}

impl Seek for Counted<'_> {
    fn seek(&mut self, to: SeekFrom) -> IoResult<u64> {
        let position = self.cursor.seek(to)?;
        self.note();
        Ok(position)
    }
}

/// Walks the chunks behind the pixels, the last of which were decoded when `consumed` bytes had been.
///
/// What is left of the chunk that holds the last pixel may be missing, and so may all that follows it. But a chunk whose
/// header is there must be there as a whole. `animated` says that a further frame may begin, which ends the walk.
pub(crate) fn check(bytes: &[u8], consumed: usize, animated: bool) -> Result<(), DecodeError> {
    let mut at = SIGNATURE;
    while let Some(header) = bytes.get(at..).and_then(|rest| rest.first_chunk::<8>()) {
        let [l3, l2, l1, l0, kind @ ..] = *header;
        let length = u32::from_be_bytes([l3, l2, l1, l0]) as usize;
        let data = at + header.len();
        // A decoder may have looked at the header of the next chunk only to see that the pixels end before it.
        if consumed <= data {
            let named = kind
                .iter()
                .all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
            if !named || kind == *b"IEND" || (animated && kind == *b"fcTL") {
                break;
            }
            if bytes.len() - data < length {
                return Err(DecodeError::Truncated { format: "PNG" });
            }
        }
        at = data.saturating_add(length).saturating_add(4);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(chunks: &[(u32, &[u8; 4], usize)]) -> Vec<u8> {
        let mut bytes = vec![0; SIGNATURE];
        for (length, kind, present) in chunks {
            bytes.extend(length.to_be_bytes());
            bytes.extend(*kind);
            bytes.extend(vec![0; *present]);
        }
        bytes
    }

    #[test]
    fn only_whole_chunks_stand_behind_the_pixels() {
        let truncated = Err(DecodeError::Truncated { format: "PNG" });
        let cut = file(&[(5, b"IDAT", 9), (3, b"tEXt", 2)]);
        assert_eq!(check(&cut, 21, false), truncated);
        assert_eq!(check(&cut, 33, false), truncated, "only the header is read");
        assert_eq!(check(&cut[..32], 21, false), Ok(()), "no whole header");
        assert_eq!(check(&cut[..17], 17, false), Ok(()), "the last pixel's own");
        let whole = file(&[(5, b"IDAT", 9), (3, b"tEXt", 3)]);
        assert_eq!(check(&whole, 21, false), Ok(()));
    }

    #[test]
    fn the_walk_ends_at_the_end_damage_or_the_next_frame() {
        for kind in [b"IEND", b"\0DAT"] {
            let bytes = file(&[(5, b"IDAT", 9), (u32::MAX, kind, 0)]);
            assert_eq!(check(&bytes, 21, false), Ok(()));
        }
        let next = file(&[(5, b"IDAT", 9), (26, b"fcTL", 3)]);
        assert_eq!(check(&next, 21, true), Ok(()));
        assert!(check(&next, 21, false).is_err());
    }
}
