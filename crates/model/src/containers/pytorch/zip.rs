//! The records of a zip archive as `torch.save` writes them: the directory at its end, and what stands before and behind each entry.

use super::Fault;

/// How many bytes at an archive's end are looked at first: those of the usual directory of a thousand entries are fewer.
pub(super) const TAIL: u64 = 64 << 10;
/// The longest directory that is read.
pub(super) const MAX_DIRECTORY: u64 = 32 << 20;
/// Bytes before an entry's name.
pub(super) const LOCAL_HEADER: usize = 30;
/// Bytes behind an entry whose length its header does not tell, at most.
pub(super) const DESCRIPTOR: usize = 24;

pub(super) const LOCAL_SIGNATURE: [u8; 4] = *b"PK\x03\x04";
pub(super) const DESCRIPTOR_SIGNATURE: [u8; 4] = *b"PK\x07\x08";
const DIRECTORY_SIGNATURE: [u8; 4] = *b"PK\x01\x02";
const END_SIGNATURE: [u8; 4] = *b"PK\x05\x06";
const END_64_SIGNATURE: [u8; 4] = *b"PK\x06\x06";
const LOCATOR_64_SIGNATURE: [u8; 4] = *b"PK\x06\x07";

/// What a field of 32 bits says where the number stands elsewhere in 64.
const ELSEWHERE: u32 = u32::MAX;
/// The extra field that has numbers of 64 bits.
const ZIP_64: u16 = 1;
/// The bit of an entry that is encrypted, and of one whose lengths stand behind it.
const ENCRYPTED: u16 = 1;
const LENGTHS_BEHIND: u16 = 1 << 3;

/// Where the directory is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Place {
    pub begin: u64,
    pub end: u64,
}

/// An entry of the directory.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Listed {
    pub name: String,
    /// Where its header begins.
    pub place: u64,
    /// Bytes of its content.
    pub size: u64,
    /// Bytes that its content takes in the file: as many, where it is not compressed.
    packed: u64,
    flags: u16,
    method: u16,
}

/// What stands before an entry's content.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Local {
    pub name: String,
    /// Bytes that its content takes; none where they are told behind it.
    pub size: Option<u64>,
    pub flags: u16,
    pub method: u16,
}

/// Makes sure that an entry's content stands in the file as it is.
pub(super) fn check_stored(name: &str, flags: u16, method: u16) -> Result<(), Fault> {
    if flags & ENCRYPTED != 0 {
        return Err(Fault::Other(format!(
            "its entry {name} is encrypted: save it without"
        )));
    }
    if method != 0 {
        return Err(Fault::Other(format!(
            "its entry {name} is compressed, which torch.save never does: save it with torch.save again"
        )));
    }
    Ok(())
}

impl Listed {
    pub fn check_stored(&self) -> Result<(), Fault> {
        check_stored(&self.name, self.flags, self.method)
    }
}

fn damaged(what: &str) -> Fault {
    Fault::Damaged(format!("the directory at its end {what}"))
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    let bytes = bytes.get(at..)?.first_chunk()?;
    Some(u16::from_le_bytes(*bytes))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    let bytes = bytes.get(at..)?.first_chunk()?;
    Some(u32::from_le_bytes(*bytes))
}

fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    let bytes = bytes.get(at..)?.first_chunk()?;
    Some(u64::from_le_bytes(*bytes))
}

/// Whether the directory, or what stands behind it, begins here.
pub(super) fn is_directory(bytes: &[u8]) -> bool {
    [DIRECTORY_SIGNATURE, END_64_SIGNATURE, END_SIGNATURE]
        .iter()
        .any(|signature| bytes.starts_with(signature))
}

