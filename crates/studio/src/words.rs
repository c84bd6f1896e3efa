//! Sets a word: its outline in a font, the paper under it, and where each letter comes to lie.

use resvg::tiny_skia::{Path, PathBuilder, Rect, Transform};
use rustybuzz::UnicodeBuffer;
use rustybuzz::ttf_parser::{GlyphId, OutlineBuilder};

use crate::fonts::Font;
use crate::scene::Word;

/// A word that has been set, about the origin of a plane whose unit is the font's size.
struct Setting {
    /// The letters' outline; a word of nothing but spaces has none.
    letters: Option<Path>,
    /// Half the letters' width and height.
    half: [f32; 2],
    /// Each character with the place of its middle along the word.
    middles: Vec<(char, f32)>,
}

/// A word in a picture: what to fill, and where.
pub struct Laid {
    /// The paper's outline.
    pub paper: Path,
    /// The letters' outline.
    pub letters: Option<Path>,
    /// Takes both to pixels.
    pub transform: Transform,
    /// Each character with its middle in pixels.
    pub middles: Vec<(char, f32, f32)>,
    /// How many pixels the font's size is.
    pub size: f32,
}

/// Lays `word` out in a picture of `side` pixels. A word that has nothing to show, such as an empty one, gives none.
pub fn lay(word: &Word, side: u32) -> Option<Laid> {
    let set = set(&word.text, &word.font)?;
    let [across, down] = [set.half[0] + word.margin[0], set.half[1] + word.margin[1]];
    let side = side as f32;
    let size = (word.width * side / (2.0 * across)).min(word.height * side / (2.0 * down));
    let (sine, cosine) = (libm::sinf(word.turn), libm::cosf(word.turn));
    let transform = Transform::from_row(
        size * cosine,
        size * sine,
        -size * sine,
        size * cosine,
        word.x * side,
        word.y * side,
    );
    let middles = set
        .middles
        .iter()
        .map(|&(letter, along)| {
            let (x, y) = (along * transform.sx, along * transform.ky);
            (letter, x + transform.tx, y + transform.ty)
        })
        .collect();
    Some(Laid {
        paper: PathBuilder::from_rect(Rect::from_ltrb(-across, -down, across, down)?),
        letters: set.letters.filter(|_| !word.blank),
        transform,
        middles: if word.blank { Vec::new() } else { middles },
        size,
    })
}

fn set(text: &str, font: &Font) -> Option<Setting> {
    let mut buffer = UnicodeBuffer::new();
    buffer.push_str(text);
    buffer.guess_segment_properties();
    let shaped = rustybuzz::shape(&font.face, &[], buffer);
    let unit = 1.0 / font.face.units_per_em() as f32;
    let mut pen = Pen {
        path: PathBuilder::new(),
        unit,
        x: 0.0,
        y: 0.0,
    };
    let mut along = 0.0;
    let mut middles = Vec::new();
    for (glyph, position) in shaped.glyph_infos().iter().zip(shaped.glyph_positions()) {
        pen.x = along + position.x_offset as f32 * unit;
        pen.y = -position.y_offset as f32 * unit;
        let id = GlyphId(u16::try_from(glyph.glyph_id).ok()?);
        // A space has no outline, and that is right.
        let _ = font.face.outline_glyph(id, &mut pen);
        let advance = position.x_advance as f32 * unit;
        if let Some(letter) = text
            .get(glyph.cluster as usize..)
            .and_then(|rest| rest.chars().next())
        {
            middles.push((letter, along + advance / 2.0));
        }
        along += advance;
    }
    let letters = pen.path.finish()?;
    let bounds = letters.bounds();
    let (x, y) = (
        (bounds.left() + bounds.right()) / 2.0,
        (bounds.top() + bounds.bottom()) / 2.0,
    );
    for (_, middle) in &mut middles {
        *middle -= x;
    }
    Some(Setting {
        half: [bounds.width() / 2.0, bounds.height() / 2.0],
        letters: letters.transform(Transform::from_translate(-x, -y)),
        middles,
    })
}

/// Draws a glyph's outline at its place, the y axis downwards.
struct Pen {
    path: PathBuilder,
    unit: f32,
    x: f32,
    y: f32,
}

impl Pen {
    fn to(&self, x: f32, y: f32) -> (f32, f32) {
        (self.x + x * self.unit, self.y - y * self.unit)
    }
}

impl OutlineBuilder for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        let (x, y) = self.to(x, y);
        self.path.move_to(x, y);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        let (x, y) = self.to(x, y);
        self.path.line_to(x, y);
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        let ((x1, y1), (x, y)) = (self.to(x1, y1), self.to(x, y));
        self.path.quad_to(x1, y1, x, y);
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        let ((x1, y1), (x2, y2), (x, y)) = (self.to(x1, y1), self.to(x2, y2), self.to(x, y));
        self.path.cubic_to(x1, y1, x2, y2, x, y);
    }

    fn close(&mut self) {
        self.path.close();
    }
}
