//! Reads words in held-out fonts: words that training rendered, and words that it never did.

use anyhow::Result;
use rand::RngExt;

use super::gallery::{Gallery, chance, others, picture};
use super::judge::Examiner;
use crate::scene::{Item, Word};
use crate::split::{split, taught_words};

/// Words shown in each of the two exams.
const TRIALS: usize = 300;
/// Labels in a question.
const LABELS: usize = 20;

/// Which of 20 words that training never rendered is written here?
///
/// # Errors
/// When there are too few words or no font, or the model cannot be run.
pub fn unseen_words(examiner: &mut Examiner, gallery: &Gallery) -> Result<()> {
    read(
        examiner,
        gallery,
        "words-unseen",
        &split().held_out_words,
        5,
    )
}

/// Which of 20 words that training rendered is written here?
///
/// # Errors
/// When there are too few words or no font, or the model cannot be run.
pub fn taught(examiner: &mut Examiner, gallery: &Gallery) -> Result<()> {
    read(examiner, gallery, "words-taught", taught_words(), 6)
}

fn read(
    examiner: &mut Examiner,
    gallery: &Gallery,
    key: &'static str,
    words: &[String],
    exam: u64,
) -> Result<()> {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    for trial in 0..TRIALS {
        let chance = &mut chance(exam, trial);
        let labels: Vec<String> = others(&words, &[], LABELS, chance)?
            .into_iter()
            .map(String::from)
            .collect();
        let width = chance.random_range(0.75..0.97);
        let word = Word {
            x: 0.5,
            y: chance.random_range(0.3..0.7),
            width,
            height: 0.5,
            ..gallery.paper(&labels[0], chance)?
        };
        let seen = examiner.show(picture(vec![Item::Word(word)]))?;
        examiner.ask(key, &seen, &labels, 0)?;
    }
    Ok(())
}
