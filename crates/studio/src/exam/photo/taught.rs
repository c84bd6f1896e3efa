//! Knows what a model for photographs was taught, from its `labels.json`, and which classes a label means.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::Path;

use anyhow::{Result, ensure};
use serde::Deserialize;

use crate::card::read;

/// The lists of a `labels.json`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Labels {
    /// The classes' names, in the order of the classifier that the image tower came with.
    pub concepts: Vec<String>,
    /// Other names, each with its class's.
    pub names: BTreeMap<String, String>,
    /// What several classes are called together, each with their places among `concepts`.
    pub groups: BTreeMap<String, Vec<usize>>,
    /// What stands for everything that is not among the labels.
    #[serde(default)]
    pub fillers: Vec<String>,
}

/// What a model was taught, quick to ask.
pub struct Taught {
    /// As the file has it.
    pub labels: Labels,
    /// The classes' names, each once: two may share one.
    pub distinct: Vec<String>,
    /// Every name in lower case, with its classes.
    classes: HashMap<String, BTreeSet<usize>>,
}

impl Taught {
    /// Reads a model's `labels.json`.
    ///
    /// # Errors
    /// When it is missing, or holds something else.
    pub fn read(model: &Path) -> Result<Self> {
        Self::new(read(model, "labels.json", "the training writes it")?)
    }

    /// Looks all names up once.
    ///
    /// # Errors
    /// When a name belongs to no class.
    pub fn new(labels: Labels) -> Result<Self> {
        let mut classes: HashMap<String, BTreeSet<usize>> = HashMap::new();
        let mut first = HashSet::new();
        let mut distinct = Vec::new();
        for (place, name) in labels.concepts.iter().enumerate() {
            classes
                .entry(name.to_lowercase())
                .or_default()
                .insert(place);
            if first.insert(name) {
                distinct.push(name.clone());
            }
        }
        for (group, places) in &labels.groups {
            let known = places.iter().all(|&place| place < labels.concepts.len());
            ensure!(known, "the group {group:?} has a class that there is not");
            let of = classes.entry(group.to_lowercase());
            of.or_insert_with(|| places.iter().copied().collect());
        }
        for (name, concept) in &labels.names {
            let of = classes.get(&concept.to_lowercase()).cloned();
            ensure!(
                of.is_some(),
                "{name:?} is another name of {concept:?}, which is no class"
            );
            classes
                .entry(name.to_lowercase())
                .or_insert(of.unwrap_or_default());
        }
        Ok(Self {
            labels,
            distinct,
            classes,
        })
    }

    /// The classes that a label names, by any of their names or as their group; none where it was not taught.
    pub fn classes_of(&self, label: &str) -> BTreeSet<usize> {
        let label = label.to_lowercase();
        self.classes.get(&label).cloned().unwrap_or_default()
    }

    /// Other names of the class that is called `name`.
    pub fn synonyms<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let of = self.labels.names.iter().filter(move |(_, of)| *of == name);
        of.map(|(synonym, _)| synonym.as_str())
    }

    /// Every class's name, with the one called `name` called `synonym`, which comes first.
    pub fn renamed(&self, name: &str, synonym: &str) -> Vec<String> {
        let others = self
            .distinct
            .iter()
            .filter(|&other| other != name && other != synonym);
        [synonym.to_owned()]
            .into_iter()
            .chain(others.cloned())
            .collect()
    }

    /// The fillers that share no class with one of `labels`: what stands for none of them.
    pub fn fillers(&self, labels: &[String]) -> Vec<String> {
        let named: BTreeSet<usize> = labels
            .iter()
            .flat_map(|label| self.classes_of(label))
            .collect();
        let fillers = self.labels.fillers.iter();
        fillers
            .filter(|filler| self.classes_of(filler).is_disjoint(&named))
            .cloned()
            .collect()
    }
}
