//! The tutorial's four stories in the model's world, and the page's own examples: who gets which share.

use std::path::Path;

use anyhow::Result;
use serde::{Deserialize, Serialize};

use super::engine::open_picture;
use super::gallery::{Gallery, alone, chance, picture};
use super::judge::{Examiner, Seen};
use crate::scene::Item;

/// A picture with the probability of each label.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Story {
    /// What it is about.
    pub title: String,
    /// What is shown.
    pub picture: String,
    /// Each label's share, best first.
    pub scores: Vec<Share>,
}

impl Story {
    /// The shares in a line: `dog 96.8, cat 2.8`.
    pub fn shares(&self) -> String {
        let shares = self.scores.iter();
        let shares: Vec<String> = shares
            .map(|share| format!("{} {:.1}", share.label, share.percent))
            .collect();
        shares.join(", ")
    }
}

/// A label's probability.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Share {
    /// The label.
    pub label: String,
    /// Its probability among the labels given, in per cent, to a tenth.
    pub percent: f64,
}

const APPLE: [&str; 4] = ["apple", "pear", "tomato", "iPod"];

/// The thing that is shown, a word on it, the story's title, and its labels.
const STORIES: [(&str, Option<&str>, &str, &[&str]); 4] = [
    (
        "dog",
        None,
        "a dog among animals that look like it",
        &["dog", "wolf", "fox", "cat", "horse", "bear"],
    ),
    (
        "microscope",
        None,
        "a rare thing among near ones",
        &[
            "microscope",
            "telescope",
            "magnifying glass",
            "camera",
            "battery",
        ],
    ),
    ("apple", None, "an apple", &APPLE),
    (
        "apple",
        Some("iPod"),
        "the apple with \"iPod\" on it",
        &APPLE,
    ),
];

/// The four stories, in the held-out style. A story whose thing is not drawn there is left out.
///
/// # Errors
/// When there is no font for the word, or the model cannot be run.
pub fn stories(examiner: &mut Examiner, gallery: &Gallery) -> Result<Vec<Story>> {
    let mut told = Vec::new();
    for (trial, (name, word, title, labels)) in STORIES.into_iter().enumerate() {
        let Some(sprite) = gallery.first(name) else {
            continue;
        };
        let mut items = vec![alone(sprite)];
        if let Some(word) = word {
            items.push(Item::Word(gallery.paper(word, &mut chance(12, trial))?));
        }
        let seen = examiner.show(picture(items))?;
        let labels: Vec<String> = labels.iter().map(|&label| label.to_owned()).collect();
        let shown = format!("{name}, drawn in {}", sprite.set);
        told.push(tell(examiner, title, shown, &seen, &labels)?);
    }
    Ok(told)
}

/// The examples that the page in the folder `page` lists, with its labels; none where there is no page.
///
/// # Errors
/// When the page or one of its pictures cannot be read, or the model cannot be run.
pub fn examples(examiner: &mut Examiner, page: &Path) -> Result<Vec<Story>> {
    let index = page.join("index.html");
    if !index.is_file() {
        return Ok(Vec::new());
    }
    let html = std::fs::read_to_string(&index)?;
    let mut told = Vec::new();
    for (file, labels) in listed(&html) {
        let seen = examiner.show(open_picture(&page.join("examples").join(&file))?)?;
        told.push(tell(examiner, "the page's example", file, &seen, &labels)?);
    }
    Ok(told)
}

/// Files and labels of the page's examples: attributes `data-file` and, after it, `data-labels`.
fn listed(html: &str) -> Vec<(String, Vec<String>)> {
    let quoted = |text: &str| text.split('"').next().unwrap_or_default().to_owned();
    let parts = html.split("data-file=\"").skip(1);
    parts
        .filter_map(|part| {
            let (_, labels) = part.split_once("data-labels=\"")?;
            let labels = quoted(labels);
            let labels = labels.split(',').map(|label| label.trim().to_owned());
            Some((
                quoted(part),
                labels.filter(|label| !label.is_empty()).collect(),
            ))
        })
        .collect()
}

/// A picture's story: the shares of all labels, best first.
pub(super) fn tell(
    examiner: &mut Examiner,
    title: &str,
    picture: String,
    seen: &Seen,
    labels: &[String],
) -> Result<Story> {
    let shares = examiner.probabilities(seen, labels)?;
    let mut scores: Vec<Share> = labels
        .iter()
        .zip(shares)
        .map(|(label, share)| Share {
            label: label.clone(),
            percent: (f64::from(share) * 1000.0).round() / 10.0,
        })
        .collect();
    scores.sort_by(|a, b| b.percent.total_cmp(&a.percent));
    Ok(Story {
        title: title.to_owned(),
        picture,
        scores,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pages_examples_are_found() {
        let html = "<button\n data-file=\"dog.png\"\n data-alt=\"A dog\" data-labels=\"dog, ice cream,\">\
            <button data-file=\"a.png\" data-labels=\"apple\">";
        let found = listed(html);
        assert_eq!(
            found[0],
            ("dog.png".into(), vec!["dog".into(), "ice cream".into()])
        );
        assert_eq!(found[1], ("a.png".into(), vec!["apple".into()]));
        assert_eq!(listed("no examples").len(), 0);
    }
}
