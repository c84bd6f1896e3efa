//! Tells labels that a built-in model was taught from those whose score is a guess, and the things that a label names: the same rules as
//! the package's `web/ts/built-in/taught.ts`, from the same `labels.json` and `grammar.json`.

mod fillers;
mod grammar;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use serde::Deserialize;
use thiserror::Error;

pub use fillers::usual_fillers;
pub use grammar::Grammar;
use grammar::{Phrases, Reading};

/// Why a built-in model's lists cannot be used.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum TaughtError {
    /// A file is no JSON of that form.
    #[error("{file} of the built-in model cannot be read: {source}")]
    Json {
        /// Which file: `labels.json` or `grammar.json`.
        file: &'static str,
        /// What is wrong.
        source: serde_json::Error,
    },
    /// A pattern is no regular expression.
    #[error("grammar.json of the built-in model holds a pattern that cannot be used: {0}")]
    Pattern(#[from] regex_lite::Error),
    /// A group has a place beyond the list of concepts.
    #[error(
        "labels.json of the built-in model: the group {group:?} has a concept that there is not"
    )]
    Group {
        /// The group's name.
        group: String,
    },
}

/// The lists of a `labels.json`.
#[derive(Deserialize)]
struct Lists {
    concepts: Vec<String>,
    names: BTreeMap<String, String>,
    #[serde(default)]
    groups: BTreeMap<String, Vec<usize>>,
    #[serde(default)]
    fillers: Vec<String>,
    #[serde(default)]
    words: Vec<String>,
    #[serde(default)]
    colours: Vec<String>,
    #[serde(default)]
    shapes: Vec<String>,
}

/// What a built-in model was taught, in a form that is quick to ask.
pub struct Taught {
    phrases: Phrases,
    /// What each name, of whichever kind, is the name of: one concept, or all of a group.
    names: HashMap<String, Vec<String>>,
    /// Names, and shapes in their colours.
    things: HashSet<String>,
    /// Words that it reads where they are written in a picture.
    words: HashSet<String>,
    /// What stands for "none of these".
    fillers: Vec<String>,
}

impl Taught {
    /// Reads a built-in model's `labels.json` and `grammar.json`.
    ///
    /// # Errors
    /// [`TaughtError`] when one of them is no such file.
    pub fn read(labels: &[u8], grammar: &[u8]) -> Result<Self, TaughtError> {
        let json = |file| move |source| TaughtError::Json { file, source };
        let lists: Lists = serde_json::from_slice(labels).map_err(json("labels.json"))?;
        let grammar: Grammar = serde_json::from_slice(grammar).map_err(json("grammar.json"))?;
        Self::new(lists, &grammar)
    }

    fn new(lists: Lists, grammar: &Grammar) -> Result<Self, TaughtError> {
        let phrases = Phrases::new(grammar)?;
        let mut names: HashMap<String, Vec<String>> = HashMap::new();
        let mut call = |name: &str, concepts: Vec<String>| {
            names.insert(phrases.plain(name), concepts);
        };
        // What comes later counts: a concept's own name means it alone.
        for concept in &lists.concepts {
            call(&phrases.without_note(concept), vec![concept.clone()]);
        }
        for (group, places) in &lists.groups {
            let concepts = places
                .iter()
                .map(|&place| lists.concepts.get(place).cloned());
            let concepts = concepts.collect::<Option<Vec<String>>>();
            let unknown = || TaughtError::Group {
                group: group.clone(),
            };
            call(group, concepts.ok_or_else(unknown)?);
        }
        for (name, concept) in &lists.names {
            call(name, vec![concept.clone()]);
        }
        for concept in &lists.concepts {
            call(concept, vec![concept.clone()]);
        }
        let shapes = lists.shapes.iter();
        let coloured = shapes.flat_map(|shape| {
            let colours = lists.colours.iter();
            colours.map(move |colour| format!("{colour} {shape}"))
        });
        let coloured: Vec<String> = coloured.map(|name| phrases.plain(&name)).collect();
        let fillers = if lists.fillers.is_empty() {
            lists.concepts
        } else {
            lists.fillers
        };
        Ok(Self {
            things: names.keys().cloned().chain(coloured).collect(),
            words: lists.words.iter().map(|word| phrases.plain(word)).collect(),
            phrases,
            names,
            fillers,
        })
    }

    /// Whether the model was taught a label: one of its things or groups by any of its names, in a usual sentence or without; of a model
    /// that reads, also a word; of one that counts, some of a kind, or two beside each other.
    #[must_use]
    pub fn is_taught(&self, label: &str) -> bool {
        let text = self.phrases.plain(label);
        match self.read_text(&text) {
            Reading::Written { thing, word } => {
                self.words.contains(word) && thing.is_none_or(|thing| self.is_taught(thing))
            }
            Reading::Things(things) => {
                things.len() <= 2 && things.iter().all(|thing| self.is_thing(thing))
            }
        }
    }

    /// The things that a label names, as `concepts` of `labels.json` spells them; of a label that was not taught, those whose names occur
    /// in it: "a dog with a hat" names a dog and a hat, "hot dog" only itself.
    #[must_use]
    pub fn concepts_in(&self, label: &str) -> BTreeSet<String> {
        let text = self.phrases.plain(label);
        let things = match self.read_text(&text) {
            Reading::Written { thing, .. } => self.phrases.things(thing.unwrap_or_default()),
            Reading::Things(things) => things,
        };
        let mut found = BTreeSet::new();
        for thing in things {
            let thing = self.phrases.without_article(&thing);
            let words: Vec<&str> = thing.split(' ').collect();
            self.named_by(&words, &mut found);
        }
        found
    }

