//! The codes of fax machines (ITU-T T.4 and T.6) in TIFF, row by row, with libtiff's manners towards damage.

use fax::maps::{Mode, black, mode, white};

use super::corrupt;
use super::fax_rows::{Ended, Reader, Runs};
use crate::error::DecodeError;

/// Which of the codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Code {
    /// Runs alone, each row from a whole byte on ("CCITT modified Huffman", compression 2).
    Huffman,
    /// Runs behind an end-of-line code.
    Group3,
    /// The same, where a bit behind it tells that a row is coded by its differences from the one before.
    Group3TwoDimensional,
    /// Differences alone.
    Group4,
}

/// A strip or tile while it is read.
pub(super) struct Fax {
    code: Code,
    width: usize,
    /// Bits read, and bits that there are; zeros that were read behind the end count as both.
    at: usize,
    limit: Option<usize>,
    /// An end-of-line code was met inside of a row.
    met_end: bool,
    /// There are no end-of-line codes, although group 3 asks for them.
    no_line_ends: bool,
    /// Lengths of white and black in turn, of the row before.
    reference: Vec<usize>,
    rows: usize,
    /// What follows is white.
    finished: bool,
}

/// What is read where a run should be.
enum Run {
    Length(usize),
    /// The zeros of an end-of-line code.
    LineEnd,
    /// A code that does not exist.
    NoCode,
}

impl Fax {
    pub(super) fn new(code: Code, width: usize) -> Self {
        Self {
            code,
            width,
            at: 0,
            limit: None,
            met_end: false,
            no_line_ends: false,
            reference: vec![width, 0],
            rows: 0,
            finished: false,
        }
    }

    /// Fills `row` with bits, of which 1 is black.
    pub(super) fn row(&mut self, input: &[u8], row: &mut [u8]) -> Result<(), DecodeError> {
        row.fill(0);
        if self.finished {
            return Ok(());
        }
        let mut bits = Reader {
            input,
            at: self.at,
            limit: self.limit.unwrap_or(input.len() * 8),
        };
        let mut runs = Runs::new(self.width);
        let read = self.runs(&mut bits, &mut runs);
        runs.complete();
        runs.paint(row);
        (self.at, self.limit) = (bits.at, Some(bits.limit));
        let ended = read.is_err() || (self.code == Code::Group4 && self.met_end);
        if ended {
            // A sheet in group 4 may end before its last row.
            if self.code == Code::Group4 && (self.rows > 0 || read.is_ok()) {
                self.finished = true;
                return Ok(());
            }
            return Err(corrupt("the fax codes end too early"));
        }
        self.rows += 1;
        runs.lengths.push(0);
        self.reference = runs.lengths;
        Ok(())
    }

    fn runs(&mut self, bits: &mut Reader<'_>, runs: &mut Runs) -> Result<(), Ended> {
        match self.code {
            Code::Huffman => {
                let read = self.one_dimensional(bits, runs);
                bits.at = bits.at.next_multiple_of(8);
                bits.limit = bits.limit.max(bits.at);
                read
            }
            Code::Group3 => {
                self.line_start(bits)?;
                self.one_dimensional(bits, runs)
            }
            Code::Group3TwoDimensional => {
                self.line_start(bits)?;
                bits.need(1)?;
                if bits.take(1) == 1 {
                    self.one_dimensional(bits, runs)
                } else {
                    self.two_dimensional(bits, runs)
                }
            }
            Code::Group4 => self.two_dimensional(bits, runs),
        }
    }

    /// Looks for the end-of-line code in front of a row. Where there is none up to the end, the strip is read once more
    /// from its start, without such codes.
    fn line_start(&mut self, bits: &mut Reader<'_>) -> Result<(), Ended> {
        if self.no_line_ends {
            return Ok(());
        }
        if !self.met_end {
            loop {
                bits.need(11)?;
                if bits.look(11) == 0 {
                    break;
                }
                bits.at += 1;
            }
        }
        loop {
            if bits.need(8).is_err() {
                self.no_line_ends = true;
                self.met_end = false;
                bits.at = 0;
                bits.limit = bits.input.len() * 8;
                return Ok(());
            }
            if bits.look(8) != 0 {
                break;
            }
            bits.at += 8;
        }
        while bits.take(1) == 0 {}
        self.met_end = false;
        Ok(())
    }

