//! Finds out what a source holds: which layout, its configuration, tokenizer, preprocessor and weight files.

use std::collections::BTreeMap;
use std::rc::Rc;

use glimpse_image::Preprocessor;
use glimpse_model::{ClipConfig, Layout, WeightFile};
use glimpse_text::Tokenizer;
use serde::Deserialize;

use crate::error::Error;
use crate::source::{ModelSource, Ranges};

const CONFIG: &str = "config.json";
const WEIGHTS: &str = "model.safetensors";
const INDEX: &str = "model.safetensors.index.json";
const PYTORCH_WEIGHTS: &str = "pytorch_model.bin";
const PYTORCH_INDEX: &str = "pytorch_model.bin.index.json";
const OPEN_CLIP_CONFIG: &str = "open_clip_config.json";
const OPEN_CLIP_WEIGHTS: &str = "open_clip_model.safetensors";
const OPEN_CLIP_PYTORCH_WEIGHTS: &str = "open_clip_pytorch_model.bin";

/// A model whose configuration has been read.
pub(crate) struct Checkpoint {
    pub layout: Layout,
    pub config: ClipConfig,
    /// `open_clip_config.json`, which tells the preprocessing as well; none in Hugging Face's layout.
    open_clip_config: Option<String>,
}

impl Checkpoint {
    /// Reads the configuration. Hugging Face's layout is taken where `config.json` is CLIP's, else open_clip's: a
    /// repository of timm's has a `config.json` of another kind beside it.
    pub async fn find(source: &impl ModelSource) -> Result<Self, Error> {
        let hugging_face = text(source, CONFIG)
            .await?
            .map(|json| ClipConfig::from_hugging_face(&json));
        if let Some(Ok(config)) = hugging_face {
            return Ok(Self {
                layout: Layout::HuggingFace,
                config,
                open_clip_config: None,
            });
        }
        match (text(source, OPEN_CLIP_CONFIG).await?, hugging_face) {
            (Some(json), _) => Self::open_clip(json),
            (None, Some(Err(error))) => Err(error.into()),
            (None, _) => Err(missing(
                source,
                &format!("{CONFIG} or {OPEN_CLIP_CONFIG}"),
                "give a folder or repository with a CLIP checkpoint",
            )),
        }
    }

    fn open_clip(json: String) -> Result<Self, Error> {
        Ok(Self {
            layout: Layout::OpenClip,
            config: ClipConfig::from_open_clip(&json)?,
            open_clip_config: Some(json),
        })
    }

    /// `open_clip_config.json`; none in Hugging Face's layout.
    pub fn open_clip_config(&self) -> Option<&str> {
        self.open_clip_config.as_deref()
    }

    /// What the weights are called where they are one file of safetensors.
    pub fn weights(&self) -> &'static str {
        match self.layout {
            Layout::HuggingFace => WEIGHTS,
            Layout::OpenClip => OPEN_CLIP_WEIGHTS,
        }
    }

    /// Opens the weights: one file, or shards with their index; PyTorch's own container where there are no safetensors.
    ///
    /// A repository may hold both layouts' configurations and only open_clip's weights; `self` then becomes that.
    pub async fn open_weights(
        &mut self,
        source: &impl ModelSource,
    ) -> Result<Vec<WeightFile>, Error> {
        let containers = match self.layout {
            Layout::HuggingFace => &[
                (WEIGHTS, Some(INDEX), OPEN_CLIP_WEIGHTS),
                (
                    PYTORCH_WEIGHTS,
                    Some(PYTORCH_INDEX),
                    OPEN_CLIP_PYTORCH_WEIGHTS,
                ),
            ],
            Layout::OpenClip => &[
                (OPEN_CLIP_WEIGHTS, None, OPEN_CLIP_WEIGHTS),
                (OPEN_CLIP_PYTORCH_WEIGHTS, None, OPEN_CLIP_PYTORCH_WEIGHTS),
            ],
        };
        for &(whole, index, of_open_clip) in containers {
            if let Some(file) = open(source, whole, Vec::new()).await? {
                return Ok(vec![file]);
            }
            let Some(index) = index else {
                continue;
            };
            if let Some(json) = text(source, index).await? {
                return open_shards(source, index, &json).await;
            }
            if let Some(file) = open(source, of_open_clip, Vec::new()).await?
                && let Some(json) = text(source, OPEN_CLIP_CONFIG).await?
            {
                *self = Self::open_clip(json)?;
                return Ok(vec![file]);
            }
        }
        Err(missing(
            source,
            self.weights(),
            "weights are read from safetensors files and from PyTorch's .bin files only",
        ))
    }
}

