//! What each paper looks like: its size around a word, its layers from the lowest up, and the colours that suit it.

use crate::canvas::blend;
use crate::path::{Path, Point};
use crate::{Colour, Paper, Spec};

/// One filled shape of a paper.
pub(crate) struct Layer {
    pub path: Path,
    pub colour: [u8; 3],
    /// 255 hides what is below.
    pub alpha: u8,
}

/// A paper cut to a word's room.
pub(crate) struct Sheet {
    /// Half of its width and height, fractions of the side.
    pub half: Point,
    /// From the lowest to the highest; the word comes on top.
    pub layers: Vec<Layer>,
    /// The word's colour.
    pub ink: [u8; 3],
}

const BLACK: [u8; 3] = [0; 3];
const WHITE: [u8; 3] = [255; 3];

/// What a paper is where the spec does not say otherwise. Lengths are in ems.
struct Look {
    paper: [u8; 3],
    ink: [u8; 3],
    /// The paper beyond the word's room, at the sides and above and below.
    margin: Point,
}

impl Look {
    fn of(paper: Paper) -> Self {
        match paper {
            Paper::None => Self {
                paper: WHITE,
                ink: [0x11, 0x11, 0x11],
                margin: [0.0, 0.0],
            },
            Paper::Note => Self {
                paper: [0xfb, 0xf7, 0xea],
                ink: [0x1c, 0x1b, 0x22],
                margin: [0.36, 0.14],
            },
            Paper::Tape => Self {
                paper: [0xe6, 0xd6, 0xa6],
                ink: [0x26, 0x20, 0x16],
                margin: [0.8, 0.05],
            },
            Paper::Sticker => Self {
                paper: [0xd6, 0x1f, 0x3b],
                ink: WHITE,
                margin: [0.46, 0.2],
            },
            Paper::Sign => Self {
                paper: [0xf4, 0xec, 0xd8],
                ink: [0x24, 0x18, 0x0e],
                margin: [0.52, 0.3],
            },
        }
    }
}

/// Cuts the spec's paper to a word whose room is `text` (half of width and height, fractions of the side).
pub(crate) fn cut(spec: &Spec, text: Point) -> Sheet {
    let em = f64::from(spec.height);
    let look = Look::of(spec.paper);
    let half = [text[0] + look.margin[0] * em, text[1] + look.margin[1] * em];
    let paper = spec.paper_colour.map_or(look.paper, |Colour(rgb)| rgb);
    let ink = match (spec.ink, spec.paper_colour) {
        (Some(Colour(rgb)), _) => rgb,
        // A paper of another colour asks for an ink that can be read on it.
        (None, Some(_)) if spec.paper != Paper::None => match (light(paper), light(look.ink)) {
            (true, true) => [0x1a, 0x1a, 0x1a],
            (false, false) => WHITE,
            _ => look.ink,
        },
        (None, _) => look.ink,
    };
    let layers = match spec.paper {
        Paper::None => Vec::new(),
        Paper::Note => note(half, em, paper),
        Paper::Tape => tape(half, em, paper),
        Paper::Sticker => sticker(half, em, paper),
        Paper::Sign => sign(half, em, paper),
    };
    Sheet { half, layers, ink }
}

fn note(half: Point, em: f64, paper: [u8; 3]) -> Vec<Layer> {
    let mut layers = shadow(half, em, 0.0);
    layers.push(solid(Path::rectangle(half, 0.0), mixed(paper, BLACK, 44)));
    layers.push(solid(Path::rectangle(inset(half, 0.02 * em), 0.0), paper));
    layers
}

fn tape(half: Point, em: f64, paper: [u8; 3]) -> Vec<Layer> {
    let tooth = 0.13 * em;
    let strip = torn(half, tooth);
    let [w, h] = half;
    // Pressed on more firmly along the middle: a lighter band, and the edges a little darker.
    let band = |top: f64, bottom: f64| {
        let w = w - tooth;
        Path::polygon([[-w, top], [w, top], [w, bottom], [-w, bottom]])
    };
    let edge = 0.035 * em;
    vec![
        Layer {
            path: strip,
            colour: paper,
            alpha: 224,
        },
        Layer {
            path: band(-h, edge - h),
            colour: mixed(paper, BLACK, 80),
            alpha: 90,
        },
        Layer {
            path: band(h - edge, h),
            colour: mixed(paper, BLACK, 80),
            alpha: 90,
        },
        Layer {
            path: band(-0.5 * h, 0.2 * h),
            colour: mixed(paper, WHITE, 140),
            alpha: 50,
        },
    ]
}

