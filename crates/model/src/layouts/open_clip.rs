//! Reads open_clip's `open_clip_config.json`.

use serde_json::Value;

use crate::config::{
    Activation, ClipConfig, EndOfText, Fields, MAX_CONTEXT, MAX_LAYERS, MAX_SIDE, MAX_VOCABULARY,
    MAX_WIDTH, TextConfig, TowerConfig,
};
use crate::error::ConfigError;
use crate::vision::{EfficientNetConfig, VisionConfig, VisionTower, VitConfig};

const FILE: &str = "open_clip_config.json";

/// Names the tower where it is one of timm's; what then describes a ViT is not looked at, as open_clip does it.
const TIMM: &str = "timm_model_name";
/// The largest picture of a network of convolutions: its largest map, 144 numbers for every fourth pixel, has to fit into the 128 MB that
/// a GPU can bind at once.
const MAX_TIMM_SIDE: usize = 960;

/// Fields that make another network of it when they hold anything but their default.
const VISION_CHANGES: [&str; 8] = [
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
    /// [`ConfigError`] when the file is not JSON, asks for a tower that is not run here, or holds a size no CLIP has.
    pub fn from_open_clip(json: &str) -> Result<Self, ConfigError> {
        let root = Fields::root(FILE, json)?;
        let model = root.object("model_cfg")?;
        let vision = model.object("vision_cfg")?;
        let text = model.object("text_cfg")?;
        refuse(&text, &TEXT_CHANGES)?;
        refuse_pool(&text, "argmax")?;
        let hidden_act = match model.map.get("quick_gelu") {
            Some(Value::Bool(true)) => Activation::QuickGelu,
            _ => Activation::Gelu,
        };
        let width = text.size("width", Some(512), MAX_WIDTH)?;
        let heads = text.size("heads", Some(8), MAX_WIDTH)?;
        if !width.is_multiple_of(heads) {
            return Err(text.wrong("heads", &format!("a divisor of the width {width}")));
        }
        let config = Self {
            vision: match vision.map.get(TIMM) {
                None | Some(Value::Null | Value::Bool(false)) => vit(&vision, hidden_act)?,
                Some(_) => timm(&vision)?,
            },
            text: TextConfig {
                tower: tower(&text, width, heads, hidden_act)?,
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

fn vit(fields: &Fields<'_>, hidden_act: Activation) -> Result<VisionConfig, ConfigError> {
    refuse(fields, &VISION_CHANGES)?;
    refuse_pool(fields, "tok")?;
    let width = fields.size("width", Some(768), MAX_WIDTH)?;
    let head_width = fields.size("head_width", Some(64), MAX_WIDTH)?;
    if !width.is_multiple_of(head_width) {
        let expected = format!("a divisor of the width {width}");
        return Err(fields.wrong("head_width", &expected));
    }
    Ok(VisionConfig {
        image_size: square(fields, "image_size", 224, MAX_SIDE)?,
        tower: VisionTower::Vit(VitConfig {
            tower: tower(fields, width, width / head_width, hidden_act)?,
            patch_size: square(fields, "patch_size", 16, MAX_SIDE)?,
        }),
    })
}

/// One of timm's towers with a linear projection behind its average: those that are run here.
fn timm(fields: &Fields<'_>) -> Result<VisionConfig, ConfigError> {
    for (field, expected) in [("timm_pool", "avg"), ("timm_proj", "linear")] {
        match fields.map.get(field) {
            None => {}
            Some(Value::String(found)) if found == expected => {}
            Some(_) => return Err(fields.wrong(field, expected)),
        }
    }
    let bias = match fields.map.get("timm_proj_bias") {
        None | Some(Value::Bool(false)) => false,
        Some(Value::Bool(true)) => true,
        Some(_) => return Err(fields.wrong("timm_proj_bias", "true or false")),
    };
    let network = fields
        .map
        .get(TIMM)
        .and_then(Value::as_str)
        .and_then(|name| EfficientNetConfig::named(name, bias))
        .ok_or_else(|| {
            let expected =
                "nothing, or tf_efficientnet_lite0 to 4: of timm's towers no others are run";
            fields.wrong(TIMM, expected)
        })?;
    Ok(VisionConfig {
        image_size: square(fields, "image_size", 224, MAX_TIMM_SIDE)?,
        tower: VisionTower::EfficientNet(network),
    })
}

fn tower(
    fields: &Fields<'_>,
    hidden_size: usize,
    num_attention_heads: usize,
    hidden_act: Activation,
) -> Result<TowerConfig, ConfigError> {
    Ok(TowerConfig {
        hidden_size,
        intermediate_size: intermediate_size(fields, hidden_size)?,
        num_hidden_layers: fields.size("layers", Some(12), MAX_LAYERS)?,
        num_attention_heads,
        // torch.nn.LayerNorm's default, which open_clip keeps.
        layer_norm_eps: 1e-5,
        hidden_act,
    })
}

fn refuse_pool(fields: &Fields<'_>, pool: &str) -> Result<(), ConfigError> {
    let found = fields.map.get("pool_type").and_then(Value::as_str);
    match found.is_some_and(|found| found != pool) {
        true => Err(fields.wrong("pool_type", pool)),
        false => Ok(()),
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
fn square(
    fields: &Fields<'_>,
    field: &str,
    default: usize,
    limit: usize,
) -> Result<usize, ConfigError> {
    match fields.map.get(field) {
        Some(Value::Array(sides)) => match sides.as_slice() {
            [height, width] if height == width => height
                .as_u64()
                .and_then(|side| usize::try_from(side).ok())
                .filter(|side| (1..=limit).contains(side))
                .ok_or_else(|| fields.wrong(field, "two equal sides")),
            _ => Err(fields.wrong(field, "two equal sides")),
        },
        _ => fields.size(field, Some(default), limit),
    }
}
