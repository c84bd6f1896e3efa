//! Scenes whose arrangement is the point: coloured shapes, one thing beside another, so and so many of one.

use std::sync::Arc;

use rand::{Rng, RngExt};
use rand_pcg::Pcg64Mcg;

use super::{SceneSampler, between, thing, told};
use crate::captions::{self, Side, article, pick};
use crate::concepts::concepts;
use crate::scene::{Caption, Item, Place, Rgb, Scene};
use crate::shapes::{self, COLOURS, Shape, is_taught};

/// A shape of a colour whose pairing is taught.
fn paired(chance: &mut impl Rng) -> (&'static str, Rgb, Shape) {
    loop {
        let &(colour, paint) = pick(&COLOURS, chance);
        let shape = *pick(&Shape::ALL, chance);
        if is_taught(colour, shape) {
            return (colour, paint, shape);
        }
    }
}

fn shape(
    colour: &'static str,
    paint: Rgb,
    shape: Shape,
    place: Place,
    chance: &mut impl Rng,
) -> Item {
    let paint = paint.map(|part| {
        let change = chance.random_range(-18..=18);
        part.saturating_add_signed(change)
    });
    Item::Shape {
        shape,
        colour,
        paint,
        place,
    }
}

/// One coloured shape, or two whose colours could be confused.
pub(super) fn shapes(chance: &mut Pcg64Mcg) -> Scene {
    let (colour, paint, form) = paired(chance);
    let name = form.name();
    let phrase = shapes::phrase(colour, form);
    if chance.random_bool(0.4) {
        let size = between(0.36, 0.9, chance);
        let room = (1.0 - size) / 2.0;
        let place = Place::upright(
            0.5 + between(-room, room, chance),
            0.5 + between(-room, room, chance),
            size,
        );
        let item = shape(colour, paint, form, place, chance);
        let key = match chance.random_range(0..10) {
            0 => colour,
            1..3 => name,
            _ => &phrase,
        };
        let caption = Caption {
            text: captions::in_sentence(key, None, chance),
            key: key.to_owned(),
        };
        let one = format!("1 {name}");
        let truth = vec![
            colour.to_owned(),
            name.to_owned(),
            phrase.clone(),
            one,
            format!("1 {phrase}"),
        ];
        return told(vec![item], caption, truth);
    }
    let (other_colour, other_paint, other) = loop {
        let (other_colour, other_paint, other) = paired(chance);
        if other_colour != colour && other != form {
            break (other_colour, other_paint, other);
        }
    };
    let second = shapes::phrase(other_colour, other);
    let side = if chance.random_bool(0.5) {
        Side::Left
    } else {
        Side::Above
    };
    let places = beside(side, 0.28, 0.44, chance);
    let items = vec![
        shape(colour, paint, form, places[0], chance),
        shape(other_colour, other_paint, other, places[1], chance),
    ];
    let mut scene = pair(items, &phrase, &second, side, 0.35, chance);
    for part in [colour, name, other_colour, other.name()] {
        scene.truth.push(part.to_owned());
    }
    // The same words with the colours changed over: right in everything but what belongs to what.
    if is_taught(other_colour, form)
        && is_taught(colour, other)
        && !scene.caption.key.contains(['<', '^'])
    {
        let (first, second) = (
            shapes::phrase(other_colour, form),
            shapes::phrase(colour, other),
        );
        let bare = !scene.caption.text.starts_with('a');
        scene.wrong.push(Caption {
            text: captions::of_pair(&first, &second, bare),
            key: unordered(&first, &second),
        });
    }
    scene
}

/// A scene of two, told as a pair or (with a share of `related`) by how they lie; the wrong way round is its wrong caption.
fn pair(
    items: Vec<Item>,
    first: &str,
    second: &str,
    side: Side,
    related: f64,
    chance: &mut impl Rng,
) -> Scene {
    let both = unordered(first, second);
    let lies = ordered(first, side, second);
    let truth = vec![
        first.to_owned(),
        second.to_owned(),
        both.clone(),
        lies.clone(),
    ];
    if chance.random_bool(related) {
        let way = chance.random_range(0..4);
        let caption = Caption {
            text: captions::of_relation(first, side, second, way),
            key: lies,
        };
        let wrong = Caption {
            text: captions::of_relation(second, side, first, way),
            key: ordered(second, side, first),
        };
        return Scene {
            wrong: vec![wrong],
            ..told(items, caption, truth)
        };
    }
    let (one, two) = if chance.random_bool(0.5) {
        (first, second)
    } else {
        (second, first)
    };
    let text = captions::of_pair(one, two, chance.random_bool(0.3));
    told(items, Caption { text, key: both }, truth)
}

