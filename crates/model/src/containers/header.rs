//! The header of a safetensors file, read with nothing taken on trust.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::error::WeightsError;

/// The longest header that is read, in bytes; the format's own library has the same limit.
pub(crate) const MAX_HEADER: u64 = 100_000_000;

/// No file is longer, and sums with such places do not overflow; JavaScript counts bytes exactly up to it.
const MAX_END: u64 = 1 << 53;

/// The tensors of one file, in the order of their bytes.
#[derive(Clone, Debug, PartialEq)]
pub struct Header {
    /// The file's name.
    pub file: String,
    /// The tensors.
    pub tensors: Vec<Entry>,
    /// What `__metadata__` says: words for people and for those who wrote them, never taken on trust. Only strings are
    /// kept, as the format has no others.
    pub metadata: BTreeMap<String, String>,
}

/// One tensor of a file.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Its name.
    pub name: String,
    /// The type of its numbers, as the file spells it.
    pub dtype: String,
    /// Its shape.
    pub shape: Vec<usize>,
    /// Its first byte, counted from the header's end.
    pub begin: u64,
    /// The byte behind its last.
    pub end: u64,
    /// How many numbers lie between neighbours along each dimension; none where they lie in order without gaps, as they do in every
    /// safetensors file.
    pub strides: Option<Vec<usize>>,
}

/// The types of numbers that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dtype {
    /// 32-bit float.
    F32,
    /// IEEE half precision.
    F16,
    /// The upper half of an f32.
    Bf16,
    /// i8, to be multiplied with a scale a row; see [`crate::Precision::Q8`].
    I8,
}

impl Dtype {
    /// Bytes of one number.
    #[must_use]
    pub fn size(self) -> usize {
        match self {
            Self::F32 => 4,
            Self::F16 | Self::Bf16 => 2,
            Self::I8 => 1,
        }
    }
}

#[derive(Deserialize)]
struct RawEntry {
    dtype: String,
    shape: Vec<usize>,
    data_offsets: [u64; 2],
}

impl Header {
    /// That of the file `file` while nothing of it is known.
    pub(crate) fn empty(file: String) -> Self {
        Self {
            file,
            tensors: Vec::new(),
            metadata: BTreeMap::new(),
        }
    }

    /// Reads the JSON between a file's first eight bytes and its data.
    ///
    /// # Errors
    /// [`WeightsError::Header`] when it is not such JSON, or an entry ends before it begins, overlaps another or ends
    /// where no file does.
    pub fn parse(file: &str, json: &[u8]) -> Result<Self, WeightsError> {
        let broken = |detail: String| WeightsError::Header {
            file: file.to_owned(),
            detail,
        };
        let entries: BTreeMap<String, serde_json::Value> =
            serde_json::from_slice(json).map_err(|error| broken(error.to_string()))?;
        let mut tensors = Vec::with_capacity(entries.len());
        let mut metadata = BTreeMap::new();
        for (name, value) in entries {
            if name == "__metadata__" {
                metadata = strings(value);
                continue;
            }
            let raw: RawEntry = serde_json::from_value(value)
                .map_err(|error| broken(format!("the tensor {name}: {error}")))?;
            let [begin, end] = raw.data_offsets;
            if begin > end {
                return Err(broken(format!(
                    "the tensor {name} ends at byte {end}, before it begins at {begin}"
                )));
            }
            if end > MAX_END {
                return Err(broken(format!(
                    "the tensor {name} ends at byte {end}, and no file is so long"
                )));
            }
            tensors.push(Entry {
                name,
                dtype: raw.dtype,
                shape: raw.shape,
                begin,
                end,
                strides: None,
            });
        }
        tensors.sort_by(|a, b| (a.begin, a.end, &a.name).cmp(&(b.begin, b.end, &b.name)));
        for pair in tensors.windows(2) {
            if pair[1].begin < pair[0].end {
                return Err(broken(format!(
                    "the tensors {} and {} overlap",
                    pair[0].name, pair[1].name
                )));
            }
        }
        Ok(Self {
            file: file.to_owned(),
            tensors,
            metadata,
        })
    }

    /// Bytes of data that the file must hold behind its header.
    #[must_use]
    pub fn data_length(&self) -> u64 {
        self.tensors
            .iter()
            .map(|entry| entry.end)
            .max()
            .unwrap_or(0)
    }
}

impl Entry {
    /// The type of its numbers.
    ///
    /// # Errors
    /// [`WeightsError::Dtype`] for any other than F32, F16, BF16 and I8.
    pub fn dtype(&self) -> Result<Dtype, WeightsError> {
        match self.dtype.as_str() {
            "F32" => Ok(Dtype::F32),
            "F16" => Ok(Dtype::F16),
            "BF16" => Ok(Dtype::Bf16),
            "I8" => Ok(Dtype::I8),
            other => Err(WeightsError::Dtype {
                tensor: self.name.clone(),
                expected: "F32, F16, BF16, or I8 with a scale",
                found: other.to_owned(),
            }),
        }
    }
}

/// The strings of a JSON object; nothing of anything else.
fn strings(value: serde_json::Value) -> BTreeMap<String, String> {
    let serde_json::Value::Object(map) = value else {
        return BTreeMap::new();
    };
    let pairs = map.into_iter().filter_map(|(key, value)| match value {
        serde_json::Value::String(text) => Some((key, text)),
        _ => None,
    });
    pairs.collect()
}
