//! Checkpoints with timm's image towers in open_clip's layout: random weights, the same every time, and what open_clip says of them.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::{fs, io};

use glimpse_model::{ClipConfig, VisionTower};
use serde_json::{Value, json};

use crate::fixture::fixtures;
use crate::random_weights::{self, Tensor};

/// One of the checkpoints, and the traps that only it has.
#[derive(Clone, Copy, Debug)]
pub struct TimmTower {
    /// Its folder's name, and that of its expected outputs in `tests/fixtures/towers`.
    pub name: &'static str,
    /// By timm's name, perhaps with a tag.
    timm_model_name: &'static str,
    /// Odd ones make every stride pad differently.
    image_size: usize,
    /// Whether names are those of `open_clip.CustomTextCLIP`, and the projection has a bias.
    custom_text: bool,
    /// The shorter side before the crop, where a `preprocessor_config.json` says it.
    shortest_edge: Option<usize>,
}

/// All of them.
pub const TIMM_TOWERS: [TimmTower; 3] = [
    TimmTower {
        name: "lite0-crop",
        timm_model_name: "tf_efficientnet_lite0",
        image_size: 75,
        custom_text: false,
        shortest_edge: Some(86),
    },
    TimmTower {
        name: "lite0-custom-text",
        timm_model_name: "tf_efficientnet_lite0",
        image_size: 64,
        custom_text: true,
        shortest_edge: None,
    },
    TimmTower {
        name: "lite2-tag",
        timm_model_name: "tf_efficientnet_lite2.in1k",
        image_size: 130,
        custom_text: false,
        shortest_edge: None,
    },
];

/// Of the text tower, which is as small as those of the other fixtures.
const WIDTH: usize = 36;
const LAYERS: usize = 2;
const CONTEXT: usize = 14;
const EMBED: usize = 24;

/// The tiny tokenizer of the fixtures.
const TOKENIZER: &str = include_str!("../fixtures/openclip-gelu-f32/tokenizer.json");

impl TimmTower {
    /// Writes the checkpoint into a folder under `target`, with its `expected.json`, unless it is there from an earlier run.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub fn write(&self, target: &Path) -> io::Result<PathBuf> {
        // Tests that want it at the same moment wait for the first of them.
        static WRITING: Mutex<()> = Mutex::new(());
        let _alone = WRITING.lock().unwrap_or_else(PoisonError::into_inner);
        let folder = target.join("timm-towers").join(self.name);
        fs::create_dir_all(&folder)?;
        let config = self.config().to_string();
        keep(&folder.join("open_clip_config.json"), config.as_bytes())?;
        keep(&folder.join("tokenizer.json"), TOKENIZER.as_bytes())?;
        if let Some(preprocessor) = self.preprocessor() {
            let file = folder.join("preprocessor_config.json");
            keep(&file, preprocessor.to_string().as_bytes())?;
        }
        if let Ok(expected) = fs::read(expected_outputs(self.name)) {
            keep(&folder.join("expected.json"), &expected)?;
        }
        let weights = folder.join("open_clip_model.safetensors");
        let config = ClipConfig::from_open_clip(&config).expect("a sound configuration");
        random_weights::write(&weights, &self.tensors(&config), false)?;
        Ok(folder)
    }

    fn config(&self) -> Value {
        let tokenizer: Value = serde_json::from_str(TOKENIZER).expect("the fixture's tokenizer");
        let vocabulary = tokenizer["model"]["vocab"]
            .as_object()
            .expect("a vocabulary");
        json!({
            "model_cfg": {
                "embed_dim": EMBED,
                "custom_text": self.custom_text,
                "quick_gelu": self.custom_text,
                "vision_cfg": {
                    "image_size": self.image_size,
                    "timm_model_name": self.timm_model_name,
                    "timm_model_pretrained": false,
                    "timm_pool": "avg",
                    "timm_proj": "linear",
                    "timm_proj_bias": self.custom_text,
                    "timm_drop": 0.2,
                },
                "text_cfg": {
                    "context_length": CONTEXT,
                    "vocab_size": vocabulary.len(),
                    "width": WIDTH,
                    "heads": 3,
                    "layers": LAYERS,
                },
            },
            "preprocess_cfg": {"mean": MEAN, "std": STD, "interpolation": "bicubic"},
        })
    }

    fn preprocessor(&self) -> Option<Value> {
        let shortest_edge = self.shortest_edge?;
        let crop = self.image_size;
        Some(json!({
            "image_processor_type": "CLIPImageProcessor",
            "size": {"shortest_edge": shortest_edge},
            "crop_size": {"height": crop, "width": crop},
            "image_mean": MEAN,
            "image_std": STD,
            "resample": 3,
        }))
    }

    /// Random weights of the usual size, and batch norms that leave them so: activations neither die nor grow beyond use.
    fn tensors(&self, config: &ClipConfig) -> Vec<Tensor> {
        let VisionTower::EfficientNet(network) = &config.vision.tower else {
            unreachable!("the configuration names one")
        };
        let mut tensors = Tensors(Vec::new());
        tensors.add("logit_scale", &[], 2.5, 0.0);
        tensors.convolution(
            "visual.trunk.conv_stem",
            "visual.trunk.bn1",
            [network.stem, 3, 3],
        );
        let mut last = network.stem;
        for (stage, blocks) in network.stages.iter().enumerate() {
            for (number, block) in blocks.iter().enumerate() {
                let name = format!("visual.trunk.blocks.{stage}.{number}");
                let window = [block.middle, 1, block.kernel];
                let (widen, narrow) = (
                    [block.middle, block.input, 1],
                    [block.output, block.middle, 1],
                );
                // timm's first stage has a block of another kind, without a layer that widens.
                let layers: &[_] = match stage {
                    0 => &[("conv_dw", window), ("conv_pw", narrow)],
                    _ => &[
                        ("conv_pw", widen),
                        ("conv_dw", window),
                        ("conv_pwl", narrow),
                    ],
                };
                for (at, (layer, shape)) in layers.iter().enumerate() {
                    let norm = format!("{name}.bn{}", at + 1);
                    tensors.convolution(&format!("{name}.{layer}"), &norm, *shape);
                }
                last = block.output;
            }
        }
        let head = [network.features, last, 1];
        tensors.convolution("visual.trunk.conv_head", "visual.trunk.bn2", head);
        tensors.matrix(
            "visual.head.proj.weight",
            [EMBED, network.features],
            network.features,
        );
        if network.projection_bias {
            tensors.add("visual.head.proj.bias", &[EMBED], 0.0, 0.1);
        }
        tensors.text(
            if self.custom_text { "text." } else { "" },
            config.text.vocab_size,
        );
        tensors.0
    }
}

