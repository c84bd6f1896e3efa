//! What one picture shows, before it is painted: things, shapes and words with their places, and its caption.

use std::sync::Arc;

use resvg::tiny_skia::Pixmap;

use crate::fonts::Font;
use crate::shapes::Shape;

/// A colour: red, green, blue.
pub type Rgb = [u8; 3];

/// A drawing of one thing, cut to what is painted and fitted into a square.
pub struct Sprite {
    /// Which concept it shows: its place in [`crate::concepts::concepts`].
    pub concept: usize,
    /// The art set that it is from.
    pub set: String,
    /// What kind of art it is.
    pub kind: Kind,
    /// Its pixels, premultiplied.
    pub pixmap: Pixmap,
}

/// The kinds of art.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Coloured emoji.
    Emoji,
    /// Other coloured drawings.
    Coloured,
    /// Drawings of one colour, which is free to choose.
    Icon,
}

/// Where something lies. Lengths are shares of the picture's side, so that a scene can be painted at any size.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    /// The middle, from the left.
    pub x: f32,
    /// The middle, from the top.
    pub y: f32,
    /// The side of its square.
    pub size: f32,
    /// How far it is turned clockwise, in radians.
    pub turn: f32,
    /// Whether left and right are swapped.
    pub mirror: bool,
}

impl Place {
    /// A place with this middle and side, neither turned nor mirrored.
    pub fn upright(x: f32, y: f32, size: f32) -> Self {
        Self {
            x,
            y,
            size,
            turn: 0.0,
            mirror: false,
        }
    }
}

/// A word on a sheet of paper, or bare.
#[derive(Clone)]
pub struct Word {
    /// The text, exactly as it is set.
    pub text: String,
    /// Leaves the letters away and keeps the paper as large as they would need it.
    pub blank: bool,
    /// What it is set in.
    pub font: Arc<Font>,
    /// The middle, from the left, as a share of the side.
    pub x: f32,
    /// The middle, from the top.
    pub y: f32,
    /// How wide the paper (or the bare word) is; what is too high for `height` is made smaller.
    pub width: f32,
    /// How high it may be.
    pub height: f32,
    /// How much paper there is around the letters, across and down, as shares of the font's size.
    pub margin: [f32; 2],
    /// How far it is turned clockwise, in radians.
    pub turn: f32,
    /// The letters' colour.
    pub ink: Rgb,
    /// The paper's colour; a bare word has none.
    pub paper: Option<Rgb>,
    /// The colour of an outline around the letters of a bare word.
    pub halo: Option<Rgb>,
}

/// One thing in a scene; later ones lie on earlier ones.
#[derive(Clone)]
pub enum Item {
    /// A drawing; an icon takes `ink`, coloured art is multiplied by `tint`.
    Thing {
        /// What is drawn.
        sprite: Arc<Sprite>,
        /// Where.
        place: Place,
        /// The colour of an icon.
        ink: Rgb,
        /// Factors for the colours of coloured art; 1 leaves them.
        tint: [f32; 3],
    },
    /// A plain shape of one colour.
    Shape {
        /// Which.
        shape: Shape,
        /// Its colour's name, a key of [`crate::shapes::COLOURS`].
        colour: &'static str,
        /// The colour as it is painted.
        paint: Rgb,
        /// Where.
        place: Place,
    },
    /// A word.
    Word(Word),
}

/// What lies behind everything.
#[derive(Clone, Debug, PartialEq)]
pub enum Ground {
    /// One colour.
    Plain(Rgb),
    /// Colours of the four corners (top left, top right, bottom left, bottom right) and what lies between.
    Slope([Rgb; 4]),
    /// Soft blots: a 6 x 6 lattice of colours, smoothed.
    Blots(Box<[Rgb; 36]>),
}

/// What happens to the finished picture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Finish {
    /// Factor of the light.
    pub light: f32,
    /// What is added to it, in shares of white.
    pub lift: f32,
    /// The standard deviation of the noise, in shares of white.
    pub grain: f32,
    /// The radius of the blur in shares of the side; 0 leaves the picture sharp.
    pub blur: f32,
    /// The quality of the JPEG that it goes through, 1 to 100; none leaves it as it is.
    pub jpeg: Option<u8>,
    /// Where the noise begins.
    pub seed: u64,
}

impl Default for Finish {
    /// Leaves the picture as it was painted.
    fn default() -> Self {
        Self {
            light: 1.0,
            lift: 0.0,
            grain: 0.0,
            blur: 0.0,
            jpeg: None,
            seed: 0,
        }
    }
}

/// A label and what it means. Two labels of the same `key` say the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caption {
    /// As people would type it.
    pub text: String,
    /// What it says, in a form that can be compared: see [`crate::scene_sampler`].
    pub key: String,
}

/// A picture to paint, with what is true of it.
#[derive(Clone)]
pub struct Scene {
    /// What lies behind.
    pub ground: Ground,
    /// What it shows, from the back to the front.
    pub items: Vec<Item>,
    /// What happens to it at the end.
    pub finish: Finish,
    /// What it is called.
    pub caption: Caption,
    /// Captions that are nearly right but wrong, to learn from.
    pub wrong: Vec<Caption>,
    /// The keys of every meaning that fits it.
    pub truth: Vec<String>,
}

impl Scene {
    /// `items` on white, sharp and without a caption: what exams show.
    pub fn plain(items: Vec<Item>) -> Self {
        Self {
            ground: Ground::Plain([255; 3]),
            items,
            finish: Finish::default(),
            caption: Caption {
                text: String::new(),
                key: String::new(),
            },
            wrong: Vec::new(),
            truth: Vec::new(),
        }
    }
}
