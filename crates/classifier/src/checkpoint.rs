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
const PREPROCESSOR: &str = "preprocessor_config.json";
const WEIGHTS: &str = "model.safetensors";
const INDEX: &str = "model.safetensors.index.json";
const PYTORCH_WEIGHTS: &str = "pytorch_model.bin";
const PYTORCH_INDEX: &str = "pytorch_model.bin.index.json";
const OPEN_CLIP_CONFIG: &str = "open_clip_config.json";
const OPEN_CLIP_WEIGHTS: &str = "open_clip_model.safetensors";
const OPEN_CLIP_PYTORCH_WEIGHTS: &str = "open_clip_pytorch_model.bin";
const TOKENIZER: &str = "tokenizer.json";

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

    /// The preprocessing, which must give pictures of the size that the model sees.
    pub async fn preprocessor(&self, source: &impl ModelSource) -> Result<Preprocessor, Error> {
        Ok(self.preprocessing(source).await?.0)
    }

    /// The preprocessing, and whether the source has a `preprocessor_config.json` for it.
    ///
    /// In open_clip's layout that file is asked for beside one of timm's towers: those were trained on the middle of a larger picture, for
    /// which open_clip's own configuration has no word. There, a file that cannot be read, or makes pictures of another size than the model
    /// sees, is some other model's, and open_clip's configuration says it alone, as open_clip itself has it.
    async fn preprocessing(
        &self,
        source: &impl ModelSource,
    ) -> Result<(Preprocessor, bool), Error> {
        let Some(open_clip_config) = &self.open_clip_config else {
            let json = needed(source, PREPROCESSOR).await?;
            let preprocessor = Preprocessor::from_preprocessor_config(&json)?;
            return Ok((self.fitting(preprocessor)?, true));
        };
        let json = match self.config.vision.transformer() {
            Some(_) => None,
            None => text(source, PREPROCESSOR).await?,
        };
        let own = json.as_ref().and_then(|json| {
            let preprocessor = Preprocessor::from_preprocessor_config(json).ok()?;
            self.fitting(preprocessor).ok()
        });
        let preprocessor = match own {
            Some(own) => own,
            None => self.fitting(Preprocessor::from_open_clip_config(open_clip_config)?)?,
        };
        Ok((preprocessor, json.is_some()))
    }

    /// The preprocessor itself, if it gives pictures of the size that the model sees.
    fn fitting(&self, preprocessor: Preprocessor) -> Result<Preprocessor, Error> {
        let (expected, found) = (self.config.vision.image_size, preprocessor.crop_size());
        if (found.0 as usize, found.1 as usize) != (expected, expected) {
            return Err(Error::CropSize { found, expected });
        }
        Ok(preprocessor)
    }

    /// The tokenizer, which cuts prompts to the model's context length.
    pub async fn tokenizer(&self, source: &impl ModelSource) -> Result<Tokenizer, Error> {
        let json = needed(source, TOKENIZER).await?;
        let context_length = self.config.text.max_position_embeddings;
        Ok(Tokenizer::from_json(json.as_bytes(), context_length)?)
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
    Checkpoint::find(source).await?.tokenizer(source).await
}

/// Reads a model's preprocessing alone, without its weights.
///
/// # Errors
/// [`Error`] when the source holds no CLIP model or its preprocessing cannot be read.
pub async fn load_preprocessor(source: &impl ModelSource) -> Result<Preprocessor, Error> {
    Checkpoint::find(source).await?.preprocessor(source).await
}

/// The names of the files that loading the model in `source` reads, weights last. Each is asked for once, so that a source
/// which fetches has then fetched all of them.
///
/// # Errors
/// [`Error`] when the source holds no CLIP model, or a file cannot be had.
pub async fn model_files(source: &impl ModelSource) -> Result<Vec<String>, Error> {
    let mut checkpoint = Checkpoint::find(source).await?;
    checkpoint.tokenizer(source).await?;
    let (_, has_preprocessor) = checkpoint.preprocessing(source).await?;
    let weights = checkpoint.open_weights(source).await?;
    let mut names = match checkpoint.layout {
        Layout::HuggingFace => vec![CONFIG, PREPROCESSOR, TOKENIZER],
        Layout::OpenClip if has_preprocessor => vec![OPEN_CLIP_CONFIG, PREPROCESSOR, TOKENIZER],
        Layout::OpenClip => vec![OPEN_CLIP_CONFIG, TOKENIZER],
    };
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
async fn text(source: &impl ModelSource, file: &str) -> Result<Option<String>, Error> {
    let bytes = source.read(file).await?;
    Ok(bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()))
}

async fn needed(source: &impl ModelSource, file: &str) -> Result<String, Error> {
    text(source, file)
        .await?
        .ok_or_else(|| missing(source, file, "a CLIP checkpoint comes with it"))
}

fn missing(source: &impl ModelSource, file: &str, advice: &'static str) -> Error {
    Error::MissingFile {
        model: source.name(),
        missing: file.to_owned(),
        advice,
    }
}
