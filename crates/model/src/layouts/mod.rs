//! Which tensors a checkpoint must hold, in either layout, and where each belongs in the network.

mod open_clip;

use crate::config::{ClipConfig, TextConfig, TowerConfig};
use crate::vision::{VisionConfig, VisionTower, VitConfig, efficient_net};

/// The two layouts that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// `transformers.CLIPModel`, the names of which are used inside.
    HuggingFace,
    /// `open_clip.CLIP`, or `open_clip.CustomTextCLIP`, whose text tower's names have [`CUSTOM_TEXT`] before them.
    OpenClip,
}

/// What `open_clip.CustomTextCLIP` has before the names of its text tower's tensors.
pub(crate) const CUSTOM_TEXT: &str = "text.";

/// A tensor that a file must hold.
pub(crate) struct Spec {
    /// Its name in the file.
    pub name: String,
    /// Its shape in the file.
    pub shape: Vec<usize>,
    /// Where its numbers go.
    pub destination: Destination,
}

impl Spec {
    /// Whether it is the weight of one of the layers' linear layers, of the three projections of attention perhaps, or of a convolution
    /// of one place, whose rows can lie packed in words: nearly all of a network.
    pub fn is_packable(&self) -> bool {
        let layers = match &self.destination {
            Destination::Folded(_, part) => *part == Part::Weight(Layer::Linear),
            destination => self.shape.len() == 2 && destination.name().contains(".layers."),
        };
        layers && self.shape[1].is_multiple_of(4)
    }

    /// Whether it is the weight of a convolution whose window has several places: few numbers, on which all behind them depend.
    pub fn is_window(&self) -> bool {
        matches!(
            self.destination,
            Destination::Folded(_, Part::Weight(Layer::Convolution | Layer::Depthwise))
        )
    }
}

/// Where a tensor's numbers go, by Hugging Face's names.
pub(crate) enum Destination {
    /// To the tensor of this name.
    As(String),
    /// Transposed (only matrices).
    Transposed(String),
    /// A third of the rows each to the `q_proj`, `k_proj` and `v_proj` of this attention: (prefix, "weight" or "bias").
    Qkv(String, &'static str),
    /// To the convolution of this name, into which the batch norm behind it is folded.
    Folded(String, Part),
}

/// One of the tensors of a convolution and the batch norm behind it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Part {
    /// The convolution's weight, `[c_out, c_in, kernel, kernel]`.
    Weight(Layer),
    /// The batch norm's scale; this and the others `[c_out]`.
    Scale,
    /// Its shift.
    Shift,
    /// The mean that it takes away.
    Mean,
    /// The variance that it divides by the root of, and what is added to it.
    Variance(f64),
}

/// The layers that convolutions become.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Layer {
    /// Each output is made of all channels under a window.
    Convolution,
    /// Each channel by itself: `c_in` is 1.
    Depthwise,
    /// The window is one place.
    Linear,
}

impl Destination {
    /// Where its numbers go, by Hugging Face's name, or by that of the attention or convolution that gets them.
    pub fn name(&self) -> &str {
        match self {
            Self::As(name)
            | Self::Transposed(name)
            | Self::Qkv(name, _)
            | Self::Folded(name, _) => name,
        }
    }

    /// Whether its numbers go to the tensor `name` as they are.
    pub fn is(&self, name: &str) -> bool {
        matches!(self, Self::As(own) if own == name)
    }

    /// Whether the tensor belongs to the text's side: without it, pictures are still encoded.
    pub fn is_text(&self) -> bool {
        self.name().starts_with("text_model.") || self.name() == "text_projection.weight"
    }
}

pub(crate) const TOKEN_EMBEDDING: &str = "text_model.embeddings.token_embedding.weight";

/// Buffers that checkpoints carry and nobody needs: positions count from 0, the mask is causal, nothing is trained.
pub(crate) fn is_buffer(name: &str) -> bool {
    name.ends_with(".embeddings.position_ids")
        || name.ends_with(".num_batches_tracked")
        || name.strip_prefix(CUSTOM_TEXT).unwrap_or(name) == "attn_mask"
}

impl Layout {
    /// All tensors of a network; `before_text` is what stands before the names of the text tower's in open_clip's layout.
    pub(crate) fn specs(self, config: &ClipConfig, before_text: &str) -> Vec<Spec> {
        let mut specs = vec![self.spec("logit_scale", "logit_scale", &[])];
        match &config.vision.tower {
            VisionTower::Vit(vit) => self.vit(&config.vision, vit, &mut specs),
            VisionTower::EfficientNet(network) => specs.extend(efficient_net::specs(network)),
        }
        self.visual_projection(config, &mut specs);
        self.text(&config.text, before_text, &mut specs);
        let open = format!("{before_text}text_projection");
        let width = config.text.tower.hidden_size;
        specs.push(self.projection(&open, "text_projection.weight", width, config));
        specs
    }

