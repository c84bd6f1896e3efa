//! Entropy decoding of single blocks: sequential, and the four kinds of progressive scan, after `jdhuff.c`/`jdphuff.c`.

use super::huffman::{BitReader, Table};

/// Zigzag position to natural position; the 16 further entries catch runs that leave the block, as in libjpeg.
pub(super) const NATURAL_ORDER: [u8; 80] = [
    0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20,
    13, 6, 7, 14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59,
    52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63, 63, 63, 63, 63, 63, 63, 63, 63, 63, 63,
    63, 63, 63, 63, 63, 63,
];

/// One 8 x 8 block's quantised coefficients in natural order.
pub(super) type Block = [i16; 64];

/// A sequential block: the DC difference and all AC coefficients. `block` must be zeros.
#[inline]
pub(super) fn sequential(
    reader: &mut BitReader<'_>,
    dc: &Table,
    ac: &Table,
    prediction: &mut i32,
    block: &mut Block,
) {
    let size = reader.symbol(dc);
    *prediction = prediction.wrapping_add(reader.signed(u32::from(size)));
    block[0] = *prediction as i16;
    let mut at = 1;
    while at < 64 {
        let symbol = reader.symbol(ac);
        let (run, size) = (usize::from(symbol >> 4), u32::from(symbol & 15));
        if size != 0 {
            at += run;
            block[usize::from(NATURAL_ORDER[at])] = reader.signed(size) as i16;
            at += 1;
        } else if run == 15 {
            at += 16;
        } else {
            break;
        }
    }
}

/// First progressive scan of the DC coefficient.
pub(super) fn dc_first(
    reader: &mut BitReader<'_>,
    dc: &Table,
    low: u32,
    prediction: &mut i32,
    block: &mut [i16],
) {
    let size = reader.symbol(dc);
    *prediction = prediction.wrapping_add(reader.signed(u32::from(size)));
    block[0] = prediction.wrapping_shl(low) as i16;
}

/// One more bit of the DC coefficient.
pub(super) fn dc_refine(reader: &mut BitReader<'_>, low: u32, block: &mut [i16]) {
    if reader.take(1) != 0 {
        block[0] |= 1 << low;
    }
}

/// First progressive scan of the AC coefficients `start..=end`. Returns how many further blocks are without any.
pub(super) fn ac_first(
    reader: &mut BitReader<'_>,
    ac: &Table,
    (start, end): (usize, usize),
    low: u32,
    block: &mut [i16],
) -> u32 {
    let mut at = start;
    while at <= end {
        let symbol = reader.symbol(ac);
        let (run, size) = (usize::from(symbol >> 4), u32::from(symbol & 15));
        if size != 0 {
            at += run;
            block[usize::from(NATURAL_ORDER[at])] = reader.signed(size).wrapping_shl(low) as i16;
            at += 1;
        } else if run == 15 {
            at += 16;
        } else {
            return (1 << run) - 1 + if run > 0 { reader.take(run as u32) } else { 0 };
        }
    }
    0
}

/// One more bit of the AC coefficients `start..=end`. `skip` is the number of blocks, this one included, in which only
/// known coefficients get their bit; returns the number for the next block.
pub(super) fn ac_refine(
    reader: &mut BitReader<'_>,
    ac: &Table,
    (start, end): (usize, usize),
    low: u32,
    mut skip: u32,
    block: &mut [i16],
) -> u32 {
    let plus = 1i16 << low;
    let minus = -plus;
    let mut at = start;
    if skip == 0 {
        while at <= end {
            let symbol = reader.symbol(ac);
            let mut run = u32::from(symbol >> 4);
            let mut value = 0;
            if symbol & 15 != 0 {
                value = if reader.take(1) != 0 { plus } else { minus };
            } else if run != 15 {
                skip = (1 << run) + if run > 0 { reader.take(run) } else { 0 };
                break;
            }
            while at <= end {
                let coefficient = &mut block[usize::from(NATURAL_ORDER[at])];
                if *coefficient != 0 {
                    refine(reader, plus, coefficient);
                } else if run == 0 {
                    break;
                } else {
                    run -= 1;
                }
                at += 1;
            }
            if value != 0 {
                block[usize::from(NATURAL_ORDER[at])] = value;
            }
            at += 1;
        }
    }
    if skip > 0 {
        while at <= end {
            let coefficient = &mut block[usize::from(NATURAL_ORDER[at])];
            if *coefficient != 0 {
                refine(reader, plus, coefficient);
            }
            at += 1;
        }
        skip -= 1;
    }
    skip
}

/// Reads the next bit of a coefficient that is known not to be zero.
#[inline]
fn refine(reader: &mut BitReader<'_>, plus: i16, coefficient: &mut i16) {
    if reader.take(1) != 0 && *coefficient & plus == 0 {
        *coefficient = coefficient.wrapping_add(if *coefficient >= 0 { plus } else { -plus });
    }
}
