//! The arithmetic entropy coding of ITU-T T.81, annex D: the decoder of single decisions and the blocks coded with it.

use super::entropy::NATURAL_ORDER;
use super::huffman::BitReader;

/// The probability estimates of table D.3: Qe, the next index after the less and after the more probable symbol, and
/// whether the two symbols change places. The last one stays at a half.
const ESTIMATES: [(u16, u8, u8, bool); 114] = [
    (0x5a1d, 1, 1, true),
    (0x2586, 14, 2, false),
    (0x1114, 16, 3, false),
    (0x080b, 18, 4, false),
    (0x03d8, 20, 5, false),
    (0x01da, 23, 6, false),
    (0x00e5, 25, 7, false),
    (0x006f, 28, 8, false),
    (0x0036, 30, 9, false),
    (0x001a, 33, 10, false),
    (0x000d, 35, 11, false),
    (0x0006, 9, 12, false),
    (0x0003, 10, 13, false),
    (0x0001, 12, 13, false),
    (0x5a7f, 15, 15, true),
    (0x3f25, 36, 16, false),
    (0x2cf2, 38, 17, false),
    (0x207c, 39, 18, false),
    (0x17b9, 40, 19, false),
    (0x1182, 42, 20, false),
    (0x0cef, 43, 21, false),
    (0x09a1, 45, 22, false),
    (0x072f, 46, 23, false),
    (0x055c, 48, 24, false),
    (0x0406, 49, 25, false),
    (0x0303, 51, 26, false),
    (0x0240, 52, 27, false),
    (0x01b1, 54, 28, false),
    (0x0144, 56, 29, false),
    (0x00f5, 57, 30, false),
    (0x00b7, 59, 31, false),
    (0x008a, 60, 32, false),
    (0x0068, 62, 33, false),
    (0x004e, 63, 34, false),
    (0x003b, 32, 35, false),
    (0x002c, 33, 9, false),
    (0x5ae1, 37, 37, true),
    (0x484c, 64, 38, false),
    (0x3a0d, 65, 39, false),
    (0x2ef1, 67, 40, false),
    (0x261f, 68, 41, false),
    (0x1f33, 69, 42, false),
    (0x19a8, 70, 43, false),
    (0x1518, 72, 44, false),
    (0x1177, 73, 45, false),
    (0x0e74, 74, 46, false),
    (0x0bfb, 75, 47, false),
    (0x09f8, 77, 48, false),
    (0x0861, 78, 49, false),
    (0x0706, 79, 50, false),
    (0x05cd, 48, 51, false),
    (0x04de, 50, 52, false),
    (0x040f, 50, 53, false),
    (0x0363, 51, 54, false),
    (0x02d4, 52, 55, false),
    (0x025c, 53, 56, false),
    (0x01f8, 54, 57, false),
    (0x01a4, 55, 58, false),
    (0x0160, 56, 59, false),
    (0x0125, 57, 60, false),
    (0x00f6, 58, 61, false),
    (0x00cb, 59, 62, false),
    (0x00ab, 61, 63, false),
    (0x008f, 61, 32, false),
    (0x5b12, 65, 65, true),
    (0x4d04, 80, 66, false),
    (0x412c, 81, 67, false),
    (0x37d8, 82, 68, false),
    (0x2fe8, 83, 69, false),
    (0x293c, 84, 70, false),
    (0x2379, 86, 71, false),
    (0x1edf, 87, 72, false),
    (0x1aa9, 87, 73, false),
    (0x174e, 72, 74, false),
    (0x1424, 72, 75, false),
    (0x119c, 74, 76, false),
    (0x0f6b, 74, 77, false),
    (0x0d51, 75, 78, false),
    (0x0bb6, 77, 79, false),
    (0x0a40, 77, 48, false),
    (0x5832, 80, 81, true),
    (0x4d1c, 88, 82, false),
    (0x438e, 89, 83, false),
    (0x3bdd, 90, 84, false),
    (0x34ee, 91, 85, false),
    (0x2eae, 92, 86, false),
    (0x299a, 93, 87, false),
    (0x2516, 86, 71, false),
    (0x5570, 88, 89, true),
    (0x4ca9, 95, 90, false),
    (0x44d9, 96, 91, false),
    (0x3e22, 97, 92, false),
    (0x3824, 99, 93, false),
    (0x32b4, 99, 94, false),
    (0x2e17, 93, 86, false),
    (0x56a8, 95, 96, true),
    (0x4f46, 101, 97, false),
    (0x47e5, 102, 98, false),
    (0x41cf, 103, 99, false),
    (0x3c3d, 104, 100, false),
    (0x375e, 99, 93, false),
    (0x5231, 105, 102, false),
    (0x4c0f, 106, 103, false),
    (0x4639, 107, 104, false),
    (0x415e, 103, 99, false),
    (0x5627, 105, 106, true),
    (0x50e7, 108, 107, false),
    (0x4b85, 109, 103, false),
    (0x5597, 110, 109, false),
    (0x504f, 111, 107, false),
    (0x5a10, 110, 111, true),
    (0x5522, 112, 109, false),
    (0x59eb, 112, 111, true),
    (0x5a1d, 113, 113, false),
];