    /// A tensor whose numbers are the same in both layouts.
    fn spec(self, open: &str, hf: &str, shape: &[usize]) -> Spec {
        Spec {
            name: match self {
                Self::OpenClip => open,
                Self::HuggingFace => hf,
            }
            .to_owned(),
            shape: shape.to_vec(),
            destination: Destination::As(hf.to_owned()),
        }
    }

    /// A projection's weight, which open_clip's own towers keep as a parameter that is multiplied with from the left.
    fn projection(self, open: &str, hf: &str, width: usize, config: &ClipConfig) -> Spec {
        match self {
            Self::HuggingFace => self.spec(open, hf, &[config.projection_dim, width]),
            Self::OpenClip => Spec {
                name: open.to_owned(),
                shape: vec![width, config.projection_dim],
                destination: Destination::Transposed(hf.to_owned()),
            },
        }
    }

    fn visual_projection(self, config: &ClipConfig, specs: &mut Vec<Spec>) {
        let (vision, dim) = (&config.vision, config.projection_dim);
        match vision.tower {
            VisionTower::Vit(_) => {
                let weight = "visual_projection.weight";
                specs.push(self.projection("visual.proj", weight, vision.width(), config));
            }
            VisionTower::EfficientNet(_) => {
                let mut add = |part: &str, shape: &[usize]| {
                    let (open, hf) = (
                        format!("visual.head.proj.{part}"),
                        format!("visual_projection.{part}"),
                    );
                    specs.push(self.spec(&open, &hf, shape));
                };
                add("weight", &[dim, vision.width()]);
                if vision.projection_bias() {
                    add("bias", &[dim]);
                }
            }
        }
    }

    fn vit(self, vision: &VisionConfig, vit: &VitConfig, specs: &mut Vec<Spec>) {
        let (width, patch) = (vit.tower.hidden_size, vit.patch_size);
        let tokens = vision.patches_per_side().pow(2) + 1;
        for (open, hf, shape) in [
            ("class_embedding", "class_embedding", &[width][..]),
            (
                "conv1.weight",
                "patch_embedding.weight",
                &[width, 3, patch, patch],
            ),
            (
                "positional_embedding",
                "position_embedding.weight",
                &[tokens, width],
            ),
        ] {
            let (open, hf) = (
                format!("visual.{open}"),
                format!("vision_model.embeddings.{hf}"),
            );
            specs.push(self.spec(&open, &hf, shape));
        }
        self.norm("visual.ln_pre", "vision_model.pre_layrnorm", width, specs);
        self.norm(
            "visual.ln_post",
            "vision_model.post_layernorm",
            width,
            specs,
        );
        let (open, hf) = ("visual.transformer", "vision_model.encoder");
        self.layers(open, hf, &vit.tower, specs);
    }

    fn text(self, text: &TextConfig, before: &str, specs: &mut Vec<Spec>) {
        let width = text.tower.hidden_size;
        let embedding = format!("{before}token_embedding.weight");
        specs.push(self.spec(&embedding, TOKEN_EMBEDDING, &[text.vocab_size, width]));
        specs.push(self.spec(
            &format!("{before}positional_embedding"),
            "text_model.embeddings.position_embedding.weight",
            &[text.max_position_embeddings, width],
        ));
        let norm = format!("{before}ln_final");
        self.norm(&norm, "text_model.final_layer_norm", width, specs);
        let layers = format!("{before}transformer");
        self.layers(&layers, "text_model.encoder", &text.tower, specs);
    }

    fn norm(self, open: &str, hf: &str, width: usize, specs: &mut Vec<Spec>) {
        for part in ["weight", "bias"] {
            let (open, hf) = (format!("{open}.{part}"), format!("{hf}.{part}"));
            specs.push(self.spec(&open, &hf, &[width]));
        }
    }

    fn layers(self, open: &str, hf: &str, tower: &TowerConfig, specs: &mut Vec<Spec>) {
        for layer in 0..tower.num_hidden_layers {
            let open = format!("{open}.resblocks.{layer}");
            let hf = format!("{hf}.layers.{layer}");
            self.layer(&open, &hf, tower, specs);
        }
    }

    fn layer(self, open: &str, hf: &str, tower: &TowerConfig, specs: &mut Vec<Spec>) {
        let (width, middle) = (tower.hidden_size, tower.intermediate_size);
        let mut add = |open_part: &str, hf_part: &str, shape: &[usize]| {
            let (open, hf) = (format!("{open}.{open_part}"), format!("{hf}.{hf_part}"));
            specs.push(self.spec(&open, &hf, shape));
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
                let destination = |part| Destination::Qkv(format!("{hf}.self_attn"), part);
                specs.push(Spec {
                    name: format!("{open}.attn.in_proj_weight"),
                    shape: vec![3 * width, width],
                    destination: destination("weight"),
                });
                specs.push(Spec {
                    name: format!("{open}.attn.in_proj_bias"),
                    shape: vec![3 * width],
                    destination: destination("bias"),
                });
            }
        }
    }
}
