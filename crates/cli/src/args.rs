//! The command line: every subcommand, option and the help that teaches them.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use glimpse::DevicePreference;

/// Tells which of your labels fits a picture, with CLIP, on this machine alone.
#[derive(Debug, Parser)]
#[command(
    name = "glimpse",
    version,
    after_help = "Try:  glimpse classify cat.jpg --labels \"a cat,a dog\"\n\nExit codes: 0 all done, 1 something could not be read or loaded, 2 the command line is wrong."
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
    /// List the models that are offered by name
    Models(ModelsArgs),
}

/// Which model, for every command that needs one.
#[derive(Debug, Args)]
pub struct ModelArg {
    /// A folder with a checkpoint (Hugging Face or open_clip layout), or "mini", which is built in
    #[arg(long = "model", value_name = "DIR|ID", default_value = "mini")]
    pub name: String,
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

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  glimpse classify cat.jpg --labels \"a cat,a dog\"
      Labels are used as they are typed; a comma separates them, \\, is a comma inside one.
  glimpse classify photos/ --label \"husky\" --label \"dog, asleep\" --template \"a photo of a {}\"
      Every picture below the folder; --label takes its text as it is.
  glimpse classify cat.jpg --labels cat,dog --template imagenet --top-k 1
      The mean of OpenAI's seven ImageNet templates; only the best label.
  curl -s https://example.org/cat.jpg | glimpse classify - --labels cat,dog --json
      One JSON array: image, model, device, scores (label, score, logit, cosine), best first.
  glimpse classify photos/ --labels cat,dog --jsonl | jq -r .image
      One JSON object a line, each as soon as it is done.

A picture that cannot be read is reported in its place, the others are classified, and the exit code is 1.")]
pub struct ClassifyArgs {
    /// Pictures, folders of pictures, or - for standard input
    #[arg(required = true, value_name = "IMAGE")]
    pub images: Vec<PathBuf>,
    /// Labels between commas; \, is a comma inside a label
    #[arg(long, value_name = "A,B,C")]
    pub labels: Vec<String>,
    /// One label exactly as it is; may be repeated
    #[arg(long, value_name = "LABEL")]
    pub label: Vec<String>,
    /// A prompt with {} where the label goes, or "imagenet" for seven of them; several are averaged
    #[arg(long = "template", value_name = "TEMPLATE")]
    pub templates: Vec<String>,
    #[command(flatten)]
    pub model: ModelArg,
    #[command(flatten)]
    pub device: DeviceArg,
    /// Print only the best N labels of each picture
    #[arg(long, value_name = "N", value_parser = at_least_one)]
    pub top_k: Option<usize>,
    /// Print one JSON array
    #[arg(long, conflicts_with = "jsonl")]
    pub json: bool,
    /// Print one JSON object a line, each as soon as it is done
    #[arg(long)]
    pub jsonl: bool,
}

/// Reads a count of 1 or more.
fn at_least_one(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(0) => Err("at least 1 label must be shown".to_string()),
        Ok(count) => Ok(count),
        Err(_) => Err("this is not a whole number".to_string()),
    }
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  glimpse embed --image cat.jpg --text \"a cat\" --json
      [{\"input\": \"cat.jpg\", \"embedding\": [...]}, {\"input\": \"a cat\", \"embedding\": [...]}], in the order given.
      Embeddings have unit length: their dot product is the cosine.")]
pub struct EmbedArgs {
    /// A picture, or - for standard input; may be repeated
    #[arg(
        long = "image",
        value_name = "IMAGE",
        required_unless_present = "texts"
    )]
    pub images: Vec<PathBuf>,
    /// A text exactly as it is; may be repeated
    #[arg(long = "text", value_name = "TEXT")]
    pub texts: Vec<String>,
    #[command(flatten)]
    pub model: ModelArg,
    #[command(flatten)]
    pub device: DeviceArg,
    /// Print one JSON array with every number
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  glimpse tokenize \"a photo of a cat\" \"a dog\"
  glimpse tokenize --json -- \"-5 degrees\"
      [{\"text\": \"-5 degrees\", \"input_ids\": [...]}], cut to the model's context length.")]
pub struct TokenizeArgs {
    /// Texts, each exactly as it is
    #[arg(required = true, value_name = "TEXT")]
    pub texts: Vec<String>,
    #[command(flatten)]
    pub model: ModelArg,
    /// Print one JSON array
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  glimpse preprocess cat.jpg --out cat.safetensors
      One tensor, pixel_values, f32, [1, 3, height, width]: resized, cropped and normalised as the model wants it.")]
pub struct PreprocessArgs {
    /// A picture, or - for standard input
    #[arg(value_name = "IMAGE")]
    pub image: PathBuf,
    #[command(flatten)]
    pub model: ModelArg,
    /// The file to write
    #[arg(long, value_name = "F.safetensors")]
    pub out: PathBuf,
}

#[derive(Debug, Args)]
pub struct ModelsArgs {
    /// Print one JSON array
    #[arg(long)]
    pub json: bool,
}
