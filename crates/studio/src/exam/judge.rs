//! Asks a model about pictures, and keeps the score: what was right, how often, and what went wrong.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use anyhow::{Result, ensure};
use image::RgbImage;

/// How many failures of a figure are kept to be looked at.
const KEPT: usize = 8;

/// A picture's or a text's vector, of unit length.
pub type Embedding = Vec<f32>;

/// A model that can be examined.
pub trait Judge {
    /// The embedding of a picture.
    ///
    /// # Errors
    /// When the model cannot be run.
    fn picture(&mut self, picture: &RgbImage) -> Result<Embedding>;

    /// The embedding of a text, used as it is.
    ///
    /// # Errors
    /// When the model cannot be run.
    fn text(&mut self, text: &str) -> Result<Embedding>;

    /// The embeddings of several texts, in their order.
    ///
    /// # Errors
    /// When the model cannot be run.
    fn texts(&mut self, texts: &[String]) -> Result<Vec<Embedding>> {
        texts.iter().map(|text| self.text(text)).collect()
    }

    /// How well each label fits an embedded picture, from 0 to 1, in the labels' order.
    ///
    /// # Errors
    /// When the labels cannot be used, or the model cannot be run.
    fn probabilities(&mut self, picture: &[f32], labels: &[String]) -> Result<Vec<f32>>;
}

/// A picture that the model has looked at.
#[derive(Clone)]
pub struct Seen {
    /// Its pixels.
    pub picture: Rc<RgbImage>,
    /// What the model made of it.
    pub embedding: Embedding,
}

/// What a figure counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    /// How often it was as asked for.
    pub right: u32,
    /// How often it was asked.
    pub trials: u32,
}

/// One answer that was wrong.
#[derive(Clone)]
pub struct Failed {
    /// The key of the figure that it counts against.
    pub key: &'static str,
    /// What was shown.
    pub picture: Rc<RgbImage>,
    /// The label that should have won.
    pub asked: String,
    /// The label that did.
    pub answered: String,
}

/// Asks a judge; no text is embedded twice.
pub struct Examiner<'a> {
    judge: &'a mut dyn Judge,
    texts: HashMap<String, Embedding>,
    marks: HashMap<&'static str, Marks>,
    failed: Vec<Failed>,
}

impl<'a> Examiner<'a> {
    /// Examines `judge`, with no marks yet.
    pub fn new(judge: &'a mut dyn Judge) -> Self {
        Self {
            judge,
            texts: HashMap::new(),
            marks: HashMap::new(),
            failed: Vec::new(),
        }
    }

    /// Shows a picture.
    ///
    /// # Errors
    /// When the model cannot be run.
    pub fn show(&mut self, picture: RgbImage) -> Result<Seen> {
        Ok(Seen {
            embedding: self.judge.picture(&picture)?,
            picture: Rc::new(picture),
        })
    }

    /// The cosine of a picture with each label.
    ///
    /// # Errors
    /// When there is no label, or the model cannot be run.
    pub fn cosines(&mut self, seen: &Seen, labels: &[String]) -> Result<Vec<f32>> {
        self.cosines_of(&seen.embedding, labels)
    }

    /// The cosine of any embedding with each label.
    ///
    /// # Errors
    /// As [`Examiner::cosines`].
    pub fn cosines_of(&mut self, embedding: &[f32], labels: &[String]) -> Result<Vec<f32>> {
        ensure!(!labels.is_empty(), "a question of the exam has no labels");
        self.read(labels)?;
        let of = |label| cosine(&self.texts[label], embedding);
        Ok(labels.iter().map(of).collect())
    }

    /// The embeddings of texts, used as they are.
    ///
    /// # Errors
    /// When the model cannot be run.
    pub fn texts(&mut self, texts: &[String]) -> Result<Vec<Embedding>> {
        self.read(texts)?;
        Ok(texts.iter().map(|text| self.texts[text].clone()).collect())
    }

    /// Embeds those of `texts` that are new, all at once.
    fn read(&mut self, texts: &[String]) -> Result<()> {
        let mut new: Vec<String> = Vec::new();
        let mut asked = HashSet::new();
        for text in texts {
            if !self.texts.contains_key(text) && asked.insert(text) {
                new.push(text.clone());
            }
        }
        if !new.is_empty() {
            let embeddings = self.judge.texts(&new)?;
            self.texts.extend(new.into_iter().zip(embeddings));
        }
        Ok(())
    }

