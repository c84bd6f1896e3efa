//! Composition: which colour goes with which shape, how many there are, and what is left of what.

use anyhow::{Context, Result};
use rand::RngExt;
use rand::seq::{IndexedRandom, SliceRandom};
use rand_pcg::Pcg64Mcg;

use super::gallery::{Gallery, about, chance, drawn, name_of, picture};
use super::judge::Examiner;
use crate::captions::{Side, article, of_count, of_pair, of_relation};
use crate::scene::{Item, Place, Rgb};
use crate::shapes::{self, COLOURS, Shape};

/// Pictures in each exam.
const TRIALS: usize = 300;
/// The most that are counted.
const MOST: usize = 5;

/// A coloured shape.
#[derive(Clone, Copy)]
struct Coloured {
    colour: &'static str,
    paint: Rgb,
    shape: Shape,
}

impl Coloured {
    /// "red star"
    fn name(self) -> String {
        shapes::phrase(self.colour, self.shape)
    }

    /// Whether training shows this pair.
    fn is_taught(self) -> bool {
        shapes::is_taught(self.colour, self.shape)
    }

    fn at(self, place: Place, chance: &mut Pcg64Mcg) -> Item {
        Item::Shape {
            shape: self.shape,
            colour: self.colour,
            paint: about(self.paint, chance),
            place,
        }
    }
}

/// Every colour in every shape.
fn every_pair() -> Vec<Coloured> {
    let of = |&(colour, paint): &(&'static str, Rgb)| {
        Shape::ALL.map(|shape| Coloured {
            colour,
            paint,
            shape,
        })
    };
    COLOURS.iter().flat_map(of).collect()
}

/// One coloured shape among all colours and shapes: pairs that training never shows together, and pairs that it does.
///
/// # Errors
/// When there is no such pair, or the model cannot be run.
pub fn coloured_shapes(examiner: &mut Examiner) -> Result<()> {
    let all = every_pair();
    let labels: Vec<String> = all.iter().map(|pair| article(&pair.name())).collect();
    for (key, taught, exam) in [("shapes-held-out", false, 7), ("shapes-taught", true, 8)] {
        let asked: Vec<usize> = (0..all.len())
            .filter(|&at| all[at].is_taught() == taught)
            .collect();
        for trial in 0..TRIALS {
            let chance = &mut chance(exam, trial);
            let right = *asked
                .choose(chance)
                .context("split.json holds out no pair, or all")?;
            let size = chance.random_range(0.4..0.85);
            let room = size / 2.0..=1.0 - size / 2.0;
            let place = Place::upright(
                chance.random_range(room.clone()),
                chance.random_range(room),
                size,
            );
            let seen = examiner.show(picture(vec![all[right].at(place, chance)]))?;
            examiner.ask(key, &seen, &labels, right)?;
        }
    }
    Ok(())
}

/// "a red circle and a blue square" against "a blue circle and a red square".
///
/// All four pairs are ones that training shows: else a model could tell by what it never saw.
///
/// # Errors
/// When there are too few pairs, or the model cannot be run.
pub fn binding(examiner: &mut Examiner) -> Result<()> {
    let all = every_pair();
    for trial in 0..TRIALS {
        let chance = &mut chance(9, trial);
        let [first, second, swapped_first, swapped_second] = loop {
            let pair: Vec<Coloured> = all.sample(chance, 2).copied().collect();
            let [first, second] = pair[..] else {
                anyhow::bail!("there are fewer than two coloured shapes");
            };
            let swapped_first = Coloured {
                shape: first.shape,
                ..second
            };
            let swapped_second = Coloured {
                shape: second.shape,
                ..first
            };
            let four = [first, second, swapped_first, swapped_second];
            let differ = first.colour != second.colour && first.shape != second.shape;
            if differ && four.iter().all(|pair| pair.is_taught()) {
                break four;
            }
        };
        let labels = [
            of_pair(&first.name(), &second.name(), false),
            of_pair(&swapped_first.name(), &swapped_second.name(), false),
        ];
        let angle = chance.random_range(0.0..std::f32::consts::TAU);
        let (x, y) = (0.24 * libm::cosf(angle), 0.24 * libm::sinf(angle));
        let items = [(first, 1.0), (second, -1.0)].map(|(pair, side)| {
            let size = chance.random_range(0.3..0.4);
            pair.at(Place::upright(0.5 + side * x, 0.5 + side * y, size), chance)
        });
        let seen = examiner.show(picture(items.into()))?;
        examiner.ask("binding", &seen, &labels, 0)?;
    }
    Ok(())
}

