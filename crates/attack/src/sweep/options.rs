//! What a sweep is asked to do, and what is checked before it begins.

use serde::{Deserialize, Serialize};

use super::SweepError;
use glimpse_lettering::Spec;

/// The smallest text that can be drawn, as a fraction of the side: [`Spec::height`]'s least.
pub(crate) const LEAST_HEIGHT: f32 = 0.02;
/// The most places in a row of the grid.
const MOST_POSITIONS: u32 = 9;

/// What is written on the pictures, and what is asked of the model.
///
/// The same options, pictures and answers give the same sweep, the same order and the same figures on every machine.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct SweepOptions {
    /// The word of the attack.
    pub word: String,
    /// The labels that the model chooses between, two or more.
    pub labels: Vec<String>,
    /// The label that the word should pull to; `None` is the label that equals the word, upper and lower case aside.
    pub target: Option<String>,
    /// Another word for the target, written as one more content.
    pub synonym: Option<String>,
    /// What all the pictures show; `None` is each picture's best label before anything is written on it.
    pub truth: Option<String>,
    /// The templates that the labels are put into; the sweep only hands them on.
    pub templates: Vec<String>,
    /// How the words look where nothing else is said: the base that one factor at a time is changed from.
    /// Its `word` and `blank` are not used.
    pub spec: Spec,
    /// The text's heights, fractions of the side, 0.02 to 1.
    pub heights: Vec<f32>,
    /// Places in a row of the square grid, 1 to 9; 3 are 3 x 3 places.
    pub positions: u32,
    /// Whether one factor at a time is changed around the base.
    pub factors: bool,
    /// The fonts that are tried as a factor; empty is the base's alone.
    pub fonts: Vec<String>,
    /// Whether the smallest text that still wins is looked for at each place.
    pub flip: bool,
    /// What the nonsense, the scrambled word and the drawing of lots come from.
    pub seed: u64,
    /// At most so many variants of a picture, the clean one among them: whole geometries, drawn by the seed, so that
    /// each word keeps its blank paper. The search for the flip size takes what is left.
    pub limit: Option<usize>,
}

impl Default for SweepOptions {
    fn default() -> Self {
        Self {
            word: String::new(),
            labels: Vec::new(),
            target: None,
            synonym: None,
            truth: None,
            templates: Vec::new(),
            spec: Spec::default(),
            heights: vec![0.03, 0.04, 0.06, 0.08, 0.11, 0.16, 0.22, 0.32],
            positions: 3,
            factors: true,
            fonts: Vec::new(),
            flip: true,
            seed: 0,
            limit: None,
        }
    }
}

/// The labels' rows that a sweep is about.
pub(crate) struct Aim {
    /// The target's row.
    pub target: usize,
    /// The true label's row, where it was given.
    pub truth: Option<usize>,
}

impl SweepOptions {
    /// Checks everything that is needed before the first picture, and finds the target.
    pub(crate) fn aim(&self) -> Result<Aim, SweepError> {
        match self.labels.as_slice() {
            [] => return Err(SweepError::NoLabels),
            [label] => {
                return Err(SweepError::OneLabel {
                    label: label.clone(),
                });
            }
            _ => {}
        }
        if self.word.trim().is_empty() {
            return Err(SweepError::Empty { what: "word" });
        }
        if self.synonym.as_ref().is_some_and(|s| s.trim().is_empty()) {
            return Err(SweepError::Empty { what: "synonym" });
        }
        self.ranges()?;
        let target = match &self.target {
            Some(target) => self
                .row(target)
                .ok_or_else(|| SweepError::TargetNotAmongLabels {
                    target: target.clone(),
                })?,
            None => self
                .row(&self.word)
                .ok_or_else(|| SweepError::WordNotAmongLabels {
                    word: self.word.clone(),
                })?,
        };
        let truth = match &self.truth {
            Some(truth) => {
                Some(
                    self.row(truth)
                        .ok_or_else(|| SweepError::TruthNotAmongLabels {
                            truth: truth.clone(),
                        })?,
                )
            }
            None => None,
        };
        if truth == Some(target) {
            return Err(SweepError::TruthIsTarget {
                truth: self.labels[target].clone(),
            });
        }
        Ok(Aim { target, truth })
    }

    fn ranges(&self) -> Result<(), SweepError> {
        if self.heights.is_empty() {
            return Err(SweepError::EmptyList { what: "heights" });
        }
        let allowed = LEAST_HEIGHT..=1.0;
        if let Some(height) = self.heights.iter().find(|h| !allowed.contains(*h)) {
            return Err(SweepError::OutOfRange {
                what: "a height",
                value: height.to_string(),
                least: "0.02",
                most: "1, fractions of the picture's side",
            });
        }
        if !(1..=MOST_POSITIONS).contains(&self.positions) {
            return Err(SweepError::OutOfRange {
                what: "the number of places in a row",
                value: self.positions.to_string(),
                least: "1",
                most: "9",
            });
        }
        if self.limit == Some(0) {
            return Err(SweepError::OutOfRange {
                what: "the limit of variants a picture",
                value: "0".to_owned(),
                least: "1",
                most: "any number",
            });
        }
        Ok(())
    }

    /// The label that is the text: exactly, else upper and lower case and space around it aside.
    fn row(&self, text: &str) -> Option<usize> {
        let folded = |text: &str| text.trim().to_lowercase();
        let exact = self.labels.iter().position(|label| label == text);
        exact.or_else(|| {
            let text = folded(text);
            self.labels.iter().position(|label| folded(label) == text)
        })
    }

    /// The heights from small to large, each once.
    pub(crate) fn sorted_heights(&self) -> Vec<f32> {
        let mut heights = self.heights.clone();
        heights.sort_by(f32::total_cmp);
        heights.dedup();
        heights
    }

    /// The grid's places, row by row: the centres of its cells, to a hundredth of the side.
    pub(crate) fn places(&self) -> Vec<[f32; 2]> {
        let side = self.positions;
        let centre = |cell: u32| ((cell as f32 + 0.5) / side as f32 * 100.0).round() / 100.0;
        let row = |y: u32| (0..side).map(move |x| [centre(x), centre(y)]);
        (0..side).flat_map(row).collect()
    }
}
