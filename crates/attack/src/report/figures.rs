//! What a sweep's answers add up to.

mod label_count;
mod outcome;

use serde::{Deserialize, Serialize};

pub use label_count::LabelCount;
pub use outcome::{ContentOutcome, Outcome};

use crate::stats::Quartiles;
use crate::sweep::{Content, Eligibility, Factor, Flip, Sweep, best};
use outcome::Look;

/// All figures of a report. Rates are over the pictures that count: those whose best label, before anything is written, is
/// the true one and not the target.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Figures {
    /// Each content, over all heights and places of the core.
    pub contents: Vec<ContentOutcome>,
    /// Each height, over all places.
    pub heights: Vec<HeightFigures>,
    /// Each place, row by row, with the word.
    pub places: Vec<PlaceFigures>,
    /// One factor at a time around the base.
    pub factors: Vec<FactorFigures>,
    /// The core scored again with fewer labels; empty where there are only two.
    pub label_counts: Vec<LabelCount>,
    /// The flip sizes of all pictures and places.
    pub flip: Quartiles,
    /// Each picture.
    pub pictures: Vec<PictureFigures>,
}

/// One height of the core.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct HeightFigures {
    /// A fraction of the side.
    pub height: f32,
    /// Each content at this height.
    pub contents: Vec<ContentOutcome>,
}

/// One place of the core, with the word.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PlaceFigures {
    /// The label's centre from the left, a fraction of the side.
    pub x: f32,
    /// From the top.
    pub y: f32,
    /// Over all heights.
    pub all: Outcome,
    /// At each height, from small to large.
    pub heights: Vec<Outcome>,
}

/// One factor.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FactorFigures {
    /// Which.
    pub factor: Factor,
    /// Its values.
    pub levels: Vec<LevelFigures>,
}

/// One value of a factor.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LevelFigures {
    /// The value.
    pub name: String,
    /// With the word.
    pub word: Outcome,
    /// With blank paper.
    pub blank: Outcome,
}

/// One picture.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PictureFigures {
    /// Whether it counts.
    pub standing: Eligibility,
    /// Its true label: the one given, else its best label when clean.
    pub truth: Option<String>,
    /// Its best label when clean.
    pub clean: Option<Best>,
    /// The word, over all heights and places of the core.
    pub word: Outcome,
    /// Blank paper there.
    pub blank: Outcome,
    /// The flip size at each place where its search has ended.
    pub flips: Vec<FlipSize>,
    /// Over all places.
    pub flip: Quartiles,
}

/// A best label.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Best {
    /// The label.
    pub label: String,
    /// Its probability.
    pub score: f32,
}

/// The flip size at one place.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FlipSize {
    /// The label's centre from the left, a fraction of the side.
    pub x: f32,
    /// From the top.
    pub y: f32,
    /// The smallest text height, to within 0.005 of the side, that makes it the target at its own and every larger tried
    /// size; `None` where the largest does not.
    pub size: Option<f32>,
}

impl Figures {
    pub(super) fn of(sweep: &Sweep, logit_scale: f32) -> Self {
        let count = Count {
            sweep,
            logit_scale,
            counted: (0..sweep.pictures.len())
                .filter(|&picture| sweep.eligibility(picture) == Eligibility::Counted)
                .collect(),
        };
        let pictures: Vec<PictureFigures> = (0..sweep.pictures.len())
            .map(|picture| count.picture(picture))
            .collect();
        let sizes = pictures.iter().flat_map(|picture| &picture.flips);
        Self {
            contents: count.contents(&count.all_heights()),
            heights: count.heights(),
            places: count.places(),
            factors: count.factors(),
            label_counts: label_count::counts(sweep, &count.counted),
            flip: Quartiles::of(sizes.map(|flip| flip.size)),
            pictures,
        }
    }
}

/// What the counting goes by.
struct Count<'a> {
    sweep: &'a Sweep,
    logit_scale: f32,
    counted: Vec<usize>,
}