/// One to five of a thing in the held-out style, and of a coloured shape: "three dogs" among "one dog" to "five dogs".
///
/// # Errors
/// When there is no drawing, or the model cannot be run.
pub fn counting(examiner: &mut Examiner, gallery: &Gallery) -> Result<()> {
    let pairs: Vec<Coloured> = every_pair()
        .into_iter()
        .filter(|pair| pair.is_taught())
        .collect();
    for trial in 0..TRIALS {
        let chance = &mut chance(10, trial);
        let count = 1 + trial % MOST;
        let places = scattered(count, chance);
        let things = trial < TRIALS / 2;
        let (name, items): (String, Vec<Item>) = if things {
            let sprite = gallery.thing(chance)?;
            let items = places
                .iter()
                .map(|place| drawn(sprite, place.x, place.y, place.size));
            (name_of(sprite).to_owned(), items.collect())
        } else {
            let pair = *pairs
                .choose(chance)
                .context("split.json holds out every pair")?;
            let items = places.iter().map(|&place| pair.at(place, chance));
            (pair.name(), items.collect())
        };
        let labels: Vec<String> = (1..=MOST)
            .map(|count| of_count(count, &name, false))
            .collect();
        let seen = examiner.show(picture(items))?;
        let rank = examiner.ask("counting", &seen, &labels, count - 1)?;
        examiner.mark(
            if things {
                "counting-things"
            } else {
                "counting-shapes"
            },
            rank == 0,
        );
    }
    Ok(())
}

/// `count` places of one size, each in its own part of three by three, where it lies a little off the middle.
fn scattered(count: usize, chance: &mut Pcg64Mcg) -> Vec<Place> {
    let mut cells: Vec<u8> = (0..9).collect();
    cells.shuffle(chance);
    let size = chance.random_range(0.24..0.3);
    // Half of the room there is, so that neighbours do not touch.
    let off = (1.0 / 3.0 - size) / 4.0;
    let mut along = |cell: u8| (f32::from(cell) + 0.5) / 3.0 + chance.random_range(-off..=off);
    let place = |cell: &u8| Place::upright(along(cell % 3), along(cell / 3), size);
    cells.iter().take(count).map(place).collect()
}

/// "a dog left of a cat" against "a cat left of a dog", both in the held-out style.
///
/// # Errors
/// When there are no two drawings, or the model cannot be run.
pub fn sides(examiner: &mut Examiner, gallery: &Gallery) -> Result<()> {
    for trial in 0..TRIALS {
        let chance = &mut chance(11, trial);
        let left = gallery.thing(chance)?;
        let strangers: Vec<_> = gallery
            .style
            .iter()
            .filter(|other| other.concept != left.concept)
            .collect();
        let right = *strangers
            .choose(chance)
            .context("the exam has drawings of one thing only")?;
        let items = [(left, 0.26), (right, 0.74)].map(|(sprite, x)| {
            let (y, size) = (
                chance.random_range(0.35..0.65),
                chance.random_range(0.42..0.48),
            );
            drawn(sprite, x, y, size)
        });
        let (left, right) = (name_of(left), name_of(right));
        // The last of the ways to say it: "left of".
        let labels = [
            of_relation(left, Side::Left, right, 3),
            of_relation(right, Side::Left, left, 3),
        ];
        let seen = examiner.show(picture(items.into()))?;
        examiner.ask("sides", &seen, &labels, 0)?;
    }
    Ok(())
}
