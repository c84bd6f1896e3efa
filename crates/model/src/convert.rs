//! Writes a checkpoint anew in lower precision: f16, or i8 with a scale a row.

use std::collections::BTreeMap;
use std::io::{self, Write};

use half::f16;
use serde_json::{Map, Value, json};
use thiserror::Error;

use crate::config::ClipConfig;
use crate::containers::reader::{ReadTensor, Reader, SCALE};
use crate::containers::weight_file::WeightFile;
use crate::error::LoadError;
use crate::layouts::{Layout, Spec};

/// Numbers that are converted and written at a time, where whole rows are not longer.
const PIECE: usize = 1 << 18;

/// What a checkpoint's numbers become.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Precision {
    /// IEEE half precision for everything but `logit_scale`: half of the size of f32.
    F16,
    /// One byte a number for every tensor of two or more dimensions but the windows of a timm tower's convolutions, with an f32 scale
    /// for each row (each index of the first dimension): a quarter of the size of f32. All others stay f32.
    Q8,
}

impl Precision {
    /// The name: "f16" or "q8".
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::F16 => "f16",
            Self::Q8 => "q8",
        }
    }

    /// The scheme in words, for the file's metadata.
    fn scheme(self) -> &'static str {
        match self {
            Self::F16 => {
                "Every tensor is F16, rounded to the nearest, but logit_scale, which is F32."
            }
            Self::Q8 => {
                "Symmetric, per row. A tensor NAME that has a NAME.scale is I8 in -127..127; NAME.scale is F32 [rows], rows \
                 being the first dimension: value = NAME[row, ...] * NAME.scale[row], where the scale is the row's largest \
                 absolute value / 127. NAME.scale stands before NAME. All other tensors are F32."
            }
        }
    }

    /// Whether a tensor is written in fewer bits.
    fn shrinks(self, tensor: &Spec) -> bool {
        match self {
            Self::F16 => tensor.name != "logit_scale",
            Self::Q8 => tensor.shape.len() >= 2 && !tensor.is_window(),
        }
    }

    fn dtype(self) -> &'static str {
        match self {
            Self::F16 => "F16",
            Self::Q8 => "I8",
        }
    }

    fn size(self) -> usize {
        match self {
            Self::F16 => 2,
            Self::Q8 => 1,
        }
    }
}

/// Why a checkpoint could not be converted.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ConvertError {
    /// It cannot be read.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// The new file cannot be written.
    #[error("the converted weights cannot be written: {detail}")]
    Write {
        /// What kind of error the system gave.
        kind: io::ErrorKind,
        /// What it said.
        detail: String,
    },
    /// A number is beyond what f16 holds.
    #[error("the tensor {tensor} holds {found}, and f16 holds nothing beyond 65504; convert to q8")]
    Range {
        /// The tensor's name.
        tensor: String,
        /// The number.
        found: String,
    },
}

impl From<io::Error> for ConvertError {
    fn from(error: io::Error) -> Self {
        Self::Write {
            kind: error.kind(),
            detail: error.to_string(),
        }
    }
}

/// A conversion whose first reading is done: everything that stays f32 is known, and so is the new header.
///
/// The weights are read twice, so that no more than one tensor is in memory at a time: what stands first in the new file,
/// the scales, depends on all of the old one.
pub struct Conversion {
    to: Precision,
    metadata: BTreeMap<String, String>,
    /// Scales and what else stays f32, by name: shape and numbers.
    full: BTreeMap<String, (Vec<usize>, Vec<f32>)>,
    /// What shrinks, in the order of the old files.
    shrunk: Vec<(String, Vec<usize>)>,
}

