//! Finds, reads and decodes pictures: files, folders walked in order, and standard input.

use std::io::{self, Read};
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::sync::mpsc::sync_channel;
use std::thread;

use glimpse::BuiltIn;
use glimpse::image::{RgbImage, decode};
use walkdir::{DirEntry, WalkDir};

use crate::failure::Failure;
use crate::output::InputError;

/// What a picture's name ends with, for the files of a walked folder.
const READ: [&str; 14] = [
    "jpg", "jpeg", "jpe", "jfif", "mpo", "png", "apng", "webp", "gif", "bmp", "dib", "tif", "tiff",
    "ico",
];

/// Tried too, so that someone is told that they cannot be read rather than left to wonder.
const TOLD_OF: [&str; 3] = ["avif", "heic", "heif"];

/// One picture to read, or a folder that could not be walked.
#[derive(Debug)]
pub enum Input {
    Stdin,
    File(PathBuf),
    Unreadable { path: PathBuf, error: InputError },
}

impl Input {
    /// `-`, or a file's path whatever its name ends with.
    pub fn from_path(path: &Path) -> Self {
        if path.as_os_str() == "-" {
            Self::Stdin
        } else {
            Self::File(path.to_path_buf())
        }
    }

    /// The picture's name in the output.
    pub fn name(&self) -> String {
        match self {
            Self::Stdin => "-".to_string(),
            Self::File(path) | Self::Unreadable { path, .. } => path.to_string_lossy().into_owned(),
        }
    }

    /// The file's bytes.
    pub fn read(&self) -> Result<Vec<u8>, InputError> {
        match self {
            Self::Stdin => {
                let mut bytes = Vec::new();
                io::stdin()
                    .lock()
                    .read_to_end(&mut bytes)
                    .map_err(|error| {
                        InputError::io(&format!("standard input cannot be read: {error}"))
                    })?;
                Ok(bytes)
            }
            Self::File(path) => std::fs::read(path).map_err(|error| {
                InputError::io(&format!("{} cannot be read: {error}", path.display()))
            }),
            Self::Unreadable { error, .. } => Err(error.clone()),
        }
    }

    /// The picture itself.
    pub fn decode(&self) -> Result<RgbImage, InputError> {
        let picture = decode(&self.read()?).map_err(glimpse::Error::from)?;
        Ok(picture)
    }
}

/// One input, decoded, or why it could not be.
pub struct Decoded {
    /// The picture's name in the output.
    pub image: String,
    pub picture: Result<Picture, InputError>,
}

/// A decoded picture.
pub struct Picture {
    pub pixels: RgbImage,
    /// The built-in model that fits it, where that was asked.
    pub fits: Option<BuiltIn>,
}

/// Every input in its order, each decoded (and where it is asked, judged which built-in model fits it) while the one before it is
/// looked at: two pictures at most are in memory.
pub fn decoded(inputs: Vec<Input>, judged: bool) -> impl Iterator<Item = Decoded> {
    let (sender, receiver) = sync_channel(0);
    let reader = thread::spawn(move || {
        for input in inputs {
            let decoded = Decoded {
                image: input.name(),
                picture: input.decode().map(|pixels| Picture {
                    fits: judged.then(|| BuiltIn::for_picture(&pixels)),
                    pixels,
                }),
            };
            // Nobody waits any more: the command has ended early.
            if sender.send(decoded).is_err() {
                return;
            }
        }
    });
    let mut reader = Some(reader);
    std::iter::from_fn(move || {
        let next = receiver.recv().ok();
        if next.is_none()
            && let Some(reader) = reader.take()
            && let Err(panic) = reader.join()
        {
            resume_unwind(panic);
        }
        next
    })
}

/// Every picture that the paths name: files as they are, folders walked in the order of their names.
pub fn find(paths: &[PathBuf]) -> Result<Vec<Input>, Failure> {
    if paths.iter().filter(|path| path.as_os_str() == "-").count() > 1 {
        return Err(Failure::Usage(
            "standard input (-) can be read only once".to_string(),
        ));
    }
    let mut inputs = Vec::new();
    for path in paths {
        if path.is_dir() {
            inputs.extend(walk(path));
        } else {
            inputs.push(Input::from_path(path));
        }
    }
    if inputs.is_empty() {
        return Err(Failure::Usage(format!(
            "there is no picture in {}: looked for files ending in {}",
            paths
                .iter()
                .map(|path| path.display().to_string())
                .collect::<Vec<_>>()
                .join(", "),
            READ.join(", "),
        )));
    }
    Ok(inputs)
}

/// The pictures below a folder, hidden ones left out.
fn walk(folder: &Path) -> impl Iterator<Item = Input> + use<'_> {
    let shown = |entry: &DirEntry| {
        entry.depth() == 0 || !entry.file_name().to_string_lossy().starts_with('.')
    };
    let entries = WalkDir::new(folder)
        .follow_links(true)
        .sort_by_file_name()
        .into_iter();
    entries
        .filter_entry(shown)
        .filter_map(move |entry| match entry {
            Ok(entry) if entry.file_type().is_file() && is_picture(entry.path()) => {
                Some(Input::File(entry.into_path()))
            }
            Ok(_) => None,
            Err(error) => Some(Input::Unreadable {
                path: error.path().unwrap_or(folder).to_path_buf(),
                error: InputError::io(&error),
            }),
        })
}

fn is_picture(path: &Path) -> bool {
    path.extension().is_some_and(|extension| {
        READ.iter()
            .chain(&TOLD_OF)
            .any(|known| extension.eq_ignore_ascii_case(known))
    })
}
