//! The arithmetic entropy coding of ITU-T T.81, annex D: the decoder of single decisions and the blocks coded with it.

use super::entropy::NATURAL_ORDER;
use super::estimates::{ESTIMATES, FIXED};
use super::huffman::BitReader;

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
