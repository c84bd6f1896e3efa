//! Progressive files that end before their coefficients are whole: libjpeg-turbo's guess at the low ones.
//!
//! Where a file's scans leave some of the nine lowest AC coefficients unknown or coarse, `jdcoefct.c` estimates those that
//! are still zero from the DC values of 5 x 5 blocks around (after T.81, K.8); Pillow does not turn that off.

use super::entropy::Block;
use super::header::{Frame, Scan};

/// Coefficients whose precision is kept: DC and nine AC ones, in zigzag order.
const KEPT: usize = 10;

/// Their places in a block.
const PLACES: [usize; KEPT] = [0, 1, 8, 16, 9, 2, 3, 10, 17, 24];

/// Weights of the 25 DC values, row by row.
type Kernel = [[i32; 5]; 5];

/// By coefficient: where no AC coefficient is known at all. The first keeps the average of the DC values.
const ALONE: [Kernel; KEPT] = [
    [
        [-2, -6, -8, -6, -2],
        [-6, 6, 42, 6, -6],
        [-8, 42, 152, 42, -8],
        [-6, 6, 42, 6, -6],
        [-2, -6, -8, -6, -2],
    ],
    ACROSS,
    transposed(ACROSS),
    CURVED_DOWN,
    [
        [-1, 0, 0, 0, 1],
        [0, 9, 0, -9, 0],
        [0; 5],
        [0, -9, 0, 9, 0],
        [1, 0, 0, 0, -1],
    ],
    transposed(CURVED_DOWN),
    inner([[1, 0, -1], [2, 0, -2], [1, 0, -1]]),
    inner([[1, -3, 1], [0; 3], [-1, 3, -1]]),
    inner([[1, 0, -1], [-3, 0, 3], [1, 0, -1]]),
    inner([[1, 2, 1], [0; 3], [-1, -2, -1]]),
];

const ACROSS: Kernel = [
    [-1, -1, 0, 1, 1],
    [-3, 13, 0, -13, 3],
    [-3, 38, 0, -38, 3],
    [-3, 13, 0, -13, 3],
    [-1, -1, 0, 1, 1],
];

const CURVED_DOWN: Kernel = [
    [0, 0, 1, 0, 0],
    [0, 2, 7, 2, 0],
    [0, -5, -14, -5, 0],
    [0, 2, 7, 2, 0],
    [0, 0, 1, 0, 0],
];

/// By coefficient from the second on: where some AC coefficients are known.
const BESIDE: [Kernel; 5] = [
    LINE_ACROSS,
    transposed(LINE_ACROSS),
    transposed(CURVED_LINE),
    [
        [0, -1, 0, 1, 0],
        [-1, 10, 0, -10, 1],
        [0; 5],
        [1, -10, 0, 10, -1],
        [0, 1, 0, -1, 0],
    ],
    CURVED_LINE,
];

const LINE_ACROSS: Kernel = [[0; 5], [0; 5], [-7, 50, 0, -50, 7], [0; 5], [0; 5]];

const CURVED_LINE: Kernel = [[0; 5], [0; 5], [-1, 13, -24, 13, -1], [0; 5], [0; 5]];

const fn transposed(kernel: Kernel) -> Kernel {
    let mut out = [[0; 5]; 5];
    let mut at = 0;
    while at < 25 {
        out[at % 5][at / 5] = kernel[at / 5][at % 5];
        at += 1;
    }
    out
}

const fn inner(kernel: [[i32; 3]; 3]) -> Kernel {
    let mut out = [[0; 5]; 5];
    let mut at = 0;
    while at < 9 {
        out[at / 3 + 1][at % 3 + 1] = kernel[at / 3][at % 3];
        at += 1;
    }
    out
}

/// How precisely the coefficients are known: by coefficient the lowest bit that a scan brought, -1 before the first.
#[derive(Clone)]
pub(super) struct Precision {
    /// By component: now, and before the last scan that named it.
    known: Vec<([i32; KEPT], [i32; KEPT])>,
    scans: usize,
    /// The last row of MCUs for which the last scan had data.
    pub(super) last_good: usize,
}

impl Precision {
    pub(super) fn new(components: usize) -> Self {
        Self {
            known: vec![([-1; KEPT], [-1; KEPT]); components],
            scans: 0,
            last_good: 0,
        }
    }

    /// Takes note of a scan that begins.
    pub(super) fn note(&mut self, scan: &Scan) {
        self.scans += 1;
        for part in &scan.components {
            let (now, before) = &mut self.known[part.index];
            for at in scan.start.min(1)..KEPT {
                before[at] = if self.scans > 1 { now[at] } else { 0 };
            }
            let last = scan.end.min(KEPT - 1);
            if scan.start <= last {
                now[scan.start..=last].fill(scan.low as i32);
            }
        }
    }

    /// Whether anything is left to guess, and all that a guess needs is there.
    pub(super) fn is_useful(&self, frame: &Frame) -> bool {
        let quantised = frame
            .components
            .iter()
            .all(|c| PLACES.iter().all(|place| c.quantisation[*place] != 0));
        let dc = self.known.iter().all(|(now, _)| now[0] >= 0);
        let coarse = |now: &[i32; KEPT]| now[1..].iter().any(|bits| *bits != 0);
        quantised && dc && self.known.iter().any(|(now, _)| coarse(now))
    }

    /// `block` with guesses for what is not known; `dc` are the DC values around it.
    pub(super) fn smoothed(
        &self,
        component: usize,
        row_of_mcus: usize,
        quantisation: &[u16; 64],
        dc: &[[i32; 5]; 5],
        block: &Block,
    ) -> Block {
        let (now, before) = &self.known[component];
        let mut known = if row_of_mcus > self.last_good {
            *before
        } else {
            *now
        };
        if row_of_mcus > self.last_good && self.scans <= 1 {
            known[1..].fill(-1);
        }
        let alone = known[1..].iter().all(|bits| *bits == -1);
        let kernels = if alone { &ALONE[1..] } else { &BESIDE[..] };
        let mut out = *block;
        let q0 = i64::from(quantisation[0]);
        let estimate = |kernel: &Kernel, quantiser: u16| {
            let products = kernel.iter().flatten().zip(dc.iter().flatten());
            let sum: i64 = products.map(|(a, b)| i64::from(*a) * i64::from(*b)).sum();
            let (number, quantiser) = (q0 * sum, i64::from(quantiser));
            let rounded = ((quantiser << 7) + number.abs()) / (quantiser << 8);
            (rounded, number < 0)
        };
        for (index, kernel) in kernels.iter().enumerate() {
            let (bits, place) = (known[index + 1], PLACES[index + 1]);
            if bits == 0 || block[place] != 0 {
                continue;
            }
            let (mut guess, negative) = estimate(kernel, quantisation[place]);
            if bits > 0 {
                guess = guess.min((1 << bits) - 1);
            }
            out[place] = if negative { -guess } else { guess } as i16;
        }
        if alone {
            let (guess, negative) = estimate(&ALONE[0], quantisation[0]);
            out[0] = if negative { -guess } else { guess } as i16;
        }
        out
    }
}
