//! The options of the commands that are about models themselves.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use glimpse::Precision;

use crate::args::{DeviceArg, HubArg, ModelArg};

#[derive(Debug, Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "\
Examples:
  glimpse models
      What is offered by name, and what is kept on this computer.
  glimpse models get photo
      Downloads it now; an interrupted download goes on where it ended.
  glimpse models get laion/CLIP-ViT-B-16-DataComp.XL-s13B-b90K@main --hub https://hub.example.org
      Any repository with safetensors or PyTorch's .bin in Hugging Face's or open_clip's layout, from a mirror.
  HF_TOKEN=hf_... glimpse models get someone/gated
      The token is sent to the hub alone, not to where it redirects.
  glimpse models rm photo"
)]
pub struct ModelsArgs {
    #[command(subcommand)]
    pub command: Option<ModelsCommand>,
    #[command(flatten)]
    pub hub: HubArg,
    /// Print one JSON array
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Subcommand)]
pub enum ModelsCommand {
    /// Download models, so that they can be used without a network
    Get(GetArgs),
    /// Remove kept models
    Rm(RmArgs),
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  glimpse models get photo photo-small
      One after the other; an interrupted download goes on where it ended, and what is kept is not fetched again.
  glimpse models get owner/name@v1.0
      A branch, a tag or a commit. Used by --model owner/name@v1.0.")]
pub struct GetArgs {
    /// Names of `glimpse models`, repositories (owner/name or owner/name@revision), or addresses of folders
    #[arg(required = true, value_name = "NAME|OWNER/NAME|URL")]
    pub names: Vec<String>,
    #[command(flatten)]
    pub hub: HubArg,
    /// Print one JSON array
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  glimpse models rm photo owner/name
      Everything that glimpse keeps of them, all revisions. Hugging Face's own cache is left as it is.")]
pub struct RmArgs {
    /// Names of `glimpse models`, repositories, or addresses of folders
    #[arg(required = true, value_name = "NAME|OWNER/NAME|URL")]
    pub names: Vec<String>,
    #[command(flatten)]
    pub hub: HubArg,
    /// Print one JSON array
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  glimpse convert --model photo --to f16 --out photo-f16
      Half the size. The folder is a model of its own: glimpse classify cat.jpg --labels cat,dog --model photo-f16
  glimpse convert --model photo --to q8 --out photo-q8 --json
      A quarter of the size: one byte a number, with a scale for each row. The loss is measured on random pictures and
      prompts, the same ones every time, and printed: cosines of the embeddings with the original's, and the largest
      difference of a logit.")]
pub struct ConvertArgs {
    #[command(flatten)]
    pub model: ModelArg,
    /// How small the numbers become
    #[arg(long, value_enum)]
    pub to: Target,
    /// The folder to write; it is made if need be, and must not hold weights yet
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// Replace files of a model in that folder that are there already; weights are never replaced
    #[arg(long)]
    pub force: bool,
    #[command(flatten)]
    pub device: DeviceArg,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

/// The precisions by their names on the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Target {
    /// Half precision: half the size of f32
    F16,
    /// One byte a number and a scale for each row: a quarter of the size of f32
    Q8,
}

impl From<Target> for Precision {
    fn from(target: Target) -> Self {
        match target {
            Target::F16 => Self::F16,
            Target::Q8 => Self::Q8,
        }
    }
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  glimpse verify --model photo
      Are all files there, are downloaded ones what the hub says they are, does the model load, are its numbers finite,
      does text survive the tokenizer, and does the GPU, where there is one, compute what the CPU computes?
  glimpse verify --model DIR --golden expected.json --pictures DIR
      Compares with numbers of another implementation as well: labels, input_ids, images, image_embeds, text_embeds,
      logits_per_image and probabilities, in the form of this project's tests/fixtures.

The exit code is 1 if a check fails.")]
pub struct VerifyArgs {
    #[command(flatten)]
    pub model: ModelArg,
    /// Reference numbers to compare with
    #[arg(long, value_name = "FILE")]
    pub golden: Option<PathBuf>,
    /// The folder of the golden file's pictures [default: the golden file's folder]
    #[arg(long, value_name = "DIR", requires = "golden")]
    pub pictures: Option<PathBuf>,
    /// The hash of all weights that verify printed of a copy known to be right; one byte that differs fails
    #[arg(long, value_name = "HASH")]
    pub weights: Option<String>,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}
