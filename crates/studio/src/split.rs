//! Says what training may see and what only the exam shows: `split.json`, read once.

use std::collections::HashSet;
use std::sync::OnceLock;

use serde::Deserialize;

use crate::concepts;

/// The longest word that is written on paper, in letters.
const LONGEST: usize = 9;

/// What is taught and what is held out.
#[derive(Debug, Deserialize)]
pub struct Split {
    /// The art sets.
    pub art: ArtSplit,
    /// The fonts.
    pub fonts: FontSplit,
    /// Concepts that training never shows or names.
    pub held_out_concepts: Vec<String>,
    /// Pairs of a colour and a shape, as in `red star`, that training never shows together.
    pub held_out_shapes: Vec<String>,
    /// Words that training never writes.
    pub held_out_words: Vec<String>,
    /// Words that training writes besides the names of concepts.
    pub words: Vec<String>,
}

/// Which art sets are for what; a set is called as its package in `@iconify-json`.
#[derive(Debug, Deserialize)]
pub struct ArtSplit {
    /// Those that training draws from.
    pub taught: TaughtArt,
    /// Those that only the exam shows.
    pub held_out: Vec<String>,
}

/// The art sets of training, by kind of art.
#[derive(Debug, Deserialize)]
pub struct TaughtArt {
    /// Coloured emoji.
    pub emoji: Vec<String>,
    /// Other coloured drawings.
    pub coloured: Vec<String>,
    /// Drawings of one colour.
    pub icons: Vec<String>,
}

/// Which fonts are for what; a font is called as its file, without the ending.
#[derive(Debug, Deserialize)]
pub struct FontSplit {
    /// Plain ones, for the first lessons and the easy part of the exam.
    pub easy: Vec<String>,
    /// Those that are added later.
    pub taught: Vec<String>,
    /// Those that only the exam shows.
    pub held_out: Vec<String>,
}

/// The split of this crate.
pub fn split() -> &'static Split {
    static SPLIT: OnceLock<Split> = OnceLock::new();
    // The file is part of the program, and a test reads it: no input can make this fail.
    SPLIT.get_or_init(|| {
        serde_json::from_str(include_str!("../split.json")).expect("split.json is a valid split")
    })
}

/// The words that training writes on paper, each once: every taught concept of one short word, then the split's own words.
pub fn taught_words() -> &'static [String] {
    static WORDS: OnceLock<Vec<String>> = OnceLock::new();
    WORDS.get_or_init(|| {
        let names = concepts::taught()
            .into_iter()
            .map(|place| &concepts::concepts()[place].name);
        let short = names.filter(|name| {
            name.len() <= LONGEST && name.bytes().all(|letter| letter.is_ascii_alphabetic())
        });
        let mut seen = HashSet::new();
        short
            .chain(&split().words)
            .filter(|word| seen.insert(*word))
            .cloned()
            .collect()
    })
}