/// Index of the estimate that does not change.
const FIXED: u8 = 113;

/// How the statistics of a table are conditioned (DAC segment): bounds of small DC differences, and of low AC positions.
#[derive(Clone, Copy, Debug)]
pub(super) struct Conditioning {
    pub(super) dc: [(u8, u8); 16],
    pub(super) ac: [u8; 16],
}

impl Default for Conditioning {
    fn default() -> Self {
        Self {
            dc: [(0, 1); 16],
            ac: [5; 16],
        }
    }
}

/// A statistics bin: the index of its estimate and the more probable symbol.
#[derive(Clone, Copy, Debug, Default)]
struct Bin {
    index: u8,
    likely: bool,
}

/// The decoder of a scan.
pub(super) struct Arithmetic {
    conditioning: Conditioning,
    /// The code and its interval, both with `spare` bits that are not in use yet.
    code: u32,
    interval: u32,
    spare: i32,
    /// A code that cannot be was met: what is left of the segment stays as it is.
    failed: bool,
    /// By component of the scan: the last DC value and the context that it sets for the next.
    predictions: [(i32, usize); 4],
    /// By table.
    dc: Vec<[Bin; 64]>,
    ac: Vec<[Bin; 256]>,
    fixed: Bin,
}

/// The bins of a table that follow one another, of which one is looked at.
type Bins<'b> = &'b mut [Bin];

impl Arithmetic {
    pub(super) fn new(conditioning: Conditioning) -> Self {
        Self {
            conditioning,
            code: 0,
            interval: 0,
            spare: -16,
            failed: false,
            predictions: [(0, 0); 4],
            dc: vec![[Bin::default(); 64]; 16],
            ac: vec![[Bin::default(); 256]; 16],
            fixed: Bin {
                index: FIXED,
                likely: false,
            },
        }
    }

    /// Forgets everything, behind a restart marker.
    pub(super) fn restart(&mut self) {
        *self = Self::new(self.conditioning);
    }

    /// A sequential block: the DC difference and all AC coefficients. `block` must be zeros.
    pub(super) fn sequential(
        &mut self,
        reader: &mut BitReader<'_>,
        part: usize,
        (dc, ac): (usize, usize),
        block: &mut [i16; 64],
    ) {
        if self.failed {
            return;
        }
        self.difference(reader, part, dc);
        if self.failed {
            return;
        }
        block[0] = self.predictions[part].0 as i16;
        self.coefficients(reader, ac, (1, 63), 0, block);
    }

