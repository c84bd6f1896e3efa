//! The command line: every subcommand, option and the help that teaches them.

mod attack;
mod models;
mod pictures;

use clap::{Args, Parser, Subcommand, ValueEnum};
use glimpse::DevicePreference;

pub use attack::AttackArgs;
pub use models::{ConvertArgs, GetArgs, ModelsArgs, ModelsCommand, RmArgs, VerifyArgs};
pub use pictures::{ClassifyArgs, EmbedArgs, PackArgs, PreprocessArgs, TokenizeArgs};

/// Tells which of your labels fits a picture, with CLIP, on this machine alone.
#[derive(Debug, Parser)]
#[command(
    name = "glimpse",
    version,
    after_help = "\
Try:
  glimpse classify cat.jpg --labels \"a cat,a dog\"                   with the built-in model that fits the picture: one
                                                                  knows drawings, the other photographs of things
  glimpse classify cat.jpg --labels \"a cat,a dog\" --model photo     downloads a model that knows people, scenes and art
                                                                  as well, once, and keeps it

Environment:
  GLIMPSE_CACHE   the folder that models are kept in [default: glimpse in the user's cache folder]
  HF_ENDPOINT     the hub to download from, as --hub
  HF_TOKEN        a token for gated repositories; it is sent to the hub and to nobody else
  HF_HUB_CACHE, HF_HOME
                  where Hugging Face's own tools keep models; they are used from there, and nothing is written there

Exit codes: 0 all done, 1 something could not be read or loaded, 2 the command line is wrong."
)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Say how well each label fits each picture
    Classify(ClassifyArgs),
    /// Print the normalised embeddings of pictures and texts
    Embed(EmbedArgs),
    /// Print the token ids of texts, start and end tokens included
    Tokenize(TokenizeArgs),
    /// Write the pixel values that the model would see to a safetensors file
    Preprocess(PreprocessArgs),
    /// Encode labels once, into a file that classifies without the text tower
    Pack(PackArgs),
    /// Write a word onto pictures in many ways, and see how often it changes what the model takes them for
    Attack(AttackArgs),
    /// List, download and remove models
    Models(ModelsArgs),
    /// Write a copy of a model with smaller numbers, and measure what that costs
    Convert(ConvertArgs),
    /// Check that a model is whole, and that this machine computes it right
    Verify(VerifyArgs),
}

/// The name that stands for both built-in models.
pub const AUTO: &str = "auto";

/// Which model, for every command that needs one.
#[derive(Debug, Args)]
pub struct ModelArg {
    /// "auto" for the built-in model that fits each picture (mini for drawings, mini-photo for photographs), a name of
    /// `glimpse models`, a folder with a checkpoint (Hugging Face or open_clip layout), a repository (owner/name or
    /// owner/name@revision), or the address of a folder on a web server
    #[arg(long = "model", value_name = "NAME|DIR|ID|URL", default_value = AUTO)]
    pub name: String,
    #[command(flatten)]
    pub hub: HubArg,
}

/// Which hub, for every command that may download.
#[derive(Clone, Debug, Args)]
pub struct HubArg {
    /// The hub to download models from: a mirror, or one's own [default: $HF_ENDPOINT, else https://huggingface.co]
    #[arg(long = "hub", value_name = "URL")]
    pub hub: Option<String>,
}

/// Which device, for the commands that run a model.
#[derive(Debug, Args)]
pub struct DeviceArg {
    /// Where to compute: "auto" takes a real GPU if there is one, else the CPU
    #[arg(long = "device", value_enum, default_value_t = Device::Auto)]
    pub device: Device,
}

/// The devices by their names on the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Device {
    /// A real GPU if there is one, else the CPU
    Auto,
    /// Whatever GPU adapter there is, a software one too
    Gpu,
    /// The CPU
    Cpu,
}

impl From<Device> for DevicePreference {
    fn from(device: Device) -> Self {
        match device {
            Device::Auto => Self::Auto,
            Device::Gpu => Self::Gpu,
            Device::Cpu => Self::Cpu,
        }
    }
}
