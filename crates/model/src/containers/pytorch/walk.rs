//! Goes through a zip archive of PyTorch's from entry to entry, by what stands before and behind each.

use super::archive::{BYTE_ORDER, CONSTANTS, PICKLE, big_endian, check_size};
use super::storages::needs_parts;
use super::zip::{self, DESCRIPTOR, DESCRIPTOR_SIGNATURE, LOCAL_HEADER, LOCAL_SIGNATURE, Local};
use super::{Fault, pickle};
use crate::containers::file_bytes::FileBytes;
use crate::error::LoadError;

/// The longest entry whose length stands behind it, but for the pickle and the storages.
const MAX_SMALL: usize = 4096;

/// Reads the pickle that comes next, whose end is known by itself alone.
pub(super) async fn pickle_here(bytes: &mut FileBytes) -> Result<Vec<u8>, LoadError> {
    let mut end = pickle::End::default();
    let mut wanted = 1 << 12;
    loop {
        let here = bytes.peek(wanted).await?;
        let (found, is_all) = (end.find(here), here.len() < wanted);
        match found.map_err(|fault| fault.in_file(&bytes.file))? {
            Some(length) => return bytes.take(length as u64, bytes.read + length as u64).await,
            None if is_all => {
                let expected = bytes.read + wanted as u64;
                bytes.drain().await?;
                return Err(bytes.cut(expected));
            }
            None => wanted *= 2,
        }
    }
}

/// Reads what stands before an entry's content, which must be this entry's.
pub(super) async fn enter(bytes: &mut FileBytes, name: &str, size: u64) -> Result<(), LoadError> {
    let found = local(bytes).await?;
    let checked = check_entry(&found, name, size);
    checked.map_err(|fault| fault.in_file(&bytes.file))
}

fn check_entry(found: &Local, name: &str, size: u64) -> Result<(), Fault> {
    if found.name != name {
        return Err(Fault::Damaged(format!(
            "the directory at its end says that {name} stands where {} is",
            found.name
        )));
    }
    zip::check_stored(name, found.flags, found.method)?;
    found
        .size
        .map_or(Ok(()), |found| check_size(name, size, found))
}

/// Passes over small entries up to the content of the storage `name`; `pickle` is what must not come again.
pub(super) async fn walk_to(
    bytes: &mut FileBytes,
    pickle: &str,
    name: &str,
    size: u64,
) -> Result<(), LoadError> {
    let data = pickle.replace(PICKLE, "data/");
    while let Some(next) = look(bytes).await? {
        if next.name == name {
            return enter(bytes, name, size).await;
        }
        if next.name.starts_with(&data) {
            let what = format!("has {} where {name} was expected", next.name);
            return Err(needs_parts(&bytes.file, &what));
        }
        pass_small(bytes, pickle).await?;
    }
    let fault = Fault::Damaged(format!(
        "its pickle names the storage {name}, which is not in it"
    ));
    Err(fault.in_file(&bytes.file))
}

/// Passes over the entries behind the last storage.
pub(super) async fn walk_to_directory(
    bytes: &mut FileBytes,
    pickle: &str,
) -> Result<(), LoadError> {
    while look(bytes).await?.is_some() {
        pass_small(bytes, pickle).await?;
    }
    Ok(())
}

/// Passes over what stands behind a content of `size` bytes, if anything does.
pub(super) async fn pass_descriptor(bytes: &mut FileBytes, size: u64) -> Result<(), LoadError> {
    let here = bytes.peek(DESCRIPTOR + 4).await?;
    if !here.starts_with(&DESCRIPTOR_SIGNATURE) {
        return Ok(());
    }
    let Some(length) = zip::descriptor_length(here, size) else {
        let fault = Fault::Damaged(format!(
            "an entry of {size} bytes has another length by what stands behind it"
        ));
        return Err(fault.in_file(&bytes.file));
    };
    let target = bytes.read + length as u64;
    bytes.skip_to(target, target).await
}

/// The header of the entry that comes next, which is not passed over; none where the directory comes.
pub(super) async fn look(bytes: &mut FileBytes) -> Result<Option<Local>, LoadError> {
    let header = bytes.peek(LOCAL_HEADER).await?;
    if zip::is_directory(header) {
        return Ok(None);
    }
    if header.len() < LOCAL_HEADER && (header.is_empty() || header.starts_with(&LOCAL_SIGNATURE)) {
        let expected = bytes.read + LOCAL_HEADER as u64;
        bytes.drain().await?;
        return Err(bytes.cut(expected));
    }
    let lengths = zip::lengths_behind(header);
    let (name, extra) = lengths.map_err(|fault| fault.in_file(&bytes.file))?;
    let length = LOCAL_HEADER + name + extra;
    let local = zip::local(bytes.peek(length).await?);
    local.map(Some).map_err(|fault| fault.in_file(&bytes.file))
}

/// Reads the header of the entry that comes next.
pub(super) async fn local(bytes: &mut FileBytes) -> Result<Local, LoadError> {
    let Some(local) = look(bytes).await? else {
        let fault = Fault::Damaged("its directory comes where an entry should".to_owned());
        return Err(fault.in_file(&bytes.file));
    };
    let header = bytes.peek(LOCAL_HEADER).await?;
    let (name, extra) = zip::lengths_behind(header).map_err(|fault| fault.in_file(&bytes.file))?;
    let target = bytes.read + (LOCAL_HEADER + name + extra) as u64;
    bytes.skip_to(target, target).await?;
    Ok(local)
}

/// Passes over an entry that is neither the pickle nor a storage.
pub(super) async fn pass_small(bytes: &mut FileBytes, pickle: &str) -> Result<(), LoadError> {
    let file = bytes.file.clone();
    let in_file = |fault: Fault| fault.in_file(&file);
    let found = local(bytes).await?;
    if found.name == pickle || found.name.ends_with(&format!("/{PICKLE}")) {
        return Err(in_file(Fault::Damaged(
            "it holds two pickles, and does not say which counts".to_owned(),
        )));
    }
    if found.name.ends_with(&format!("/{CONSTANTS}")) {
        return Err(in_file(Fault::torch_script()));
    }
    if found.name == pickle.replace(PICKLE, BYTE_ORDER) && bytes.peek(3).await? == b"big" {
        return Err(in_file(big_endian()));
    }
    let size = match found.size {
        Some(size) => size,
        None => {
            let here = bytes.peek(MAX_SMALL).await?;
            let behind = (0..here.len()).find(|&at| {
                here[at..].starts_with(&DESCRIPTOR_SIGNATURE)
                    && zip::descriptor_length(&here[at..], at as u64).is_some()
            });
            let unknown = || {
                Fault::Damaged(format!(
                    "where its entry {} ends cannot be known",
                    found.name
                ))
            };
            behind.ok_or_else(|| in_file(unknown()))? as u64
        }
    };
    // A length may be any number of 64 bits.
    let target = bytes.read.saturating_add(size);
    bytes.skip_to(target, target).await?;
    if found.size.is_none() {
        pass_descriptor(bytes, size).await?;
    }
    Ok(())
}
