//! The format before PyTorch 1.6: a sign, a protocol's number, what computer it was, the pickle, the storages' keys, all as pickles; then
//! the storages, each behind its length.

use std::collections::{HashMap, HashSet};

use super::archive::big_endian;
use super::pickle::{self, Node, Pickled, Value};
use super::storages::{Framing, Storages, Stored, entries, laid};
use super::table::Table;
use super::walk::pickle_here;
use super::{Fault, Opened};
use crate::containers::file_bytes::FileBytes;
use crate::error::LoadError;

/// The pickle of the number 0x1950a86a20f9469cfc6c, behind the protocol's number.
const MAGIC: [u8; 13] = *b"\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19\x2e";
/// The only version that was ever written.
const PROTOCOL: i64 = 1001;
/// Bytes of a length.
pub(super) const LENGTH: usize = 8;

/// Whether a file that begins with `sign` has this format.
pub(super) fn is_legacy(sign: &[u8]) -> bool {
    sign.first() == Some(&0x80) && sign.get(2..).is_some_and(|rest| rest.starts_with(&MAGIC))
}

/// Opens the file that `bytes` begin with.
pub(super) async fn open(bytes: &mut FileBytes) -> Result<Opened, LoadError> {
    let file = bytes.file.clone();
    let in_file = |fault: Fault| fault.in_file(&file);
    pickle_here(bytes).await?;
    let protocol = pickle_here(bytes).await?;
    let protocol = pickle::run(&protocol).map_err(in_file)?.root;
    if protocol != Value::Int(PROTOCOL) {
        return Err(in_file(Fault::Damaged(
            "it is in the format before PyTorch 1.6, in a version that is not known".to_owned(),
        )));
    }
    let computer = pickle_here(bytes).await?;
    check_byte_order(&pickle::run(&computer).map_err(in_file)?).map_err(in_file)?;
    let program = pickle_here(bytes).await?;
    let table = pickle::run(&program)
        .and_then(|pickled| Table::of(&pickled))
        .map_err(in_file)?;
    let keys = pickle_here(bytes).await?;
    let begin = bytes.read;
    let keys = pickle::run(&keys).map_err(in_file)?;
    opened(table, &keys, begin).map_err(in_file)
}

fn check_byte_order(computer: &Pickled<'_>) -> Result<(), Fault> {
    let entries = computer.dict(computer.root).unwrap_or_default();
    let is_big = |(key, value): &(Value, Value)| {
        computer.text(*key) == Some("little_endian") && *value == Value::Bool(false)
    };
    match entries.iter().any(is_big) {
        true => Err(big_endian()),
        false => Ok(()),
    }
}

/// The tensors, whose storages stand in the order of `keys` from byte `begin` on.
fn opened(table: Table, keys: &Pickled<'_>, begin: u64) -> Result<Opened, Fault> {
    let Some(Node::List(keys_listed)) = keys.node(keys.root) else {
        return Err(Fault::Damaged("its list of storages is none".to_owned()));
    };
    let numbers: HashMap<&str, usize> = table
        .storages
        .iter()
        .enumerate()
        .map(|(number, storage)| (storage.key.as_str(), number))
        .collect();
    let mut order = Vec::with_capacity(keys_listed.len());
    let mut known = HashSet::new();
    let mut place = begin;
    for &key in keys_listed {
        let key = keys.text(key).unwrap_or_default();
        let number = numbers
            .get(key)
            .copied()
            .filter(|number| known.insert(*number));
        let Some(number) = number else {
            return Err(Fault::Damaged(format!(
                "its list of storages names {key:?}, which its pickle does not, or twice"
            )));
        };
        order.push((number, key.to_owned(), Some(place)));
        // `laid` makes sure that the sum is no longer than a file.
        place = place
            .saturating_add(LENGTH as u64)
            .saturating_add(table.storages[number].bytes);
    }
    let (list, begins) = laid(&table.storages, order.into_iter())?;
    Ok(Opened {
        tensors: entries(table.tensors, &begins)?,
        storages: Storages::new(list, Framing::Lengths),
    })
}

/// Reads the length that stands before a storage.
pub(super) async fn pass_length(bytes: &mut FileBytes, next: &Stored) -> Result<(), LoadError> {
    let mut length = [0; LENGTH];
    let expected = bytes.read + LENGTH as u64 + next.bytes;
    bytes.fill(&mut length, expected).await?;
    let length = u64::from_le_bytes(length);
    if length.checked_mul(next.size) == Some(next.bytes) {
        return Ok(());
    }
    let fault = Fault::Damaged(format!(
        "its pickle says that the storage {} has {} bytes, and it says that it has {length} numbers of {} bytes",
        next.name, next.bytes, next.size
    ));
    Err(fault.in_file(&bytes.file))
}
