//! The way through a file from one storage to the next: what stands between them is read and checked.

use std::rc::Rc;

use super::table::{MAX_BYTES, Storage, Tensor};
use super::zip::{self, LOCAL_HEADER};
use super::{Fault, legacy, walk};
use crate::containers::file_bytes::FileBytes;
use crate::containers::header::Entry;
use crate::containers::weight_file::RangeReader;
use crate::error::{LoadError, SourceError, WeightsError};

/// The storages of a file, laid end to end in the order in which they stand in it.
pub(in crate::containers) struct Storages {
    list: Vec<Stored>,
    framing: Framing,
    /// The one that is being read; none before the first.
    current: Option<usize>,
    /// Where its content begins in the file.
    content: u64,
}

/// One storage.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Stored {
    /// Its entry's name; in the old format its key.
    pub name: String,
    /// Where it begins, counted over all storages.
    pub begin: u64,
    /// How many bytes it has.
    pub bytes: u64,
    /// Where what stands before it begins in the file, where that is known.
    pub place: Option<u64>,
    /// The size of one of its numbers.
    pub size: u64,
}

/// What stands between storages.
pub(super) enum Framing {
    /// A zip archive's headers; with the name of the entry that holds the pickle.
    Archive { pickle: String },
    /// Their lengths.
    Lengths,
}

impl Storages {
    pub(super) fn new(list: Vec<Stored>, framing: Framing) -> Self {
        Self {
            list,
            framing,
            current: None,
            content: 0,
        }
    }

    /// How many bytes all of them have.
    pub fn bytes(&self) -> u64 {
        self.list.last().map_or(0, |last| last.begin + last.bytes)
    }

    /// How long the file must be, where that is known: only the old format says it.
    pub fn file_length(&self) -> Option<u64> {
        let last = match self.framing {
            Framing::Lengths => self.list.last()?,
            Framing::Archive { .. } => return None,
        };
        Some(last.place? + legacy::LENGTH as u64 + last.bytes)
    }

    /// Passes over everything before byte `target` of the storages.
    pub async fn skip_to(&mut self, bytes: &mut FileBytes, target: u64) -> Result<(), LoadError> {
        while let Some(next) = self.next().filter(|next| next.begin <= target) {
            let next = next.clone();
            self.leave(bytes).await?;
            self.enter(bytes, &next).await?;
        }
        let Some(current) = self.current.and_then(|current| self.list.get(current)) else {
            return Ok(());
        };
        let within = (target - current.begin).min(current.bytes);
        let expected = self.content + current.bytes;
        bytes.skip_to(self.content + within, expected).await
    }

    /// Reads the file to its end, and past its last byte: only a stream that has said so has checked its hash and kept it.
    pub async fn finish(&mut self, bytes: &mut FileBytes) -> Result<(), LoadError> {
        self.skip_to(bytes, self.bytes()).await?;
        self.leave(bytes).await?;
        match &self.framing {
            Framing::Lengths if bytes.is_at_end().await? => Ok(()),
            Framing::Lengths => Err(LoadError::Weights(WeightsError::Overlong {
                expected: bytes.read,
                file: bytes.file.clone(),
            })),
            Framing::Archive { .. } if self.is_listed() => {
                if let Some(total) = bytes.total() {
                    bytes.skip_to(total, total).await?;
                }
                bytes.drain().await
            }
            Framing::Archive { pickle } => {
                walk::walk_to_directory(bytes, pickle).await?;
                bytes.drain().await
            }
        }
    }

    /// Where byte `begin` of the storages stands in the file; none where that cannot be known without reading up to it.
    pub async fn place(
        &self,
        file: &str,
        ranges: &Rc<dyn RangeReader>,
        begin: u64,
    ) -> Result<Option<u64>, LoadError> {
        let stored = self.list.partition_point(|stored| stored.begin <= begin);
        let Some(stored) = stored.checked_sub(1).and_then(|at| self.list.get(at)) else {
            return Ok(None);
        };
        let Some(place) = stored.place else {
            return Ok(None);
        };
        let before = match self.framing {
            Framing::Lengths => legacy::LENGTH,
            Framing::Archive { .. } => {
                let end = place + LOCAL_HEADER as u64;
                let Some(header) = ranges.read_range(place, end).await? else {
                    return Ok(None);
                };
                let lengths = zip::lengths_behind(&header);
                let (name, extra) = lengths.map_err(|fault| fault.in_file(file))?;
                LOCAL_HEADER + name + extra
            }
        };
        Ok(Some(place + before as u64 + (begin - stored.begin)))
    }

