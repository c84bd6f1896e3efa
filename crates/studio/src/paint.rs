//! Makes pixels of a scene, and says what lies in each cell of an 8 x 8 grid over it.

use std::borrow::Cow;

use image::codecs::jpeg::JpegEncoder;
use image::{RgbImage, imageops};
use rand::RngExt;
use resvg::tiny_skia::{
    Color, FillRule, FilterQuality, LineJoin, Paint, Path, Pixmap, PixmapPaint, Stroke, Transform,
};

use crate::chance::rng;
use crate::concepts::concepts;
use crate::scene::{Finish, Ground, Item, Kind, Place, Rgb, Scene, Sprite};
use crate::shapes::{self, Shape};
use crate::words;

/// Cells in a row and in a column: the patches of the built-in model.
pub const GRID: usize = 8;
/// A cell about whose letter nothing is said.
pub const NO_LETTER: u8 = 255;
/// A cell in which no one thing can be named.
pub const NO_THING: u16 = u16::MAX;

/// How much of a cell a thing must cover to be what is there.
const COVER: f32 = 0.25;
/// How much of a cell paper must cover to hide what is there.
const HIDE: f32 = 0.2;

/// A painted scene. The maps have a cell per patch, row by row.
pub struct Painted {
    /// The picture.
    pub pixels: RgbImage,
    /// Which letter has its middle in the cell: 1 to 26; 0 where a picture with words has none; else [`NO_LETTER`].
    pub letters: [u8; GRID * GRID],
    /// Which place that letter has in its word, from 1; else as `letters`.
    pub places: [u8; GRID * GRID],
    /// What the cell shows: a concept, or after all concepts a coloured shape ([`shapes::number`]); else [`NO_THING`].
    pub things: [u16; GRID * GRID],
}

/// Paints `scene` with `side` x `side` pixels.
///
/// # Panics
/// When `side` is 0.
pub fn paint(scene: &Scene, side: u32) -> Painted {
    let mut canvas = Canvas {
        side,
        picture: ground(&scene.ground, side),
        layer: new_pixmap(side),
        painted: Painted {
            pixels: RgbImage::new(1, 1),
            letters: [NO_LETTER; GRID * GRID],
            places: [NO_LETTER; GRID * GRID],
            things: [NO_THING; GRID * GRID],
        },
    };
    for item in &scene.items {
        match item {
            Item::Thing {
                sprite,
                place,
                ink,
                tint,
            } => canvas.thing(sprite, place, *ink, *tint),
            Item::Shape {
                shape,
                colour,
                paint,
                place,
            } => canvas.shape(*shape, colour, *paint, place),
            Item::Word(word) => canvas.word(word),
        }
    }
    let pixels = canvas
        .picture
        .pixels()
        .iter()
        .flat_map(|pixel| [pixel.red(), pixel.green(), pixel.blue()])
        .collect();
    let pixels = RgbImage::from_raw(side, side, pixels).expect("three numbers a pixel");
    Painted {
        pixels: finish(pixels, &scene.finish),
        ..canvas.painted
    }
}

struct Canvas {
    side: u32,
    picture: Pixmap,
    layer: Pixmap,
    painted: Painted,
}

impl Canvas {
    fn thing(&mut self, sprite: &Sprite, place: &Place, ink: Rgb, tint: [f32; 3]) {
        self.layer.fill(Color::TRANSPARENT);
        let drawing = shrunk(&sprite.pixmap, place.size * self.side as f32);
        let own = drawing.width() as f32;
        let middle = Transform::from_translate(-own / 2.0, -own / 2.0);
        self.layer.draw_pixmap(
            0,
            0,
            Pixmap::as_ref(&drawing),
            &PixmapPaint {
                quality: FilterQuality::Bilinear,
                ..PixmapPaint::default()
            },
            middle.post_concat(transform(place, own, self.side)),
            None,
        );
        let icon = sprite.kind == Kind::Icon;
        let under = self.picture.data_mut().chunks_exact_mut(4);
        for (under, over) in under.zip(self.layer.data().chunks_exact(4)) {
            let alpha = f32::from(over[3]) / 255.0;
            if alpha == 0.0 {
                continue;
            }
            for channel in 0..3 {
                let colour = if icon {
                    f32::from(ink[channel]) * alpha
                } else {
                    (f32::from(over[channel]) * tint[channel]).min(f32::from(over[3]))
                };
                let mixed = f32::from(under[channel]) * (1.0 - alpha) + colour;
                under[channel] = (mixed + 0.5) as u8;
            }
        }
        self.mark(sprite.concept, COVER);
    }

