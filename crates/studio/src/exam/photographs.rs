//! Shows photographs, which the model never saw one of, so that what it cannot do is reported as it is.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use walkdir::WalkDir;

use super::engine::open_picture;
use super::judge::Examiner;
use super::stories::{Story, tell};
use crate::concepts::taught_names;

/// How many taught things are the labels.
const LABELS: usize = 100;
/// How many of the best labels are reported.
const BEST: usize = 3;
/// Endings of the files that are shown.
const ENDINGS: [&str; 4] = ["jpg", "jpeg", "png", "webp"];

/// Every photograph below `folder` with its best labels; none where there is no such folder. Where a file's name says a
/// label, it counts whether that wins. A file that cannot be decoded is left out: decoders are tested elsewhere.
///
/// # Errors
/// When a folder cannot be read, or the model cannot be run.
pub fn photographs(examiner: &mut Examiner, folder: &Path) -> Result<Vec<Story>> {
    let files = if folder.is_dir() {
        pictures(folder)?
    } else {
        Vec::new()
    };
    let labels: Vec<String> = taught_names()
        .into_iter()
        .take(LABELS)
        .map(String::from)
        .collect();
    let mut told = Vec::new();
    for file in files {
        let Ok(pixels) = open_picture(&file) else {
            continue;
        };
        let seen = examiner.show(pixels)?;
        let name = file
            .strip_prefix(folder)
            .unwrap_or(&file)
            .display()
            .to_string();
        if let Some(right) = named(&file, &labels) {
            examiner.ask("photographs", &seen, &labels, right)?;
        }
        let mut story = tell(examiner, "a photograph", name, &seen, &labels)?;
        story.scores.truncate(BEST);
        told.push(story);
    }
    Ok(told)
}

/// The label that a file's name says, if it does: "brown-cat_2.jpg" says cat.
fn named(file: &Path, labels: &[String]) -> Option<usize> {
    let stem = file.file_stem()?.to_string_lossy().to_lowercase();
    let words: Vec<&str> = stem.split(|letter: char| !letter.is_alphabetic()).collect();
    labels.iter().position(|label| {
        let wanted: Vec<&str> = label.split(' ').collect();
        words.windows(wanted.len()).any(|words| words == wanted)
    })
}

/// The picture files below `folder`, in the order of their names; links are not followed, which could lead round in circles.
pub(super) fn pictures(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in WalkDir::new(folder).sort_by_file_name() {
        let path = entry
            .with_context(|| format!("cannot look into {}", folder.display()))?
            .into_path();
        let is_known = |ending: &OsStr| {
            ENDINGS
                .iter()
                .any(|known| ending.eq_ignore_ascii_case(known))
        };
        if path.is_file() && path.extension().is_some_and(is_known) {
            files.push(path);
        }
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_files_name_says_a_label_as_whole_words() {
        let labels = ["cat".to_owned(), "ice cream".to_owned()];
        assert_eq!(named(Path::new("brown-cat_2.jpg"), &labels), Some(0));
        assert_eq!(named(Path::new("my_ice_cream.jpg"), &labels), Some(1));
        assert_eq!(named(Path::new("caterpillar.jpg"), &labels), None);
    }
}
