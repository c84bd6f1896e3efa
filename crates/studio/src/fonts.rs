//! The fonts that words are set in, found among the packages of art.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result};
use rustybuzz::Face;
use walkdir::WalkDir;

use crate::split::split;

/// A font, ready to set words in.
pub struct Font {
    /// Its file's name, without the ending.
    pub name: String,
    /// Its outlines and tables.
    pub face: Face<'static>,
}

/// The fonts of `split.json`.
pub struct Fonts {
    /// Those that training begins with.
    pub easy: Vec<Arc<Font>>,
    /// All that training sees, the easy ones too.
    pub taught: Vec<Arc<Font>>,
    /// Those that only the exam shows.
    pub held_out: Vec<Arc<Font>>,
}

impl Fonts {
    /// Reads every font that `split.json` names from the packages below `art`, the folder that holds `node_modules`.
    ///
    /// # Errors
    /// When one of them is not there, or is not a font.
    pub fn open(art: &Path) -> Result<Self> {
        let mut files = Vec::new();
        for package in [
            "node_modules/@expo-google-fonts",
            "node_modules/dejavu-fonts-ttf",
        ] {
            files.extend(font_files(&art.join(package))?);
        }
        let open = |names: &[String]| -> Result<Vec<Arc<Font>>> {
            names.iter().map(|name| open(name, &files)).collect()
        };
        let names = &split().fonts;
        let easy = open(&names.easy)?;
        let taught = easy.iter().cloned().chain(open(&names.taught)?).collect();
        Ok(Self {
            taught,
            easy,
            held_out: open(&names.held_out)?,
        })
    }
}

fn open(name: &str, files: &[PathBuf]) -> Result<Arc<Font>> {
    let path = files
        .iter()
        .find(|path| path.file_stem().is_some_and(|stem| stem == name))
        .with_context(|| {
            format!("no package holds {name}.ttf; run npm install in the art folder")
        })?;
    let bytes = fs::read(path).with_context(|| format!("{} cannot be read", path.display()))?;
    Font::new(name, bytes).map(Arc::new)
}

impl Font {
    /// A font from a file's bytes. They stay in memory for as long as the program runs, as fonts here do anyway.
    ///
    /// # Errors
    /// When the bytes are no font.
    pub fn new(name: &str, bytes: Vec<u8>) -> Result<Self> {
        let face = Face::from_slice(Vec::leak(bytes), 0)
            .with_context(|| format!("{name} is not a font of TrueType or OpenType"))?;
        Ok(Self {
            name: name.to_owned(),
            face,
        })
    }
}

/// All font files below `folder`, in the order of their names.
fn font_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in WalkDir::new(folder).sort_by_file_name() {
        let path = entry
            .with_context(|| {
                format!(
                    "{} cannot be read; run npm install in the art folder",
                    folder.display()
                )
            })?
            .into_path();
        if path.extension().is_some_and(|ending| ending == "ttf") {
            files.push(path);
        }
    }
    Ok(files)
}
