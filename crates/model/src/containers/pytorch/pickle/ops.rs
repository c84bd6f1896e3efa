//! Cuts a pickle into its instructions: those that files of `torch.save` have, and no others.

use super::Fault;

/// The longest name of a module or of something in it.
const MAX_NAME: usize = 512;

/// One instruction; what it carries is a part of the pickle's bytes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Op<'a> {
    /// Changes nothing: protocol and frames.
    Note,
    Stop,
    Mark,
    None,
    Bool(bool),
    Int(i64),
    /// A float, or a whole number of more than eight bytes: something that nobody here needs.
    Number,
    /// Text or bytes.
    Text(&'a [u8]),
    EmptyTuple,
    EmptyList,
    EmptyDict,
    EmptySet,
    /// A tuple of as many of the last values.
    TupleOf(usize),
    /// All values since the mark, as a tuple, a list, a dictionary, a frozen set.
    Tuple,
    List,
    Dict,
    FrozenSet,
    /// What is added to a list, a set, a dictionary: the last value, the two last, or all since the mark.
    Append,
    Appends,
    AddItems,
    SetItem,
    SetItems,
    Get(u32),
    Put(u32),
    /// Puts behind the last thing that was put.
    Memoize,
    Global(&'a [u8], &'a [u8]),
    StackGlobal,
    /// Calls, makes, and fills an object.
    Reduce,
    NewObject,
    Build,
    /// What the last value stands for outside the pickle.
    PersistentId,
}

/// What stands at a place of a pickle that may not be here whole.
pub(super) enum Step<'a> {
    /// An instruction, and where the next begins.
    Op(Op<'a>, usize),
    /// An instruction whose end is not here yet.
    Unfinished,
}

/// Reads the instruction at `at`.
pub(super) fn step(bytes: &[u8], at: usize) -> Result<Step<'_>, Fault> {
    let mut cursor = Cursor { bytes, at };
    match cursor.op() {
        Ok(op) => Ok(Step::Op(op, cursor.at)),
        Err(Stopped::Unfinished) => Ok(Step::Unfinished),
        Err(Stopped::Fault(fault)) => Err(fault),
    }
}

enum Stopped {
    Unfinished,
    Fault(Fault),
}

struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Cursor<'a> {
    fn op(&mut self) -> Result<Op<'a>, Stopped> {
        let [code] = self.array()?;
        Ok(match code {
            0x80 => self.note(1)?,
            0x95 => self.note(8)?,
            b'.' => Op::Stop,
            b'(' => Op::Mark,
            b'N' => Op::None,
            0x88 => Op::Bool(true),
            0x89 => Op::Bool(false),
            b'K' => Op::Int(i64::from(u8::from_le_bytes(self.array()?))),
            b'M' => Op::Int(i64::from(u16::from_le_bytes(self.array()?))),
            b'J' => Op::Int(i64::from(i32::from_le_bytes(self.array()?))),
            0x8a => {
                let length = u8::from_le_bytes(self.array()?);
                long(self.take(u64::from(length))?)
            }
            0x8b => {
                let length = u32::from_le_bytes(self.array()?);
                long(self.take(u64::from(length))?)
            }
            b'G' => {
                self.take(8)?;
                Op::Number
            }
            b'U' | 0x8c | b'C' => {
                let length = u8::from_le_bytes(self.array()?);
                Op::Text(self.take(u64::from(length))?)
            }
            b'T' | b'X' | b'B' => {
                let length = u32::from_le_bytes(self.array()?);
                Op::Text(self.take(u64::from(length))?)
            }
            0x8d | 0x8e | 0x96 => {
                let length = u64::from_le_bytes(self.array()?);
                Op::Text(self.take(length)?)
            }
            b')' => Op::EmptyTuple,
            b']' => Op::EmptyList,
            b'}' => Op::EmptyDict,
            0x8f => Op::EmptySet,
            0x85 => Op::TupleOf(1),
            0x86 => Op::TupleOf(2),
            0x87 => Op::TupleOf(3),
            b't' => Op::Tuple,
            b'l' => Op::List,
            b'd' => Op::Dict,
            0x91 => Op::FrozenSet,
            b'a' => Op::Append,
            b'e' => Op::Appends,
            0x90 => Op::AddItems,
            b's' => Op::SetItem,
            b'u' => Op::SetItems,
            b'h' => Op::Get(u32::from(u8::from_le_bytes(self.array()?))),
            b'j' => Op::Get(u32::from_le_bytes(self.array()?)),
            b'q' => Op::Put(u32::from(u8::from_le_bytes(self.array()?))),
            b'r' => Op::Put(u32::from_le_bytes(self.array()?)),
            0x94 => Op::Memoize,
            b'c' => Op::Global(self.line()?, self.line()?),
            0x93 => Op::StackGlobal,
            b'R' => Op::Reduce,
            0x81 => Op::NewObject,
            b'b' => Op::Build,
            b'Q' => Op::PersistentId,
            other => {
                return Err(Stopped::Fault(Fault::Damaged(format!(
                    "byte {} of its pickle is {other:#04x}, an instruction that torch.save does not write",
                    self.at - 1
                ))));
            }
        })
    }

    fn note(&mut self, length: u64) -> Result<Op<'a>, Stopped> {
        self.take(length).map(|_| Op::Note)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Stopped> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let array = rest.first_chunk().ok_or(Stopped::Unfinished)?;
        self.at += N;
        Ok(*array)
    }

    fn take(&mut self, length: u64) -> Result<&'a [u8], Stopped> {
        if length > super::MAX_PICKLE {
            return Err(Stopped::Fault(super::too_long()));
        }
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let taken = rest.get(..length as usize).ok_or(Stopped::Unfinished)?;
        self.at += taken.len();
        Ok(taken)
    }

    /// Up to the end of the line, which is passed over.
    fn line(&mut self) -> Result<&'a [u8], Stopped> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let within = &rest[..rest.len().min(MAX_NAME)];
        match within.iter().position(|&byte| byte == b'\n') {
            Some(length) => {
                self.at += length + 1;
                Ok(&rest[..length])
            }
            None if within.len() < MAX_NAME => Err(Stopped::Unfinished),
            None => Err(Stopped::Fault(Fault::Damaged(format!(
                "its pickle has a name of more than {MAX_NAME} bytes"
            )))),
        }
    }
}

/// A whole number, little-endian, in two's complement.
fn long(bytes: &[u8]) -> Op<'_> {
    if bytes.len() > 8 {
        return Op::Number;
    }
    let negative = bytes.last().is_some_and(|&byte| byte >= 0x80);
    let mut whole = [if negative { 0xff } else { 0 }; 8];
    whole[..bytes.len()].copy_from_slice(bytes);
    Op::Int(i64::from_le_bytes(whole))
}