    /// One run.
    fn run(bits: &mut Reader<'_>, is_black: bool) -> Result<Run, Ended> {
        let mut sum = 0usize;
        loop {
            bits.need(if is_black { 13 } else { 12 })?;
            if bits.look(11) == 0 {
                bits.at += 11;
                return Ok(Run::LineEnd);
            }
            let start = bits.at;
            let length = if is_black {
                black::decode(bits)
            } else {
                white::decode(bits)
            };
            let Some(length) = length else {
                // libtiff stays in front of a code that does not exist.
                bits.at = start;
                return Ok(Run::NoCode);
            };
            sum += usize::from(length);
            if length < 64 {
                return Ok(Run::Length(sum));
            }
        }
    }

    fn one_dimensional(&mut self, bits: &mut Reader<'_>, runs: &mut Runs) -> Result<(), Ended> {
        loop {
            for is_black in [false, true] {
                match Self::run(bits, is_black)? {
                    Run::Length(length) => runs.add(length),
                    Run::LineEnd => {
                        self.met_end = true;
                        return Ok(());
                    }
                    Run::NoCode => return Ok(()),
                }
                if runs.at >= self.width {
                    return Ok(());
                }
            }
            // A pair of runs without pixels says nothing.
            if let [.., 0, 0] = runs.lengths.as_slice() {
                runs.lengths.truncate(runs.lengths.len() - 2);
            }
        }
    }

    fn two_dimensional(&mut self, bits: &mut Reader<'_>, runs: &mut Runs) -> Result<(), Ended> {
        // Where the row before changes colour next, and which of its runs ends there.
        let reference = std::mem::take(&mut self.reference);
        let length_of = |index: usize| reference.get(index).copied().unwrap_or(0);
        let (mut change, mut next) = (length_of(0), 1);
        let width = self.width;
        let advance = |runs: &Runs, change: &mut usize, next: &mut usize| {
            if !runs.lengths.is_empty() {
                while *change <= runs.at && *change < width && *next < reference.len() {
                    *change += length_of(*next) + length_of(*next + 1);
                    *next += 2;
                }
            }
        };
        while runs.at < self.width {
            bits.need(7)?;
            if bits.look(7) == 0 {
                bits.at += 7;
                bits.need(4)?;
                bits.at += if bits.look(4) == 0 { 4 } else { 0 };
                runs.fill_up();
                self.met_end = true;
                return Ok(());
            }
            let start = bits.at;
            match mode::decode(bits) {
                Some(Mode::Pass) => {
                    advance(runs, &mut change, &mut next);
                    change += length_of(next);
                    runs.skip_to(change);
                    change += length_of(next + 1);
                    next += 2;
                }
                Some(Mode::Horizontal) => {
                    let is_black = runs.lengths.len() % 2 == 1;
                    for is_black in [is_black, !is_black] {
                        match Self::run(bits, is_black)? {
                            Run::Length(length) => runs.add(length),
                            Run::LineEnd | Run::NoCode => return Ok(()),
                        }
                    }
                    advance(runs, &mut change, &mut next);
                }
                Some(Mode::Vertical(delta)) => {
                    advance(runs, &mut change, &mut next);
                    let Some(to) = change
                        .checked_add_signed(isize::from(delta))
                        .filter(|to| *to >= runs.at)
                    else {
                        return Ok(());
                    };
                    runs.end_at(to);
                    if delta < 0 {
                        next = next.saturating_sub(1);
                        change = change.saturating_sub(length_of(next));
                    } else {
                        change += length_of(next);
                        next += 1;
                    }
                }
                Some(Mode::Extension) => {
                    runs.fill_up();
                    return Ok(());
                }
                Some(Mode::EOF) | None => {
                    bits.at = start;
                    return Ok(());
                }
            }
        }
        if runs.pending > 0 {
            if runs.pending + runs.at < self.width {
                bits.need(1)?;
                if bits.look(1) == 0 {
                    return Ok(());
                }
                bits.at += 1;
            }
            runs.add(0);
        }
        Ok(())
    }
}
