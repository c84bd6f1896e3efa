//! Converts a model's weights to fewer bits a number.

use std::io::Write;
use std::path::Path;

use glimpse_model::{Conversion, Precision};

use crate::checkpoint::Checkpoint;
use crate::error::Error;
use crate::source::ModelSource;

/// A model's weights, written anew.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Converted {
    /// What the file must be called beside the model's other files, which stay as they are.
    pub file: &'static str,
    /// The length of the file.
    pub bytes: u64,
    /// What the file says of itself: `glimpse.precision` ("f16", "q8"), `glimpse.scheme` (in words) and `glimpse.source` (the
    /// model's name).
    pub metadata: std::collections::BTreeMap<String, String>,
}

/// Writes the weights of the model in `source` to `out`, as one safetensors file of the same layout with smaller numbers.
///
/// The weights are read twice and one tensor at a time, so no more than the largest of them is in memory.
///
/// # Errors
/// [`Error`] when the model cannot be read, `out` not be written, or a number is beyond what [`Precision::F16`] holds.
///
/// ```no_run
/// # use glimpse::{Error, Folder, Precision};
/// # async fn run() -> Result<(), Error> {
/// let mut file = Vec::new();
/// let converted = glimpse::convert(&Folder::new("clip-vit-base-patch32"), Precision::Q8, &mut file).await?;
/// assert_eq!(converted.file, "model.safetensors");
/// assert_eq!(converted.bytes, file.len() as u64);
/// # Ok(()) }
/// ```
pub async fn convert(
    source: &impl ModelSource,
    to: Precision,
    out: &mut impl Write,
) -> Result<Converted, Error> {
    let mut checkpoint = Checkpoint::find(source).await?;
    let files = checkpoint.open_weights(source).await?;
    let (config, layout) = (checkpoint.config.clone(), checkpoint.layout);
    let conversion = Conversion::prepare(&config, layout, files, to, &name(source)).await?;
    let files = checkpoint.open_weights(source).await?;
    let bytes = conversion.write(&config, layout, files, out).await?;
    Ok(Converted {
        file: checkpoint.weights(),
        bytes,
        metadata: conversion.metadata().clone(),
    })
}

/// The source's name; of a folder its last part alone, as the file may be given to others.
fn name(source: &impl ModelSource) -> String {
    let name = source.name();
    let path = Path::new(&name);
    match path.file_name() {
        Some(last) if path.exists() => last.to_string_lossy().into_owned(),
        _ => name,
    }
}
