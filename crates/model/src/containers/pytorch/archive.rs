//! Opens a zip archive of PyTorch's: by the directory at its end where its place gives parts of files, else by what stands between its
//! entries, in the order in which `torch.save` writes them.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use super::pickle::{self, MAX_PICKLE};
use super::storages::{Framing, Storages, entries, laid, needs_parts};
use super::table::Table;
use super::walk::{enter, local, look, pass_descriptor, pass_small, pickle_here};
use super::zip::{self, LOCAL_HEADER, Listed, TAIL};
use super::{Fault, Opened};
use crate::containers::file_bytes::FileBytes;
use crate::containers::weight_file::RangeReader;
use crate::error::LoadError;

/// What the pickle's entry is called, in the archive's folder.
pub(super) const PICKLE: &str = "data.pkl";
/// An entry that a TorchScript archive has, and no other.
pub(super) const CONSTANTS: &str = "constants.pkl";
/// Says "little" or "big".
pub(super) const BYTE_ORDER: &str = "byteorder";
/// Where it is, storages come in the order in which the pickle names them; before there was one, in the alphabetical order of their names.
const FORMAT_VERSION: &str = ".format_version";

/// Opens the archive that `bytes` begin with.
pub(super) async fn open(
    bytes: &mut FileBytes,
    ranges: &Rc<dyn RangeReader>,
) -> Result<Opened, LoadError> {
    match directory(bytes, ranges).await? {
        Some(directory) => open_listed(bytes, ranges, &directory).await,
        None => open_unlisted(bytes).await,
    }
}

/// The archive's directory; none where its place gives no parts of files, or no length.
async fn directory(
    bytes: &FileBytes,
    ranges: &Rc<dyn RangeReader>,
) -> Result<Option<Vec<Listed>>, LoadError> {
    let Some(total) = bytes.total() else {
        return Ok(None);
    };
    let begin = total.saturating_sub(TAIL);
    let Some(tail) = ranges.read_range(begin, total).await? else {
        return Ok(None);
    };
    let in_file = |fault: Fault| fault.in_file(&bytes.file);
    let place = zip::directory_place(&tail, begin)
        .map_err(in_file)?
        .ok_or_else(|| {
            in_file(Fault::Damaged(
                "the directory that stands at a zip archive's end is not there: the file is cut"
                    .to_owned(),
            ))
        })?;
    let within = |at: u64| at.checked_sub(begin).map(|at| at as usize);
    let listed = match (within(place.begin), within(place.end)) {
        (Some(from), Some(to)) => match tail.get(from..to) {
            Some(directory) => zip::read_directory(directory, place.begin),
            None => return Err(bytes.cut(total)),
        },
        _ => {
            let directory = ranges.read_range(place.begin, place.end).await?;
            let directory = directory.filter(|bytes| bytes.len() as u64 == place.end - place.begin);
            match directory {
                Some(directory) => zip::read_directory(&directory, place.begin),
                None => return Err(bytes.cut(total)),
            }
        }
    };
    listed.map(Some).map_err(in_file)
}

/// Opens an archive of which the directory is known.
async fn open_listed(
    bytes: &mut FileBytes,
    ranges: &Rc<dyn RangeReader>,
    directory: &[Listed],
) -> Result<Opened, LoadError> {
    let file = bytes.file.clone();
    let in_file = |fault: Fault| fault.in_file(&file);
    let pickle = find_pickle(directory).map_err(in_file)?;
    let folder = pickle.name.strip_suffix(PICKLE).unwrap_or_default();
    if pickle.size > MAX_PICKLE {
        return Err(in_file(pickle::too_long()));
    }
    let data = format!("{folder}data/");
    let first = directory.iter().find(|entry| entry.name.starts_with(&data));
    let program = match first {
        Some(first) if first.place < pickle.place => by_range(&file, ranges, pickle).await?,
        _ => {
            bytes
                .skip_to(pickle.place, pickle.place + pickle.size)
                .await?;
            enter(bytes, &pickle.name, pickle.size).await?;
            bytes.take(pickle.size, bytes.read + pickle.size).await?
        }
    };
    opened(&program, directory, &pickle.name, &data).map_err(in_file)
}

/// The one entry that is the pickle of an archive that is no other kind of archive.
fn find_pickle(directory: &[Listed]) -> Result<&Listed, Fault> {
    let called = |entry: &Listed, name: &str| {
        let folder = entry.name.strip_suffix(name);
        folder.is_some_and(|folder| folder.is_empty() || folder.find('/') == Some(folder.len() - 1))
    };
    if directory.iter().any(|entry| called(entry, CONSTANTS)) {
        return Err(Fault::torch_script());
    }
    let mut pickles = directory.iter().filter(|entry| called(entry, PICKLE));
    let pickle = pickles.next().ok_or_else(|| {
        Fault::Other(
            "it is a zip archive, and none of torch.save's: it holds no data.pkl".to_owned(),
        )
    })?;
    if let Some(other) = pickles.next() {
        return Err(Fault::Damaged(format!(
            "it holds two pickles, {} and {}, and does not say which counts",
            pickle.name, other.name
        )));
    }
    pickle.check_stored()?;
    let order = pickle.name.replace(PICKLE, BYTE_ORDER);
    // "big" is shorter than "little".
    match directory.iter().find(|entry| entry.name == order) {
        Some(order) if order.size == 3 => Err(big_endian()),
        _ => Ok(pickle),
    }
}