impl Conversion {
    /// Reads `files` for the first time; `source` is the name of the model for the metadata.
    ///
    /// # Errors
    /// [`LoadError`] as [`crate::load()`] gives it.
    pub async fn prepare(
        config: &ClipConfig,
        layout: Layout,
        files: Vec<WeightFile>,
        to: Precision,
        source: &str,
    ) -> Result<Self, LoadError> {
        let mut reader = Reader::open(config, layout, files).await?;
        let mut metadata = BTreeMap::from([
            ("glimpse.precision".to_owned(), to.as_str().to_owned()),
            ("glimpse.scheme".to_owned(), to.scheme().to_owned()),
            ("glimpse.source".to_owned(), source.to_owned()),
        ]);
        if to == Precision::F16 {
            // What transformers asks for. It would take i8 for weights, so q8 files are left without.
            metadata.insert("format".to_owned(), "pt".to_owned());
        }
        let mut conversion = Self {
            to,
            metadata,
            full: BTreeMap::new(),
            shrunk: Vec::new(),
        };
        for spec in reader
            .entries()
            .filter_map(|entry| reader.specs.get(&entry.name))
        {
            if to.shrinks(spec) {
                conversion
                    .shrunk
                    .push((spec.name.clone(), spec.shape.clone()));
            }
        }
        let wanted = |spec: &Spec| to == Precision::Q8 || !to.shrinks(spec);
        while let Some(ReadTensor { spec, values }) = reader.next(wanted, &mut |_, _, _| {}).await?
        {
            let (name, kept) = if to.shrinks(spec) {
                let scales = scales(&values, spec.shape[0]);
                (
                    format!("{}{SCALE}", spec.name),
                    (vec![scales.len()], scales),
                )
            } else {
                (spec.name.clone(), (spec.shape.clone(), values))
            };
            conversion.full.insert(name, kept);
        }
        Ok(conversion)
    }

    /// Reads `files` for the second time and writes the new file; gives its length in bytes.
    ///
    /// # Errors
    /// [`ConvertError`] when they cannot be read, `out` not be written, or a number is beyond what f16 holds.
    pub async fn write(
        &self,
        config: &ClipConfig,
        layout: Layout,
        files: Vec<WeightFile>,
        out: &mut impl Write,
    ) -> Result<u64, ConvertError> {
        let mut reader = Reader::open(config, layout, files).await?;
        let (header, data) = self.header();
        out.write_all(&(header.len() as u64).to_le_bytes())?;
        out.write_all(&header)?;
        for (_, values) in self.full.values() {
            out.write_all(&bytes_of(values))?;
        }
        let wanted = |spec: &Spec| self.to.shrinks(spec);
        while let Some(ReadTensor { spec, values }) = reader.next(wanted, &mut |_, _, _| {}).await?
        {
            match self.to {
                Precision::F16 => write_halves(&spec.name, &values, out)?,
                Precision::Q8 => {
                    // Both readings find every tensor of the layout, or fail.
                    let (_, scales) = &self.full[&format!("{}{SCALE}", spec.name)];
                    write_whole_numbers(&values, scales, out)?;
                }
            }
        }
        out.flush()?;
        Ok(8 + header.len() as u64 + data)
    }

    /// What the new file says of itself: `glimpse.precision` ("f16", "q8"), `glimpse.scheme` (in words), `glimpse.source`.
    #[must_use]
    pub fn metadata(&self) -> &BTreeMap<String, String> {
        &self.metadata
    }

    /// The safetensors header, padded so that the data is aligned, and the length of the data.
    fn header(&self) -> (Vec<u8>, u64) {
        let mut entries = Map::from_iter([("__metadata__".to_owned(), json!(self.metadata))]);
        let mut begin = 0;
        let mut add = |name: &str, dtype: &str, shape: &[usize], size: usize| {
            let end = begin + shape.iter().product::<usize>() * size;
            let entry = json!({"dtype": dtype, "shape": shape, "data_offsets": [begin, end]});
            entries.insert(name.to_owned(), entry);
            begin = end;
        };
        for (name, (shape, _)) in &self.full {
            add(name, "F32", shape, 4);
        }
        for (name, shape) in &self.shrunk {
            add(name, self.to.dtype(), shape, self.to.size());
        }
        let mut header = Value::Object(entries).to_string().into_bytes();
        header.resize(header.len().next_multiple_of(8), b' ');
        (header, begin as u64)
    }
}

