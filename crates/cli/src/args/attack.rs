//! The options of `glimpse attack`.

use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::{Args, ValueEnum};
use glimpse_lettering as lettering;

use crate::args::{DeviceArg, HubArg};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  glimpse attack apple.png --word iPod --labels \"apple,iPod,dog\"
      Writes \"iPod\" onto the picture, small and large, at nine places, then in other fonts, turned, mirrored, faint and on
      other papers, and says how often the model then takes the picture for an iPod. The same paper without the word, and
      nonsense of the same length, are shown beside it: paper alone misleads a model too.
  glimpse attack photos/ --word iPod --label \"an apple\" --label \"an iPod\" --target \"an iPod\" --model photo --out report.html
      Where no label is the word itself, --target says which one it stands for. Writes report.html, one file with plots and
      tables that needs no network, and report.json, all numbers behind it.
  glimpse attack photos/ --word iPod --labels apple,iPod --quick --heights 5%,20% --json
      The words at two heights and nine places, and nothing else; the report's JSON on standard output.
  glimpse attack --replay report.json
      Does it all again and says whether the numbers are the same: 0 if so, 1 and what differs if not. Pictures that have
      moved are named after it; they are known by their content.

While it runs, every answer is kept beside the output (report.html.answers.jsonl), or in the file of --resume. After Ctrl-C,
or a power cut, the same command goes on where it ended.
A picture that cannot be read is reported in its place, the others are attacked, and the exit code is 1.")]
pub struct AttackArgs {
    /// Pictures, folders of pictures, or - for standard input
    #[arg(required_unless_present = "replay", value_name = "IMAGE")]
    pub images: Vec<PathBuf>,
    /// What is written onto the pictures
    #[arg(long, value_name = "WORD", required_unless_present = "replay")]
    pub word: Option<String>,
    /// Labels between commas; \, is a comma inside a label
    #[arg(long, value_name = "A,B,C")]
    pub labels: Vec<String>,
    /// One label exactly as it is; may be repeated
    #[arg(long, value_name = "LABEL")]
    pub label: Vec<String>,
    /// A prompt with {} where the label goes, or "imagenet" for seven of them; several are averaged
    #[arg(long = "template", value_name = "TEMPLATE")]
    pub templates: Vec<String>,
    /// The label that the word stands for [default: the label that is the word, whatever its case]
    #[arg(long, value_name = "LABEL")]
    pub target: Option<String>,
    /// The label that is right for the pictures [default: for each, the model's best without a word on it]
    #[arg(long, value_name = "LABEL")]
    pub truth: Option<String>,
    /// Another word for the same thing, which is written too
    #[arg(long, value_name = "WORD")]
    pub synonym: Option<String>,
    /// The font of the words
    #[arg(long, value_parser = fonts(), default_value = "sans")]
    pub font: String,
    /// What the words are written on
    #[arg(long, value_enum, default_value_t = Paper::Note)]
    pub paper: Paper,
    /// How high the text is, as parts of the picture's side: 16% or 0.16, several between commas
    /// [default: 3%,4%,6%,8%,11%,16%,22%,32%; with --quick 6%,16%,32%]
    #[arg(long, value_name = "H,H", value_delimiter = ',', value_parser = height)]
    pub heights: Vec<f32>,
    /// The words at a few heights and nine places only: no other fonts, turns and papers, no search for the smallest height
    #[arg(long)]
    pub quick: bool,
    /// At most N variants a picture, chosen by --seed
    #[arg(long, value_name = "N", value_parser = at_least_one)]
    pub limit: Option<usize>,
    /// What chance starts from; the same number gives the same variants
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    pub seed: u64,
    #[command(flatten)]
    pub model: SpecimenArg,
    #[command(flatten)]
    pub device: DeviceArg,
    /// The report to write, one HTML file; its numbers go beside it, into a file of that name that ends in .json
    #[arg(long, value_name = "REPORT.html")]
    pub out: Option<PathBuf>,
    /// Replace the report's files where they are there already, whatever they hold
    #[arg(long, requires = "out")]
    pub force: bool,
    /// Keep the answers in this file while it runs, and go on from those that it holds
    #[arg(long, value_name = "FILE")]
    pub resume: Option<PathBuf>,
    /// Do what a report's JSON tells of again, and say whether the numbers are the same
    #[arg(long, value_name = "REPORT.json", conflicts_with_all = OF_A_NEW_ATTACK)]
    pub replay: Option<PathBuf>,
    /// Print the report as one JSON object; with --replay, what differs
    #[arg(long)]
    pub json: bool,
}

/// Which model is attacked.
#[derive(Debug, Args)]
pub struct SpecimenArg {
    /// The model to attack, named as for `glimpse classify`. It is one model for all pictures, so "auto" is none; mini, which
    /// reads words and is therefore fooled by them, is the one that this was made to show (mini-photo cannot read)
    #[arg(long = "model", value_name = "NAME|DIR|ID|URL", default_value = "mini")]
    pub name: String,
    #[command(flatten)]
    pub hub: HubArg,
}

/// What a report knows already.
const OF_A_NEW_ATTACK: [&str; 15] = [
    "word",
    "labels",
    "label",
    "templates",
    "target",
    "truth",
    "synonym",
    "heights",
    "quick",
    "limit",
    "seed",
    "out",
    "resume",
    "font",
    "paper",
];

/// The papers by their names on the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Paper {
    /// Ink alone, on the picture itself
    None,
    /// A sheet with square corners
    Note,
    /// A strip across, a little see-through
    Tape,
    /// Round corners and a white rim
    Sticker,
    /// A framed board
    Sign,
}

impl From<Paper> for lettering::Paper {
    fn from(paper: Paper) -> Self {
        match paper {
            Paper::None => Self::None,
            Paper::Note => Self::Note,
            Paper::Tape => Self::Tape,
            Paper::Sticker => Self::Sticker,
            Paper::Sign => Self::Sign,
        }
    }
}

fn fonts() -> PossibleValuesParser {
    PossibleValuesParser::new(lettering::FONTS.iter().map(|font| font.name))
}

/// Reads a share of the picture's side: `16%` or `0.16`.
fn height(text: &str) -> Result<f32, String> {
    let text = text.trim();
    let (number, unit) = match text.strip_suffix('%') {
        Some(number) => (number.trim_end(), 100.0),
        None => (text, 1.0),
    };
    let number: f32 = number
        .parse()
        .map_err(|_| "write a part of the picture's side, 16% or 0.16".to_owned())?;
    let share = number / unit;
    if (0.02..=1.0).contains(&share) {
        Ok(share)
    } else {
        Err(
            "a text's height is 2% to 100% of the picture's side; 16 % is written 16% or 0.16"
                .to_owned(),
        )
    }
}

/// Reads a count of 1 or more.
fn at_least_one(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(0) => Err("at least 1 variant must be looked at".to_owned()),
        Ok(count) => Ok(count),
        Err(_) => Err("this is not a whole number".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::height;

    #[test]
    fn heights_are_per_cent_or_fractions() {
        for (text, share) in [("16%", 0.16), ("0.16", 0.16), (" 3 % ", 0.03), ("1", 1.0)] {
            assert_eq!(height(text), Ok(share), "{text}");
        }
        for (text, message) in [
            ("16", "16% or 0.16"),
            ("1%", "2% to 100%"),
            ("NaN", "2% to 100%"),
            ("tall", "a part of the picture's side"),
            ("", "a part of the picture's side"),
        ] {
            assert!(height(text).unwrap_err().contains(message), "{text}");
        }
    }
}
