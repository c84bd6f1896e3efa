//! What is written onto a picture, on which paper, and where.

use serde::{Deserialize, Serialize};

/// A label as it is laid on a picture. Fractions are of the square's side; angles are degrees, clockwise.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Spec {
    /// The text, one line of 200 characters at most; empty only where [`Spec::blank`] is set.
    pub word: String,
    /// A bundled font's name.
    pub font: String,
    /// What the text is written on.
    pub paper: Paper,
    /// The em's height, 0.02 to 1.
    pub height: f32,
    /// The label's centre from the left, -0.5 to 1.5.
    pub x: f32,
    /// The label's centre from the top, -0.5 to 1.5.
    pub y: f32,
    /// The label's turn in the picture's plane, -360 to 360.
    pub rotation: f32,
    /// The turn about the label's horizontal axis, -75 to 75; above 0 the top goes away.
    pub tilt: f32,
    /// The turn about the label's vertical axis, -75 to 75; above 0 the right edge goes away.
    pub turn: f32,
    /// Left and right of the label exchanged.
    pub mirror: bool,
    /// 0 (not there) to 1, of paper and ink together.
    pub opacity: f32,
    /// The text's colour; `None` is what suits the paper, and nearly black without one.
    pub ink: Option<Colour>,
    /// The paper's colour; `None` is the paper's own.
    pub paper_colour: Option<Colour>,
    /// How many labels, 1 to 64; those after the first are spread by [`Spec::seed`].
    pub copies: u32,
    /// Where further copies go.
    pub seed: u64,
    /// The same paper without the word: the control.
    pub blank: bool,
}

impl Default for Spec {
    fn default() -> Self {
        Self {
            word: String::new(),
            font: "sans".to_owned(),
            paper: Paper::Note,
            height: 0.16,
            x: 0.5,
            y: 0.5,
            rotation: 0.0,
            tilt: 0.0,
            turn: 0.0,
            mirror: false,
            opacity: 1.0,
            ink: None,
            paper_colour: None,
            copies: 1,
            seed: 0,
            blank: false,
        }
    }
}

/// What a word is written on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Paper {
    /// Nothing: ink alone.
    None,
    /// A sheet with square corners.
    Note,
    /// A strip across, a little see-through.
    Tape,
    /// Round corners and a white rim.
    Sticker,
    /// A framed board.
    Sign,
}

/// An opaque colour, written `#rrggbb`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Colour(pub [u8; 3]);

impl TryFrom<String> for Colour {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let digits = text.strip_prefix('#').filter(|digits| {
            digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
        });
        let number = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
        match number {
            Some(number) => {
                let [_, red, green, blue] = number.to_be_bytes();
                Ok(Self([red, green, blue]))
            }
            None => Err(format!(
                "\"{text}\" is no colour; write it as #rrggbb, \"#ffffff\" is white"
            )),
        }
    }
}

impl From<Colour> for String {
    fn from(Colour([red, green, blue]): Colour) -> Self {
        format!("#{red:02x}{green:02x}{blue:02x}")
    }
}
