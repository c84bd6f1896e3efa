//! The first directory of a TIFF file: whole numbers and bytes by tag, as Pillow reads them.

use crate::error::DecodeError;

/// Low bytes first or high bytes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    Little,
    Big,
}

impl Order {
    /// The two bytes at the start of `bytes` as a number.
    pub(super) fn u16(self, bytes: [u8; 2]) -> u16 {
        match self {
            Self::Little => u16::from_le_bytes(bytes),
            Self::Big => u16::from_be_bytes(bytes),
        }
    }

    /// The four bytes as a number.
    pub(super) fn u32(self, bytes: [u8; 4]) -> u32 {
        match self {
            Self::Little => u32::from_le_bytes(bytes),
            Self::Big => u32::from_be_bytes(bytes),
        }
    }

    fn number(self, bytes: &[u8]) -> u64 {
        let fold = |number: u64, byte: &u8| number << 8 | u64::from(*byte);
        match self {
            Self::Little => bytes.iter().rev().fold(0, fold),
            Self::Big => bytes.iter().fold(0, fold),
        }
    }
}

/// One entry: the type of its values and their bytes.
struct Entry<'a> {
    tag: u16,
    kind: u16,
    values: &'a [u8],
}

/// The first directory.
pub(super) struct Directory<'a> {
    pub(super) order: Order,
    /// Whether the header is one that only Pillow takes for TIFF: its two bytes of version are in the other order.
    pub(super) odd_header: bool,
    entries: Vec<Entry<'a>>,
}

impl<'a> Directory<'a> {
    /// Reads the header and the first directory; entries whose values lie outside of the file are left out.
    pub(super) fn read(bytes: &'a [u8]) -> Result<Self, DecodeError> {
        const TRUNCATED: DecodeError = DecodeError::Truncated { format: "TIFF" };
        let order = if bytes.starts_with(b"MM") {
            Order::Big
        } else {
            Order::Little
        };
        let number = |at: usize, length: usize| {
            let end = at.checked_add(length)?;
            bytes.get(at..end).map(|bytes| order.number(bytes))
        };
        let version = number(2, 2).ok_or(TRUNCATED)?;
        let big = version == 43;
        let word = if big { 8 } else { 4 };
        let start = number(word, word).ok_or(TRUNCATED)?;
        let start = usize::try_from(start).map_err(|_| TRUNCATED)?;
        let counter = if big { 8 } else { 2 };
        let count = number(start, counter).ok_or(TRUNCATED)?;

        let mut entries = Vec::new();
        for index in 0..count {
            let at = usize::try_from(index)
                .ok()
                .and_then(|index| index.checked_mul(4 + 2 * word))
                .and_then(|offset| offset.checked_add(start + counter))
                .ok_or(TRUNCATED)?;
            let entry = at
                .checked_add(4 + 2 * word)
                .and_then(|end| bytes.get(at..end));
            let Some(entry) = entry else {
                return Err(TRUNCATED);
            };
            let kind = order.number(&entry[2..4]) as u16;
            let length = usize::try_from(order.number(&entry[4..4 + word]))
                .ok()
                .and_then(|count| count.checked_mul(size_of_kind(kind)));
            let Some(length) = length else { continue };
            let value = &entry[4 + word..];
            let values = if length <= word {
                value.get(..length)
            } else {
                usize::try_from(order.number(value))
                    .ok()
                    .and_then(|offset| bytes.get(offset..offset.checked_add(length)?))
            };
            if let Some(values) = values.filter(|values| !values.is_empty()) {
                entries.push(Entry {
                    tag: order.number(&entry[..2]) as u16,
                    kind,
                    values,
                });
            }
        }
        Ok(Self {
            order,
            odd_header: !matches!(version, 42 | 43),
            entries,
        })
    }

    /// The bytes of a tag, whatever type they are told to have.
    pub(super) fn bytes(&self, tag: u16) -> Option<&'a [u8]> {
        self.entry(tag).map(|entry| entry.values)
    }

    /// The whole numbers of a tag; negative ones come out very large.
    pub(super) fn numbers(&self, tag: u16) -> Option<Vec<u64>> {
        let entry = self.entry(tag)?;
        if !matches!(entry.kind, 1 | 3 | 4 | 6 | 8 | 9 | 13 | 16 | 17 | 18) {
            return None;
        }
        let values = entry.values.chunks_exact(size_of_kind(entry.kind));
        Some(values.map(|value| self.order.number(value)).collect())
    }

    /// The only, or the first, whole number of a tag.
    pub(super) fn number(&self, tag: u16) -> Option<u64> {
        self.numbers(tag)?.first().copied()
    }

    /// Of an entry that is there twice, the last counts.
    fn entry(&self, tag: u16) -> Option<&Entry<'a>> {
        self.entries.iter().rev().find(|entry| entry.tag == tag)
    }
}

/// Bytes of one value; 0 for types that are not known, whose entries are left out.
fn size_of_kind(kind: u16) -> usize {
    match kind {
        1 | 2 | 6 | 7 => 1,
        3 | 8 => 2,
        4 | 9 | 11 | 13 => 4,
        5 | 10 | 12 | 16 | 17 | 18 => 8,
        _ => 0,
    }
}