/// Finds the directory by the file's last bytes, of which the first stands at `begin`; none where a file that is no whole archive ends.
pub(super) fn directory_place(tail: &[u8], begin: u64) -> Result<Option<Place>, Fault> {
    let ends = (0..=tail.len().saturating_sub(22)).rev().find(|&at| {
        tail[at..].starts_with(&END_SIGNATURE)
            && u16_at(tail, at + 20)
                .is_some_and(|comment| at + 22 + usize::from(comment) == tail.len())
    });
    let Some(at) = ends else {
        return Ok(None);
    };
    let end = begin + at as u64;
    let cut = || damaged("is cut");
    let disks = (u16_at(tail, at + 4), u16_at(tail, at + 6));
    let locator = at
        .checked_sub(20)
        .filter(|&at| tail[at..].starts_with(&LOCATOR_64_SIGNATURE));
    let Some(locator) = locator else {
        if disks != (Some(0), Some(0)) {
            return Err(damaged("is that of an archive in several files"));
        }
        let size = u64::from(u32_at(tail, at + 12).ok_or_else(cut)?);
        let place = u64::from(u32_at(tail, at + 16).ok_or_else(cut)?);
        return checked_place(place, size, end).map(Some);
    };
    let place = u64_at(tail, locator + 8).ok_or_else(cut)?;
    let last = (locator as u64).checked_sub(56);
    let in_tail = place
        .checked_sub(begin)
        .filter(|&at| last.is_some_and(|last| at <= last));
    let at = in_tail.ok_or_else(|| damaged("has its 64-bit part in another place than it says"))?
        as usize;
    if !tail[at..].starts_with(&END_64_SIGNATURE) {
        return Err(damaged("has no 64-bit part where it says"));
    }
    let size = u64_at(tail, at + 40).ok_or_else(cut)?;
    let directory = u64_at(tail, at + 48).ok_or_else(cut)?;
    checked_place(directory, size, place).map(Some)
}

fn checked_place(begin: u64, size: u64, limit: u64) -> Result<Place, Fault> {
    if size > MAX_DIRECTORY {
        return Err(Fault::Other(format!(
            "the directory at its end has {size} bytes, more than any list of tensors needs"
        )));
    }
    match begin.checked_add(size).filter(|&end| end <= limit) {
        Some(end) => Ok(Place { begin, end }),
        None => Err(damaged("is said to stand where it cannot")),
    }
}

/// Reads the whole directory, whose first byte stands at `begin` of the file: all entries, in the order of their places, of which none
/// reaches into another.
pub(super) fn read_directory(bytes: &[u8], begin: u64) -> Result<Vec<Listed>, Fault> {
    let mut entries = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let (entry, next) = listed(bytes, at)?;
        entries.push(entry);
        at = next;
    }
    entries.sort_by_key(|entry| entry.place);
    let ends = entries
        .iter()
        .skip(1)
        .map(|entry| entry.place)
        .chain([begin]);
    for (entry, limit) in entries.iter().zip(ends) {
        let least = LOCAL_HEADER as u64 + entry.name.len() as u64;
        let end = entry
            .place
            .checked_add(least)
            .and_then(|end| end.checked_add(entry.packed));
        if end.is_none_or(|end| end > limit) {
            return Err(damaged(&format!(
                "says that {} has {} bytes, which reach beyond what stands behind it",
                entry.name, entry.packed
            )));
        }
    }
    Ok(entries)
}

fn listed(bytes: &[u8], at: usize) -> Result<(Listed, usize), Fault> {
    let entry = bytes.get(at..).unwrap_or_default();
    let cut = || damaged("is cut");
    if !entry.starts_with(&DIRECTORY_SIGNATURE) {
        return Err(damaged("holds what is no entry"));
    }
    let length = |at| u16_at(entry, at).map(usize::from).ok_or_else(cut);
    let (name, extra, comment) = (length(28)?, length(30)?, length(32)?);
    let extra_at = 46 + name;
    let text = entry.get(46..extra_at).ok_or_else(cut)?;
    let extra = entry.get(extra_at..extra_at + extra).ok_or_else(cut)?;
    let next = extra_at + extra.len() + comment;
    if next > entry.len() {
        return Err(cut());
    }
    let [packed, size, place] = [20, 24, 42].map(|at| u32_at(entry, at).unwrap_or(0));
    let wide = wide_numbers(extra, &[size, packed, place]).ok_or_else(cut)?;
    let listed = Listed {
        name: text_of(text)?,
        place: wide[2],
        size: wide[0],
        packed: wide[1],
        flags: u16_at(entry, 8).unwrap_or(0),
        method: u16_at(entry, 10).unwrap_or(0),
    };
    if listed.method == 0 && listed.size != listed.packed {
        return Err(damaged(&format!("gives {} two lengths", listed.name)));
    }
    Ok((listed, at + next))
}

