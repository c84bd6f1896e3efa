//! Writes a checkpoint as large as OpenAI's ViT-B/32 (605 MB of f32) with random weights, the same every time.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::{fs, io};

use serde_json::{Value, json};

use crate::random_weights::{self, Tensor};

/// Token ids go up to here, as in OpenAI's vocabulary.
const VOCABULARY: usize = 49_408;
const TEXT_WIDTH: usize = 512;
const VISION_WIDTH: usize = 768;
const PROJECTION: usize = 512;
const LAYERS: usize = 12;
const PATCH: usize = 32;
const IMAGE: usize = 224;
const CONTEXT: usize = 77;

/// The tensor that the wrong variant has in the wrong shape: transposed, so that its size in bytes is right.
pub const WRONG_TENSOR: &str = "visual_projection.weight";

/// Which of the two checkpoints to write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Variant {
    /// Every tensor as the config says; random weights.
    Sound,
    /// [`WRONG_TENSOR`] is `[768, 512]` instead of `[512, 768]`. The weights are a hole in a sparse file: it is as long
    /// as the sound one and takes no room.
    Wrong,
}

/// Writes the checkpoint into `folder`, unless a whole one is there from an earlier run.
///
/// # Errors
/// When the folder or a file in it cannot be written.
pub fn write(folder: &Path, variant: Variant) -> io::Result<()> {
    // Tests that want it at the same moment wait for the first of them.
    static WRITING: Mutex<()> = Mutex::new(());
    let _alone = WRITING.lock().unwrap_or_else(PoisonError::into_inner);
    fs::create_dir_all(folder)?;
    fs::write(folder.join("config.json"), config().to_string())?;
    fs::write(
        folder.join("preprocessor_config.json"),
        preprocessor().to_string(),
    )?;
    fs::write(folder.join("tokenizer.json"), tokenizer().to_string())?;

    let weights = folder.join("model.safetensors");
    random_weights::write(&weights, &tensors(variant), variant == Variant::Wrong)
}

/// Where the native and the browser tests keep the checkpoint between runs: in the build folder `target`.
pub fn folder_in(target: &Path, variant: Variant) -> PathBuf {
    target.join("full-size").join(match variant {
        Variant::Sound => "b32",
        Variant::Wrong => "b32-wrong",
    })
}

/// All tensors of a `CLIPModel` of this size, in the order of the file.
fn tensors(variant: Variant) -> Vec<Tensor> {
    let mut tensors = Vec::new();
    let mut add = |name: String, shape: &[usize], mean: f32, spread: f32| {
        tensors.push(Tensor {
            name,
            shape: shape.to_vec(),
            mean,
            spread,
        });
    };
    // logit_scale_init_value: at the 100 that OpenAI's models ended with, one probability would be 1 and the rest 0.
    add("logit_scale".to_owned(), &[], 2.6592, 0.0);
    let positions = (IMAGE / PATCH).pow(2) + 1;
    for (tower, width) in [("text_model", TEXT_WIDTH), ("vision_model", VISION_WIDTH)] {
        // Keeps activations near unit size however wide the layer.
        let spread = |fan_in: usize| (3.0 / fan_in as f32).sqrt();
        if tower == "text_model" {
            add(
                format!("{tower}.embeddings.token_embedding.weight"),
                &[VOCABULARY, width],
                0.0,
                0.5,
            );
            add(
                format!("{tower}.embeddings.position_embedding.weight"),
                &[CONTEXT, width],
                0.0,
                0.2,
            );
        } else {
            add(
                format!("{tower}.embeddings.class_embedding"),
                &[width],
                0.0,
                0.5,
            );
            let patches = [width, 3, PATCH, PATCH];
            let patch_spread = spread(3 * PATCH * PATCH);
            add(
                format!("{tower}.embeddings.patch_embedding.weight"),
                &patches,
                0.0,
                patch_spread,
            );
            add(
                format!("{tower}.embeddings.position_embedding.weight"),
                &[positions, width],
                0.0,
                0.2,
            );
        }
        let norms: &[&str] = if tower == "text_model" {
            &["final_layer_norm"]
        } else {
            // Sic: the checkpoints spell it so.
            &["pre_layrnorm", "post_layernorm"]
        };
        for norm in norms {
            add(format!("{tower}.{norm}.weight"), &[width], 1.0, 0.1);
            add(format!("{tower}.{norm}.bias"), &[width], 0.0, 0.05);
        }
        for layer in 0..LAYERS {
            let layer = format!("{tower}.encoder.layers.{layer}");
            for norm in ["layer_norm1", "layer_norm2"] {
                add(format!("{layer}.{norm}.weight"), &[width], 1.0, 0.1);
                add(format!("{layer}.{norm}.bias"), &[width], 0.0, 0.05);
            }
            for (linear, outputs, inputs) in [
                ("self_attn.q_proj", width, width),
                ("self_attn.k_proj", width, width),
                ("self_attn.v_proj", width, width),
                ("self_attn.out_proj", width, width),
                ("mlp.fc1", 4 * width, width),
                ("mlp.fc2", width, 4 * width),
            ] {
                add(
                    format!("{layer}.{linear}.weight"),
                    &[outputs, inputs],
                    0.0,
                    spread(inputs),
                );
                add(format!("{layer}.{linear}.bias"), &[outputs], 0.0, 0.05);
            }
        }
        let projection = if tower == "text_model" {
            "text_projection.weight"
        } else {
            WRONG_TENSOR
        };
        let mut shape = [PROJECTION, width];
        if projection == WRONG_TENSOR && variant == Variant::Wrong {
            shape.reverse();
        }
        add(projection.to_owned(), &shape, 0.0, spread(width));
    }
    tensors
}