    fn shape(&mut self, shape: Shape, colour: &str, paint: Rgb, place: &Place) {
        let (outline, transform) = (shape.outline(), transform(place, 2.0, self.side));
        self.layer.fill(Color::TRANSPARENT);
        fill(&mut self.layer, &outline, paint, transform);
        self.fill(&outline, paint, transform);
        let number = concepts().len() + shapes::number(colour, shape);
        self.mark(number, COVER);
    }

    /// Writes down what the layer shows, in the cells of which it covers more than `least`.
    fn mark(&mut self, number: usize, least: f32) {
        for (cell, cover) in coverage(&self.layer).into_iter().enumerate() {
            if cover > least {
                self.painted.things[cell] = u16::try_from(number).unwrap_or(NO_THING);
            }
        }
    }

    fn word(&mut self, word: &crate::scene::Word) {
        let Some(laid) = words::lay(word, self.side) else {
            return;
        };
        if let Some(paper) = word.paper {
            self.layer.fill(Color::TRANSPARENT);
            fill(&mut self.layer, &laid.paper, paper, laid.transform);
            self.fill(&laid.paper, paper, laid.transform);
            self.mark(usize::from(NO_THING), HIDE);
        }
        if let Some(letters) = &laid.letters {
            if let Some(halo) = word.halo {
                let stroke = Stroke {
                    width: 0.16,
                    line_join: LineJoin::Round,
                    ..Stroke::default()
                };
                let paint = coloured(halo);
                self.picture
                    .stroke_path(letters, &paint, &stroke, laid.transform, None);
            }
            self.fill(letters, word.ink, laid.transform);
            self.spell(&laid.middles);
        }
    }

    /// Writes down which letter lies in which cell.
    fn spell(&mut self, middles: &[(char, f32, f32)]) {
        for map in [&mut self.painted.letters, &mut self.painted.places] {
            for cell in map.iter_mut().filter(|cell| **cell == NO_LETTER) {
                *cell = 0;
            }
        }
        let cell = self.side as f32 / GRID as f32;
        for (place, &(letter, x, y)) in middles.iter().enumerate() {
            let letter = letter.to_ascii_lowercase();
            let (column, row) = ((x / cell).floor(), (y / cell).floor());
            let inside = |at: f32| (0.0..GRID as f32).contains(&at);
            if letter.is_ascii_lowercase() && inside(column) && inside(row) {
                let at = row as usize * GRID + column as usize;
                self.painted.letters[at] = letter as u8 - b'a' + 1;
                self.painted.places[at] = u8::try_from(place + 1).unwrap_or(NO_LETTER);
            }
        }
    }

    fn fill(&mut self, path: &Path, colour: Rgb, transform: Transform) {
        fill(&mut self.picture, path, colour, transform);
    }
}

fn coloured(colour: Rgb) -> Paint<'static> {
    let mut paint = Paint::default();
    paint.set_color_rgba8(colour[0], colour[1], colour[2], 255);
    paint
}

fn fill(onto: &mut Pixmap, path: &Path, colour: Rgb, transform: Transform) {
    onto.fill_path(path, &coloured(colour), FillRule::Winding, transform, None);
}

/// Takes a plane about the origin, `own` units wide, to its place in a picture.
fn transform(place: &Place, own: f32, side: u32) -> Transform {
    let side = side as f32;
    let scale = place.size * side / own;
    let (sine, cosine) = (
        scale * libm::sinf(place.turn),
        scale * libm::cosf(place.turn),
    );
    let flip = if place.mirror { -1.0 } else { 1.0 };
    Transform::from_row(
        cosine * flip,
        sine * flip,
        -sine,
        cosine,
        place.x * side,
        place.y * side,
    )
}

fn new_pixmap(side: u32) -> Pixmap {
    Pixmap::new(side, side).expect("a picture has at least one pixel")
}