fn sticker(half: Point, em: f64, paper: [u8; 3]) -> Vec<Layer> {
    let (radius, rim) = (0.36 * em, 0.1 * em);
    let mut layers = shadow(half, em, radius);
    layers.push(solid(
        Path::rectangle(half, radius),
        mixed(WHITE, BLACK, 30),
    ));
    layers.push(solid(
        Path::rectangle(inset(half, 0.015 * em), radius - 0.015 * em),
        [0xfd, 0xfd, 0xfd],
    ));
    layers.push(solid(
        Path::rectangle(inset(half, rim), radius - rim),
        paper,
    ));
    layers
}

fn sign(half: Point, em: f64, paper: [u8; 3]) -> Vec<Layer> {
    const WOOD: [u8; 3] = [0x7b, 0x4e, 0x2a];
    let [w, h] = half;
    let inner = inset(half, 0.17 * em);
    let [v, i] = inner;
    let mut layers = shadow(half, em, 0.0);
    // Four mitred bars, lit from above.
    layers.push(solid(Path::rectangle(half, 0.0), WOOD));
    for (bar, tone, share) in [
        ([[-w, -h], [w, -h], [v, -i], [-v, -i]], WHITE, 50),
        ([[-w, h], [w, h], [v, i], [-v, i]], BLACK, 70),
        ([[w, -h], [w, h], [v, i], [v, -i]], BLACK, 25),
    ] {
        layers.push(solid(Path::polygon(bar), mixed(WOOD, tone, share)));
    }
    layers.push(solid(
        Path::rectangle(inset(half, 0.15 * em), 0.0),
        mixed(WOOD, BLACK, 130),
    ));
    layers.push(solid(Path::rectangle(inner, 0.0), paper));
    // The frame's shadow on the board.
    let low = 0.05 * em - i;
    layers.push(Layer {
        path: Path::polygon([[-v, -i], [v, -i], [v, low], [-v, low]]),
        colour: BLACK,
        alpha: 28,
    });
    layers
}

/// A soft dark edge all around, as of a paper that lies close: the same on all sides, so that it fits every rotation.
fn shadow(half: Point, em: f64, radius: f64) -> Vec<Layer> {
    (1..=4)
        .rev()
        .map(|ring| {
            let reach = 0.022 * em * f64::from(ring);
            Layer {
                path: Path::rectangle(inset(half, -reach), radius + reach),
                colour: BLACK,
                alpha: 20,
            }
        })
        .collect()
}

/// A strip whose ends were torn off over teeth.
fn torn([w, h]: Point, tooth: f64) -> Path {
    let teeth = ((2.0 * h / tooth).ceil() as u32).clamp(2, 64);
    let step = 2.0 * h / f64::from(teeth);
    let mut points = Vec::new();
    for index in 0..=teeth * 2 {
        let depth = if index % 2 == 0 { 0.0 } else { tooth * 0.7 };
        points.push([w - depth, f64::from(index) * step / 2.0 - h]);
    }
    for index in (0..=teeth * 2).rev() {
        let depth = if index % 2 == 0 { 0.0 } else { tooth * 0.7 };
        points.push([depth - w, f64::from(index) * step / 2.0 - h]);
    }
    Path::polygon(points)
}

fn solid(path: Path, colour: [u8; 3]) -> Layer {
    Layer {
        path,
        colour,
        alpha: 255,
    }
}

fn inset([w, h]: Point, by: f64) -> Point {
    [w - by, h - by]
}

fn mixed(colour: [u8; 3], tone: [u8; 3], share: u8) -> [u8; 3] {
    [0, 1, 2].map(|channel| blend(colour[channel], tone[channel], share))
}

/// Whether dark ink reads better on this colour (Rec. 601 luma).
fn light([red, green, blue]: [u8; 3]) -> bool {
    u32::from(red) * 299 + u32::from(green) * 587 + u32::from(blue) * 114 >= 128_000
}
