//! Reads the folder of photographs that the exam asks about: its pictures, and the questions that its `cases.json` holds.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Result, anyhow, bail, ensure};
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// The questions' file.
const FILE: &str = "cases.json";

/// What to give the exam, for who has not.
pub const NEEDED: &str = "\
Name a folder with --photos DIR: pictures, and a cases.json that says for each
  {\"file\": \"n02391049_zebra.jpg\", \"name\": \"zebra\", \"four\": [3 other names], \"siblings\": [4 look-alikes], \"hundred\": [99 others]}
with names as the model's labels.json spells them, and file names that begin with ImageNet's number of the class. It may have
tutorial/cases.json too, for lists as people type them: {\"file\", \"labels\": [...], \"name\": the right one of them}.";

/// One photograph and its lists of wrong names.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Case {
    /// The picture, in the same folder.
    pub file: String,
    /// What it shows.
    pub name: String,
    /// Names of anything else.
    pub four: Vec<String>,
    /// Names of what looks like it.
    pub siblings: Vec<String>,
    /// Names of anything else, many.
    pub hundred: Vec<String>,
}

/// One photograph with all of its labels, as someone typed them.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Typed {
    /// The picture, in the folder `tutorial`.
    pub file: String,
    /// The labels.
    pub labels: Vec<String>,
    /// The right one.
    pub name: String,
}

/// A folder's questions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cases {
    /// The folder.
    pub folder: PathBuf,
    /// Its photographs.
    pub cases: Vec<Case>,
    /// Those of the tutorial's lists.
    pub tutorial: Vec<Typed>,
    /// The CRC-32 of `cases.json`, in hexadecimal: which photographs figures are about.
    pub crc32: String,
}

impl Case {
    /// The right name, and after it the wrong ones.
    pub fn labels(&self, wrong: &[String]) -> Vec<String> {
        let mut labels = vec![self.name.clone()];
        labels.extend_from_slice(wrong);
        labels
    }

    /// The picture's file.
    pub fn path(&self, folder: &Path) -> PathBuf {
        folder.join(&self.file)
    }
}

/// Reads the questions in `folder`.
///
/// # Errors
/// When there is no such folder or no `cases.json` in it, or that says something else; the message tells what is needed.
pub fn read(folder: &Path) -> Result<Cases> {
    ensure!(
        folder.is_dir(),
        "there are no photographs in {}.\n{NEEDED}",
        folder.display()
    );
    let file = folder.join(FILE);
    let text = fs::read_to_string(&file)
        .map_err(|error| anyhow!("cannot read {}: {error}.\n{NEEDED}", file.display()))?;
    let cases: Vec<Case> = understand(&file, &text)?;
    ensure!(!cases.is_empty(), "{} holds no case", file.display());
    let own = folder.join("tutorial").join(FILE);
    let tutorial: Vec<Typed> = match fs::read_to_string(&own) {
        Ok(text) => understand(&own, &text)?,
        Err(_) => Vec::new(),
    };
    if let Some(wrong) = tutorial
        .iter()
        .find(|typed| !typed.labels.contains(&typed.name))
    {
        bail!(
            "{}: {:?} is none of the labels of {}",
            own.display(),
            wrong.name,
            wrong.file
        );
    }
    Ok(Cases {
        folder: folder.to_owned(),
        cases,
        tutorial,
        crc32: format!("{:08x}", crc32fast::hash(text.as_bytes())),
    })
}

fn understand<T: DeserializeOwned>(file: &Path, text: &str) -> Result<Vec<T>> {
    serde_json::from_str(text)
        .map_err(|error| anyhow!("{} is no list of cases: {error}.\n{NEEDED}", file.display()))
}