fn text_of(bytes: &[u8]) -> Result<String, Fault> {
    let text = str::from_utf8(bytes).map(str::to_owned);
    text.map_err(|_| Fault::Damaged("it has an entry whose name is no text".to_owned()))
}

/// The numbers, each taken from the extra field where it stands there: there are only those, in this order.
fn wide_numbers(extra: &[u8], numbers: &[u32]) -> Option<Vec<u64>> {
    let mut field: &[u8] = &[];
    let mut rest = extra;
    while let (Some(kind), Some(length)) = (u16_at(rest, 0), u16_at(rest, 2)) {
        let Some(content) = rest.get(4..4 + usize::from(length)) else {
            break;
        };
        if kind == ZIP_64 {
            field = content;
            break;
        }
        rest = &rest[4 + content.len()..];
    }
    let mut at = 0;
    let mut wide = |&number: &u32| {
        if number != ELSEWHERE {
            return Some(u64::from(number));
        }
        at += 8;
        u64_at(field, at - 8)
    };
    numbers.iter().map(&mut wide).collect()
}

/// How many bytes stand between the end of the fixed part of an entry's header and its content: name, and extra field.
pub(super) fn lengths_behind(header: &[u8]) -> Result<(usize, usize), Fault> {
    match (u16_at(header, 26), u16_at(header, 28)) {
        (Some(name), Some(extra)) if header.starts_with(&LOCAL_SIGNATURE) => {
            Ok((name.into(), extra.into()))
        }
        _ => Err(Fault::Damaged(
            "it has no entry where one should begin".to_owned(),
        )),
    }
}

/// Reads what stands before an entry's content, all of it.
pub(super) fn local(header: &[u8]) -> Result<Local, Fault> {
    let (name, extra) = lengths_behind(header)?;
    let cut = || Fault::Damaged("an entry's header is cut".to_owned());
    let text = header
        .get(LOCAL_HEADER..LOCAL_HEADER + name)
        .ok_or_else(cut)?;
    let extra = header
        .get(LOCAL_HEADER + name..LOCAL_HEADER + name + extra)
        .ok_or_else(cut)?;
    let flags = u16_at(header, 6).ok_or_else(cut)?;
    let [packed, size] = [18, 22].map(|at| u32_at(header, at).unwrap_or(0));
    let size = match flags & LENGTHS_BEHIND {
        0 => {
            let wide = wide_numbers(extra, &[size, packed]);
            wide.map(|wide| Some(wide[1])).ok_or_else(cut)?
        }
        _ => None,
    };
    Ok(Local {
        name: text_of(text)?,
        size,
        flags,
        method: u16_at(header, 8).ok_or_else(cut)?,
    })
}

/// How long what stands behind a content of `size` bytes is; none where it is not for such a content.
pub(super) fn descriptor_length(bytes: &[u8], size: u64) -> Option<usize> {
    if !bytes.starts_with(&DESCRIPTOR_SIGNATURE) {
        return None;
    }
    let narrow = (u32_at(bytes, 8)?, u32_at(bytes, 12)?);
    if (u64::from(narrow.0), u64::from(narrow.1)) == (size, size) && size > 0 {
        return Some(16);
    }
    if (u64_at(bytes, 8), u64_at(bytes, 16)) == (Some(size), Some(size)) && size > 0 {
        return Some(24);
    }
    // Of nothing, all lengths are zeros: what follows tells.
    let is_next = |at: usize| bytes.get(at..at + 2).is_some_and(|bytes| bytes == b"PK");
    match size {
        0 if narrow == (0, 0) && is_next(16) => Some(16),
        0 if narrow == (0, 0) => Some(24),
        _ => None,
    }
}
