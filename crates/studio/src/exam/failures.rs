//! Lays wrong answers out on a contact sheet, to be looked at.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result};

use super::judge::Failed;
use crate::fonts::Font;
use crate::sheet::sheet;

/// Pictures in a row.
const COLUMNS: u32 = 8;

/// Writes the pictures of `failed` to `file` as a picture, each with what was right and what was answered under it.
///
/// # Errors
/// When the file cannot be written, or its ending is no picture's.
pub fn write(file: &Path, failed: &[Failed], font: &Arc<Font>) -> Result<()> {
    let pictures: Vec<_> = failed
        .iter()
        .map(|failed| {
            let caption = format!("{}, not {}", failed.asked, failed.answered);
            ((*failed.picture).clone(), caption)
        })
        .collect();
    sheet(&pictures, COLUMNS, font)
        .save(file)
        .with_context(|| format!("{} cannot be written", file.display()))
}
