//! Writes a file so that others see all of it or nothing, whatever happens on the way.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::failure::Failure;

/// Writes `bytes` beside `path` and moves them there when they are whole; what was there before stays until then.
///
/// A link is replaced; what it points to stays as it is.
pub fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let partial = beside(path);
    let written = write(&partial, bytes).and_then(|()| fs::rename(&partial, path));
    if written.is_err() {
        // Half of it, or nothing: of no use to anyone.
        let _ = fs::remove_file(&partial);
    }
    written
}

/// Where a file is written until it is whole. Two processes that write the same file must not move each other's away.
pub fn beside(path: &Path) -> PathBuf {
    let mut partial = path.as_os_str().to_owned();
    partial.push(format!(".{}.new", std::process::id()));
    PathBuf::from(partial)
}

/// A file or folder that a person asked for and that cannot be written.
pub fn cannot_write(path: &Path, error: &io::Error) -> Failure {
    Failure::File(format!("{} cannot be written: {error}", path.display()))
}

fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(bytes)?;
    file.sync_data()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_and_nothing_is_left_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x");
        for bytes in [&b"longer"[..], b"new"] {
            write_whole(&path, bytes).unwrap();
            assert_eq!(fs::read(&path).unwrap(), bytes);
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        assert!(write_whole(folder.path(), b"").is_err(), "it is a folder");
    }
}