    /// The label that fits a picture best: its place among `labels`.
    ///
    /// # Errors
    /// As [`Examiner::cosines`].
    pub fn best(&mut self, seen: &Seen, labels: &[String]) -> Result<usize> {
        Ok(best(&self.cosines(seen, labels)?))
    }

    /// The probability of each label, in the labels' order.
    ///
    /// # Errors
    /// When the labels cannot be used, or the model cannot be run.
    pub fn probabilities(&mut self, seen: &Seen, labels: &[String]) -> Result<Vec<f32>> {
        self.judge.probabilities(&seen.embedding, labels)
    }

    /// Asks which of `labels` it is and marks whether `labels[right]` wins; gives how many labels came before it.
    ///
    /// # Errors
    /// As [`Examiner::cosines`].
    pub fn ask(
        &mut self,
        key: &'static str,
        seen: &Seen,
        labels: &[String],
        right: usize,
    ) -> Result<usize> {
        let cosines = self.cosines(seen, labels)?;
        Ok(self.settle(key, seen, &cosines, labels, right))
    }

    /// Marks whether `labels[right]` wins by the cosines that were found; gives how many labels came before it.
    pub fn settle(
        &mut self,
        key: &'static str,
        seen: &Seen,
        cosines: &[f32],
        labels: &[String],
        right: usize,
    ) -> usize {
        let rank = rank(cosines, right);
        self.mark(key, rank == 0);
        if rank > 0 {
            self.fail(key, seen, &labels[right], &labels[best(cosines)]);
        }
        rank
    }

    /// Counts one trial of a figure.
    pub fn mark(&mut self, key: &'static str, right: bool) {
        let marks = self.marks.entry(key).or_default();
        marks.right += u32::from(right);
        marks.trials += 1;
    }

    /// Keeps a wrong answer to be looked at; it counts only through [`Examiner::mark`].
    pub fn fail(&mut self, key: &'static str, seen: &Seen, asked: &str, answered: &str) {
        self.failed.push(Failed {
            key,
            picture: Rc::clone(&seen.picture),
            asked: asked.to_owned(),
            answered: answered.to_owned(),
        });
    }

    /// Lets go of all but a few failures of each figure, evenly chosen. Pictures are large: call it after each exam.
    pub fn thin(&mut self) {
        let mut counts: HashMap<&str, usize> = HashMap::new();
        for failed in &self.failed {
            *counts.entry(failed.key).or_default() += 1;
        }
        let mut places: HashMap<&str, usize> = HashMap::new();
        self.failed.retain(|failed| {
            let (count, place) = (counts[failed.key], places.entry(failed.key).or_default());
            *place += 1;
            // Kept is where a run of `KEPT` steps over all of them takes its next step.
            count <= KEPT || *place * KEPT / count > (*place - 1) * KEPT / count
        });
    }

    /// The marks of a figure so far.
    pub fn marks(&self, key: &str) -> Marks {
        self.marks.get(key).copied().unwrap_or_default()
    }

    /// The wrong answers that were kept, in the order they were given.
    pub fn failed(&self) -> &[Failed] {
        &self.failed
    }
}

/// The cosine of two vectors of unit length.
pub fn cosine(one: &[f32], other: &[f32]) -> f32 {
    one.iter().zip(other).map(|(a, b)| a * b).sum()
}

/// How many labels are not clearly worse than the right one: equal scores, and scores that are no number, count against it.
pub fn rank(cosines: &[f32], right: usize) -> usize {
    let own = cosines[right];
    let others = cosines.iter().enumerate().filter(|&(at, _)| at != right);
    others
        .filter(|&(_, other)| own.partial_cmp(other) != Some(std::cmp::Ordering::Greater))
        .count()
}

/// The place of the largest cosine.
pub fn best(cosines: &[f32]) -> usize {
    let better = |best: usize, at: usize| {
        if cosines[at] > cosines[best] {
            at
        } else {
            best
        }
    };
    (1..cosines.len()).fold(0, better)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tie_or_no_number_counts_against_the_right_label() {
        assert_eq!(rank(&[0.5, 0.1, 0.2], 0), 0);
        assert_eq!(rank(&[0.5, 0.5, 0.2], 0), 1);
        assert_eq!(rank(&[0.1, 0.5, 0.2], 0), 2);
        assert_eq!(rank(&[f32::NAN, 0.5, 0.2], 0), 2);
        assert_eq!(best(&[0.1, 0.5, 0.2]), 1);
    }
}
