//! The sentences in which a built-in model's things are called: `grammar.json`, which the studio writes, and how labels are read with it.

use std::collections::BTreeMap;

use regex_lite::Regex;
use serde::{Deserialize, Serialize};

/// `grammar.json`: the model's captions, read backwards. All patterns are in the syntax that JavaScript and `regex-lite` share, for text in
/// lower case with single blanks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Grammar {
    /// Characters that say nothing, wherever they are.
    pub ignored: String,
    /// What lies between two words: becomes one blank.
    pub blank: String,
    /// What behind a concept's name tells it from another of the same name: "kite (bird of prey)" is a kite.
    pub note: String,
    /// An article with its blank, at the beginning of a thing.
    pub article: String,
    /// How many, with the blank, behind the article.
    pub number: String,
    /// Whether a label that is a name already is looked at no further.
    pub name_first: bool,
    /// A label about a written word: the thing that it is on (or nothing) and the word are the groups. Null for a model that cannot read.
    pub written: Option<String>,
    /// What stands around things; taken away one after another.
    pub around: Vec<String>,
    /// What stands between two things. Null where a label has one.
    pub between: Option<String>,
    /// Plurals that no ending undoes, each with its singular.
    pub plurals: BTreeMap<String, String>,
    /// Endings of plurals, each with what the singular has in its place.
    pub endings: Vec<(String, String)>,
}

/// What a label says.
pub(super) enum Reading<'text> {
    /// That a word is to be read, on a thing or without one.
    Written {
        thing: Option<&'text str>,
        word: &'text str,
    },
    /// That there are these things.
    Things(Vec<String>),
}

/// A grammar with its patterns compiled.
pub(super) struct Phrases {
    ignored: Regex,
    blank: Regex,
    note: Regex,
    article: Regex,
    number: Regex,
    pub name_first: bool,
    written: Option<Regex>,
    around: Vec<Regex>,
    between: Option<Regex>,
    plurals: BTreeMap<String, String>,
    endings: Vec<(String, String)>,
}

impl Phrases {
    pub fn new(grammar: &Grammar) -> Result<Self, regex_lite::Error> {
        let optional = |pattern: &Option<String>| pattern.as_deref().map(Regex::new).transpose();
        let around = grammar.around.iter().map(|pattern| Regex::new(pattern));
        Ok(Self {
            ignored: Regex::new(&grammar.ignored)?,
            blank: Regex::new(&grammar.blank)?,
            note: Regex::new(&grammar.note)?,
            article: Regex::new(&grammar.article)?,
            number: Regex::new(&grammar.number)?,
            name_first: grammar.name_first,
            written: optional(&grammar.written)?,
            around: around.collect::<Result<_, _>>()?,
            between: optional(&grammar.between)?,
            plurals: grammar.plurals.clone(),
            endings: grammar.endings.clone(),
        })
    }

    /// Lower case, single blanks, no quotation marks and no full stop: none of them changes what a label says.
    pub fn plain(&self, label: &str) -> String {
        let lower = label.to_lowercase();
        let said = self.ignored.replace_all(&lower, "");
        self.blank.replace_all(&said, " ").trim().to_owned()
    }

    /// A plain text as the grammar has it.
    pub fn read<'text>(&self, text: &'text str) -> Reading<'text> {
        let written = self
            .written
            .as_ref()
            .and_then(|written| written.captures(text));
        match written {
            Some(parts) => Reading::Written {
                thing: parts.get(1).map(|thing| thing.as_str()),
                word: parts.get(2).map_or("", |word| word.as_str()),
            },
            None => {
                let mut inside = text.to_owned();
                for pattern in &self.around {
                    inside = pattern.replace(&inside, "").into_owned();
                }
                Reading::Things(self.things(&inside))
            }
        }
    }

    /// The things that stand beside each other in a text with nothing around them.
    pub fn things(&self, text: &str) -> Vec<String> {
        match &self.between {
            Some(between) => between.split(text).map(str::to_owned).collect(),
            None => vec![text.to_owned()],
        }
    }

    /// A concept's name without what tells it from another.
    pub fn without_note(&self, concept: &str) -> String {
        self.note.replace(concept, "").into_owned()
    }

    /// A thing without its article.
    pub fn without_article(&self, thing: &str) -> String {
        self.article.replace(thing, "").into_owned()
    }

    /// A thing without its article and without how many there are.
    pub fn bare(&self, thing: &str) -> String {
        let thing = self.article.replace(thing, "");
        self.number.replace(&thing, "").into_owned()
    }

    /// What a name may be the plural of, itself first.
    pub fn singulars(&self, name: &str) -> Vec<String> {
        let front = name.rfind(' ').map_or(0, |blank| blank + 1);
        let (front, last) = name.split_at(front);
        let irregular = self.plurals.get(last).cloned();
        let regular = self.endings.iter().filter_map(|(ending, single)| {
            let stem = last.strip_suffix(ending.as_str())?;
            Some(format!("{stem}{single}"))
        });
        [last.to_owned()]
            .into_iter()
            .chain(irregular)
            .chain(regular)
            .map(|one| format!("{front}{one}"))
            .collect()
    }
}