/// What `make_towers.py` wrote of a checkpoint.
fn expected_outputs(name: &str) -> PathBuf {
    fixtures().join("towers").join(format!("{name}.json"))
}

/// Writes a small file unless it is there: another process may be reading it.
fn keep(file: &Path, content: &[u8]) -> io::Result<()> {
    match fs::read(file) {
        Ok(found) if found == content => Ok(()),
        _ => fs::write(file, content),
    }
}

/// EfficientNet-Lite's own: (x - 127) / 128 of bytes.
const MEAN: [f64; 3] = [127.0 / 255.0; 3];
const STD: [f64; 3] = [128.0 / 255.0; 3];

/// Tensors to be, in the order of the file.
struct Tensors(Vec<Tensor>);

impl Tensors {
    fn add(&mut self, name: &str, shape: &[usize], mean: f32, spread: f32) {
        self.0.push(Tensor {
            name: name.to_owned(),
            shape: shape.to_vec(),
            mean,
            spread,
        });
    }

    /// Keeps activations near unit size however many are summed.
    fn matrix(&mut self, name: &str, shape: impl AsRef<[usize]>, fan_in: usize) {
        self.add(name, shape.as_ref(), 0.0, (3.0 / fan_in as f32).sqrt());
    }

    /// `[c_out, c_in, kernel]`, and the batch norm behind it. Weights are so large that what differs between pictures does not fade
    /// on the way and that a seventh of the activations are cut at 6, and no larger: rounding would be blown up on the way.
    fn convolution(&mut self, name: &str, norm: &str, [out, into, kernel]: [usize; 3]) {
        let spread = 1.25 * (3.0 / (into * kernel * kernel) as f32).sqrt();
        let shape = [out, into, kernel, kernel];
        self.add(&format!("{name}.weight"), &shape, 0.0, spread);
        for (part, mean, spread) in [
            ("weight", 1.0, 0.3),
            ("bias", 0.0, 0.4),
            ("running_mean", 0.0, 0.3),
            ("running_var", 0.8, 0.5),
        ] {
            self.add(&format!("{norm}.{part}"), &[out], mean, spread);
        }
    }

    fn norm(&mut self, name: &str) {
        self.add(&format!("{name}.weight"), &[WIDTH], 1.0, 0.3);
        self.add(&format!("{name}.bias"), &[WIDTH], 0.0, 0.2);
    }

    /// open_clip's text tower, with `before` in front of its names.
    fn text(&mut self, before: &str, vocabulary: usize) {
        let embedding = format!("{before}token_embedding.weight");
        self.add(&embedding, &[vocabulary, WIDTH], 0.0, 0.8);
        self.add(
            &format!("{before}positional_embedding"),
            &[CONTEXT, WIDTH],
            0.0,
            0.4,
        );
        for layer in 0..LAYERS {
            let name = format!("{before}transformer.resblocks.{layer}");
            self.norm(&format!("{name}.ln_1"));
            self.norm(&format!("{name}.ln_2"));
            for (layer, out, into) in [
                ("attn.in_proj_", 3 * WIDTH, WIDTH),
                ("attn.out_proj.", WIDTH, WIDTH),
                ("mlp.c_fc.", 4 * WIDTH, WIDTH),
                ("mlp.c_proj.", WIDTH, 4 * WIDTH),
            ] {
                self.matrix(&format!("{name}.{layer}weight"), [out, into], into);
                self.add(&format!("{name}.{layer}bias"), &[out], 0.0, 0.1);
            }
        }
        self.norm(&format!("{before}ln_final"));
        self.matrix(&format!("{before}text_projection"), [WIDTH, EMBED], WIDTH);
    }
}
