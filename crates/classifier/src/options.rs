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

/// How to load a model.
#[derive(Default)]
pub struct LoadOptions<'a> {
    /// Where to compute.
    pub device: DevicePreference,
    /// Told how far the loading is, often.
    pub on_progress: Option<&'a mut dyn FnMut(Progress)>,
}

/// The steps of loading a model, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Weights are read from their source and put onto the device, tensor by tensor.
    Download,
    /// The device's programs are compiled, and a known answer is checked.
    Compile,
    /// The model can be used.
    Ready,
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