fn unordered(first: &str, second: &str) -> String {
    let (low, high) = if first < second {
        (first, second)
    } else {
        (second, first)
    };
    format!("{low}&{high}")
}

fn ordered(first: &str, side: Side, second: &str) -> String {
    let sign = if side == Side::Left { '<' } else { '^' };
    format!("{first}{sign}{second}")
}

/// Two places, the first left of or above the second, each between `low` and `high` large.
fn beside(side: Side, low: f32, high: f32, chance: &mut impl Rng) -> [Place; 2] {
    [0.26, 0.74].map(|middle| {
        let size = between(low, high, chance);
        let along = middle + between(-0.04, 0.04, chance);
        let across = 0.5 + between(-0.2, 0.2, chance);
        let (x, y) = if side == Side::Left {
            (along, across)
        } else {
            (across, along)
        };
        Place::upright(x, y, size)
    })
}

impl SceneSampler {
    /// Two different things side by side or one above the other.
    pub(super) fn two_things(&self, hard: f32, chance: &mut Pcg64Mcg) -> Scene {
        let first = self.sprite(chance);
        let second = loop {
            let second = self.sprite(chance);
            if second.concept != first.concept {
                break second;
            }
        };
        let side = if chance.random_bool(0.7) {
            Side::Left
        } else {
            Side::Above
        };
        let places = beside(side, 0.42, 0.52, chance);
        let names = [&first, &second].map(|sprite| concepts()[sprite.concept].name.clone());
        let items = vec![
            thing(first, places[0], hard, chance),
            thing(second, places[1], hard, chance),
        ];
        pair(items, &names[0], &names[1], side, 0.6, chance)
    }

    /// One to five of a thing or of a shape; other numbers are the wrong captions.
    pub(super) fn counted(&self, hard: f32, chance: &mut Pcg64Mcg) -> Scene {
        let count = chance.random_range(1..=5);
        let largest = if count == 1 { 0.6 } else { 0.36 };
        let size = between(0.24, largest, chance);
        let places = apart(count, size, chance);
        let (items, name, mut truth) = if chance.random_bool(0.3) {
            let (colour, paint, form) = paired(chance);
            let draw = |&place: &Place| shape(colour, paint, form, place, chance);
            let items: Vec<_> = places.iter().map(draw).collect();
            let phrase = shapes::phrase(colour, form);
            let truth = vec![
                colour.to_owned(),
                form.name().to_owned(),
                format!("{count} {}", form.name()),
                format!("{count} {phrase}"),
                phrase.clone(),
            ];
            let name = if chance.random_bool(0.5) {
                form.name().to_owned()
            } else {
                phrase
            };
            (items, name, truth)
        } else {
            let sprite = self.sprite(chance);
            let name = concepts()[sprite.concept].name.clone();
            let draw = |&place: &Place| thing(Arc::clone(&sprite), place, hard * 0.5, chance);
            (places.iter().map(draw).collect(), name, Vec::new())
        };
        truth.extend([name.clone(), format!("{count} {name}")]);
        let digits = chance.random_bool(0.15);
        let say = |count: usize| Caption {
            text: captions::of_count(count, &name, digits),
            key: format!("{count} {name}"),
        };
        let mut caption = say(count);
        if count == 1 && chance.random_bool(0.3) {
            caption.text = article(&name);
        }
        let others = (1..=5).filter(|&other| other != count);
        let wrong = others.map(say).collect();
        Scene {
            wrong,
            ..told(items, caption, truth)
        }
    }
}

/// `count` places of one size that hardly overlap.
fn apart(count: usize, size: f32, chance: &mut impl Rng) -> Vec<Place> {
    let mut places: Vec<Place> = Vec::new();
    let (mut size, mut tries) = (size, 0);
    while places.len() < count {
        let room = size / 2.0 * 0.96;
        let place = Place::upright(
            between(room, 1.0 - room, chance),
            between(room, 1.0 - room, chance),
            size,
        );
        let free =
            |other: &Place| (other.x - place.x).abs().max((other.y - place.y).abs()) > size * 0.92;
        if places.iter().all(free) {
            places.push(place);
        }
        tries += 1;
        if tries > 60 {
            // It cannot be placed: begin again a little smaller.
            places.clear();
            (size, tries) = (size * 0.92, 0);
        }
    }
    places
}