/// Reads a model's tokenizer alone, without its weights.
///
/// # Errors
/// [`Error`] when the source holds no CLIP model or its tokenizer cannot be read.
pub async fn load_tokenizer(source: &impl ModelSource) -> Result<Tokenizer, Error> {
    let checkpoint = Checkpoint::find(source).await?;
    Ok(checkpoint.tokenizer(source).await?.value)
}

/// Reads a model's preprocessing alone, without its weights.
///
/// # Errors
/// [`Error`] when the source holds no CLIP model or its preprocessing cannot be read.
pub async fn load_preprocessor(source: &impl ModelSource) -> Result<Preprocessor, Error> {
    let checkpoint = Checkpoint::find(source).await?;
    Ok(checkpoint.preprocessor(source).await?.value)
}

/// The names of the files that loading the model in `source` reads, weights last. Each is asked for once, so that a source
/// which fetches has then fetched all of them.
///
/// # Errors
/// [`Error`] when the source holds no CLIP model, or a file cannot be had.
pub async fn model_files(source: &impl ModelSource) -> Result<Vec<String>, Error> {
    let mut checkpoint = Checkpoint::find(source).await?;
    let tokenizer = checkpoint.tokenizer(source).await?.files;
    let preprocessor = checkpoint.preprocessor(source).await?.files;
    let weights = checkpoint.open_weights(source).await?;
    let mut names = match checkpoint.layout {
        Layout::HuggingFace => vec![CONFIG],
        Layout::OpenClip => vec![OPEN_CLIP_CONFIG],
    };
    names.extend(preprocessor);
    names.extend(tokenizer);
    // An index was read where the weights are shards.
    if let Some(shard) = weights.iter().find(|file| !file.indexed.is_empty()) {
        let of_shard = |index: &&str| ending(index) == ending(&shard.name);
        names.extend([INDEX, PYTORCH_INDEX].into_iter().find(of_shard));
    }
    let mut names: Vec<String> = names.into_iter().map(str::to_owned).collect();
    names.extend(weights.into_iter().map(|file| file.name));
    Ok(names)
}

#[derive(Deserialize)]
struct Index {
    /// Each tensor's file.
    weight_map: BTreeMap<String, String>,
}

/// How a weight file's name ends, or that of the shards of an index.
fn ending(name: &str) -> &str {
    let name = name.strip_suffix(".index.json").unwrap_or(name);
    name.rfind('.').map_or("", |dot| &name[dot..])
}

async fn open_shards(
    source: &impl ModelSource,
    index_file: &'static str,
    json: &str,
) -> Result<Vec<WeightFile>, Error> {
    let broken = |detail: String| Error::Index {
        file: index_file,
        detail,
    };
    let index: Index = serde_json::from_str(json).map_err(|error| broken(error.to_string()))?;
    let mut shards: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (tensor, file) in index.weight_map {
        // A name from outside must not lead out of the model's folder.
        let plain =
            |character: char| character.is_ascii_alphanumeric() || "._-".contains(character);
        if ending(&file) != ending(index_file) || !file.chars().all(plain) {
            return Err(broken(format!(
                "{tensor} is said to stand in {file:?}, which is no shard's name"
            )));
        }
        shards.entry(file).or_default().push(tensor);
    }
    if shards.is_empty() {
        return Err(broken("it names no shard".to_owned()));
    }
    let mut files = Vec::with_capacity(shards.len());
    for (name, tensors) in shards {
        let Some(file) = open(source, &name, tensors).await? else {
            return Err(missing(
                source,
                &name,
                "the index names it: download it as well",
            ));
        };
        files.push(file);
    }
    Ok(files)
}

async fn open(
    source: &impl ModelSource,
    name: &str,
    indexed: Vec<String>,
) -> Result<Option<WeightFile>, Error> {
    Ok(source.open(name).await?.map(|stream| WeightFile {
        name: name.to_owned(),
        stream,
        ranges: Rc::new(Ranges {
            source: source.clone(),
            file: name.to_owned(),
        }),
        indexed,
    }))
}

/// A text file; bytes that are not UTF-8 become signs that no JSON reader takes.
pub(crate) async fn text(source: &impl ModelSource, file: &str) -> Result<Option<String>, Error> {
    let bytes = source.read(file).await?;
    Ok(bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()))
}

pub(crate) fn missing(source: &impl ModelSource, file: &str, advice: &'static str) -> Error {
    Error::MissingFile {
        model: source.name(),
        missing: file.to_owned(),
        advice,
    }
}
