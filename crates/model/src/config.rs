//! What a checkpoint's configuration says of its network, and Hugging Face's `config.json`.

use serde_json::{Map, Value};

use crate::error::ConfigError;
use crate::vision::{VisionConfig, VisionTower, VitConfig};

/// The sizes of a CLIP network.
#[derive(Clone, Debug, PartialEq)]
pub struct ClipConfig {
    /// The image tower.
    pub vision: VisionConfig,
    /// The text tower.
    pub text: TextConfig,
    /// Length of an embedding.
    pub projection_dim: usize,
}

/// What both towers have.
#[derive(Clone, Debug, PartialEq)]
pub struct TowerConfig {
    /// Length of a token's vector.
    pub hidden_size: usize,
    /// Width of the MLP's middle.
    pub intermediate_size: usize,
    /// Number of encoder layers.
    pub num_hidden_layers: usize,
    /// Attention heads; divides `hidden_size`.
    pub num_attention_heads: usize,
    /// Added to the variance in layer norms.
    pub layer_norm_eps: f64,
    /// The MLP's activation.
    pub hidden_act: Activation,
}

/// The text tower's sizes.
#[derive(Clone, Debug, PartialEq)]
pub struct TextConfig {
    /// What both towers have.
    pub tower: TowerConfig,
    /// Rows of the token embedding.
    pub vocab_size: usize,
    /// The most tokens of a prompt.
    pub max_position_embeddings: usize,
    /// Which token's vector stands for the prompt.
    pub end_of_text: EndOfText,
}

/// The two conventions for finding the end of a prompt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndOfText {
    /// The first of the largest ids: OpenAI's, open_clip's, and Hugging Face's for the legacy `eos_token_id: 2`.
    LargestId,
    /// The first token with this id.
    Id(u32),
}

/// The activations CLIP checkpoints use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Activation {
    /// `x * sigmoid(1.702 x)`, in OpenAI's and MetaCLIP's checkpoints.
    QuickGelu,
    /// The exact GELU, by the error function.
    Gelu,
}

const FILE: &str = "config.json";

impl ClipConfig {
    /// Reads Hugging Face's `config.json`; what it leaves out has the default of `transformers.CLIPConfig`.
    ///
    /// # Errors
    /// [`ConfigError`] when the file is not JSON, describes another family, or holds a size no CLIP has.
    pub fn from_hugging_face(json: &str) -> Result<Self, ConfigError> {
        let root = Fields::root(FILE, json)?;
        root.check_model_type()?;
        let vision = root.tower_config("vision_config", "vision_config_dict")?;
        let text = root.tower_config("text_config", "text_config_dict")?;
        let config = Self {
            vision: VisionConfig {
                image_size: vision.size("image_size", Some(224), MAX_SIDE)?,
                tower: VisionTower::Vit(VitConfig {
                    tower: tower(&vision, [768, 3072, 12, 12])?,
                    patch_size: vision.size("patch_size", Some(32), MAX_SIDE)?,
                }),
            },
            text: TextConfig {
                tower: tower(&text, [512, 2048, 12, 8])?,
                vocab_size: text.size("vocab_size", Some(49_408), MAX_VOCABULARY)?,
                max_position_embeddings: text.size(
                    "max_position_embeddings",
                    Some(77),
                    MAX_CONTEXT,
                )?,
                end_of_text: match text.map.get("eos_token_id").and_then(Value::as_u64) {
                    Some(2) => EndOfText::LargestId,
                    // transformers leaves its default out when it saves a configuration.
                    None => EndOfText::Id(END_OF_TEXT),
                    Some(id) => EndOfText::Id(u32::try_from(id).unwrap_or(u32::MAX)),
                },
            },
            projection_dim: root.size("projection_dim", Some(512), MAX_WIDTH)?,
        };
        if vision.size("num_channels", Some(3), MAX_WIDTH)? != 3 {
            return Err(vision.wrong("num_channels", "3"));
        }
        config.check_patches(&vision, "patch_size")?;
        Ok(config)
    }

    pub(crate) fn check_patches(
        &self,
        fields: &Fields<'_>,
        field: &str,
    ) -> Result<(), ConfigError> {
        if self.vision.patches_per_side() == 0 {
            return Err(fields.wrong(field, "at most the image size"));
        }
        Ok(())
    }
}

/// `transformers.CLIPTextConfig`'s `eos_token_id`: the last token of OpenAI's vocabulary.
const END_OF_TEXT: u32 = 49_407;

// Far above any CLIP that was published, and low enough that no product of two of them overflows.
pub(crate) const MAX_WIDTH: usize = 1 << 15;
pub(crate) const MAX_LAYERS: usize = 256;
pub(crate) const MAX_SIDE: usize = 4096;
pub(crate) const MAX_CONTEXT: usize = 4096;
pub(crate) const MAX_VOCABULARY: usize = 1 << 21;

