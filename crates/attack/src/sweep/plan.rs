//! The variants that a sweep has for every picture, known before it begins: the core factorial and one factor at a time.

use std::collections::HashMap;

use rand_pcg::Pcg64Mcg;
use rand_pcg::rand_core::SeedableRng;

use super::content::{Content, Text, contents, shuffle};
use super::factor::{Factor, levels};
use super::options::SweepOptions;
use glimpse_lettering::Spec;

/// One variant of any picture.
pub(crate) struct Cell {
    /// Its key without the picture.
    pub rest: String,
    /// What is written.
    pub content: Content,
    /// How; the true label's word is still to be filled in.
    pub spec: Spec,
}

/// One value of a factor, with the word and without.
pub(crate) struct Level {
    /// The value's name.
    pub name: String,
    /// The word's cell.
    pub word: usize,
    /// The blank paper's cell, of the same geometry.
    pub blank: usize,
}

/// Everything that can be said without an answer.
pub(crate) struct Plan {
    /// What is written.
    pub texts: Vec<Text>,
    /// From small to large.
    pub heights: Vec<f32>,
    /// The grid's places, row by row.
    pub places: Vec<[f32; 2]>,
    /// All variants, the core first: heights, then places, then contents.
    pub cells: Vec<Cell>,
    /// The factors that have more than one value.
    pub factors: Vec<(Factor, Vec<Level>)>,
    /// Cells of one geometry: what a limit keeps or drops together.
    groups: Vec<Vec<usize>>,
    by_rest: HashMap<String, usize>,
}

impl Plan {
    pub fn new(options: &SweepOptions) -> Self {
        let mut plan = Self {
            texts: contents(options),
            heights: options.sorted_heights(),
            places: options.places(),
            cells: Vec::new(),
            factors: Vec::new(),
            groups: Vec::new(),
            by_rest: HashMap::new(),
        };
        plan.core(options);
        if options.factors {
            plan.one_at_a_time(options);
        }
        let rests = plan.cells.iter().map(|cell| cell.rest.clone());
        plan.by_rest = rests.zip(0..).collect();
        plan
    }

    fn core(&mut self, options: &SweepOptions) {
        for &height in &self.heights {
            for &[x, y] in &self.places {
                let first = self.cells.len();
                for text in &self.texts {
                    self.cells.push(Cell {
                        rest: format!("{}/{}", text.content.key(), place(height, [x, y])),
                        content: text.content,
                        spec: Spec {
                            height,
                            x,
                            y,
                            word: text.text.clone().unwrap_or_default(),
                            blank: text.content == Content::Blank,
                            ..options.spec.clone()
                        },
                    });
                }
                self.groups.push((first..self.cells.len()).collect());
            }
        }
    }

    fn one_at_a_time(&mut self, options: &SweepOptions) {
        let base = Spec {
            word: options.word.clone(),
            blank: false,
            ..options.spec.clone()
        };
        for factor in Factor::ALL {
            let values = levels(factor, &base, &options.fonts);
            if values.len() < 2 {
                continue;
            }
            let found = values.into_iter().map(|(name, spec)| {
                let rest = if spec == base {
                    "base".to_owned()
                } else {
                    format!("{}/{name}", factor.key())
                };
                let first = self.cells.len();
                let word = self.cell(Content::Word, &rest, spec.clone());
                let paper = Spec {
                    blank: true,
                    ..spec
                };
                let blank = self.cell(Content::Blank, &rest, paper);
                if first < self.cells.len() {
                    self.groups.push((first..self.cells.len()).collect());
                }
                Level { name, word, blank }
            });
            let found = found.collect();
            self.factors.push((factor, found));
        }
    }

    /// The cell of this content and look: the one that is there already, else a new one.
    fn cell(&mut self, content: Content, rest: &str, spec: Spec) -> usize {
        let same = |cell: &Cell| cell.content == content && cell.spec == spec;
        if let Some(there) = self.cells.iter().position(same) {
            return there;
        }
        self.cells.push(Cell {
            rest: format!("{}/{rest}", content.key()),
            content,
            spec,
        });
        self.cells.len() - 1
    }

    /// The core's cell of a height, a place and a content, each counted from 0.
    pub fn core_cell(&self, height: usize, place: usize, content: usize) -> usize {
        (height * self.places.len() + place) * self.texts.len() + content
    }

    /// The cell of a key without its picture.
    pub fn find(&self, rest: &str) -> Option<usize> {
        self.by_rest.get(rest).copied()
    }

    /// Which cells a picture gets: all of them, or whole geometries by lot, until `limit` variants are full.
    pub fn chosen(&self, picture: usize, options: &SweepOptions) -> Vec<bool> {
        let Some(limit) = options.limit else {
            return vec![true; self.cells.len()];
        };
        let mut room = limit.saturating_sub(1); // the clean picture
        let seed = options.seed.wrapping_add(2).wrapping_add(picture as u64);
        let mut order: Vec<&Vec<usize>> = self.groups.iter().collect();
        shuffle(&mut order, &mut Pcg64Mcg::seed_from_u64(seed));
        let mut chosen = vec![false; self.cells.len()];
        for group in order {
            if group.len() <= room {
                room -= group.len();
                group.iter().for_each(|&cell| chosen[cell] = true);
            }
        }
        chosen
    }
}

/// A height and a place as keys write them.
pub(crate) fn place(height: f32, [x, y]: [f32; 2]) -> String {
    format!("h{height}/x{x}/y{y}")
}
