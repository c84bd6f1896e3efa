//! Writes how labels are read as the captions that a built-in model learned: its `grammar.json`.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};
use glimpse::{BuiltIn, Grammar};

use crate::captions::{IRREGULAR, NUMBERS};

/// What `glimpse-studio grammar` can be told.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Whose captions
    #[arg(long, value_name = "NAME", value_parser = built_in)]
    pub model: BuiltIn,
    /// The model's folder
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
}

fn built_in(name: &str) -> Result<BuiltIn, String> {
    BuiltIn::named(name).ok_or_else(|| "choose mini or mini-photo".to_owned())
}

/// Writes `grammar.json` into the model's folder.
///
/// # Errors
/// When it cannot be written.
pub fn run(args: &Args) -> Result<()> {
    let file = args.out.join("grammar.json");
    fs::write(&file, json(&of(args.model))?)
        .with_context(|| format!("{} cannot be written", file.display()))
}

/// The file's text.
///
/// # Errors
/// None that is known of: the grammar is strings.
pub fn json(grammar: &Grammar) -> Result<String> {
    Ok(serde_json::to_string_pretty(grammar)? + "\n")
}

/// How labels are read for a built-in model.
pub fn of(model: BuiltIn) -> Grammar {
    match model {
        BuiltIn::Mini => of_drawings(),
        BuiltIn::MiniPhoto => of_photographs(),
    }
}

/// The sentences of [`crate::captions`], backwards, and such as people build after their pattern.
fn of_drawings() -> Grammar {
    Grammar {
        name_first: false,
        written: Some(
            concat!(
                "^(?:(.+?) (?:with|and) )?(?:(?:an?|the) )?(?:picture of the )?",
                "(?:word|(?:sheet of paper|text|sign|label) that says|(?:written )?text) (.+?)(?: on it)?$",
            )
            .to_owned(),
        ),
        around: [
            concat!(
                "^(?:this is |itap of |(?:(?:an?|the) )?(?:(?:good|bad|line) )?",
                "(?:photo|picture|drawing|image|illustration|cartoon|emoji|icon|symbol|art) of )",
                "(?:the (?:small|large) )?",
            ),
            " in a video game$",
        ]
        .map(str::to_owned)
        .into(),
        between: Some(" (?:and|(?:to the )?(?:left|right) of|above|below|over) ".to_owned()),
        ..of_both()
    }
}

/// What people put around a thing that they see: the model was taught with all of CLIP's templates (`train/photo/phrases.py`).
fn of_photographs() -> Grammar {
    Grammar {
        name_first: true,
        written: None,
        around: [
            concat!(
                "^(?:(?:this|it|there) is |i see |itap of |(?:(?:an?|the) )?(?:[a-z]+ ){0,3}",
                "(?:photos?|photographs?|pictures?|images?|close up|art|cartoon|doodle|drawing|painting|rendering|rendition|sculpture|",
                "sketch|tattoo) (?:of|showing) )+(?:(?:an?|the|my|many|some|several) )?",
                "(?:(?:big|clean|cool|dirty|good|hard to see|large|nice|small|weird) )?",
            ),
            " (?:in a video game|in the picture|here)$",
            "^(?:many|some|several) ",
        ]
        .map(str::to_owned)
        .into(),
        between: None,
        ..of_both()
    }
}

/// What is read alike for both.
fn of_both() -> Grammar {
    let pair = |(one, other): (&str, &str)| (one.to_owned(), other.to_owned());
    // All that is blank to JavaScript, and hyphens.
    let blank = concat!(
        r"[\t\n\x0B\x0C\r \u00A0\u1680\u2000-\u200A",
        r"\u2028\u2029\u202F\u205F\u3000\uFEFF-]+"
    );
    Grammar {
        ignored: "[\"“”„'‘’.!?]".to_owned(),
        blank: blank.to_owned(),
        note: " \\(.*\\)$".to_owned(),
        article: "^(?:an?|the) ".to_owned(),
        number: format!("^(?:{}|[1-{}]) ", NUMBERS.join("|"), NUMBERS.len()),
        name_first: false,
        written: None,
        around: Vec::new(),
        between: None,
        plurals: IRREGULAR.map(|(one, many)| pair((many, one))).into(),
        endings: [
            ("s", ""),
            ("es", ""),
            ("ies", "y"),
            ("ves", "f"),
            ("ves", "fe"),
        ]
        .map(pair)
        .into(),
    }
}
