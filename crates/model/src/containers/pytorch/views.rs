//! Tensors whose numbers do not lie in order in their storage, or share it with others': what is held for them, and how it is read.

use std::ops::Range;

use crate::containers::header::Entry;

/// The parts of the data that are read whole before any tensor in them is: where a tensor's numbers lie out of order, or two tensors
/// have bytes in common.
///
/// `entries` stand in the order of their beginnings.
pub(in crate::containers) fn held_parts(entries: &[Entry]) -> Vec<Range<u64>> {
    let mut held: Vec<Range<u64>> = Vec::new();
    let mut part = 0..0;
    let mut is_held = false;
    for entry in entries.iter().filter(|entry| entry.begin < entry.end) {
        if entry.begin < part.end {
            part.end = part.end.max(entry.end);
            is_held = true;
        } else {
            if is_held {
                held.push(part);
            }
            part = entry.begin..entry.end;
            is_held = false;
        }
        is_held |= entry.strides.is_some();
    }
    if is_held {
        held.push(part);
    }
    held
}

/// Copies a tensor's numbers to `out` in the order in which they are counted, from number `first` on.
///
/// `bytes` begin with its first number and hold its last; each number has `size` bytes.
pub(in crate::containers) fn gather(
    shape: &[usize],
    strides: &[usize],
    size: usize,
    bytes: &[u8],
    first: usize,
    out: &mut [u8],
) {
    let Some((&columns, outer)) = shape.split_last() else {
        out.copy_from_slice(&bytes[..out.len()]);
        return;
    };
    if columns == 0 {
        return;
    }
    let column_stride = strides[outer.len()];
    let mut row = first / columns;
    let mut column = first % columns;
    let mut out = out;
    while !out.is_empty() {
        let begin = place(outer, strides, row);
        let count = (columns - column).min(out.len() / size);
        let (here, rest) = out.split_at_mut(count * size);
        if column_stride == 1 {
            let at = (begin + column) * size;
            here.copy_from_slice(&bytes[at..at + count * size]);
        } else {
            for (number, out) in here.chunks_exact_mut(size).enumerate() {
                let at = (begin + (column + number) * column_stride) * size;
                out.copy_from_slice(&bytes[at..at + size]);
            }
        }
        out = rest;
        row += 1;
        column = 0;
    }
}

/// Where a row begins, in numbers: its place along each of the outer dimensions, times their strides.
fn place(outer: &[usize], strides: &[usize], row: usize) -> usize {
    let mut row = row;
    let mut place = 0;
    for (&size, &stride) in outer.iter().zip(strides).rev() {
        place += row % size * stride;
        row /= size;
    }
    place
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(name: &str, begin: u64, end: u64, strides: Option<Vec<usize>>) -> Entry {
        Entry {
            name: name.to_owned(),
            dtype: "F32".to_owned(),
            shape: vec![(end - begin) as usize / 4],
            begin,
            end,
            strides,
        }
    }

    #[test]
    fn only_what_overlaps_or_lies_out_of_order_is_held() {
        let plain = [entry("a", 0, 8, None), entry("b", 8, 16, None)];
        assert!(held_parts(&plain).is_empty());
        let parts = held_parts(&[
            entry("a", 0, 8, None),
            entry("b", 8, 16, Some(vec![2])),
            entry("nothing", 16, 16, None),
            entry("c", 16, 24, None),
            entry("d", 24, 40, None),
            entry("e", 28, 32, None),
            entry("f", 36, 44, None),
            entry("g", 44, 48, None),
        ]);
        assert_eq!(parts, [8..16, 24..44]);
    }

    #[test]
    fn numbers_come_in_the_order_in_which_they_are_counted() {
        let bytes: Vec<u8> = (0..24).collect();
        // [2, 3, 2] of bytes, the dimensions of a [2, 2, 3] exchanged, in pieces of every length.
        let (shape, strides) = ([2, 3, 2], [6, 1, 3]);
        let expected = [0, 3, 1, 4, 2, 5, 6, 9, 7, 10, 8, 11];
        for piece in 1..=12 {
            let mut found = [0; 12];
            for (number, out) in found.chunks_mut(piece).enumerate() {
                gather(&shape, &strides, 1, &bytes, number * piece, out);
            }
            assert_eq!(found, expected, "{piece}");
        }
        let mut halves = [0; 8];
        gather(&[2, 2], &[4, 1], 2, &bytes, 0, &mut halves);
        assert_eq!(halves, [0, 1, 2, 3, 8, 9, 10, 11]);
        let mut one = [0; 2];
        gather(&[], &[], 2, &bytes[6..], 0, &mut one);
        assert_eq!(one, [6, 7]);
    }
}