    /// First progressive scan of the DC coefficient.
    pub(super) fn dc_first(
        &mut self,
        reader: &mut BitReader<'_>,
        part: usize,
        dc: usize,
        low: u32,
        block: &mut [i16],
    ) {
        if !self.failed {
            self.difference(reader, part, dc);
        }
        if !self.failed {
            block[0] = self.predictions[part].0.wrapping_shl(low) as i16;
        }
    }

    /// One more bit of the DC coefficient.
    pub(super) fn dc_refine(&mut self, reader: &mut BitReader<'_>, low: u32, block: &mut [i16]) {
        if self.even(reader) {
            block[0] |= 1 << low;
        }
    }

    /// First progressive scan of the AC coefficients of a range.
    pub(super) fn ac_first(
        &mut self,
        reader: &mut BitReader<'_>,
        ac: usize,
        range: (usize, usize),
        low: u32,
        block: &mut [i16],
    ) {
        if !self.failed {
            self.coefficients(reader, ac, range, low, block);
        }
    }

    /// One more bit of the AC coefficients of a range.
    pub(super) fn ac_refine(
        &mut self,
        reader: &mut BitReader<'_>,
        ac: usize,
        (start, end): (usize, usize),
        low: u32,
        block: &mut [i16],
    ) {
        if self.failed {
            return;
        }
        let plus = 1i16 << low;
        // Where the block ended in the scans before.
        let known = (1..=end)
            .rev()
            .find(|at| block[usize::from(NATURAL_ORDER[*at])] != 0)
            .unwrap_or(0);
        let mut at = start;
        while at <= end {
            if at > known && self.ac_bin(reader, ac, 3 * (at - 1)) {
                return;
            }
            loop {
                let natural = usize::from(NATURAL_ORDER[at]);
                let bin = 3 * (at - 1);
                if block[natural] != 0 {
                    if self.ac_bin(reader, ac, bin + 2) {
                        let step = if block[natural] < 0 { -plus } else { plus };
                        block[natural] = block[natural].wrapping_add(step);
                    }
                    break;
                }
                if self.ac_bin(reader, ac, bin + 1) {
                    block[natural] = if self.even(reader) { -plus } else { plus };
                    break;
                }
                at += 1;
                if at > end {
                    self.failed = true;
                    return;
                }
            }
            at += 1;
        }
    }

    /// The DC difference (F.1.4.1), added to the component's prediction.
    fn difference(&mut self, reader: &mut BitReader<'_>, part: usize, table: usize) {
        let mut bins = std::mem::take(&mut self.dc);
        let (value, context) =
            self.dc_value(reader, self.predictions[part].1, &mut bins[table], table);
        self.dc = bins;
        self.predictions[part].1 = context;
        self.predictions[part].0 = self.predictions[part].0.wrapping_add(value);
    }

    /// A difference, and the context that it sets for the next one.
    fn dc_value(
        &mut self,
        reader: &mut BitReader<'_>,
        context: usize,
        bins: Bins<'_>,
        table: usize,
    ) -> (i32, usize) {
        if !self.decide(reader, &mut bins[context]) {
            return (0, 0);
        }
        let negative = self.decide(reader, &mut bins[context + 1]);
        let mut bin = context + 2 + usize::from(negative);
        let mut magnitude = i32::from(self.decide(reader, &mut bins[bin]));
        if magnitude != 0 {
            bin = 20;
            while self.decide(reader, &mut bins[bin]) {
                magnitude <<= 1;
                if magnitude == 0x8000 {
                    self.failed = true;
                    return (0, context);
                }
                bin += 1;
            }
        }
        let (lower, upper) = self.conditioning.dc[table];
        let sign = usize::from(negative) * 4;
        let next = if magnitude < (1 << lower) >> 1 {
            0
        } else if magnitude > (1 << upper) >> 1 {
            12 + sign
        } else {
            4 + sign
        };
        let value = self.magnitude_bits(reader, magnitude, &mut bins[bin + 14]);
        (if negative { -value } else { value }, next)
    }

