//! Labels with their embeddings, as a small safetensors file bound to the model that encoded them.

use std::collections::BTreeMap;

use glimpse_model::{Dtype, Fingerprint, Header, WeightsError};
use serde_json::json;
use thiserror::Error;

use crate::embedding::Embedding;

/// The one tensor: F32, `[labels, dim]`.
const TENSOR: &str = "text_embeds";
const FORMAT: &str = "glimpse.label-pack";
const VERSION: &str = "2";
/// Packs of this version knew their model by samples of its image tower alone.
const SAMPLED: &str = "1";
/// What a stored embedding's length may be off 1 by: it was rounded to f32 once.
const UNIT: f64 = 1e-3;

/// Labels that a model's text tower has encoded: with them, [`Classifier::classify_with_pack`] needs no text tower.
///
/// As a file, it is safetensors: the tensor `text_embeds` (F32, `[labels, dim]`, rows of unit length), and in `__metadata__`
/// `format` ("glimpse.label-pack"), `version` ("2"), `labels` and `templates` (JSON arrays of strings), `model` (its name, for
/// people), `fingerprint` ([`Info::fingerprint`] of the model that it belongs to), `text_fingerprint` and, where the model had its whole
/// token embedding in memory, `token_fingerprint`.
///
/// ```no_run
/// # use glimpse::{Classifier, Error, LabelPack};
/// # async fn run(classifier: Classifier, picture: Vec<u8>) -> Result<(), Error> {
/// let labels = ["a husky".to_owned(), "a samoyed".to_owned()];
/// let bytes = classifier.embed_labels(&labels, &["a photo of {}".to_owned()]).await?.to_safetensors();
///
/// let pack = LabelPack::from_safetensors(&bytes)?;
/// let image_embeds = classifier.embed_image(&picture).await?;
/// let scores = classifier.classify_with_pack(&image_embeds, &pack, Some(5))?;
/// # Ok(()) }
/// ```
///
/// [`Classifier::classify_with_pack`]: crate::Classifier::classify_with_pack
/// [`Info::fingerprint`]: crate::Info::fingerprint
#[derive(Clone, Debug, PartialEq)]
pub struct LabelPack {
    /// The labels, as they were given.
    pub labels: Vec<String>,
    /// The templates that they were filled into; none where they were used as they are.
    pub templates: Vec<String>,
    /// The model's name, as its source said it.
    pub model: String,
    /// The model's fingerprint.
    pub fingerprint: Fingerprint,
    /// One embedding a label, `[labels][dim]`, of unit length.
    pub embeddings: Vec<Embedding>,
}

/// Why a label pack cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PackError {
    /// The bytes are no label pack, or not all of one.
    #[error("the label pack cannot be read: {detail}; make it again (embedLabels, `glimpse pack`)")]
    Damaged {
        /// What is wrong.
        detail: String,
    },
    /// The pack was made with another model.
    #[error(
        "the label pack was made with {pack:?}, whose fingerprint is {found}, and not with this model ({model:?}, {expected}): \
         make it again with this model"
    )]
    OtherModel {
        /// The name of the pack's model.
        pack: String,
        /// The fingerprint in the pack.
        found: String,
        /// The name of the model in use.
        model: String,
        /// Its fingerprint.
        expected: String,
    },
    /// The pack was made with another text tower beside the same image tower, as a fine-tune of the texts alone has it.
    #[error(
        "the label pack was made with {pack:?}, which has this model's image tower and another text tower than it ({model:?}): make it \
         again with this model"
    )]
    OtherTextTower {
        /// The name of the pack's model.
        pack: String,
        /// The name of the model in use.
        model: String,
    },
    /// The pack cannot tell which model made it.
    #[error(
        "the label pack was made by an earlier version of Glimpse, whose packs cannot tell all models apart; make it again \
         (embedLabels, `glimpse pack`)"
    )]
    Sampled,
}

impl LabelPack {
    /// Compares the fingerprint with that of the model in use, as far as both are known.
    pub(crate) fn check_model(&self, model: &str, expected: &Fingerprint) -> Result<(), PackError> {
        let found = &self.fingerprint;
        if found.image != expected.image {
            return Err(PackError::OtherModel {
                pack: self.model.clone(),
                found: found.image.clone(),
                model: model.to_owned(),
                expected: expected.image.clone(),
            });
        }
        let differ = |one: &Option<String>, other: &Option<String>| {
            one.as_ref()
                .zip(other.as_ref())
                .is_some_and(|(one, other)| one != other)
        };
        if differ(&found.text, &expected.text) || differ(&found.tokens, &expected.tokens) {
            return Err(PackError::OtherTextTower {
                pack: self.model.clone(),
                model: model.to_owned(),
            });
        }
        Ok(())
    }

