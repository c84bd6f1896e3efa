//! Which tensors a checkpoint must hold, in either layout, and where each belongs in the network.

use crate::config::{ClipConfig, TowerConfig};

/// The two layouts that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// `transformers.CLIPModel`, the names of which are used inside.
    HuggingFace,
    /// `open_clip.CLIP`.
    OpenClip,
}

/// A tensor that a file must hold.
pub(crate) struct Spec {
    /// Its name in the file.
    pub name: String,
    /// Its shape in the file.
    pub shape: Vec<usize>,
    /// Where its numbers go.
    pub place: Place,
}

impl Spec {
    /// Whether it is the weight of one of the layers' linear layers, of the three projections of attention perhaps, whose rows can
    /// lie packed in words: nearly all of a network.
    pub fn is_packable(&self) -> bool {
        matches!(self.shape[..], [_, columns] if columns % 4 == 0)
            && self.place.name().contains(".layers.")
    }
}

/// Where a tensor's numbers go, by Hugging Face's names.
pub(crate) enum Place {
    /// To the tensor of this name.
    As(String),
    /// Transposed (only matrices).
    Transposed(String),
    /// A third of the rows each to the `q_proj`, `k_proj` and `v_proj` of this attention: (prefix, "weight" or "bias").
    Qkv(String, &'static str),
}

impl Place {
    /// Where its numbers go, by Hugging Face's name, or by that of the attention that gets them.
    pub fn name(&self) -> &str {
        match self {
            Self::As(name) | Self::Transposed(name) | Self::Qkv(name, _) => name,
        }
    }

    /// Whether its numbers go to the tensor `name` as they are.
    pub fn is(&self, name: &str) -> bool {
        matches!(self, Self::As(place) if place == name)
    }

    /// Whether the tensor belongs to the text's side: without it, pictures are still encoded.
    pub fn is_text(&self) -> bool {
        self.name().starts_with("text_model.") || self.name() == "text_projection.weight"
    }
}

pub(crate) const TOKEN_EMBEDDING: &str = "text_model.embeddings.token_embedding.weight";

/// Buffers that checkpoints carry and nobody needs: positions count from 0, the mask is causal.
pub(crate) fn is_buffer(name: &str) -> bool {
    name.ends_with(".embeddings.position_ids") || name == "attn_mask"
}

impl Layout {
    pub(crate) fn specs(self, config: &ClipConfig) -> Vec<Spec> {
        let mut specs = Vec::new();
        let open_clip = self == Self::OpenClip;
        let mut add = |open: &str, hf: &str, shape: &[usize]| {
            specs.push(Spec {
                name: if open_clip { open } else { hf }.to_owned(),
                shape: shape.to_vec(),
                place: Place::As(hf.to_owned()),
            });
        };
        let (vision, text) = (&config.vision, &config.text);
        let (v, t) = (vision.tower.hidden_size, text.tower.hidden_size);
        let (p, side) = (vision.patch_size, vision.patches_per_side());
        add("logit_scale", "logit_scale", &[]);
        let prefix = "vision_model.embeddings.";
        add(
            "visual.class_embedding",
            &format!("{prefix}class_embedding"),
            &[v],
        );
        add(
            "visual.conv1.weight",
            &format!("{prefix}patch_embedding.weight"),
            &[v, 3, p, p],
        );
        add(
            "visual.positional_embedding",
            &format!("{prefix}position_embedding.weight"),
            &[side * side + 1, v],
        );
        add(
            "token_embedding.weight",
            TOKEN_EMBEDDING,
            &[text.vocab_size, t],
        );
        add(
            "positional_embedding",
            "text_model.embeddings.position_embedding.weight",
            &[text.max_position_embeddings, t],
        );
        for (open, hf, width) in [
            ("visual.ln_pre", "vision_model.pre_layrnorm", v),
            ("visual.ln_post", "vision_model.post_layernorm", v),
            ("ln_final", "text_model.final_layer_norm", t),
        ] {
            for part in ["weight", "bias"] {
                add(&format!("{open}.{part}"), &format!("{hf}.{part}"), &[width]);
            }
        }
        for (open, hf, width) in [
            ("visual.proj", "visual_projection.weight", v),
            ("text_projection", "text_projection.weight", t),
        ] {
            let spec = if open_clip {
                // A parameter that pictures are multiplied with from the left, not a Linear's weight.
                Spec {
                    name: open.to_owned(),
                    shape: vec![width, config.projection_dim],
                    place: Place::Transposed(hf.to_owned()),
                }
            } else {
                Spec {
                    name: hf.to_owned(),
                    shape: vec![config.projection_dim, width],
                    place: Place::As(hf.to_owned()),
                }
            };
            specs.push(spec);
        }
        for (open, hf, tower) in [
            ("visual.transformer", "vision_model.encoder", &vision.tower),
            ("transformer", "text_model.encoder", &text.tower),
        ] {
            for layer in 0..tower.num_hidden_layers {
                let open = format!("{open}.resblocks.{layer}");
                let hf = format!("{hf}.layers.{layer}");
                self.layer(&open, &hf, tower, &mut specs);
            }
        }
        specs
    }

    fn layer(self, open: &str, hf: &str, tower: &TowerConfig, specs: &mut Vec<Spec>) {
        let (width, middle) = (tower.hidden_size, tower.intermediate_size);
        let mut add = |open_part: &str, hf_part: &str, shape: &[usize]| {
            let place = format!("{hf}.{hf_part}");
            specs.push(Spec {
                name: match self {
                    Self::OpenClip => format!("{open}.{open_part}"),
                    Self::HuggingFace => place.clone(),
                },
                shape: shape.to_vec(),
                place: Place::As(place),
            });
        };
        for (open_part, hf_part, out, into) in [
            ("attn.out_proj", "self_attn.out_proj", width, width),
            ("mlp.c_fc", "mlp.fc1", middle, width),
            ("mlp.c_proj", "mlp.fc2", width, middle),
        ] {
            add(
                &format!("{open_part}.weight"),
                &format!("{hf_part}.weight"),
                &[out, into],
            );
            add(
                &format!("{open_part}.bias"),
                &format!("{hf_part}.bias"),
                &[out],
            );
        }
        for (open_part, hf_part) in [("ln_1", "layer_norm1"), ("ln_2", "layer_norm2")] {
            for part in ["weight", "bias"] {
                add(
                    &format!("{open_part}.{part}"),
                    &format!("{hf_part}.{part}"),
                    &[width],
                );
            }
        }
        match self {
            Self::HuggingFace => {
                for name in ["q_proj", "k_proj", "v_proj"] {
                    add("", &format!("self_attn.{name}.weight"), &[width, width]);
                    add("", &format!("self_attn.{name}.bias"), &[width]);
                }
            }
            Self::OpenClip => {
                let place = |part| Place::Qkv(format!("{hf}.self_attn"), part);
                specs.push(Spec {
                    name: format!("{open}.attn.in_proj_weight"),
                    shape: vec![3 * width, width],
                    place: place("weight"),
                });
                specs.push(Spec {
                    name: format!("{open}.attn.in_proj_bias"),
                    shape: vec![3 * width],
                    place: place("bias"),
                });
            }
        }
    }
}
