//! A sweep: which picture to look at next, and what the answers so far add up to.
//!
//! It draws nothing and knows no model. A door asks [`Sweep::next`] for a variant, draws and classifies it, and feeds the
//! answer back by the variant's key, until there is none left. Every picture is looked at clean first; where the model is
//! wrong about it, or says the target already, nothing is written on it. The others get the core factorial (every content
//! at every height and place), one factor at a time around the base, and the search for the flip size, in this order.

mod answer;
mod content;
mod eligibility;
mod error;
mod factor;
mod flip;
mod options;
mod plan;
mod progress;

#[cfg(test)]
pub(crate) mod fake;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::collections::BTreeMap;

use glimpse_image::RgbImage;
use serde::{Deserialize, Serialize};

pub use answer::Answer;
pub(crate) use content::shuffle;
pub use content::{Content, Text};
pub use eligibility::Eligibility;
pub(crate) use eligibility::best;
pub use error::SweepError;
pub use factor::Factor;
pub(crate) use flip::Flip;
use options::Aim;
pub use options::SweepOptions;
pub(crate) use plan::Plan;
pub use progress::Progress;

use glimpse_lettering::{Fonts, Lettered, LetteringError, Spec, letter};

/// A picture that is written on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PictureId {
    /// What people call it, such as its file's name.
    pub name: String,
    /// Of the file, in hexadecimal.
    pub sha256: String,
}

/// One look at one picture.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Variant {
    /// Its stable name: the picture, then "clean", or what is written and how, as in "0/word/h0.16/x0.5/y0.17",
    /// "0/blank/font/serif" and "0/flip/x0.5/y0.17/h0.094".
    pub key: String,
    /// The picture, counted from 0.
    pub picture: usize,
    /// What is laid on it; `None` is the clean picture.
    pub spec: Option<Spec>,
}

impl Variant {
    /// The variant's picture, and the share of its pixels that differ from the clean one's.
    ///
    /// # Errors
    /// [`LetteringError`] when the label cannot be drawn.
    pub fn drawn<'square>(
        &self,
        square: &'square RgbImage,
        fonts: &Fonts,
    ) -> Result<(Cow<'square, RgbImage>, f32), LetteringError> {
        Ok(match &self.spec {
            Some(spec) => {
                let Lettered { image, area, .. } = letter(square, spec, fonts)?;
                (Cow::Owned(image), area)
            }
            None => (Cow::Borrowed(square), 0.0),
        })
    }
}

/// A sweep under way.
///
/// ```
/// use glimpse_attack::{Answer, PictureId, Sweep, SweepError, SweepOptions};
///
/// let options = SweepOptions {
///     word: "iPod".to_owned(),
///     labels: vec!["apple".to_owned(), "iPod".to_owned()],
///     ..SweepOptions::default()
/// };
/// let picture = PictureId { name: "apple.png".to_owned(), sha256: "…".to_owned() };
/// let mut sweep = Sweep::new(options, vec![picture])?;
/// while let Some(variant) = sweep.next() {
///     // A door draws `variant.spec` onto the picture here, and asks its classifier.
///     let answer = Answer { scores: vec![0.9, 0.1], cosines: vec![0.3, 0.28], area: 0.0 };
///     sweep.answer(&variant.key, answer)?;
/// }
/// assert_eq!(sweep.progress().done, sweep.progress().expected);
/// # Ok::<(), SweepError>(())
/// ```
pub struct Sweep {
    pub(crate) options: SweepOptions,
    pub(crate) pictures: Vec<PictureId>,
    pub(crate) aim: Aim,
    pub(crate) plan: Plan,
    states: Vec<State>,
    answers: BTreeMap<String, Answer>,
    most_tries: usize,
}

/// Where one picture stands.
struct State {
    /// Whether the clean picture is answered.
    seen: bool,
    /// Which of the plan's cells it gets.
    chosen: Vec<bool>,
    /// The first chosen cell without an answer, or the number of cells.
    at: usize,
    /// Chosen cells without an answer.
    left: usize,
    /// Answers of the search for the flip size.
    tries: usize,
    /// Whether nothing is left to ask.
    done: bool,
}

/// What the answer with some key is one to.
enum AnswerKind {
    Clean,
    Cell,
    Try,
}