    /// The AC coefficients of a range (F.1.4.2), up to the end of the block.
    fn coefficients(
        &mut self,
        reader: &mut BitReader<'_>,
        table: usize,
        (start, end): (usize, usize),
        low: u32,
        block: &mut [i16],
    ) {
        let mut at = start;
        while at <= end {
            if self.ac_bin(reader, table, 3 * (at - 1)) {
                return;
            }
            while !self.ac_bin(reader, table, 3 * (at - 1) + 1) {
                at += 1;
                if at > end {
                    self.failed = true;
                    return;
                }
            }
            let negative = self.even(reader);
            let mut bin = 3 * (at - 1) + 2;
            let mut magnitude = i32::from(self.ac_bin(reader, table, bin));
            if magnitude != 0 && self.ac_bin(reader, table, bin) {
                magnitude <<= 1;
                bin = if at <= usize::from(self.conditioning.ac[table]) {
                    189
                } else {
                    217
                };
                while self.ac_bin(reader, table, bin) {
                    magnitude <<= 1;
                    if magnitude == 0x8000 {
                        self.failed = true;
                        return;
                    }
                    bin += 1;
                }
            }
            let mut pattern = self.ac[table][bin + 14];
            let value = self.magnitude_bits(reader, magnitude, &mut pattern);
            self.ac[table][bin + 14] = pattern;
            let value = if negative { -value } else { value };
            block[usize::from(NATURAL_ORDER[at])] = value.wrapping_shl(low) as i16;
            at += 1;
        }
    }

    /// The bits of a value below its highest; returns the value.
    fn magnitude_bits(&mut self, reader: &mut BitReader<'_>, magnitude: i32, bin: &mut Bin) -> i32 {
        let (mut value, mut bit) = (magnitude, magnitude >> 1);
        while bit > 0 {
            if self.decide(reader, bin) {
                value |= bit;
            }
            bit >>= 1;
        }
        value + 1
    }

    fn ac_bin(&mut self, reader: &mut BitReader<'_>, table: usize, index: usize) -> bool {
        let mut bin = self.ac[table][index];
        let decision = self.decide(reader, &mut bin);
        self.ac[table][index] = bin;
        decision
    }

    /// A decision whose two outcomes are equally likely.
    fn even(&mut self, reader: &mut BitReader<'_>) -> bool {
        let mut bin = self.fixed;
        self.decide(reader, &mut bin)
    }

    /// One decision (D.2): the interval is parted by the bin's estimate, and the code tells in which part it lies.
    fn decide(&mut self, reader: &mut BitReader<'_>, bin: &mut Bin) -> bool {
        while self.interval < 0x8000 {
            self.spare -= 1;
            if self.spare < 0 {
                self.code = self.code << 8 | u32::from(reader.byte());
                self.spare += 8;
                // Two bytes stand in the code before the first decision.
                if self.spare < 0 {
                    self.spare += 1;
                    if self.spare == 0 {
                        self.interval = 0x8000;
                    }
                }
            }
            self.interval <<= 1;
        }
        let (estimate, after_unlikely, after_likely, switch) = ESTIMATES[usize::from(bin.index)];
        let estimate = u32::from(estimate);
        self.interval -= estimate;
        let bound = self.interval << self.spare;
        let likely = bin.likely;
        let mut unlikely_estimate = || {
            bin.index = after_unlikely;
            bin.likely = likely != switch;
        };
        if self.code >= bound {
            self.code -= bound;
            let exchanged = self.interval < estimate;
            self.interval = estimate;
            if exchanged {
                bin.index = after_likely;
                likely
            } else {
                unlikely_estimate();
                !likely
            }
        } else if self.interval < 0x8000 {
            if self.interval < estimate {
                unlikely_estimate();
                !likely
            } else {
                bin.index = after_likely;
                likely
            }
        } else {
            likely
        }
    }
}