    /// The file.
    #[must_use]
    pub fn to_safetensors(&self) -> Vec<u8> {
        let dim = self.embeddings.first().map_or(0, Vec::len);
        let length = self.embeddings.len() * dim * Dtype::F32.size();
        let mut metadata = json!({
            "format": FORMAT,
            "version": VERSION,
            "labels": json!(self.labels).to_string(),
            "templates": json!(self.templates).to_string(),
            "model": self.model,
            "fingerprint": self.fingerprint.image,
        });
        let Fingerprint { text, tokens, .. } = &self.fingerprint;
        for (key, hash) in [("text_fingerprint", text), ("token_fingerprint", tokens)] {
            if let Some(hash) = hash {
                metadata[key] = json!(hash);
            }
        }
        let header = json!({
            "__metadata__": metadata,
            TENSOR: {
                "dtype": "F32",
                "shape": [self.embeddings.len(), dim],
                "data_offsets": [0, length],
            },
        });
        let mut header = header.to_string().into_bytes();
        header.resize(header.len().next_multiple_of(8), b' ');
        let mut file = Vec::with_capacity(8 + header.len() + length);
        file.extend_from_slice(&(header.len() as u64).to_le_bytes());
        file.extend_from_slice(&header);
        let values = self.embeddings.iter().flatten();
        file.extend(values.flat_map(|value| value.to_le_bytes()));
        file
    }

    /// Reads the file, with nothing in it taken on trust.
    ///
    /// # Errors
    /// [`PackError::Damaged`], saying what is wrong.
    pub fn from_safetensors(bytes: &[u8]) -> Result<Self, PackError> {
        let damaged = |detail: &str| PackError::Damaged {
            detail: detail.to_owned(),
        };
        let (length, rest) = bytes
            .split_first_chunk::<8>()
            .ok_or_else(|| damaged("it ends before its header does"))?;
        let length = usize::try_from(u64::from_le_bytes(*length)).unwrap_or(usize::MAX);
        let (header, data) = rest
            .split_at_checked(length)
            .ok_or_else(|| damaged("it ends before its header does"))?;
        let header = Header::parse("the label pack", header).map_err(|error| match error {
            WeightsError::Header { detail, .. } => damaged(&detail),
            other => damaged(&other.to_string()),
        })?;

        let text = |key: &str| text(&header.metadata, key);
        if header.metadata.get("format").map(String::as_str) != Some(FORMAT) {
            return Err(damaged(&format!("its metadata does not say {FORMAT:?}")));
        }
        let version = text("version")?;
        if version == SAMPLED {
            return Err(PackError::Sampled);
        }
        if version != VERSION {
            return Err(damaged(&format!(
                "it is of version {version:?}, and {VERSION:?} is what is read here"
            )));
        }
        let labels = strings(&header.metadata, "labels")?;
        let templates = strings(&header.metadata, "templates")?;
        glimpse_text::check_labels(&labels).map_err(|error| damaged(&error.to_string()))?;
        for template in &templates {
            glimpse_text::check_template(template).map_err(|error| damaged(&error.to_string()))?;
        }
        Ok(Self {
            embeddings: embeddings(&header, data, labels.len())?,
            model: text("model")?,
            fingerprint: Fingerprint {
                image: text("fingerprint")?,
                text: Some(text("text_fingerprint")?),
                tokens: header.metadata.get("token_fingerprint").cloned(),
            },
            labels,
            templates,
        })
    }
}

fn text(metadata: &BTreeMap<String, String>, key: &str) -> Result<String, PackError> {
    metadata
        .get(key)
        .cloned()
        .ok_or_else(|| PackError::Damaged {
            detail: format!("its metadata has no {key:?}"),
        })
}

fn strings(metadata: &BTreeMap<String, String>, key: &str) -> Result<Vec<String>, PackError> {
    let list: Result<Vec<String>, _> = serde_json::from_str(&text(metadata, key)?);
    list.map_err(|error| PackError::Damaged {
        detail: format!("{key:?} in its metadata is no list of strings ({error})"),
    })
}

/// The rows of the tensor, one a label.
fn embeddings(header: &Header, data: &[u8], labels: usize) -> Result<Vec<Embedding>, PackError> {
    let damaged = |detail: String| PackError::Damaged { detail };
    let [entry] = header.tensors.as_slice() else {
        let found = header.tensors.len();
        return Err(damaged(format!(
            "it holds {found} tensors, not {TENSOR} alone"
        )));
    };
    let &[rows, dim] = entry.shape.as_slice() else {
        return Err(damaged(format!(
            "{} has the shape {:?}",
            entry.name, entry.shape
        )));
    };
    if entry.name != TENSOR || entry.dtype != "F32" || rows != labels || dim == 0 {
        return Err(damaged(format!(
            "{} is {} {:?}, expected {TENSOR}, F32 [{labels}, dim]",
            entry.name, entry.dtype, entry.shape
        )));
    }
    let expected = rows
        .checked_mul(dim)
        .and_then(|count| count.checked_mul(Dtype::F32.size()));
    if expected != Some(data.len()) || (entry.begin, entry.end) != (0, data.len() as u64) {
        return Err(damaged(format!(
            "its shape {:?} does not fit the {} bytes that are there",
            entry.shape,
            data.len()
        )));
    }
    let row_bytes = dim * Dtype::F32.size();
    let rows = data
        .chunks_exact(row_bytes)
        .enumerate()
        .map(|(row, bytes)| {
            let values: Embedding = bytes
                .as_chunks()
                .0
                .iter()
                .map(|&bytes| f32::from_le_bytes(bytes))
                .collect();
            let squares: f64 = values.iter().map(|&value| f64::from(value).powi(2)).sum();
            // A NaN is not within any distance.
            if (squares.sqrt() - 1.0).abs() <= UNIT {
                Ok(values)
            } else {
                Err(damaged(format!("row {row} is not of unit length")))
            }
        });
    rows.collect()
}
