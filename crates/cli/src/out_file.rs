//! A file that a person asked for with --out: checked before the work that fills it, and nothing but Glimpse's own is written over.

use std::fs::{self, File, FileType};
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

use glimpse::LabelPack;
use glimpse_attack::report::{FORMAT, GENERATOR};
use safetensors::SafeTensors;

use crate::failure::Failure;
use crate::whole_file::{beside, cannot_write, write_whole};

/// Larger files are nothing that Glimpse wrote, and are not read to find out.
const LARGEST_OWN: u64 = 1 << 30;

/// What is written into a file, and by which an earlier one of its kind is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    LabelPack,
    PixelValues,
    ReportPage,
    ReportNumbers,
}

/// A place for a file, which is there to be written.
#[derive(Debug)]
pub enum OutFile {
    /// `-`
    Stdout,
    /// A pipe or a device: written into, never replaced.
    Stream(PathBuf),
    /// Written beside, and moved there when it is whole.
    File(PathBuf),
}

impl OutFile {
    /// Looks at what is there, and finds out now rather than after an hour whether it can be written.
    ///
    /// # Errors
    /// [`Failure::Usage`] when something else than an earlier file of this kind is there and `force` is not given;
    /// [`Failure::File`] when it cannot be written.
    pub fn new(path: &Path, content: Content, force: bool) -> Result<Self, Failure> {
        if path.as_os_str() == "-" {
            return Self::stdout();
        }
        let refuse = |what: String| {
            let told = format!(
                "--out {} {what}: name another file, or add --force to replace it",
                path.display()
            );
            Failure::Usage(told)
        };
        if let Ok(found) = fs::symlink_metadata(path) {
            let kind = found.file_type();
            // As /dev/stdout is one.
            let target = fs::metadata(path).map(|target| target.file_type());
            if is_stream(kind) || target.is_ok_and(is_stream) {
                return Ok(Self::Stream(path.to_path_buf()));
            }
            if kind.is_dir() {
                let is_folder = io::Error::from(io::ErrorKind::IsADirectory);
                return Err(cannot_write(path, &is_folder));
            }
            if !force && kind.is_symlink() {
                let target = fs::read_link(path).unwrap_or_default();
                return Err(refuse(format!("is a link to {}", target.display())));
            }
            if !force && !is_own(path, found.len(), content) {
                return Err(refuse(format!(
                    "is there already and is not {} of Glimpse",
                    content.name()
                )));
            }
        }
        try_to_write(path).map_err(|error| cannot_write(path, &error))?;
        Ok(Self::File(path.to_path_buf()))
    }

    fn stdout() -> Result<Self, Failure> {
        if io::stdout().is_terminal() {
            return Err(Failure::Usage(
                "--out - would print a binary file on the terminal: send standard output to a file or a program"
                    .to_owned(),
            ));
        }
        Ok(Self::Stdout)
    }

    /// Writes the file.
    pub fn write(&self, bytes: &[u8]) -> Result<(), Failure> {
        match self {
            Self::Stdout => {
                let mut out = io::stdout().lock();
                out.write_all(bytes)?;
                Ok(out.flush()?)
            }
            Self::Stream(path) => {
                fs::write(path, bytes).map_err(|error| cannot_write(path, &error))
            }
            Self::File(path) => {
                write_whole(path, bytes).map_err(|error| cannot_write(path, &error))
            }
        }
    }
}

impl Content {
    fn name(self) -> &'static str {
        match self {
            Self::LabelPack => "a label pack",
            Self::PixelValues => "a file of pixel_values",
            Self::ReportPage => "a report",
            Self::ReportNumbers => "the JSON of a report",
        }
    }

    fn is_in(self, bytes: &[u8]) -> bool {
        match self {
            Self::LabelPack => LabelPack::from_safetensors(bytes).is_ok(),
            Self::PixelValues => SafeTensors::deserialize(bytes)
                .is_ok_and(|tensors| tensors.names() == ["pixel_values"]),
            Self::ReportPage => {
                let begin = &bytes[..bytes.len().min(1024)];
                let mark = GENERATOR.as_bytes();
                begin.windows(mark.len()).any(|part| part == mark)
            }
            Self::ReportNumbers => serde_json::from_slice::<serde_json::Value>(bytes)
                .is_ok_and(|report| report["format"] == FORMAT),
        }
    }
}

/// Whether an earlier run may have written the file. An empty one holds nothing that could be lost.
fn is_own(path: &Path, length: u64, content: Content) -> bool {
    length == 0 || length <= LARGEST_OWN && fs::read(path).is_ok_and(|bytes| content.is_in(&bytes))
}

fn is_stream(kind: FileType) -> bool {
    !kind.is_file() && !kind.is_dir() && !kind.is_symlink()
}

/// Makes a file where [`write_whole`] will make one, and leaves everything as it was.
fn try_to_write(path: &Path) -> io::Result<()> {
    let partial = beside(path);
    File::create_new(&partial)?;
    fs::remove_file(&partial)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOTE: &[u8] = b"not to be lost";

    fn refused(path: &Path, content: Content) -> String {
        match OutFile::new(path, content, false) {
            Err(Failure::Usage(told)) => told,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_is_not_an_earlier_file_of_its_kind_stays_unless_forced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x");
        let report = format!("{{\"format\":{FORMAT:?}}}");
        for content in [
            Content::LabelPack,
            Content::PixelValues,
            Content::ReportPage,
            Content::ReportNumbers,
        ] {
            for bytes in [NOTE, report.as_bytes()] {
                fs::write(&path, bytes).unwrap();
                if content == Content::ReportNumbers && bytes != NOTE {
                    assert!(OutFile::new(&path, content, false).is_ok());
                    continue;
                }
                assert!(refused(&path, content).contains("add --force"));
                let forced = OutFile::new(&path, content, true).unwrap();
                assert_eq!(fs::read(&path).unwrap(), bytes, "nothing is written yet");
                forced.write(b"new").unwrap();
                assert_eq!(fs::read(&path).unwrap(), b"new");
            }
            fs::write(&path, b"").unwrap();
            assert!(OutFile::new(&path, content, false).is_ok(), "{content:?}");
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_refused_and_what_it_points_to_is_never_written() {
        let folder = tempfile::tempdir().unwrap();
        let (link, path) = (folder.path().join("link"), folder.path().join("x"));
        fs::write(&path, NOTE).unwrap();
        std::os::unix::fs::symlink(&path, &link).unwrap();
        assert!(refused(&link, Content::LabelPack).contains("is a link to "));
        let forced = OutFile::new(&link, Content::LabelPack, true).unwrap();
        forced.write(b"new").unwrap();
        assert_eq!(fs::read(&path).unwrap(), NOTE);
        assert_eq!(fs::read(&link).unwrap(), b"new");
    }
}
