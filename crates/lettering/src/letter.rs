//! Draws a spec's labels on a picture.

use glimpse_image::RgbImage;
use rand_pcg::Pcg64Mcg;
use rand_pcg::rand_core::{Rng, SeedableRng};

use crate::Spec;
use crate::canvas::{Canvas, blend};
use crate::check::check;
use crate::coverage::fonts_for;
use crate::error::LetteringError;
use crate::fonts::{Fonts, named};
use crate::paper::cut;
use crate::path::{Path, Point};
use crate::place::Place;
use crate::shape::shape;

/// A picture with labels on it.
#[derive(Clone, Debug, PartialEq)]
pub struct Lettered {
    /// The picture, as large as it was.
    pub image: RgbImage,
    /// Each label's corners with its paper, as fractions of the picture, clockwise from the label's own top left.
    pub corners: Vec<[[f32; 2]; 4]>,
    /// The share of pixels that changed, 0 to 1.
    pub area: f32,
}

/// Draws a label, or several, on a picture: the square that a model sees, of any size.
///
/// The same picture, spec and fonts give the same bytes on every machine. Fractions of the side are of the shorter side
/// where a picture is not square. A word that is wider than the picture keeps its height and runs over the edge. Opacity
/// lies on all labels together: where two overlap, the later hides the earlier. A blank label is as large as with its
/// word; without paper nothing is drawn then.
///
/// # Errors
///
/// Everything that [`LetteringError`] names; the picture is untouched then.
pub fn letter(square: &RgbImage, spec: &Spec, fonts: &Fonts) -> Result<Lettered, LetteringError> {
    let (width, height) = square.dimensions();
    if width == 0 || height == 0 {
        return Err(LetteringError::TooSmall { width, height });
    }
    check(spec)?;
    let face = fonts.face(&spec.font)?;
    let line = shape(&spec.word, &face).map_err(|characters| missing(spec, characters))?;

    let em = f64::from(spec.height);
    let room = [line.right - line.left, line.top - line.bottom];
    let sheet = cut(spec, room.map(|size| size / line.units * em / 2.0));
    let text = Path::text(&line, &face, em);

    let mut canvas = Canvas {
        image: square.clone(),
    };
    let mut corners = Vec::new();
    for centre in centres(spec) {
        let place = Place::new(spec, sheet.half, centre, [width, height]);
        for layer in &sheet.layers {
            canvas.fill(&layer.path.flatten(&place), layer.colour, layer.alpha);
        }
        if !spec.blank {
            canvas.fill(&text.flatten(&place), sheet.ink, 255);
        }
        corners.push(place.corners(sheet.half));
    }
    let mut image = canvas.image;
    let area = fade(&mut image, square, spec.opacity);
    Ok(Lettered {
        image,
        corners,
        area,
    })
}

fn missing(spec: &Spec, characters: Vec<char>) -> LetteringError {
    match named(&spec.font) {
        Ok(font) => LetteringError::MissingGlyphs {
            font: font.name,
            characters,
            other_fonts: fonts_for(&spec.word)
                .into_iter()
                .filter(|&other| other != font.name)
                .collect(),
        },
        Err(error) => error,
    }
}

/// Where the labels' centres are. Each further one is the best of a dozen lots: the one that is farthest from all before.
fn centres(spec: &Spec) -> Vec<Point> {
    const LOTS: usize = 12;
    // Not at the very edge, where little of a label would be seen.
    const MARGIN: f64 = 0.12;
    let mut chance = Pcg64Mcg::seed_from_u64(spec.seed);
    let mut lot = || {
        let lot = f64::from(chance.next_u32() >> 8) / f64::from(1 << 24);
        MARGIN + lot * (1.0 - 2.0 * MARGIN)
    };
    let mut centres = vec![[f64::from(spec.x), f64::from(spec.y)]];
    for _ in 1..spec.copies {
        let mut best = ([0.0; 2], -1.0);
        for _ in 0..LOTS {
            let centre = [lot(), lot()];
            let apart = centres
                .iter()
                .map(|other| {
                    let [x, y] = [centre[0] - other[0], centre[1] - other[1]];
                    x * x + y * y
                })
                .fold(f64::INFINITY, f64::min);
            if apart > best.1 {
                best = (centre, apart);
            }
        }
        centres.push(best.0);
    }
    centres
}

/// Lets the picture below shine through, and says which share of the pixels differs from it.
fn fade(image: &mut RgbImage, below: &RgbImage, opacity: f32) -> f32 {
    let share = (opacity * 255.0 + 0.5) as u8;
    let mut changed = 0_u32;
    for (pixel, below) in image.pixels_mut().zip(below.pixels()) {
        for (above, &below) in pixel.0.iter_mut().zip(&below.0) {
            *above = blend(below, *above, share);
        }
        changed += u32::from(pixel != below);
    }
    (f64::from(changed) / (f64::from(image.width()) * f64::from(image.height()))) as f32
}
