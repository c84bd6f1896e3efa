//! Lists the things that are drawn, from `concepts.txt`, and phrases for things that never are.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::Path;
use std::sync::OnceLock;

use serde::Deserialize;

use crate::art::{self, ArtError};
use crate::shapes::{COLOURS, Shape};
use crate::split::{split, taught_words};

/// A thing to draw.
#[derive(Debug, PartialEq, Eq)]
pub struct Concept {
    /// What it is called.
    pub name: String,
    /// The emoji that show it.
    pub emoji: Vec<String>,
    /// What people call it: its name first, then others.
    pub names: Vec<String>,
    /// What icons of it are called: its names with `-` for spaces, then names that are for finding icons only.
    pub icons: Vec<String>,
}

/// Every concept, held-out ones too, in the order of `concepts.txt`.
pub fn concepts() -> &'static [Concept] {
    static CONCEPTS: OnceLock<Vec<Concept>> = OnceLock::new();
    CONCEPTS.get_or_init(|| {
        let lines = include_str!("../concepts.txt").lines().map(str::trim);
        lines
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
            .map(concept)
            .collect()
    })
}

/// Whether training may show and name the concept at `index`; false too where there is none.
pub fn is_taught(index: usize) -> bool {
    concepts()
        .get(index)
        .is_some_and(|concept| !split().held_out_concepts.contains(&concept.name))
}

/// The places of the concepts that are taught.
pub fn taught() -> Vec<usize> {
    (0..concepts().len())
        .filter(|&index| is_taught(index))
        .collect()
}

/// The names of the concepts that are taught, in the order of the list.
pub fn taught_names() -> Vec<&'static str> {
    let names = taught().into_iter();
    names.map(|index| concepts()[index].name.as_str()).collect()
}

/// One line of `concepts.txt`: `name: emoji: other name, (name of icons only)`.
fn concept(line: &str) -> Concept {
    let mut parts = line.splitn(3, ':').map(str::trim);
    let name = parts.next().unwrap_or_default().to_owned();
    let emoji = parts
        .next()
        .unwrap_or_default()
        .split_whitespace()
        .map(str::to_owned)
        .collect();
    let others = parts.next().unwrap_or_default();
    let (spoken, hidden) = others.split_once('(').unwrap_or((others, ""));
    let list = |text: &str| -> Vec<String> {
        let names = text.trim_end_matches(')').split(',').map(str::trim);
        names
            .filter(|name| !name.is_empty())
            .map(str::to_owned)
            .collect()
    };
    let names: Vec<String> = std::iter::once(name.clone()).chain(list(spoken)).collect();
    let icons = names
        .iter()
        .chain(&list(hidden))
        .map(|name| name.replace(' ', "-"))
        .collect();
    Concept {
        name,
        emoji,
        names,
        icons,
    }
}

/// Names of emoji, from Unicode's English annotations at `cldr`, that share no word with anything that is taught or asked
/// in the exam; in lower case, of one to three words, sorted. Training uses them as labels that fit no picture.
///
/// Held-out names must not be among them either, or training would teach that nothing is ever a zebra.
///
/// # Errors
/// When the file is not there, or is not Unicode's.
pub fn strangers(cldr: &Path) -> Result<Vec<String>, ArtError> {
    let entries = art::read_json::<Annotations>(cldr)?.annotations.annotations;
    let split = split();
    let mut known: HashSet<String> = concepts()
        .iter()
        .flat_map(|concept| &concept.names)
        .flat_map(|name| words(name))
        .collect();
    known.extend(taught_words().iter().chain(&split.held_out_words).cloned());
    known.extend(COLOURS.iter().map(|colour| colour.0.to_owned()));
    known.extend(Shape::ALL.iter().map(|shape| shape.name().to_owned()));
    for emoji in concepts().iter().flat_map(|concept| &concept.emoji) {
        let phrases = entries
            .get(emoji)
            .map(|entry| entry.default.as_slice())
            .unwrap_or_default();
        known.extend(phrases.iter().flat_map(|phrase| words(phrase)));
    }
    let is_known = |word: &String| {
        known.contains(word)
            || word
                .strip_suffix('s')
                .is_some_and(|one| known.contains(one))
    };
    let phrases = entries
        .values()
        .flat_map(|entry| entry.tts.iter().chain(&entry.default))
        .map(|phrase| words(phrase));
    let strange =
        phrases.filter(|words| (1..=3).contains(&words.len()) && !words.iter().any(is_known));
    Ok(strange
        .map(|words| words.join(" "))
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect())
}

/// Unicode's file of annotations.
#[derive(Deserialize)]
struct Annotations {
    annotations: Entries,
}

#[derive(Deserialize)]
struct Entries {
    annotations: HashMap<String, Entry>,
}

/// What an emoji is called.
#[derive(Deserialize)]
struct Entry {
    #[serde(default)]
    default: Vec<String>,
    #[serde(default)]
    tts: Vec<String>,
}

/// The words of a phrase, in lower case.
fn words(phrase: &str) -> Vec<String> {
    let lower = phrase.to_lowercase();
    lower
        .split(|letter: char| !letter.is_ascii_lowercase())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}