/// What each row's i8 are to be multiplied with: 0 for a row of zeros.
fn scales(values: &[f32], rows: usize) -> Vec<f32> {
    let columns = values.len() / rows.max(1);
    let scale = |row: &[f32]| {
        let largest = row
            .iter()
            .fold(0.0_f32, |largest, value| largest.max(value.abs()));
        let mut scale = largest / 127.0;
        // Rounded up, it would lead the largest finite number beyond what f32 holds.
        if (scale * 127.0).is_infinite() {
            scale = scale.next_down();
        }
        // Divided by less, numbers would overflow.
        if scale.is_normal() { scale } else { 0.0 }
    };
    values.chunks(columns.max(1)).map(scale).collect()
}

fn write_whole_numbers(values: &[f32], scales: &[f32], out: &mut impl Write) -> io::Result<()> {
    let columns = values.len() / scales.len().max(1);
    let mut piece = Vec::with_capacity(PIECE.max(columns));
    for (row, scale) in values.chunks(columns.max(1)).zip(scales) {
        if piece.len() + row.len() > PIECE {
            out.write_all(&piece)?;
            piece.clear();
        }
        let inverse = if *scale > 0.0 {
            1.0 / f64::from(*scale)
        } else {
            0.0
        };
        // `as` saturates: rounding may lead to 127.00001, never to 128.
        let whole = |value: &f32| (f64::from(*value) * inverse).round() as i8 as u8;
        piece.extend(row.iter().map(whole));
    }
    out.write_all(&piece)
}

fn write_halves(tensor: &str, values: &[f32], out: &mut impl Write) -> Result<(), ConvertError> {
    for piece in values.chunks(PIECE) {
        let mut bytes = Vec::with_capacity(piece.len() * 2);
        for &value in piece {
            let half = f16::from_f32(value);
            if !half.is_finite() {
                return Err(ConvertError::Range {
                    tensor: tensor.to_owned(),
                    found: value.to_string(),
                });
            }
            bytes.extend_from_slice(&half.to_le_bytes());
        }
        out.write_all(&bytes)?;
    }
    Ok(())
}

fn bytes_of(values: &[f32]) -> Vec<u8> {
    values
        .iter()
        .flat_map(|value| value.to_le_bytes())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole_numbers(values: &[f32], rows: usize) -> (Vec<f32>, Vec<i8>) {
        let scales = scales(values, rows);
        let mut bytes = Vec::new();
        write_whole_numbers(values, &scales, &mut bytes).unwrap();
        (scales, bytes.into_iter().map(|byte| byte as i8).collect())
    }

    #[test]
    fn each_row_has_its_own_scale_and_uses_it_whole() {
        let (scales, numbers) = whole_numbers(&[1.27, -0.635, 0.004, -254.0, 127.0, 1.0], 2);
        assert_eq!(scales, [0.01, 2.0]);
        assert_eq!(numbers, [127, -64, 0, -127, 64, 1]);
    }

    #[test]
    fn rows_of_zeros_and_of_next_to_nothing_become_zeros() {
        let (scales, numbers) = whole_numbers(&[0.0, -0.0, 1e-40, -1e-44], 2);
        assert_eq!(scales, [0.0, 0.0]);
        assert_eq!(numbers, [0, 0, 0, 0]);
    }

    #[test]
    fn the_largest_numbers_do_not_overflow() {
        let (scales, numbers) = whole_numbers(&[f32::MAX, -f32::MAX, f32::MAX / 4.0], 1);
        assert!(scales[0].is_finite());
        assert_eq!(numbers, [127, -127, 32]);
        let read: Vec<f32> = numbers.iter().map(|&n| f32::from(n) * scales[0]).collect();
        assert!(read.iter().all(|value| value.is_finite()), "{read:?}");
    }

    #[test]
    fn a_number_beyond_f16_is_refused_by_its_tensor() {
        let mut out = Vec::new();
        write_halves("a.weight", &[65504.0, -1.0], &mut out).unwrap();
        assert_eq!(out.len(), 4);
        let error = write_halves("a.weight", &[0.0, 70000.0], &mut out).unwrap_err();
        assert!(
            error.to_string().contains("a.weight holds 70000"),
            "{error}"
        );
    }
}