impl Count<'_> {
    fn all_heights(&self) -> Vec<usize> {
        (0..self.sweep.plan.heights.len()).collect()
    }

    fn all_places(&self) -> Vec<usize> {
        (0..self.sweep.plan.places.len()).collect()
    }

    /// A content over some heights, places and pictures of the core.
    fn core(&self, content: usize, heights: &[usize], places: &[usize], of: &[usize]) -> Outcome {
        let plan = &self.sweep.plan;
        let mut looks = Vec::new();
        for &picture in of {
            for &height in heights {
                for &place in places {
                    let cell = |content| plan.core_cell(height, place, content);
                    looks.extend(self.look(picture, cell(content), cell(1)));
                }
            }
        }
        Outcome::of(&looks, self.sweep.aim.target, self.logit_scale)
    }

    /// A cell's answer beside that of its blank paper; nothing while it is not answered.
    fn look(&self, picture: usize, cell: usize, blank: usize) -> Option<Look<'_>> {
        Some(Look {
            truth: self.sweep.truth_row(picture)?,
            answer: self.sweep.of_cell(picture, cell)?,
            blank: self.sweep.of_cell(picture, blank).filter(|_| blank != cell),
        })
    }

    fn contents(&self, heights: &[usize]) -> Vec<ContentOutcome> {
        let texts = self.sweep.plan.texts.iter().enumerate();
        texts
            .map(|(at, text)| ContentOutcome {
                content: text.content,
                outcome: self.core(at, heights, &self.all_places(), &self.counted),
            })
            .collect()
    }

    fn heights(&self) -> Vec<HeightFigures> {
        let heights = self.sweep.plan.heights.iter().enumerate();
        heights
            .map(|(at, &height)| HeightFigures {
                height,
                contents: self.contents(&[at]),
            })
            .collect()
    }

    fn places(&self) -> Vec<PlaceFigures> {
        let places = self.sweep.plan.places.iter().enumerate();
        let word = |heights: &[usize], place| self.core(0, heights, &[place], &self.counted);
        places
            .map(|(place, &[x, y])| PlaceFigures {
                x,
                y,
                all: word(&self.all_heights(), place),
                heights: self
                    .all_heights()
                    .iter()
                    .map(|&at| word(&[at], place))
                    .collect(),
            })
            .collect()
    }

    fn factors(&self) -> Vec<FactorFigures> {
        let outcome = |cell: usize, blank: usize| {
            let pictures = self.counted.iter();
            let looks: Vec<Look<'_>> = pictures
                .filter_map(|&picture| self.look(picture, cell, blank))
                .collect();
            Outcome::of(&looks, self.sweep.aim.target, self.logit_scale)
        };
        let factors = self.sweep.plan.factors.iter();
        factors
            .map(|(factor, levels)| FactorFigures {
                factor: *factor,
                levels: levels
                    .iter()
                    .map(|level| LevelFigures {
                        name: level.name.clone(),
                        word: outcome(level.word, level.blank),
                        blank: outcome(level.blank, level.blank),
                    })
                    .collect(),
            })
            .collect()
    }

    fn picture(&self, picture: usize) -> PictureFigures {
        let sweep = self.sweep;
        let own: &[usize] = if sweep.eligibility(picture) == Eligibility::Counted {
            &[picture]
        } else {
            &[]
        };
        let core = |content| self.core(content, &self.all_heights(), &self.all_places(), own);
        let places = sweep
            .plan
            .places
            .iter()
            .enumerate()
            .filter(|_| !own.is_empty());
        let flips: Vec<FlipSize> = places
            .filter_map(|(place, &[x, y])| {
                let size = match sweep.flip(picture, place)? {
                    Flip::At(size) => Some(size),
                    Flip::Never => None,
                    Flip::Try(_) => return None,
                };
                Some(FlipSize { x, y, size })
            })
            .collect();
        PictureFigures {
            standing: sweep.eligibility(picture),
            truth: sweep.truth(picture).map(str::to_owned),
            clean: sweep.clean(picture).map(|clean| Best {
                label: sweep.options.labels[best(clean)].clone(),
                score: clean.scores[best(clean)],
            }),
            word: core(0),
            blank: core(1),
            flip: Quartiles::of(flips.iter().map(|flip| flip.size)),
            flips,
        }
    }
}

impl Figures {
    /// A content over the core; nothing where the sweep does not have it.
    #[must_use]
    pub fn content(&self, content: Content) -> Option<&Outcome> {
        let found = self.contents.iter().find(|entry| entry.content == content);
        found.map(|entry| &entry.outcome)
    }

    /// How many pictures stand so.
    #[must_use]
    pub fn standing(&self, eligibility: Eligibility) -> usize {
        let pictures = self.pictures.iter();
        pictures
            .filter(|picture| picture.standing == eligibility)
            .count()
    }
}
