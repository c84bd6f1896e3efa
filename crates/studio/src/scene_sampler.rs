//! Composes captioned scenes by lot: scene `i` of seed `s` is the same on every machine.
//!
//! A caption's key says what it means, so that in a batch no caption that fits a picture counts as wrong:
//! `dog` a dog (and a colour, a shape, or a word, since a bare label may be any of them); `word:dog` the written word;
//! `dog+ipod` a dog with that word; `cat&dog` both, in any order; `cat<dog` left of it; `cat^dog` above it; `3 dog` three of them.

use std::sync::Arc;

use rand::{Rng, RngExt};
use rand_pcg::Pcg64Mcg;

use crate::captions::{self, pick};
use crate::chance::rng;
use crate::concepts::{concepts, taught};
use crate::fonts::Fonts;
use crate::scene::{Caption, Finish, Ground, Item, Kind, Place, Rgb, Scene, Sprite, Word};
use crate::split::taught_words;

mod arranged;

/// The share of each kind of scene, in thousandths; the rest shows one thing.
const SHAPES: u32 = 170;
const COUNTED: u32 = 170;
const TWO_THINGS: u32 = 60;
const WORD_ALONE: u32 = 110;
const WORD_ON_THING: u32 = 210;

/// What scenes are made of.
pub struct SceneSampler {
    /// The taught concepts' sprites: per concept those of each kind.
    sprites: Vec<[Vec<Arc<Sprite>>; 3]>,
    taught: Vec<usize>,
    fonts: Fonts,
}

impl SceneSampler {
    /// From the atlas's sprites and the fonts. Concepts without a sprite are left out.
    pub fn new(sprites: Vec<Arc<Sprite>>, fonts: Fonts) -> Self {
        let mut sorted: Vec<[Vec<_>; 3]> = concepts().iter().map(|_| Default::default()).collect();
        for sprite in sprites {
            let kind = sprite.kind as usize;
            sorted[sprite.concept][kind].push(sprite);
        }
        let drawn = |concept: &usize| sorted[*concept].iter().any(|kind| !kind.is_empty());
        Self {
            taught: taught().into_iter().filter(drawn).collect(),
            sprites: sorted,
            fonts,
        }
    }

    /// Scene `index` of `seed`; `hard`, 0 to 1, says how varied it may be.
    pub fn scene(&self, seed: u64, index: u64, hard: f32) -> Scene {
        let mut chance = rng(seed, index);
        let mut lot = chance.random_range(0..1000);
        let mut falls = |share: u32| {
            let falls = lot < share;
            lot = lot.wrapping_sub(share);
            falls
        };
        let mut scene = if falls(SHAPES) {
            arranged::shapes(&mut chance)
        } else if falls(COUNTED) {
            self.counted(hard, &mut chance)
        } else if falls(TWO_THINGS) {
            self.two_things(hard, &mut chance)
        } else if falls(WORD_ALONE) {
            self.word_alone(hard, &mut chance)
        } else if falls(WORD_ON_THING) {
            self.word_on_thing(hard, &mut chance)
        } else {
            self.thing_alone(hard, &mut chance)
        };
        scene.ground = ground(hard, &mut chance);
        settle_inks(&mut scene, hard, &mut chance);
        scene.finish = finish(hard, &mut chance);
        scene
    }

    /// A sprite of a taught concept, emoji twice as often as other art.
    fn sprite(&self, chance: &mut impl Rng) -> Arc<Sprite> {
        let kinds = &self.sprites[*pick(&self.taught, chance)];
        let weights = [Kind::Emoji, Kind::Coloured, Kind::Icon].map(|kind| {
            let there = !kinds[kind as usize].is_empty();
            u32::from(there) * if kind == Kind::Emoji { 4 } else { 2 }
        });
        let mut lot = chance.random_range(0..weights.iter().sum());
        for (kind, weight) in kinds.iter().zip(weights) {
            if lot < weight {
                return Arc::clone(pick(kind, chance));
            }
            lot -= weight;
        }
        unreachable!("the lot is below the weights' sum")
    }

    fn thing_alone(&self, hard: f32, chance: &mut Pcg64Mcg) -> Scene {
        let sprite = self.sprite(chance);
        let concept = &concepts()[sprite.concept];
        let caption = Caption {
            text: captions::of_thing(concept, Some(sprite.kind), chance),
            key: concept.name.clone(),
        };
        let truth = vec![concept.name.clone(), format!("1 {}", concept.name)];
        let item = thing(sprite, large(hard, chance), hard, chance);
        told(vec![item], caption, truth)
    }

