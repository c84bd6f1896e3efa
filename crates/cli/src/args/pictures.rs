//! The options of the commands that take pictures and texts.

use std::path::PathBuf;

use clap::{ArgGroup, Args};

use crate::args::{DeviceArg, ModelArg};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  glimpse classify cat.jpg --labels \"a cat,a dog\"
      Labels are used as they are typed; a comma separates them, \\, is a comma inside one. The picture goes to the built-in
      model that fits it, mini for a drawing and mini-photo for a photograph, and the answer says which it was.
  glimpse classify sketch.jpg --labels \"a cat,a dog\" --model mini
      The one that is named, whatever the picture looks like; mini-photo is the other.
  glimpse classify photos/ --label \"husky\" --label \"dog, asleep\" --template \"a photo of a {}\"
      Every picture below the folder; --label takes its text as it is.
  glimpse classify cat.jpg --labels cat,dog --template imagenet --top-k 1
      The mean of OpenAI's seven ImageNet templates; only the best label.
  glimpse classify photos/ --labels \"a cat,a dog\" --none-of-these
      One score more, \"none of these\": how likely the picture shows something else. A built-in model puts what it was taught
      against the labels, another model some eighty everyday things and scenes, without those that the labels name.
  curl -s https://example.org/cat.jpg | glimpse classify - --labels cat,dog --json
      One JSON array: image, model (the one that answered), device, scores (label, score, logit, cosine), best first.
  glimpse classify photos/ --labels cat,dog --jsonl | jq -r .image
      One JSON object a line, each as soon as it is done.
  glimpse classify photos/ --labels cat,dog --model photo
      A model that knows people, scenes and art as well: downloaded at the first use (605 MB) and kept. From then on the hub
      is only asked whether there is a newer one; without a network, what is kept is used.
  glimpse classify photos/ --pack dogs.safetensors --model photo
      Labels that `glimpse pack` has encoded; they belong to one model, which must be named.

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
    /// Add the score "none of these": how likely the picture shows something else than the labels
    #[arg(long)]
    pub none_of_these: bool,
    /// Labels and templates from a file of `glimpse pack`; the text tower is then not loaded, unless --none-of-these needs it
    #[arg(long, value_name = "FILE", conflicts_with_all = ["labels", "label", "templates"])]
    pub pack: Option<PathBuf>,
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
  glimpse embed --model mini-photo --image cat.jpg --text \"a cat\" --json
      [{\"input\": \"cat.jpg\", \"embedding\": [...]}, {\"input\": \"a cat\", \"embedding\": [...]}], in the order given.
      Embeddings have unit length: their dot product is the cosine. They belong to one model, which must be named; those of
      two models cannot be compared.")]
#[command(group(ArgGroup::new("inputs").args(["images", "texts"]).required(true).multiple(true)))]
pub struct EmbedArgs {
    /// A picture, or - for standard input; may be repeated
    #[arg(long = "image", value_name = "IMAGE")]
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
  glimpse tokenize --model mini \"a photo of a cat\" \"a dog\"
  glimpse tokenize --model mini --json -- \"-5 degrees\"
      [{\"text\": \"-5 degrees\", \"input_ids\": [...]}], cut to the model's context length. Each model has token ids of its
      own, so one must be named.")]
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
      One tensor, pixel_values, f32, [1, 3, height, width]: resized, cropped and normalised as the model wants it; without
      --model as the built-in model that fits the picture wants it, and standard error says which that is.")]
pub struct PreprocessArgs {
    /// A picture, or - for standard input
    #[arg(value_name = "IMAGE")]
    pub image: PathBuf,
    #[command(flatten)]
    pub model: ModelArg,
    /// The file to write, or - for standard output
    #[arg(long, value_name = "F.safetensors")]
    pub out: PathBuf,
    /// Replace a file that is there already, whatever it holds
    #[arg(long)]
    pub force: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  glimpse pack --labels \"a husky,a samoyed\" --template imagenet --model photo --out dogs.safetensors
  glimpse classify photos/ --pack dogs.safetensors --model photo
      The same scores as with the labels themselves. The file belongs to the model that made it; another one refuses it.")]
pub struct PackArgs {
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
    /// The file to write, or - for standard output
    #[arg(long, value_name = "FILE.safetensors")]
    pub out: PathBuf,
    /// Replace a file that is there already, whatever it holds
    #[arg(long)]
    pub force: bool,
    /// Print what was written as one JSON object
    #[arg(long)]
    pub json: bool,
}
