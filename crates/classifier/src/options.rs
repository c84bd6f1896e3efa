//! What callers ask for and are told: devices, options, progress and info.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;
use thiserror::Error;

/// Where to compute.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DevicePreference {
    /// A real GPU where there is one, else the CPU: software adapters are slower than our CPU path.
    #[default]
    Auto,
    /// Whatever GPU adapter there is, a software one too; the CPU where there is none.
    Gpu,
    /// The CPU; no adapter is asked for.
    Cpu,
}

/// A device's name that is none of "auto", "gpu" and "cpu".
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("there is no device {name:?}: choose auto, gpu or cpu")]
pub struct UnknownDevice {
    /// The name.
    pub name: String,
}

impl FromStr for DevicePreference {
    type Err = UnknownDevice;

    fn from_str(name: &str) -> Result<Self, UnknownDevice> {
        match name {
            "auto" => Ok(Self::Auto),
            "gpu" => Ok(Self::Gpu),
            "cpu" => Ok(Self::Cpu),
            _ => Err(UnknownDevice {
                name: name.to_owned(),
            }),
        }
    }
}

/// What a model runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum DeviceKind {
    /// A GPU, through wgpu or WebGPU.
    Gpu,
    /// The CPU.
    Cpu,
}

impl fmt::Display for DeviceKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Gpu => "gpu",
            Self::Cpu => "cpu",
        })
    }
}

/// How the rows of the token embedding, a quarter of a small CLIP, are read: labels need a few of its tens of thousands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TokenRows {
    /// All of them, while the model is loaded; no label asks the source for anything after that.
    #[default]
    Whole,
    /// Those that a new label needs, when it needs them, where the source can give parts of a file
    /// ([`ModelSource::read_range`](crate::ModelSource::read_range)); else all of them.
    OnDemand,
}

/// A way to read token rows that is none of "whole" and "on-demand".
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("token rows cannot be read {name:?}: choose whole or on-demand")]
pub struct UnknownTokenRows {
    /// The word.
    pub name: String,
}

impl FromStr for TokenRows {
    type Err = UnknownTokenRows;

    fn from_str(name: &str) -> Result<Self, UnknownTokenRows> {
        match name {
            "whole" => Ok(Self::Whole),
            "on-demand" => Ok(Self::OnDemand),
            _ => Err(UnknownTokenRows {
                name: name.to_owned(),
            }),
        }
    }
}

/// How to load a model.
///
/// ```
/// # use glimpse::{DevicePreference, LoadOptions};
/// let options = LoadOptions { device: DevicePreference::Cpu, ..LoadOptions::default() };
/// assert!(options.text_tower);
/// ```
pub struct LoadOptions<'a> {
    /// Where to compute.
    pub device: DevicePreference,
    /// Told how far the loading is, often.
    pub on_progress: Option<&'a mut dyn FnMut(Progress)>,
    /// Whether to load what encodes texts: 40 % of a ViT-B/32. Without it, pictures are classified with a
    /// [`LabelPack`](crate::LabelPack).
    pub text_tower: bool,
    /// How the token embedding is read.
    pub token_rows: TokenRows,
}

impl Default for LoadOptions<'_> {
    fn default() -> Self {
        Self {
            device: DevicePreference::default(),
            on_progress: None,
            text_tower: true,
            token_rows: TokenRows::default(),
        }
    }
}

/// The steps of getting and loading a model, in their order. Loading itself begins with [`Phase::Upload`]; who fetches files
/// reports the steps before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// A file comes over a network.
    Download,
    /// What was kept of a file is compared with its hash.
    Verify,
    /// Weights are read from their source and put onto the device, tensor by tensor.
    Upload,
    /// The device's programs are compiled, and a known answer is checked.
    Compile,
    /// The model can be used.
    Ready,
}

impl Phase {
    /// The step as the word that the JavaScript contract has for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Download => "download",
            Self::Verify => "verify",
            Self::Upload => "upload",
            Self::Compile => "compile",
            Self::Ready => "ready",
        }
    }
}

/// How far the loading of a model is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    /// The step.
    pub phase: Phase,
    /// The file it is about; empty where it is about none.
    pub file: String,
    /// Bytes of that file so far.
    pub loaded: u64,
    /// All its bytes, where that is known.
    pub total: Option<u64>,
}

/// What was loaded, and where it runs. Serialises as the JavaScript contract has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Info {
    /// The model's name, as its source says it.
    pub model: String,
    /// What it runs on.
    pub device: DeviceKind,
    /// Why that device was taken, in words for people.
    pub reason: String,
    /// The GPU's name; none on the CPU.
    pub adapter: Option<String>,
    /// The side of the square that the model sees, in pixels.
    pub image_size: usize,
    /// The longest prompt in tokens, start and end included; longer ones are cut.
    pub context_length: usize,
    /// 64 hexadecimal digits that differ between checkpoints, whatever their names, and are the same for one however it is
    /// loaded: a hash of the image tower's weights, and of the names, types and shapes of all others. With a hash of the text tower, it
    /// binds a [`LabelPack`](crate::LabelPack) to its model.
    pub fingerprint: String,
    /// Whether texts can be encoded.
    pub text_tower: bool,
}

impl Info {
    /// What it runs on in words that tell machines apart: "cpu", or "gpu" and which, as in "gpu (NVIDIA H100)".
    #[must_use]
    pub fn device_and_adapter(&self) -> String {
        match &self.adapter {
            Some(adapter) => format!("{} ({adapter})", self.device),
            None => self.device.to_string(),
        }
    }
}

/// How to classify.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClassifyOptions {
    /// Prompts with `{}` where the label goes. None: labels are used as they are typed. Several: an ensemble, the mean of
    /// the normalised embeddings, normalised again.
    pub templates: Vec<String>,
    /// How many of the best scores to give; all where it is none. Probabilities are over all labels either way.
    pub top_k: Option<usize>,
}