    /// A label as its grammar has it; a name that itself looks like a sentence is taken for the name.
    fn read_text<'text>(&self, text: &'text str) -> Reading<'text> {
        if self.phrases.name_first && self.is_thing(text) {
            return Reading::Things(vec![text.to_owned()]);
        }
        self.phrases.read(text)
    }

    fn is_thing(&self, thing: &str) -> bool {
        let name = self.phrases.bare(thing);
        let mut singulars = self.phrases.singulars(&name).into_iter();
        self.words.contains(&name) || singulars.any(|one| self.things.contains(&one))
    }

    /// The concepts named by words in a row; the longest name counts, for there is no cream in "ice cream".
    fn named_by(&self, words: &[&str], found: &mut BTreeSet<String>) {
        for length in (1..=words.len()).rev() {
            for at in 0..=words.len() - length {
                let name = words[at..at + length].join(" ");
                let singulars = self.phrases.singulars(&name);
                let Some(concepts) = singulars.iter().find_map(|one| self.names.get(one)) else {
                    continue;
                };
                found.extend(concepts.iter().cloned());
                self.named_by(&words[..at], found);
                self.named_by(&words[at + length..], found);
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use serde_json::{Value, json};

    use super::*;
    use crate::none_of_these::common_things;

    /// What the package's tests ask too (tests/package/taught.test.mjs).
    #[derive(Deserialize)]
    struct Cases {
        /// Lists that only tests know, so that the rules are tested and not the training; "mini" and "mini-photo" are the models'.
        lists: BTreeMap<String, Value>,
        cases: BTreeMap<String, Vec<Case>>,
        fillers: Vec<Fillers>,
    }

    #[derive(Deserialize)]
    struct Case {
        label: String,
        taught: bool,
        /// None where there are too many to write down.
        concepts: Option<BTreeSet<String>>,
    }

    /// What is left out of a list's fillers beside these labels; null: for a model without a list.
    #[derive(Deserialize)]
    struct Fillers {
        list: Option<String>,
        labels: Vec<String>,
        without: BTreeSet<String>,
    }

    fn cases() -> Cases {
        serde_json::from_str(include_str!("cases.json")).expect("cases.json")
    }

    fn of_model(model: &str, file: &str) -> Vec<u8> {
        let models = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../web/models");
        fs::read(models.join(model).join(file)).expect("a built-in model's file")
    }

    fn taught(cases: &Cases, list: &str) -> Taught {
        let (labels, model) = match cases.lists.get(list) {
            Some(list) if list["groups"] == json!({}) => (list.to_string().into_bytes(), "mini"),
            Some(list) => (list.to_string().into_bytes(), "mini-photo"),
            None => (of_model(list, "labels.json"), list),
        };
        Taught::read(&labels, &of_model(model, "grammar.json")).expect(list)
    }

    #[test]
    fn labels_are_told_from_guesses_and_name_what_they_do_in_the_package() {
        let all = cases();
        for (list, cases) in &all.cases {
            let taught = taught(&all, list);
            for case in cases {
                let label = &case.label;
                assert_eq!(taught.is_taught(label), case.taught, "{list}: {label:?}");
                if let Some(concepts) = &case.concepts {
                    assert_eq!(&taught.concepts_in(label), concepts, "{list}: {label:?}");
                }
            }
        }
    }

    #[test]
    fn the_usual_fillers_leave_out_what_the_labels_name() {
        let all = cases();
        for Fillers {
            list,
            labels,
            without,
        } in &all.fillers
        {
            let taught = list.as_ref().map(|list| taught(&all, list));
            let fillers = usual_fillers(taught.as_ref(), &[]);
            let left = usual_fillers(taught.as_ref(), labels);
            let missing: BTreeSet<String> = fillers
                .iter()
                .filter(|filler| !left.contains(filler))
                .cloned()
                .collect();
            assert_eq!(&missing, without, "{labels:?}");
            assert_eq!(left.len() + missing.len(), fillers.len());
        }
        assert_eq!(usual_fillers(None, &[]), common_things());
    }

    #[test]
    fn files_that_are_no_such_lists_are_refused() {
        let grammar = of_model("mini", "grammar.json");
        let refused = |labels: &str, grammar: &[u8]| {
            let error = Taught::read(labels.as_bytes(), grammar)
                .err()
                .expect("an error");
            error.to_string()
        };
        let list = json!({"concepts": ["dog"], "names": {}, "groups": {"pet": [1]}}).to_string();
        assert!(refused(&list, &grammar).contains("\"pet\""));
        assert!(refused("{}", &grammar).contains("labels.json"));
        let list = json!({"concepts": ["dog"], "names": {}}).to_string();
        assert!(refused(&list, b"{}").contains("grammar.json"));
        let mut broken: Value = serde_json::from_slice(&grammar).expect("JSON");
        broken["article"] = "(".into();
        assert!(refused(&list, broken.to_string().as_bytes()).contains("pattern"));
    }
}
