//! Reads the pickle that says which tensors a file of PyTorch's holds, without running it.
//!
//! A pickle is a program for a machine with a stack, whose instructions name functions and call them. The machine here knows the few
//! names of [`names`], refuses every other by its name, and calls none of them: a call becomes a note of what was called with what,
//! of which [`super::table`] takes the tensors. Values refer to each other by number, so that nothing here or there recurses, and each
//! instruction costs no more than a fixed number of bytes.

mod machine;
pub(in crate::containers::pytorch) mod names;
mod ops;
mod values;

use ops::{Op, Step, step};

pub(super) use super::Fault;
pub(super) use machine::run;
pub(super) use values::{Node, Pickled, Value};

/// The longest pickle that is read, in bytes; that of a CLIP with its optimizer has less than one million.
pub(super) const MAX_PICKLE: u64 = 32 << 20;

/// Finds a pickle's end while its bytes still come.
#[derive(Default)]
pub(super) struct End {
    at: usize,
}

impl End {
    /// Where the pickle that `bytes` begin with ends; none while they do not hold all of it. What was looked at before is not looked at
    /// again.
    pub fn find(&mut self, bytes: &[u8]) -> Result<Option<usize>, Fault> {
        loop {
            match step(bytes, self.at)? {
                Step::Op(Op::Stop, next) => return Ok(Some(next)),
                Step::Op(_, next) => self.at = next,
                Step::Unfinished if bytes.len() as u64 > MAX_PICKLE => return Err(too_long()),
                Step::Unfinished => return Ok(None),
            }
        }
    }
}

pub(super) fn too_long() -> Fault {
    Fault::Other(format!(
        "its pickle is longer than {MAX_PICKLE} bytes, which no list of tensors is"
    ))
}
