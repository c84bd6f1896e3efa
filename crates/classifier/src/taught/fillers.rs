//! Which texts stand for "none of these", from what a model was taught and the labels that they compete with.

use std::collections::BTreeSet;

use crate::none_of_these::common_things;
use crate::taught::Taught;

/// The usual fillers beside these labels, for a model that was `taught` this, or that comes without such a list: then common things and
/// scenes whose word occurs in no label. None where the labels name all that the model could have in their place.
#[must_use]
pub fn usual_fillers(taught: Option<&Taught>, labels: &[String]) -> Vec<String> {
    match taught {
        Some(taught) => taught.fillers_beside(labels),
        None => common_things_beside(labels),
    }
}

impl Taught {
    /// What was taught and shares no concept with a label.
    fn fillers_beside(&self, labels: &[String]) -> Vec<String> {
        let named: BTreeSet<String> = labels
            .iter()
            .flat_map(|label| self.concepts_in(label))
            .collect();
        let fillers = self.fillers.iter();
        fillers
            .filter(|filler| self.concepts_in(filler).is_disjoint(&named))
            .cloned()
            .collect()
    }
}

fn common_things_beside(labels: &[String]) -> Vec<String> {
    let labels: Vec<String> = labels.iter().map(|label| words_of(label)).collect();
    let things = common_things().iter();
    things
        .filter(|thing| !labels.iter().any(|label| mentions(label, thing)))
        .cloned()
        .collect()
}

/// A label's words between single blanks, with one before and one behind.
fn words_of(label: &str) -> String {
    let lower = label.to_lowercase();
    let words = lower.split(|character: char| !character.is_alphanumeric());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    format!(" {} ", words.join(" "))
}

fn mentions(label: &str, thing: &str) -> bool {
    ["", "s", "es"]
        .iter()
        .any(|ending| label.contains(&format!(" {thing}{ending} ")))
}