impl Sweep {
    /// Checks the options and plans everything that depends on no answer.
    ///
    /// # Errors
    /// When the labels, the word, the target, the true label, the pictures or a range cannot be used; each says what to do.
    pub fn new(options: SweepOptions, pictures: Vec<PictureId>) -> Result<Self, SweepError> {
        let aim = options.aim()?;
        if pictures.is_empty() {
            return Err(SweepError::NoPictures);
        }
        let plan = Plan::new(&options);
        let state = |picture| {
            let chosen = plan.chosen(picture, &options);
            State {
                seen: false,
                at: next_chosen(&chosen, 0),
                left: chosen.iter().filter(|&&chosen| chosen).count(),
                chosen,
                tries: 0,
                done: false,
            }
        };
        let states = (0..pictures.len()).map(state).collect();
        let most_tries = flip::most_at_worst(&plan.heights, options.limit.is_some());
        Ok(Self {
            options,
            pictures,
            aim,
            plan,
            states,
            answers: BTreeMap::new(),
            most_tries,
        })
    }

    /// The variant to look at now; `None` when all is answered. It stays the same until its answer is given.
    #[must_use]
    pub fn next(&self) -> Option<Variant> {
        if let Some(picture) = self.states.iter().position(|state| !state.seen) {
            return Some(self.variant_clean(picture));
        }
        let open = self.states.iter().position(|state| !state.done)?;
        self.next_of(open)
    }

    /// Takes the answer to a variant, in any order: to resume a sweep that was cut, its kept answers are given back
    /// before [`Sweep::next`] is asked. A second answer to the same variant replaces the first.
    ///
    /// # Errors
    /// When the sweep has no such variant, or the answer does not hold one finite number for each label.
    pub fn answer(&mut self, key: &str, answer: Answer) -> Result<(), SweepError> {
        let (picture, place) = self.locate(key).ok_or_else(|| SweepError::UnknownKey {
            key: key.to_owned(),
        })?;
        answer.check(key, self.options.labels.len())?;
        let new = self.answers.insert(key.to_owned(), answer).is_none();
        if new {
            let state = &mut self.states[picture];
            match place {
                AnswerKind::Clean => state.seen = true,
                AnswerKind::Cell => state.left -= 1,
                AnswerKind::Try => state.tries += 1,
            }
        }
        self.advance(picture);
        Ok(())
    }

    /// All answers so far by their keys, for keeping.
    pub fn answers(&self) -> impl Iterator<Item = (&str, &Answer)> {
        self.answers
            .iter()
            .map(|(key, answer)| (key.as_str(), answer))
    }

    /// What was asked for.
    #[must_use]
    pub fn options(&self) -> &SweepOptions {
        &self.options
    }

    /// The pictures, in their order.
    #[must_use]
    pub fn pictures(&self) -> &[PictureId] {
        &self.pictures
    }

    /// The label that the word should pull to.
    #[must_use]
    pub fn target(&self) -> &str {
        &self.options.labels[self.aim.target]
    }

    /// What is written: the word, the controls that it has, and their texts.
    #[must_use]
    pub fn texts(&self) -> &[Text] {
        &self.plan.texts
    }

    /// The answer to a variant that is known to exist.
    pub(crate) fn of(&self, picture: usize, rest: &str) -> Option<&Answer> {
        self.answers.get(&format!("{picture}/{rest}"))
    }

    pub(crate) fn of_cell(&self, picture: usize, cell: usize) -> Option<&Answer> {
        self.of(picture, &self.plan.cells[cell].rest)
    }

    pub(crate) fn clean(&self, picture: usize) -> Option<&Answer> {
        self.of(picture, "clean")
    }

    /// All variants that have an answer, in the order in which they are asked.
    pub(crate) fn answered(&self) -> Vec<(Variant, &Answer)> {
        let mut all = Vec::with_capacity(self.answers.len());
        for picture in 0..self.pictures.len() {
            let mut variants = vec![self.variant_clean(picture)];
            variants.extend((0..self.plan.cells.len()).map(|cell| self.variant(picture, cell)));
            for &place in &self.plan.places {
                let tries = self.tries(picture, place);
                variants.extend(tries.map(|(height, _)| self.variant_try(picture, place, height)));
            }
            let answered = variants.into_iter().filter_map(|variant| {
                let answer = self.answers.get(&variant.key)?;
                Some((variant, answer))
            });
            all.extend(answered);
        }
        all
    }

    /// What the search for the flip size has come to at a place; `None` while the core there is not answered.
    pub(crate) fn flip(&self, picture: usize, place: usize) -> Option<Flip> {
        if self.states[picture].left > 0 {
            return None;
        }
        let largest = *self.plan.heights.last()?;
        Some(flip::follow(&self.tried(picture, place), largest))
    }

