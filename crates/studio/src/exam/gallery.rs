//! The pictures that the exam shows: art and fonts that were held out, painted plainly.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use image::RgbImage;
use rand::RngExt;
use rand::seq::IndexedRandom;
use rand_pcg::Pcg64Mcg;

use crate::art::{Drawing, exam_drawings};
use crate::chance::rng;
use crate::concepts::{concepts, is_taught};
use crate::fonts::{Font, Fonts};
use crate::paint::paint;
use crate::scene::{Item, Place, Rgb, Scene, Sprite, Word};
use crate::split::split;
use crate::svg::{Look, rasterise};

/// The side of the exam's pictures in pixels: what CLIP models are used to. The engine brings it to the model's own.
pub const SIDE: u32 = 224;

/// Where every exam's chance begins; another number would be another exam.
const SEED: u64 = 20_261_124;

/// Sets that training sees, in which the exam shows the things that training does not.
const FAMILIAR: [&str; 2] = ["noto", "twemoji"];

/// What the exam draws from.
pub struct Gallery {
    /// Drawings of taught things in the held-out style.
    pub style: Vec<Arc<Sprite>>,
    /// Drawings of held-out things, in the held-out style and in familiar ones.
    pub strangers: Vec<Arc<Sprite>>,
    /// The held-out fonts.
    pub fonts: Vec<Arc<Font>>,
}

impl Gallery {
    /// Rasterises the exam's drawings from the packages below `art`, the folder that holds `node_modules`.
    ///
    /// # Errors
    /// When a package is missing, or one of its drawings cannot be drawn.
    pub fn open(art: &Path) -> Result<Self> {
        let held_out = split().art.held_out.iter().map(String::as_str);
        let (mut style, mut strangers) = (Vec::new(), Vec::new());
        for set in held_out.clone() {
            for drawing in drawings(art, set)? {
                let of = if is_taught(drawing.concept) {
                    &mut style
                } else {
                    &mut strangers
                };
                of.extend(sprite(drawing)?);
            }
        }
        for set in FAMILIAR {
            for drawing in drawings(art, set)? {
                if !is_taught(drawing.concept) {
                    strangers.extend(sprite(drawing)?);
                }
            }
        }
        Ok(Self {
            style,
            strangers,
            fonts: Fonts::open(art)?.held_out,
        })
    }

    /// One of the taught things in the held-out style.
    ///
    /// # Errors
    /// When there is none.
    pub fn thing(&self, chance: &mut Pcg64Mcg) -> Result<&Arc<Sprite>> {
        self.style
            .choose(chance)
            .context("the exam has no drawing in the held-out style")
    }

    /// The first drawing of a thing in the held-out style, if there is one.
    pub fn first(&self, name: &str) -> Option<&Arc<Sprite>> {
        self.style.iter().find(|sprite| name_of(sprite) == name)
    }

    /// `text` on paper as wide as 0.65 to 0.95 of the picture, somewhere below its upper third.
    ///
    /// # Errors
    /// When there is no held-out font.
    pub fn paper(&self, text: &str, chance: &mut Pcg64Mcg) -> Result<Word> {
        let font = self
            .fonts
            .choose(chance)
            .context("the exam has no held-out font")?;
        let (width, height) = (chance.random_range(0.65..0.95), 0.35);
        let pale = chance.random_range(235..=255);
        Ok(Word {
            text: text.to_owned(),
            blank: false,
            font: Arc::clone(font),
            // Neither side nor the lower edge cuts into it.
            x: chance.random_range(width / 2.0..=1.0 - width / 2.0),
            y: chance.random_range(0.4..=1.0 - height / 2.0),
            width,
            height,
            margin: [0.25, 0.2],
            turn: chance.random_range(-0.05..0.05),
            ink: [chance.random_range(0..60); 3],
            paper: Some([pale, pale, chance.random_range(pale - 20..=pale)]),
            halo: None,
        })
    }
}

fn drawings(art: &Path, set: &str) -> Result<Vec<Drawing>> {
    let found = exam_drawings(art, set).with_context(|| {
        format!(
            "the exam cannot read the art set {set:?} in {}",
            art.display()
        )
    })?;
    ensure!(
        !found.is_empty(),
        "the art set {set:?} shows nothing that the exam asks for"
    );
    Ok(found)
}

/// None where the drawing shows nothing.
fn sprite(drawing: Drawing) -> Result<Option<Arc<Sprite>>> {
    let pixmap = rasterise(&drawing.svg, SIDE, Look::Plain).with_context(|| {
        format!(
            "the drawing {:?} of {:?} cannot be drawn",
            drawing.name, drawing.set
        )
    })?;
    Ok(pixmap.map(|pixmap| {
        Arc::new(Sprite {
            concept: drawing.concept,
            set: drawing.set,
            kind: drawing.kind,
            pixmap,
        })
    }))
}

/// What a drawing shows.
pub fn name_of(sprite: &Sprite) -> &'static str {
    &concepts()[sprite.concept].name
}

/// The names of the things whose pictures are held out.
pub fn held_out_names() -> Vec<&'static str> {
    split()
        .held_out_concepts
        .iter()
        .map(String::as_str)
        .collect()
}

/// Chance for one trial of one exam, so that a change in one leaves all others as they are.
pub fn chance(exam: u64, trial: usize) -> Pcg64Mcg {
    rng(SEED + exam, trial as u64)
}

/// `count` of `pool`, in random order, none of them in `not`.
///
/// # Errors
/// When there are fewer.
pub fn others<'a>(
    pool: &[&'a str],
    not: &[&str],
    count: usize,
    chance: &mut Pcg64Mcg,
) -> Result<Vec<&'a str>> {
    let left: Vec<&str> = pool
        .iter()
        .copied()
        .filter(|name| !not.contains(name))
        .collect();
    ensure!(
        left.len() >= count,
        "the exam wants {count} other labels and there are {}",
        left.len()
    );
    Ok(left.sample(chance, count).copied().collect())
}

/// A drawing as it is, upright.
pub fn drawn(sprite: &Arc<Sprite>, x: f32, y: f32, size: f32) -> Item {
    Item::Thing {
        sprite: Arc::clone(sprite),
        place: Place::upright(x, y, size),
        ink: [0; 3],
        tint: [1.0; 3],
    }
}

/// A drawing alone, with a small margin.
pub fn alone(sprite: &Arc<Sprite>) -> Item {
    drawn(sprite, 0.5, 0.5, 0.85)
}

/// `colour` with a little chance in it, as people's reds differ.
pub fn about(colour: Rgb, chance: &mut Pcg64Mcg) -> Rgb {
    colour.map(|channel| channel.saturating_add_signed(chance.random_range(-8..=8)))
}

/// `items` on white.
pub fn picture(items: Vec<Item>) -> RgbImage {
    paint(&Scene::plain(items), SIDE).pixels
}