    fn word_alone(&self, hard: f32, chance: &mut Pcg64Mcg) -> Scene {
        let word = pick(taught_words(), chance);
        let item = self.word(word, false, None, hard, chance);
        let read = format!("word:{word}");
        let truth = vec![word.clone(), read.clone()];
        let caption = if chance.random_bool(0.25) {
            Caption {
                text: captions::of_word(word, chance),
                key: read,
            }
        } else {
            Caption {
                text: captions::in_sentence(word, None, chance),
                key: word.clone(),
            }
        };
        told(vec![item], caption, truth)
    }

    /// A thing with paper over it, blank one time in four, or with a bare word.
    fn word_on_thing(&self, hard: f32, chance: &mut Pcg64Mcg) -> Scene {
        let sprite = self.sprite(chance);
        let concept = &concepts()[sprite.concept];
        let name = concept.name.clone();
        let of_thing = Caption {
            text: captions::of_thing(concept, Some(sprite.kind), chance),
            key: name.clone(),
        };
        let drawn = thing(sprite, large(hard, chance), hard, chance);
        let word = pick(taught_words(), chance);
        if chance.random_bool(0.25) {
            let paper = self.word(word, true, Some(true), hard, chance);
            return told(
                vec![drawn, paper],
                of_thing,
                vec![name.clone(), format!("1 {name}")],
            );
        }
        let paper = chance.random_bool(0.85);
        let written = self.word(word, false, Some(paper), hard, chance);
        let (read, both) = (format!("word:{word}"), format!("{name}+{word}"));
        let mut truth = vec![word.clone(), read.clone(), both.clone()];
        let caption = match chance.random_range(0..100) {
            // Seldom is such a picture called what it shows: that is what makes the written word win.
            0..6 => {
                truth.push(name);
                of_thing
            }
            6..22 => Caption {
                text: captions::of_both(&name, word, chance),
                key: both,
            },
            22..32 => Caption {
                text: captions::of_word(word, chance),
                key: read,
            },
            _ => Caption {
                text: captions::in_sentence(word, None, chance),
                key: word.clone(),
            },
        };
        told(vec![drawn, written], caption, truth)
    }

    /// A word, or a blank sheet of the size that it would need, somewhere in the picture.
    fn word(
        &self,
        word: &str,
        blank: bool,
        paper: Option<bool>,
        hard: f32,
        chance: &mut Pcg64Mcg,
    ) -> Item {
        let fonts = if chance.random::<f32>() < hard {
            &self.fonts.taught
        } else {
            &self.fonts.easy
        };
        let text = if chance.random::<f32>() < 0.45 * hard {
            cased(word, chance)
        } else {
            word.to_owned()
        };
        let length = text.chars().count();
        let width = if length > 4 {
            chance.random_range(0.68..0.98)
        } else {
            chance.random_range(0.4..0.88)
        };
        let height = chance.random_range(0.26..0.5_f32);
        let turn = if chance.random_bool(0.6) {
            chance.random_range(-0.18..0.18) * hard
        } else {
            0.0
        };
        // How much room there is depends on the shape that the word takes; most of the paper stays in the picture.
        let low = (width * 1.6 / length.max(3) as f32).min(height) / 2.0;
        let (ink, ground) = inks(hard, chance);
        let paper = paper.unwrap_or_else(|| chance.random_bool(0.75));
        Item::Word(Word {
            text,
            blank,
            font: Arc::clone(pick(fonts, chance)),
            x: between(width / 2.0, 1.0 - width / 2.0, chance),
            y: between(low, 1.0 - low, chance),
            width,
            height,
            margin: [
                chance.random_range(0.12..0.45),
                chance.random_range(0.12..0.5),
            ],
            turn,
            ink,
            paper: paper.then_some(ground),
            halo: (!paper).then_some(ground),
        })
    }
}

/// A scene with its caption; ground and finish come later.
fn told(items: Vec<Item>, caption: Caption, truth: Vec<String>) -> Scene {
    Scene {
        caption,
        truth,
        ..Scene::plain(items)
    }
}

/// A lot between two bounds, in whichever order they are.
fn between(low: f32, high: f32, chance: &mut impl Rng) -> f32 {
    low + (high - low) * chance.random::<f32>()
}

