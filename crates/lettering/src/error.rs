//! Why a word could not be drawn, in words for people.

use thiserror::Error;

use crate::check::{MOST_CHARACTERS, spelled};
use crate::fonts::FONTS;

/// Why a word could not be drawn.
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum LetteringError {
    /// The word has no character that leaves a trace.
    #[error("the word is empty; write one, or ask for the blank paper")]
    EmptyWord,
    /// The word has too many characters.
    #[error("the word has {characters} characters; write {most} at most", most = MOST_CHARACTERS)]
    TooLong {
        /// How many there are.
        characters: usize,
    },
    /// The word holds a character that steers, and is not drawn.
    #[error("character {position} of the word is a control character ({}); take it out, a label is one line", spelled(&[*character]))]
    ControlCharacter {
        /// Which.
        character: char,
        /// Where it stands, counted from 1.
        position: usize,
    },
    /// The font lacks characters of the word.
    #[error(
        "the font \"{font}\" has no sign for {}; {}",
        spelled(characters),
        instead(other_fonts)
    )]
    MissingGlyphs {
        /// The font's name.
        font: &'static str,
        /// What it lacks, each once, in the word's order.
        characters: Vec<char>,
        /// The bundled fonts that can write the whole word.
        other_fonts: Vec<&'static str>,
    },
    /// No bundled font has this name.
    #[error("there is no font \"{font}\"; choose one of {}", known())]
    UnknownFont {
        /// The name that was given.
        font: String,
    },
    /// The font is known but was not added to [`Fonts`](crate::Fonts).
    #[error("the font \"{font}\" is not loaded; add its file first")]
    FontNotLoaded {
        /// The font's name.
        font: &'static str,
    },
    /// The font's bytes are not those of the bundled font.
    #[error("the file {file} of the font \"{font}\" is damaged: {detail}; fetch it again")]
    FontDamaged {
        /// The font's name.
        font: &'static str,
        /// The file's name.
        file: &'static str,
        /// What is wrong with it.
        detail: String,
    },
    /// A number is outside of what makes sense, or is none.
    #[error("{field} is {value}; it must be from {least} to {most}")]
    OutOfRange {
        /// The spec's field, as JSON spells it.
        field: &'static str,
        /// What was given.
        value: f64,
        /// The smallest value that is taken.
        least: f64,
        /// The largest value that is taken.
        most: f64,
    },
    /// The picture has no pixels.
    #[error("the picture is {width} x {height} pixels; it needs at least one pixel to write on")]
    TooSmall {
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
    },
}

fn known() -> String {
    FONTS
        .iter()
        .map(|font| font.name)
        .collect::<Vec<_>>()
        .join(", ")
}

fn instead(other_fonts: &[&str]) -> String {
    match other_fonts {
        [] => "no bundled font can write the whole word (emoji and rare scripts are not covered); \
               write it with other characters"
            .to_owned(),
        [font] => format!("the font \"{font}\" can write the word"),
        fonts => format!("these fonts can write the word: {}", fonts.join(", ")),
    }
}
