//! Words drawn onto pictures, as the typographic attack needs them.
//!
//! Everything works on the square that a model sees after resize and crop. The same picture and the same [`Spec`] give the
//! same bytes on every machine, natively and in a browser.

mod canvas;
mod check;
mod coverage;
mod error;
mod fonts;
mod letter;
mod paper;
mod path;
mod place;
mod shape;
mod spec;

pub use check::MOST_CHARACTERS;
pub use coverage::styles_for;
pub use error::LetteringError;
pub use fonts::{FONTS, FontFile, Fonts};
pub use letter::{Lettered, letter};
pub use spec::{Colour, Paper, Spec};
