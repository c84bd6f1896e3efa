//! Shows photographs out of the model's distribution, so that what it makes of people, scenes and texts is told as it is.

use std::path::Path;

use anyhow::Result;

use super::super::engine::open_picture;
use super::super::judge::Examiner;
use super::super::photographs::pictures;
use super::super::stories::{Story, tell};
use super::AMONG_ALL;

/// How many of all names are told of each picture.
const BEST: usize = 3;

/// Labels for pictures that are known by their files' names: what is asked, and among which labels.
const QUESTIONS: [(&str, &str, &[&str]); 10] = [
    (
        "astronaut.png",
        "a person",
        &["a woman", "a man", "a child", "a dog"],
    ),
    (
        "astronaut.png",
        "who it is",
        &["an astronaut", "a pilot", "a nurse", "a king"],
    ),
    (
        "astronaut.png",
        "a mood",
        &["a smiling person", "a sad person", "an angry person"],
    ),
    (
        "camera.png",
        "an action",
        &[
            "a man taking a photograph",
            "a man reading a newspaper",
            "a man riding a horse",
        ],
    ),
    (
        "horse.png",
        "a thing outside of the thousand, in outline",
        &["a horse", "a cow", "a dog", "a chair"],
    ),
    (
        "coco_000000039769.jpg",
        "how many",
        &["one cat", "two cats", "three cats", "five cats"],
    ),
    (
        "coco_000000039769.jpg",
        "a scene",
        &["a living room", "a beach", "a street", "a forest"],
    ),
    (
        "coco_000000039769.jpg",
        "a colour",
        &["a pink sofa", "a green sofa", "a black sofa"],
    ),
    (
        "page.png",
        "a text",
        &[
            "a page of a book",
            "a handwritten letter",
            "a newspaper",
            "a photograph",
        ],
    ),
    (
        "rocket.jpg",
        "a scene",
        &[
            "a rocket launch",
            "a sunset",
            "a fire",
            "a lighthouse at night",
        ],
    ),
];

/// The best names of every picture below `folder`, and answers to what is asked of those that are known; none where there is no such
/// folder. A file that cannot be decoded is left out: decoders are tested elsewhere.
///
/// # Errors
/// When a folder cannot be read, or the model cannot be run.
pub fn strangers(examiner: &mut Examiner, folder: &Path, names: &[String]) -> Result<Vec<Story>> {
    let mut told = Vec::new();
    if !folder.is_dir() {
        return Ok(told);
    }
    for file in pictures(folder)? {
        let Ok(pixels) = open_picture(&file) else {
            continue;
        };
        let seen = examiner.show(pixels)?;
        let shown = file
            .strip_prefix(folder)
            .unwrap_or(&file)
            .display()
            .to_string();
        let mut story = tell(examiner, AMONG_ALL, shown.clone(), &seen, names)?;
        story.scores.truncate(BEST);
        told.push(story);
        for (_, title, labels) in QUESTIONS.iter().filter(|(name, ..)| file.ends_with(name)) {
            let labels: Vec<String> = labels.iter().map(|&label| label.to_owned()).collect();
            told.push(tell(examiner, title, shown.clone(), &seen, &labels)?);
        }
    }
    Ok(told)
}
