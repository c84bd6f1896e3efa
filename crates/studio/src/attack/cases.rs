//! The attack's cases: a drawing in the held-out style, a word that names another thing, six labels, and a paper somewhere on it.

use anyhow::{Context, Result};
use glimpse::{Classifier, Defence, Defended};
use glimpse_lettering::{Fonts, Lettered, Spec, letter};
use image::RgbImage;
use pollster::block_on;
use rand::RngExt;
use rand::seq::IndexedRandom;

use crate::concepts::taught_names;
use crate::exam::gallery::{Gallery, alone, chance, name_of, others, picture};
use crate::split::taught_words;

/// Labels of each case: the thing, the word, and others.
pub const LABELS: usize = 6;
/// The fonts that papers are written in, by turns.
pub const FONTS: [&str; 4] = ["sans", "serif", "mono", "hand"];
/// The exams' numbers that chance begins at, other than those of the exam itself.
const MEASURED: u64 = 40;
const CALIBRATED: u64 = 41;
/// A paper is at most so wide, as a share of the side.
const WIDEST: f32 = 0.85;
/// The em of the largest text, as a share of the side.
const TALLEST: f32 = 0.22;
/// How wide a letter is in these fonts, in ems: the monospaced one's 0.6, about.
const LETTER: f32 = 0.6;

/// One attack.
pub struct Case {
    /// The drawing as the model sees it.
    pub clean: RgbImage,
    /// The thing, the word, and four other things.
    pub labels: Vec<String>,
    /// The word on its paper.
    pub spec: Spec,
}

impl Case {
    /// The label of the thing that is drawn.
    pub fn truth(&self) -> &str {
        &self.labels[0]
    }

    /// The label that the word names.
    pub fn target(&self) -> &str {
        &self.labels[1]
    }
}

/// Where cases come from, and what looks at them.
pub struct Cases<'a> {
    pub classifier: &'a Classifier,
    gallery: &'a Gallery,
    fonts: Fonts,
    names: Vec<&'static str>,
    /// Names of things that training rendered as words.
    words: Vec<&'static str>,
}

impl<'a> Cases<'a> {
    pub fn new(classifier: &'a Classifier, gallery: &'a Gallery) -> Self {
        let names = taught_names();
        let rendered = |name: &&str| taught_words().iter().any(|word| word == name);
        Self {
            classifier,
            gallery,
            fonts: Fonts::bundled(),
            words: names.iter().copied().filter(rendered).collect(),
            names,
        }
    }

    /// A case that the figures are made of.
    pub fn measured(&self, number: usize) -> Result<Case> {
        self.case(MEASURED, number)
    }

    /// A case that the defences are calibrated on.
    pub fn calibrated(&self, number: usize) -> Result<Case> {
        self.case(CALIBRATED, number)
    }

    fn case(&self, exam: u64, number: usize) -> Result<Case> {
        let chance = &mut chance(exam, number);
        let sprite = self.gallery.thing(chance)?;
        let name = name_of(sprite);
        let others_than: Vec<&str> = self
            .words
            .iter()
            .copied()
            .filter(|&word| word != name)
            .collect();
        let word = *others_than
            .choose(chance)
            .context("no name of a thing is among the words that are taught")?;
        let mut labels = vec![name, word];
        labels.extend(others(&self.names, &[name, word], LABELS - 2, chance)?);
        let width = LETTER * word.chars().count() as f32;
        let spec = Spec {
            word: word.to_owned(),
            font: FONTS[number % FONTS.len()].to_owned(),
            height: (WIDEST / width).min(TALLEST),
            x: chance.random_range(0.4..0.6),
            y: chance.random_range(0.3..0.8),
            rotation: chance.random_range(-8.0..8.0),
            ..Spec::default()
        };
        Ok(Case {
            clean: self
                .classifier
                .preprocess_pixels(&picture(vec![alone(sprite)])),
            labels: labels.into_iter().map(String::from).collect(),
            spec,
        })
    }

    /// The case's drawing with a label on it.
    pub fn letter(&self, case: &Case, spec: &Spec) -> Result<Lettered> {
        Ok(letter(&case.clean, spec, &self.fonts)?)
    }

    /// What the model says under a defence.
    pub fn defend(&self, case: &Case, defence: &Defence, image: &RgbImage) -> Result<Defended> {
        Ok(block_on(self.classifier.defend(
            defence,
            image,
            &case.labels,
            &[],
        ))?)
    }

    /// The label that fits best, with nothing done against text.
    pub fn best(&self, case: &Case, image: &RgbImage) -> Result<String> {
        let defended = self.defend(case, &Defence::None, image)?;
        best(defended)
    }

    /// A picture's embedding.
    pub fn embedding(&self, image: &RgbImage) -> Result<Vec<f32>> {
        Ok(block_on(self.classifier.embed_square(image))?)
    }
}

/// The best label.
pub fn best(defended: Defended) -> Result<String> {
    let first = defended.scores.into_iter().next();
    Ok(first.context("there are labels, and so a best one")?.label)
}