fn tower(fields: &Fields<'_>, defaults: [usize; 4]) -> Result<TowerConfig, ConfigError> {
    let [hidden, intermediate, layers, heads] = defaults;
    let tower = TowerConfig {
        hidden_size: fields.size("hidden_size", Some(hidden), MAX_WIDTH)?,
        intermediate_size: fields.size("intermediate_size", Some(intermediate), MAX_WIDTH)?,
        num_hidden_layers: fields.size("num_hidden_layers", Some(layers), MAX_LAYERS)?,
        num_attention_heads: fields.size("num_attention_heads", Some(heads), MAX_WIDTH)?,
        layer_norm_eps: match fields.map.get("layer_norm_eps") {
            None => 1e-5,
            Some(value) => value
                .as_f64()
                .filter(|eps| (0.0..1.0).contains(eps))
                .ok_or_else(|| fields.wrong("layer_norm_eps", "a number from 0 to 1"))?,
        },
        hidden_act: match fields.map.get("hidden_act").map(Value::as_str) {
            None | Some(Some("quick_gelu")) => Activation::QuickGelu,
            Some(Some("gelu")) => Activation::Gelu,
            Some(_) => return Err(fields.wrong("hidden_act", "quick_gelu or gelu")),
        },
    };
    if !tower.hidden_size.is_multiple_of(tower.num_attention_heads) {
        let expected = format!("a divisor of the hidden size {}", tower.hidden_size);
        return Err(fields.wrong("num_attention_heads", &expected));
    }
    Ok(tower)
}

/// One object of a configuration, with the path that leads to it.
pub(crate) struct Fields<'a> {
    pub(crate) file: &'static str,
    pub(crate) path: String,
    pub(crate) map: std::borrow::Cow<'a, Map<String, Value>>,
}

impl Fields<'_> {
    pub(crate) fn root(file: &'static str, json: &str) -> Result<Self, ConfigError> {
        let value: Value = serde_json::from_str(json).map_err(|error| ConfigError::Json {
            file,
            detail: error.to_string(),
        })?;
        let Value::Object(map) = value else {
            return Err(ConfigError::Json {
                file,
                detail: "it is not a JSON object".to_owned(),
            });
        };
        Ok(Self {
            file,
            path: String::new(),
            map: std::borrow::Cow::Owned(map),
        })
    }

    fn check_model_type(&self) -> Result<(), ConfigError> {
        match self.map.get("model_type").and_then(Value::as_str) {
            Some("clip") => Ok(()),
            other => Err(ConfigError::NotClip {
                file: self.file,
                found: match other {
                    Some(name) => format!("the model type {name:?}"),
                    None => "no model type".to_owned(),
                },
            }),
        }
    }

    /// A tower's object. Older exports have a second one, `legacy`, which overrides it whole: transformers fills it up with defaults first.
    fn tower_config(&self, field: &str, legacy: &str) -> Result<Fields<'_>, ConfigError> {
        match self.map.get(legacy) {
            None | Some(Value::Null) => self.object(field),
            Some(_) => self.object(legacy),
        }
    }

    pub(crate) fn object(&self, field: &str) -> Result<Fields<'_>, ConfigError> {
        match self.map.get(field) {
            Some(Value::Object(map)) => Ok(Fields {
                file: self.file,
                path: format!("{}{field}.", self.path),
                map: std::borrow::Cow::Borrowed(map),
            }),
            _ => Err(self.wrong(field, "an object")),
        }
    }

    /// A positive size of at most `limit`.
    pub(crate) fn size(
        &self,
        field: &str,
        default: Option<usize>,
        limit: usize,
    ) -> Result<usize, ConfigError> {
        match (self.map.get(field), default) {
            (None | Some(Value::Null), Some(default)) => Ok(default),
            (value, _) => value
                .and_then(Value::as_u64)
                .and_then(|size| usize::try_from(size).ok())
                .filter(|size| (1..=limit).contains(size))
                .ok_or_else(|| self.wrong(field, &format!("an integer from 1 to {limit}"))),
        }
    }

    pub(crate) fn wrong(&self, field: &str, expected: &str) -> ConfigError {
        ConfigError::Field {
            file: self.file,
            field: format!("{}{field}", self.path),
            found: match self.map.get(field) {
                Some(value) => value.to_string().chars().take(80).collect(),
                None => "missing".to_owned(),
            },
            expected: expected.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_text_is_transformers_default_where_the_file_leaves_it_out() {
        let end_of_text = |text: &str| {
            let json = format!(
                r#"{{"model_type": "clip", "vision_config": {{}}, "text_config": {text}}}"#
            );
            ClipConfig::from_hugging_face(&json)
                .unwrap()
                .text
                .end_of_text
        };
        assert_eq!(end_of_text("{}"), EndOfText::Id(49_407));
        assert_eq!(
            end_of_text(r#"{"eos_token_id": 49407}"#),
            EndOfText::Id(49_407)
        );
        assert_eq!(end_of_text(r#"{"eos_token_id": 513}"#), EndOfText::Id(513));
        // The value of files that were written before the id was right.
        assert_eq!(end_of_text(r#"{"eos_token_id": 2}"#), EndOfText::LargestId);
    }
}