/// An entry's content, read by itself: it stands behind what is read first.
async fn by_range(
    file: &str,
    ranges: &Rc<dyn RangeReader>,
    entry: &Listed,
) -> Result<Vec<u8>, LoadError> {
    let part = async |begin: u64, length: u64| {
        let bytes = ranges.read_range(begin, begin + length).await?;
        let bytes = bytes.filter(|bytes| bytes.len() as u64 == length);
        bytes.ok_or_else(|| needs_parts(file, "has its pickle behind its storages"))
    };
    let header = part(entry.place, LOCAL_HEADER as u64).await?;
    let lengths = zip::lengths_behind(&header).map_err(|fault| fault.in_file(file))?;
    let before = LOCAL_HEADER + lengths.0 + lengths.1;
    part(entry.place + before as u64, entry.size).await
}

/// The tensors that the pickle names, where the directory says that their storages are.
fn opened(program: &[u8], directory: &[Listed], pickle: &str, data: &str) -> Result<Opened, Fault> {
    let table = Table::of(&pickle::run(program)?)?;
    let mut places: HashMap<&str, (usize, &Listed)> = HashMap::new();
    for (number, entry) in directory.iter().enumerate() {
        if let Some((_, before)) = places.insert(&entry.name, (number, entry)) {
            return Err(Fault::Damaged(format!(
                "it holds two entries that are called {}",
                before.name
            )));
        }
    }
    let needed: HashSet<usize> = table.tensors.iter().map(|tensor| tensor.storage).collect();
    let mut found: Vec<(usize, usize, &Listed)> = Vec::with_capacity(needed.len());
    for storage in needed {
        let wanted = &table.storages[storage];
        let name = format!("{data}{}", wanted.key);
        let Some(&(number, entry)) = places.get(name.as_str()) else {
            return Err(Fault::Damaged(format!(
                "its pickle names the storage {name}, which is not in it"
            )));
        };
        entry.check_stored()?;
        check_size(&name, wanted.bytes, entry.size)?;
        found.push((number, storage, entry));
    }
    found.sort_unstable_by_key(|(number, ..)| *number);
    let order = found
        .into_iter()
        .map(|(_, storage, entry)| (storage, entry.name.clone(), Some(entry.place)));
    let (list, begins) = laid(&table.storages, order)?;
    Ok(Opened {
        tensors: entries(table.tensors, &begins)?,
        storages: Storages::new(
            list,
            Framing::Archive {
                pickle: pickle.to_owned(),
            },
        ),
    })
}

pub(super) fn check_size(name: &str, expected: u64, found: u64) -> Result<(), Fault> {
    match expected == found {
        true => Ok(()),
        false => Err(Fault::Damaged(format!(
            "its pickle says that the storage {name} has {expected} bytes, and it has {found}"
        ))),
    }
}

pub(super) fn big_endian() -> Fault {
    Fault::Other("its numbers are big-endian: save it on another computer".to_owned())
}

/// Opens an archive of which only the beginning is known.
async fn open_unlisted(bytes: &mut FileBytes) -> Result<Opened, LoadError> {
    let file = bytes.file.clone();
    let in_file = |fault: Fault| fault.in_file(&file);
    let first = local(bytes).await?;
    let folder = first.name.strip_suffix(PICKLE).map(str::to_owned);
    let Some(folder) = folder.filter(|folder| folder.matches('/').count() <= 1) else {
        return Err(needs_parts(
            &file,
            &format!(
                "begins with {}, not with its pickle, as TorchScript archives and those of other programs do",
                first.name
            ),
        ));
    };
    zip::check_stored(&first.name, first.flags, first.method).map_err(in_file)?;
    let program = match first.size {
        Some(size) if size > MAX_PICKLE => return Err(in_file(pickle::too_long())),
        Some(size) => bytes.take(size, bytes.read + size).await?,
        None => {
            let program = pickle_here(bytes).await?;
            pass_descriptor(bytes, program.len() as u64).await?;
            program
        }
    };
    let table = pickle::run(&program)
        .and_then(|pickled| Table::of(&pickled))
        .map_err(in_file)?;
    let data = format!("{folder}data/");
    let mut in_order = false;
    while let Some(next) = look(bytes)
        .await?
        .filter(|next| !next.name.starts_with(&data))
    {
        in_order |= next.name.strip_prefix(&folder) == Some(FORMAT_VERSION);
        pass_small(bytes, &first.name).await?;
    }
    let mut order: Vec<usize> = (0..table.storages.len()).collect();
    if !in_order {
        order.sort_by_key(|&number| &table.storages[number].key);
    }
    let order = order.into_iter().map(|number| {
        (
            number,
            format!("{data}{}", table.storages[number].key),
            None,
        )
    });
    let (list, begins) = laid(&table.storages, order).map_err(in_file)?;
    let storages = Storages::new(list, Framing::Archive { pickle: first.name });
    let least = bytes.read + storages.bytes();
    if let Some(total) = bytes.total().filter(|&total| total < least) {
        return Err(in_file(Fault::Damaged(format!(
            "its pickle says that it has {least} bytes or more, and it has {total}"
        ))));
    }
    Ok(Opened {
        tensors: entries(table.tensors, &begins).map_err(in_file)?,
        storages,
    })
}