/// The drawing, halved until it is less than twice as large as it will be shown, so that nothing of it is skipped.
fn shrunk(drawing: &Pixmap, shown: f32) -> Cow<'_, Pixmap> {
    let mut found = Cow::Borrowed(drawing);
    while found.width() as f32 >= 2.0 * shown
        && found.width() >= 8
        && found.width().is_multiple_of(2)
    {
        let (side, row) = (found.width() / 2, found.width() as usize * 4);
        let mut half = new_pixmap(side);
        for (at, sum) in half.data_mut().iter_mut().enumerate() {
            let (pixel, channel) = (at / 4, at % 4);
            let (x, y) = (pixel % side as usize, pixel / side as usize);
            let corner = 2 * y * row + 8 * x + channel;
            let four = [corner, corner + 4, corner + row, corner + row + 4];
            let four: u16 = four.iter().map(|&at| u16::from(found.data()[at])).sum();
            *sum = ((four + 2) / 4) as u8;
        }
        found = Cow::Owned(half);
    }
    found
}

/// How much of each cell the layer covers, 0 to 1.
fn coverage(layer: &Pixmap) -> [f32; GRID * GRID] {
    let side = layer.width() as usize;
    let (mut cover, mut count) = ([0.0; GRID * GRID], [0.0_f32; GRID * GRID]);
    for (at, pixel) in layer.data().chunks_exact(4).enumerate() {
        let cell = (at / side * GRID / side) * GRID + at % side * GRID / side;
        cover[cell] += f32::from(pixel[3]) / 255.0;
        count[cell] += 1.0;
    }
    std::array::from_fn(|cell| cover[cell] / count[cell].max(1.0))
}

fn ground(ground: &Ground, side: u32) -> Pixmap {
    let mut picture = new_pixmap(side);
    let last = (side - 1).max(1) as f32;
    for (at, pixel) in picture.data_mut().chunks_exact_mut(4).enumerate() {
        let (x, y) = (at as u32 % side, at as u32 / side);
        let (x, y) = (x as f32 / last, y as f32 / last);
        let colour = match ground {
            Ground::Plain(colour) => *colour,
            Ground::Slope(corners) => between(corners, 2, x, y),
            Ground::Blots(lattice) => between(&lattice[..], 6, x, y),
        };
        pixel[..3].copy_from_slice(&colour);
        pixel[3] = 255;
    }
    picture
}

/// The colour at (x, y), each 0 to 1, between a square lattice's colours.
fn between(lattice: &[Rgb], width: usize, x: f32, y: f32) -> Rgb {
    let split = |at: f32| {
        let at = at * (width - 1) as f32;
        let cell = (at as usize).min(width - 2);
        // Smooth at the lattice's lines, so that none shows.
        let part = at - cell as f32;
        (cell, part * part * (3.0 - 2.0 * part))
    };
    let ((column, right), (row, down)) = (split(x), split(y));
    let corner = row * width + column;
    std::array::from_fn(|channel| {
        let colour = |at: usize| f32::from(lattice[at][channel]);
        let top = colour(corner) * (1.0 - right) + colour(corner + 1) * right;
        let low = colour(corner + width) * (1.0 - right) + colour(corner + width + 1) * right;
        (top * (1.0 - down) + low * down + 0.5) as u8
    })
}

/// Light, noise, blur and JPEG.
fn finish(mut pixels: RgbImage, finish: &Finish) -> RgbImage {
    if finish.blur > 0.0 {
        pixels = imageops::blur(&pixels, finish.blur * pixels.width() as f32);
    }
    if (finish.light, finish.lift, finish.grain) != (1.0, 0.0, 0.0) {
        let mut chance = rng(finish.seed, 0);
        for value in pixels.iter_mut() {
            let mut level = f32::from(*value) * finish.light + 255.0 * finish.lift;
            if finish.grain > 0.0 {
                // The sum of four even lots is close to a normal one, and is the same on every machine.
                let sum: f32 = (0..4).map(|_| chance.random::<f32>()).sum();
                level += 255.0 * finish.grain * (sum - 2.0) * 3_f32.sqrt();
            }
            *value = (level + 0.5).clamp(0.0, 255.0) as u8;
        }
    }
    if let Some(quality) = finish.jpeg {
        let mut file = Vec::new();
        let written = JpegEncoder::new_with_quality(&mut file, quality).encode_image(&pixels);
        let read = written.and_then(|()| image::load_from_memory(&file));
        pixels = read.expect("what was just written can be read").into_rgb8();
    }
    pixels
}
