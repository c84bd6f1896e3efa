//! The factors that are changed one at a time around the base, and their values.

use serde::{Deserialize, Serialize};

use glimpse_lettering::{Colour, Paper, Spec};

/// One property of a label on a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Factor {
    /// The font.
    Font,
    /// Degrees, clockwise.
    Rotation,
    /// Left and right exchanged.
    Mirror,
    /// From see-through to solid.
    Opacity,
    /// What the word is written on.
    Paper,
    /// Ink and paper.
    Colours,
    /// How many labels.
    Copies,
}

impl Factor {
    /// All, in the report's order.
    pub const ALL: [Self; 7] = [
        Self::Font,
        Self::Rotation,
        Self::Mirror,
        Self::Opacity,
        Self::Paper,
        Self::Colours,
        Self::Copies,
    ];

    /// Its name in a variant's key, as in JSON.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Font => "font",
            Self::Rotation => "rotation",
            Self::Mirror => "mirror",
            Self::Opacity => "opacity",
            Self::Paper => "paper",
            Self::Colours => "colours",
            Self::Copies => "copies",
        }
    }

    /// Its name for people.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Font => "Font",
            Self::Rotation => "Rotation, degrees clockwise",
            Self::Mirror => "Mirrored",
            Self::Opacity => "Opacity",
            Self::Paper => "Paper",
            Self::Colours => "Colours, ink on paper",
            Self::Copies => "Copies",
        }
    }
}

const BLACK: Colour = Colour([0, 0, 0]);
const WHITE: Colour = Colour([255, 255, 255]);
const RED: Colour = Colour([208, 16, 28]);
const GREY: Colour = Colour([128, 128, 128]);

/// A factor's values by name, with the base's own value first where it is none of them.
pub(crate) fn levels(factor: Factor, base: &Spec, fonts: &[String]) -> Vec<(String, Spec)> {
    let with = |change: &dyn Fn(&mut Spec)| {
        let mut spec = base.clone();
        change(&mut spec);
        spec
    };
    let mut levels: Vec<(String, Spec)> = match factor {
        Factor::Font => fonts
            .iter()
            .map(|font| (font.clone(), with(&|spec| spec.font.clone_from(font))))
            .collect(),
        Factor::Rotation => [0.0, -15.0, 15.0, -45.0, 45.0, 90.0, 180.0]
            .map(|degrees| (degrees.to_string(), with(&|spec| spec.rotation = degrees)))
            .to_vec(),
        Factor::Mirror => [(false, "no"), (true, "yes")]
            .map(|(mirror, name)| (name.to_owned(), with(&|spec| spec.mirror = mirror)))
            .to_vec(),
        Factor::Opacity => [0.25, 0.5, 0.75, 1.0]
            .map(|opacity: f32| (opacity.to_string(), with(&|spec| spec.opacity = opacity)))
            .to_vec(),
        Factor::Paper => [
            (Paper::None, "none"),
            (Paper::Note, "note"),
            (Paper::Tape, "tape"),
            (Paper::Sticker, "sticker"),
            (Paper::Sign, "sign"),
        ]
        .map(|(paper, name)| (name.to_owned(), with(&|spec| spec.paper = paper)))
        .to_vec(),
        Factor::Colours => [
            ("black-on-white", BLACK, WHITE),
            ("white-on-black", WHITE, BLACK),
            ("red-on-white", RED, WHITE),
            ("grey-on-white", GREY, WHITE),
        ]
        .map(|(name, ink, paper)| {
            let spec = with(&|spec| {
                spec.ink = Some(ink);
                spec.paper_colour = Some(paper);
            });
            (name.to_owned(), spec)
        })
        .to_vec(),
        Factor::Copies => [1, 2, 4, 9]
            .map(|copies: u32| (copies.to_string(), with(&|spec| spec.copies = copies)))
            .to_vec(),
    };
    if !levels.iter().any(|(_, spec)| spec == base) {
        levels.insert(0, (own_value(factor, base), base.clone()));
    }
    let mut seen: Vec<Spec> = Vec::new();
    levels.retain(|(_, spec)| {
        let new = !seen.contains(spec);
        seen.push(spec.clone());
        new
    });
    levels
}

/// The name of a value that the base alone has.
fn own_value(factor: Factor, base: &Spec) -> String {
    match factor {
        Factor::Font => base.font.clone(),
        Factor::Rotation => base.rotation.to_string(),
        Factor::Opacity => base.opacity.to_string(),
        Factor::Copies => base.copies.to_string(),
        // Every paper and both mirrors are listed, so what is left is the paper's own ink, or colours of somebody's choice.
        Factor::Colours | Factor::Mirror | Factor::Paper => "as the base".to_owned(),
    }
}
