//! Reads a checkpoint's tokenizer and preprocessing, in each of the forms in which repositories have them.

use glimpse_image::{Preprocessor, PreprocessorError};
use glimpse_model::Layout;
use glimpse_text::{Cleaning, SlowTokenizer, Tokenizer};
use serde_json::Value;

use crate::checkpoint::{Checkpoint, missing, text};
use crate::error::Error;
use crate::source::ModelSource;

/// Transformers 5 saves the preprocessing in here, and no other file with it.
const PROCESSOR: &str = "processor_config.json";
const PREPROCESSOR: &str = "preprocessor_config.json";
const TOKENIZER: &str = "tokenizer.json";
const VOCAB: &str = "vocab.json";
const MERGES: &str = "merges.txt";
const ADDED_TOKENS: &str = "added_tokens.json";
const TOKENIZER_CONFIG: &str = "tokenizer_config.json";

/// What was read, and the names of the files that it was read from.
pub(crate) struct Found<T> {
    pub value: T,
    pub files: Vec<&'static str>,
}

impl Checkpoint {
    /// The tokenizer, which cuts prompts to the model's context length: `tokenizer.json`, or `vocab.json` and `merges.txt`. In open_clip's
    /// layout prompts are cleaned first, as open_clip does it.
    pub async fn tokenizer(&self, source: &impl ModelSource) -> Result<Found<Tokenizer>, Error> {
        let context_length = self.config.text.max_position_embeddings;
        let found = match text(source, TOKENIZER).await? {
            Some(json) => Found {
                value: Tokenizer::from_json(json.as_bytes(), context_length)?,
                files: vec![TOKENIZER],
            },
            None => slow_tokenizer(source, context_length).await?,
        };
        Ok(Found {
            value: found.value.with_cleaning(self.cleaning()?),
            files: found.files,
        })
    }

    /// What `open_clip.get_tokenizer` does with prompts for this model.
    fn cleaning(&self) -> Result<Cleaning, Error> {
        let (Layout::OpenClip, Some(json)) = (self.layout, self.open_clip_config()) else {
            return Ok(Cleaning::None);
        };
        // It was read before as JSON.
        let config: Value = serde_json::from_str(json).unwrap_or_default();
        let text = &config["model_cfg"]["text_cfg"];
        match (
            &text["tokenizer_kwargs"]["clean"],
            &text["hf_tokenizer_name"],
        ) {
            (Value::String(name), _) => {
                Cleaning::named(name).ok_or_else(|| Error::Cleaning { name: name.clone() })
            }
            (_, Value::String(_)) => Ok(Cleaning::Whitespace),
            _ => Ok(Cleaning::Lower),
        }
    }

    /// The preprocessing, which must give pictures of the size that the model sees.
    ///
    /// In open_clip's layout `preprocessor_config.json` is asked for beside one of timm's towers: those were trained on the middle of a
    /// larger picture, for which open_clip's own configuration has no word. There, a file that cannot be read, or makes pictures of another
    /// size than the model sees, is some other model's, and open_clip's configuration says it alone, as open_clip itself has it.
    pub async fn preprocessor(
        &self,
        source: &impl ModelSource,
    ) -> Result<Found<Preprocessor>, Error> {
        let Some(open_clip_config) = self.open_clip_config() else {
            return self.of_hugging_face(source).await;
        };
        let json = match self.config.vision.transformer() {
            Some(_) => None,
            None => text(source, PREPROCESSOR).await?,
        };
        let own = json.as_ref().and_then(|json| {
            let preprocessor = Preprocessor::from_preprocessor_config(json).ok()?;
            self.fitting(preprocessor).ok()
        });
        Ok(Found {
            value: match own {
                Some(own) => own,
                None => self.fitting(Preprocessor::from_open_clip_config(open_clip_config)?)?,
            },
            files: json.iter().map(|_| PREPROCESSOR).collect(),
        })
    }

    /// As transformers 5 has it nested, which counts where both files are there, or in a file of its own.
    async fn of_hugging_face(
        &self,
        source: &impl ModelSource,
    ) -> Result<Found<Preprocessor>, Error> {
        let nested = match text(source, PROCESSOR).await? {
            Some(json) => nested(&json)?,
            None => None,
        };
        let (json, file) = match nested {
            Some(json) => (json, PROCESSOR),
            None => (needed(source, PREPROCESSOR).await?, PREPROCESSOR),
        };
        let preprocessor = Preprocessor::from_preprocessor_config(&json)?;
        Ok(Found {
            value: self.fitting(preprocessor)?,
            files: vec![file],
        })
    }

    /// The preprocessor itself, if it gives pictures of the size that the model sees.
    fn fitting(&self, preprocessor: Preprocessor) -> Result<Preprocessor, Error> {
        let (expected, found) = (self.config.vision.image_size, preprocessor.crop_size());
        if (found.0 as usize, found.1 as usize) != (expected, expected) {
            return Err(Error::CropSize { found, expected });
        }
        Ok(preprocessor)
    }
}

async fn slow_tokenizer(
    source: &impl ModelSource,
    context_length: usize,
) -> Result<Found<Tokenizer>, Error> {
    let (Some(vocab), Some(merges)) = (text(source, VOCAB).await?, text(source, MERGES).await?)
    else {
        return Err(missing(
            source,
            TOKENIZER,
            "a CLIP checkpoint comes with it, or with vocab.json and merges.txt; \
             in Python, CLIPTokenizerFast.from_pretrained(…).save_pretrained(…) writes it",
        ));
    };
    let added_tokens = text(source, ADDED_TOKENS).await?;
    let config = text(source, TOKENIZER_CONFIG).await?;
    let slow = SlowTokenizer {
        vocab: &vocab,
        merges: &merges,
        added_tokens: added_tokens.as_deref(),
        config: config.as_deref(),
    };
    let optional = [(&added_tokens, ADDED_TOKENS), (&config, TOKENIZER_CONFIG)];
    let optional = optional
        .into_iter()
        .filter_map(|(found, name)| found.as_ref().map(|_| name));
    Ok(Found {
        value: Tokenizer::from_slow(slow, context_length)?,
        files: [VOCAB, MERGES].into_iter().chain(optional).collect(),
    })
}

/// The image processor inside a `processor_config.json`, if it has one.
fn nested(json: &str) -> Result<Option<String>, Error> {
    let config: Value = serde_json::from_str(json).map_err(|error| PreprocessorError::Json {
        file: PROCESSOR,
        detail: error.to_string(),
    })?;
    let nested = config
        .get("image_processor")
        .filter(|nested| nested.is_object());
    Ok(nested.map(Value::to_string))
}

async fn needed(source: &impl ModelSource, file: &str) -> Result<String, Error> {
    text(source, file)
        .await?
        .ok_or_else(|| missing(source, file, "a CLIP checkpoint comes with it"))
}
