//! PyTorch's own container, as `torch.save` writes it: a zip archive whose first entry is a pickle that says which tensors there are, and
//! whose others are their storages; before PyTorch 1.6, pickles and storages one after the other.
//!
//! It is read as safetensors are: what there is first, then the bytes in order. [`open`] gives the tensors as entries of a header, whose
//! places are counted over all storages laid end to end; [`Storages`] finds the way from one storage to the next.

mod archive;
mod legacy;
mod pickle;
mod storages;
mod table;
mod views;
mod walk;
mod zip;

#[cfg(test)]
mod tests;

use std::rc::Rc;

use crate::containers::file_bytes::FileBytes;
use crate::containers::header::Entry;
use crate::containers::weight_file::RangeReader;
use crate::error::{LoadError, WeightsError};

pub(super) use storages::Storages;
pub(super) use views::{gather, held_parts};

/// How many bytes of a file tell what it is.
pub(super) const SIGN: usize = 265;

/// A file that has been opened: its tensors, in the order of their bytes, and how these are reached.
pub(super) struct Opened {
    pub tensors: Vec<Entry>,
    pub storages: Storages,
}

/// What keeps a file from being read.
#[derive(Debug, PartialEq)]
enum Fault {
    /// It cannot be right.
    Damaged(String),
    /// It may be right, and is something else than what is read here.
    Other(String),
    /// Its pickle uses this name.
    Name(String),
}

impl Fault {
    fn torch_script() -> Self {
        Self::Other(
            "it is a TorchScript archive, a program together with its weights: take the file that torch.save(model.state_dict()) \
             writes"
                .to_owned(),
        )
    }

    fn in_file(self, file: &str) -> LoadError {
        let file = file.to_owned();
        LoadError::Weights(match self {
            Self::Damaged(detail) => WeightsError::PyTorch { file, detail },
            Self::Other(detail) => WeightsError::PyTorchKind { file, detail },
            Self::Name(name) => WeightsError::PickledName { file, name },
        })
    }
}

/// Whether a file that begins with `sign` is one of PyTorch's.
pub(super) fn is_ours(sign: &[u8]) -> bool {
    sign.starts_with(b"PK") || legacy::is_legacy(sign)
}

/// Opens a file that begins as one of PyTorch's does.
pub(super) async fn open(
    bytes: &mut FileBytes,
    ranges: &Rc<dyn RangeReader>,
) -> Result<Opened, LoadError> {
    let is_legacy = legacy::is_legacy(bytes.peek(SIGN).await?);
    match is_legacy {
        true => legacy::open(bytes).await,
        false => archive::open(bytes, ranges).await,
    }
}

/// The error of a file that is called as PyTorch's are, and is neither one nor safetensors.
pub(super) fn not_ours(file: &str, sign: &[u8]) -> LoadError {
    let text = sign.trim_ascii_start();
    let fault = if text.starts_with(b"<") {
        Fault::Damaged(
            "it is a web page, which something between here and there sent in its place".to_owned(),
        )
    } else if text.starts_with(b"version https://git-lfs") {
        Fault::Damaged(
            "it is the pointer that git-lfs leaves in place of a large file: get the file itself"
                .to_owned(),
        )
    } else if sign.len() < 16 {
        Fault::Damaged(format!("it has {} bytes", sign.len()))
    } else if sign.get(257..262) == Some(b"ustar") {
        Fault::Other("it is a tar archive, as PyTorch before 0.2 wrote them: load it there and save it again".to_owned())
    } else if sign[0] == 0x80 {
        Fault::Other("it is a pickle that torch.save did not write".to_owned())
    } else {
        Fault::Damaged("it does not begin as what torch.save writes".to_owned())
    };
    fault.in_file(file)
}