    /// Every height of the word at a place with whether the target won, from small to large.
    fn tried(&self, picture: usize, place: usize) -> Vec<(f32, bool)> {
        let won = |answer: &Answer| best(answer) == self.aim.target;
        let heights = self.plan.heights.iter().enumerate();
        let core = heights.filter_map(|(at, &height)| {
            let answer = self.of_cell(picture, self.plan.core_cell(at, place, 0))?;
            Some((height, won(answer)))
        });
        let tries = self.tries(picture, self.plan.places[place]);
        let mut all: Vec<(f32, bool)> = core.chain(tries.map(|(h, a)| (h, won(a)))).collect();
        all.sort_by(|one, other| one.0.total_cmp(&other.0));
        all
    }

    /// The search's own heights at a place, as their keys are sorted.
    fn tries(&self, picture: usize, [x, y]: [f32; 2]) -> impl Iterator<Item = (f32, &Answer)> {
        let prefix = format!("{picture}/flip/x{x}/y{y}/h");
        let from = self.answers.range(prefix.clone()..);
        from.map_while(move |(key, answer)| {
            let height = key.strip_prefix(&prefix)?.parse().ok()?;
            Some((height, answer))
        })
    }

    fn next_of(&self, picture: usize) -> Option<Variant> {
        let state = &self.states[picture];
        if !matches!(self.eligibility(picture), Eligibility::Counted) {
            return None;
        }
        if state.at < self.plan.cells.len() {
            return Some(self.variant(picture, state.at));
        }
        if !self.options.flip || self.room(picture) == Some(0) {
            return None;
        }
        (0..self.plan.places.len()).find_map(|place| match self.flip(picture, place) {
            Some(Flip::Try(height)) => {
                Some(self.variant_try(picture, self.plan.places[place], height))
            }
            _ => None,
        })
    }

    /// How many variants the limit still allows a picture's search for the flip size.
    fn room(&self, picture: usize) -> Option<usize> {
        let state = &self.states[picture];
        let chosen = state.chosen.iter().filter(|&&chosen| chosen).count();
        let limit = self.options.limit?;
        Some(limit.saturating_sub(1 + chosen + state.tries))
    }

    fn advance(&mut self, picture: usize) {
        let mut at = self.states[picture].at;
        while at < self.plan.cells.len() && self.of_cell(picture, at).is_some() {
            at = next_chosen(&self.states[picture].chosen, at + 1);
        }
        self.states[picture].at = at;
        self.states[picture].done = self.states[picture].seen && self.next_of(picture).is_none();
    }

    fn variant_clean(&self, picture: usize) -> Variant {
        Variant {
            key: format!("{picture}/clean"),
            picture,
            spec: None,
        }
    }

    fn variant(&self, picture: usize, cell: usize) -> Variant {
        let cell = &self.plan.cells[cell];
        let mut spec = cell.spec.clone();
        if cell.content == Content::Truth {
            spec.word = self.truth(picture).unwrap_or_default().to_owned();
        }
        Variant {
            key: format!("{picture}/{}", cell.rest),
            picture,
            spec: Some(spec),
        }
    }

    fn variant_try(&self, picture: usize, [x, y]: [f32; 2], height: f32) -> Variant {
        let spec = Spec {
            word: self.options.word.clone(),
            blank: false,
            height,
            x,
            y,
            ..self.options.spec.clone()
        };
        Variant {
            key: format!("{picture}/flip/x{x}/y{y}/h{height}"),
            picture,
            spec: Some(spec),
        }
    }

    /// The picture and the place of a key, where this sweep has it.
    fn locate(&self, key: &str) -> Option<(usize, AnswerKind)> {
        let (picture, rest) = key.split_once('/')?;
        let picture: usize = picture.parse().ok()?;
        let state = self.states.get(picture)?;
        let place = if rest == "clean" {
            AnswerKind::Clean
        } else if let Some(cell) = self.plan.find(rest) {
            if !state.chosen[cell] {
                return None;
            }
            AnswerKind::Cell
        } else {
            let (place, height) = rest.strip_prefix("flip/")?.rsplit_once("/h")?;
            let named = |[x, y]: &[f32; 2]| format!("x{x}/y{y}") == place;
            let place = *self.plan.places.iter().find(|place| named(place))?;
            let height: f32 = height.parse().ok()?;
            let known = self.options.flip && flip::may_try(height, &self.plan.heights);
            // Only the one spelling that `variant_try` has is a key.
            if !known || self.variant_try(picture, place, height).key != key {
                return None;
            }
            AnswerKind::Try
        };
        (key == format!("{picture}/{rest}")).then_some((picture, place))
    }
}

fn next_chosen(chosen: &[bool], from: usize) -> usize {
    let rest = chosen[from..].iter();
    from + rest.take_while(|&&chosen| !chosen).count()
}