fn config() -> Value {
    let tower = |model_type: &str, width: usize| {
        json!({
            "model_type": model_type,
            "hidden_act": "quick_gelu",
            "hidden_size": width,
            "intermediate_size": 4 * width,
            "layer_norm_eps": 1e-5,
            "num_attention_heads": width / 64,
            "num_hidden_layers": LAYERS,
            "projection_dim": PROJECTION,
        })
    };
    let mut text = tower("clip_text_model", TEXT_WIDTH);
    text["max_position_embeddings"] = json!(CONTEXT);
    text["vocab_size"] = json!(VOCABULARY);
    text["bos_token_id"] = json!(0);
    text["pad_token_id"] = json!(1);
    text["eos_token_id"] = json!(2);
    let mut vision = tower("clip_vision_model", VISION_WIDTH);
    vision["image_size"] = json!(IMAGE);
    vision["patch_size"] = json!(PATCH);
    vision["num_channels"] = json!(3);
    json!({
        "architectures": ["CLIPModel"],
        "model_type": "clip",
        "projection_dim": PROJECTION,
        "logit_scale_init_value": 2.6592,
        "text_config": text,
        "vision_config": vision,
    })
}

fn preprocessor() -> Value {
    json!({
        "crop_size": {"height": IMAGE, "width": IMAGE},
        "do_center_crop": true,
        "do_convert_rgb": true,
        "do_normalize": true,
        "do_rescale": true,
        "do_resize": true,
        "image_mean": [0.48145466, 0.4578275, 0.40821073],
        "image_std": [0.26862954, 0.26130258, 0.27577711],
        "image_processor_type": "CLIPImageProcessor",
        "resample": 3,
        "rescale_factor": 1.0 / 255.0,
        "size": {"shortest_edge": IMAGE},
    })
}

/// The tiny tokenizer of the fixtures with its two special tokens moved to where OpenAI's vocabulary has them.
fn tokenizer() -> Value {
    let text = include_str!("../fixtures/hf-quickgelu-f32/tokenizer.json");
    let mut tokenizer: Value = serde_json::from_str(text).expect("the fixture's tokenizer is JSON");
    let specials = [
        ("<|startoftext|>", VOCABULARY - 2),
        ("<|endoftext|>", VOCABULARY - 1),
    ];
    for (number, (token, id)) in specials.into_iter().enumerate() {
        tokenizer["model"]["vocab"][token] = json!(id);
        tokenizer["added_tokens"][number]["id"] = json!(id);
        let role = if number == 0 { "cls" } else { "sep" };
        tokenizer["post_processor"][role] = json!([token, id]);
    }
    tokenizer
}
