//! Reads open_clip's `open_clip_config.json`.

use serde_json::Value;

use crate::config::{
    Activation, ClipConfig, EndOfText, Fields, MAX_CONTEXT, MAX_LAYERS, MAX_SIDE, MAX_VOCABULARY,
    MAX_WIDTH, TextConfig, TowerConfig, VisionConfig,
};
use crate::error::ConfigError;

const FILE: &str = "open_clip_config.json";

/// Fields that make another network of it when they hold anything but their default.
const VISION_CHANGES: [&str; 9] = [
    "timm_model_name",
    "attentional_pool",
    "attn_pooler_heads",
    "ls_init_value",
    "input_patchnorm",
    "no_ln_pre",
    "act_kwargs",
    "norm_kwargs",
    "block_type",
];
const TEXT_CHANGES: [&str; 8] = [
    "hf_model_name",
    "no_causal_mask",
    "ls_init_value",
    "embed_cls",
    "proj_bias",
    "act_kwargs",
    "norm_kwargs",
    "block_type",
];

impl ClipConfig {
    /// Reads open_clip's `open_clip_config.json`; what it leaves out has open_clip's default.
    ///
    /// # Errors
    /// [`ConfigError`] when the file is not JSON, asks for a tower that is not CLIP's own, or holds a size no CLIP has.
    pub fn from_open_clip(json: &str) -> Result<Self, ConfigError> {
        let root = Fields::root(FILE, json)?;
        let model = root.object("model_cfg")?;
        let vision = model.object("vision_cfg")?;
        let text = model.object("text_cfg")?;
        refuse(&vision, &VISION_CHANGES)?;
        refuse(&text, &TEXT_CHANGES)?;
        for (fields, pool) in [(&vision, "tok"), (&text, "argmax")] {
            let found = fields.map.get("pool_type").and_then(Value::as_str);
            if found.is_some_and(|found| found != pool) {
                return Err(fields.wrong("pool_type", pool));
            }
        }
        let hidden_act = match model.map.get("quick_gelu") {
            Some(Value::Bool(true)) => Activation::QuickGelu,
            _ => Activation::Gelu,
        };
        let width = vision.size("width", Some(768), MAX_WIDTH)?;
        let head_width = vision.size("head_width", Some(64), MAX_WIDTH)?;
        if !width.is_multiple_of(head_width) {
            return Err(vision.wrong("head_width", &format!("a divisor of the width {width}")));
        }
        let text_width = text.size("width", Some(512), MAX_WIDTH)?;
        let heads = text.size("heads", Some(8), MAX_WIDTH)?;
        if !text_width.is_multiple_of(heads) {
            return Err(text.wrong("heads", &format!("a divisor of the width {text_width}")));
        }
        let tower = |fields: &Fields<'_>, hidden_size: usize, num_attention_heads: usize| {
            Ok::<_, ConfigError>(TowerConfig {
                hidden_size,
                intermediate_size: intermediate_size(fields, hidden_size)?,
                num_hidden_layers: fields.size("layers", Some(12), MAX_LAYERS)?,
                num_attention_heads,
                // torch.nn.LayerNorm's default, which open_clip keeps.
                layer_norm_eps: 1e-5,
                hidden_act,
            })
        };
        let config = Self {
            vision: VisionConfig {
                tower: tower(&vision, width, width / head_width)?,
                image_size: square(&vision, "image_size", 224)?,
                patch_size: square(&vision, "patch_size", 16)?,
            },
            text: TextConfig {
                tower: tower(&text, text_width, heads)?,
                vocab_size: text.size("vocab_size", Some(49_408), MAX_VOCABULARY)?,
                max_position_embeddings: text.size("context_length", Some(77), MAX_CONTEXT)?,
                end_of_text: EndOfText::LargestId,
            },
            projection_dim: model.size("embed_dim", None, MAX_WIDTH)?,
        };
        config.check_patches(&vision, "patch_size")?;
        Ok(config)
    }
}

fn refuse(fields: &Fields<'_>, changes: &[&str]) -> Result<(), ConfigError> {
    for field in changes {
        match fields.map.get(*field) {
            None | Some(Value::Null | Value::Bool(false)) => {}
            Some(Value::Object(map)) if map.is_empty() => {}
            Some(_) => return Err(fields.wrong(field, "nothing: only CLIP's own towers are run")),
        }
    }
    Ok(())
}

fn intermediate_size(fields: &Fields<'_>, width: usize) -> Result<usize, ConfigError> {
    let ratio = match fields.map.get("mlp_ratio") {
        None | Some(Value::Null) => 4.0,
        Some(value) => value
            .as_f64()
            .filter(|ratio| *ratio > 0.0 && *ratio <= 16.0)
            .ok_or_else(|| fields.wrong("mlp_ratio", "a number above 0, at most 16"))?,
    };
    // `int(width * mlp_ratio)` in open_clip's ResidualAttentionBlock.
    Ok((width as f64 * ratio) as usize)
}

/// A side given as a number, or as two equal ones.
fn square(fields: &Fields<'_>, field: &str, default: usize) -> Result<usize, ConfigError> {
    match fields.map.get(field) {
        Some(Value::Array(sides)) => match sides.as_slice() {
            [height, width] if height == width => height
                .as_u64()
                .and_then(|side| usize::try_from(side).ok())
                .filter(|side| (1..=MAX_SIDE).contains(side))
                .ok_or_else(|| fields.wrong(field, "two equal sides")),
            _ => Err(fields.wrong(field, "two equal sides")),
        },
        _ => fields.size(field, Some(default), MAX_SIDE),
    }
}