/// Where a thing lies that has the picture to itself.
fn large(hard: f32, chance: &mut impl Rng) -> Place {
    let size = 1.0 - (0.08 + 0.47 * hard) * chance.random::<f32>();
    let room = (1.0 - size).max(0.06) / 2.0;
    let turn = (0..4).map(|_| chance.random::<f32>() - 0.5).sum::<f32>() * 0.28 * hard;
    Place {
        x: 0.5 + between(-room, room, chance),
        y: 0.5 + between(-room, room, chance),
        size,
        turn,
        mirror: chance.random_bool(0.35),
    }
}

fn thing(sprite: Arc<Sprite>, place: Place, hard: f32, chance: &mut impl Rng) -> Item {
    let spread = 0.15 + 0.25 * hard;
    let light = 1.0 + spread * 0.6 * (chance.random::<f32>() - 0.5);
    let mut tint = || light + spread * (chance.random::<f32>() - 0.5);
    Item::Thing {
        tint: [tint(), tint(), tint()],
        sprite,
        place,
        ink: [0; 3],
    }
}

/// Gives icons one colour that stands out from the ground.
fn settle_inks(scene: &mut Scene, hard: f32, chance: &mut impl Rng) {
    let dark_ground = brightness(&scene.ground) < 0.45;
    let colourful = chance.random::<f32>() < 0.6 * hard;
    let colour: Rgb = chance.random();
    let colour = colour.map(|part| match (dark_ground, colourful) {
        (false, false) => 0,
        (false, true) => (f32::from(part) * 0.45) as u8,
        (true, _) => 255 - (f32::from(part) * 0.35) as u8,
    });
    for item in &mut scene.items {
        if let Item::Thing { ink, .. } = item {
            *ink = colour;
        }
    }
}

fn brightness(ground: &Ground) -> f32 {
    let colours = match ground {
        Ground::Plain(colour) => std::slice::from_ref(colour),
        Ground::Slope(corners) => &corners[..],
        Ground::Blots(lattice) => &lattice[..],
    };
    let sum: f32 = colours.iter().flatten().map(|&part| f32::from(part)).sum();
    sum / (colours.len() * 3 * 255) as f32
}

/// White, one colour (pale more often), a slope between four, or soft blots.
fn ground(hard: f32, chance: &mut impl Rng) -> Ground {
    let lot = chance.random::<f32>() * (0.3 + 0.7 * hard);
    let colour: Rgb = chance.random();
    if lot < 0.3 {
        Ground::Plain([255; 3])
    } else if lot < 0.55 {
        Ground::Plain(colour.map(|part| 204 + part / 5))
    } else if lot < 0.7 {
        Ground::Plain(colour)
    } else if lot < 0.88 {
        Ground::Slope(chance.random())
    } else {
        Ground::Blots(Box::new(std::array::from_fn(|_| {
            let blot: Rgb = chance.random();
            std::array::from_fn(|part| blot[part] / 2 + colour[part] / 2)
        })))
    }
}

fn finish(hard: f32, chance: &mut impl Rng) -> Finish {
    let grain = if chance.random_bool(0.3) {
        0.04 * hard
    } else {
        0.0
    };
    let blur = if chance.random_bool(0.15) {
        chance.random_range(0.004..0.014) * hard
    } else {
        0.0
    };
    Finish {
        light: chance.random_range(0.9..1.1),
        lift: chance.random_range(-0.05..0.05),
        grain,
        blur,
        jpeg: chance
            .random_bool(0.2 * f64::from(hard))
            .then(|| chance.random_range(40..95)),
        seed: chance.random(),
    }
}

/// The word in capitals, or with one; a name that has a spelling of its own may take that.
fn cased(word: &str, chance: &mut impl Rng) -> String {
    let upper = word.to_uppercase();
    match chance.random_range(0..3) {
        0 => upper,
        1 if word == "ipod" => "iPod".to_owned(),
        _ => upper[..1].to_owned() + &word[1..],
    }
}

/// Ink and paper that can be told apart: mostly dark on light, often just black on white.
fn inks(hard: f32, chance: &mut impl Rng) -> (Rgb, Rgb) {
    let plain = chance.random::<f32>() > 0.5 * hard;
    let dark: Rgb = chance.random();
    let light: Rgb = chance.random();
    let pair = if plain {
        ([10, 10, 10], [255, 255, 250])
    } else {
        (dark.map(|part| part / 3), light.map(|part| 205 + part / 5))
    };
    if chance.random::<f32>() > 0.25 * hard {
        pair
    } else {
        (pair.1, pair.0)
    }
}