    fn next(&self) -> Option<&Stored> {
        self.list.get(self.current.map_or(0, |current| current + 1))
    }

    /// Whether the archive's directory said where its entries are.
    fn is_listed(&self) -> bool {
        self.list.iter().all(|stored| stored.place.is_some())
    }

    /// Passes over the rest of the storage that is being read, and what belongs to it behind its end.
    async fn leave(&mut self, bytes: &mut FileBytes) -> Result<(), LoadError> {
        let Some(current) = self.current.and_then(|current| self.list.get(current)) else {
            return Ok(());
        };
        let end = self.content + current.bytes;
        bytes.skip_to(end, end).await?;
        if matches!(self.framing, Framing::Archive { .. }) && current.place.is_none() {
            walk::pass_descriptor(bytes, current.bytes).await?;
        }
        Ok(())
    }

    /// Reads what stands before the content of `next`.
    async fn enter(&mut self, bytes: &mut FileBytes, next: &Stored) -> Result<(), LoadError> {
        match &self.framing {
            Framing::Lengths => legacy::pass_length(bytes, next).await?,
            Framing::Archive { pickle } => match next.place {
                Some(place) => {
                    bytes.skip_to(place, place + next.bytes).await?;
                    walk::enter(bytes, &next.name, next.bytes).await?;
                }
                None => walk::walk_to(bytes, pickle, &next.name, next.bytes).await?,
            },
        }
        self.current = Some(self.current.map_or(0, |current| current + 1));
        self.content = bytes.read;
        Ok(())
    }
}

/// An error that a server's inability to give parts of a file leads to.
pub(super) fn needs_parts(file: &str, what: &str) -> LoadError {
    LoadError::Source(SourceError::Unsupported {
        file: file.to_owned(),
        detail: format!(
            "{file} {what}, and the place where it lies gives no parts of files, by which it could be read all the same: download \
             it and load it from a folder"
        ),
    })
}

/// The storages in this order, each with its number, name and place, laid end to end; and where each of them begins then.
pub(super) fn laid(
    storages: &[Storage],
    order: impl Iterator<Item = (usize, String, Option<u64>)>,
) -> Result<(Vec<Stored>, Vec<Option<u64>>), Fault> {
    let mut begins = vec![None; storages.len()];
    let mut list = Vec::new();
    let mut begin = 0;
    for (number, name, place) in order {
        let storage = &storages[number];
        begins[number] = Some(begin);
        list.push(Stored {
            name,
            begin,
            bytes: storage.bytes,
            place,
            size: storage.size,
        });
        begin += storage.bytes;
        if begin > MAX_BYTES {
            return Err(Fault::Damaged(
                "its storages are longer than any file".to_owned(),
            ));
        }
    }
    Ok((list, begins))
}

/// The tensors as entries of a header, in the order of their bytes.
pub(super) fn entries(tensors: Vec<Tensor>, begins: &[Option<u64>]) -> Result<Vec<Entry>, Fault> {
    let mut entries = Vec::with_capacity(tensors.len());
    for tensor in tensors {
        let Some(begin) = begins.get(tensor.storage).copied().flatten() else {
            return Err(Fault::Damaged(format!(
                "the storage of the tensor {} is not in it",
                tensor.name
            )));
        };
        entries.push(Entry {
            name: tensor.name,
            dtype: tensor.kind.dtype().to_owned(),
            shape: tensor.shape,
            begin: begin + tensor.begin,
            end: begin + tensor.end,
            strides: tensor.strides,
        });
    }
    entries.sort_by(|a, b| (a.begin, a.end, &a.name).cmp(&(b.begin, b.end, &b.name)));
    Ok(entries)
}
