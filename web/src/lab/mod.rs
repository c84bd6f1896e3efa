//! The typographic lab as JavaScript sees it. What Rust reads or writes whole (specs, options, reports) crosses as JSON text, so
//! that it is the same text as the command line's.

mod defend;
mod explain;
mod letter;
mod occlude;
mod sweep;

use serde::de::DeserializeOwned;
use wasm_bindgen::JsValue;

use crate::errors::unwritable;

pub use defend::{Defended, text_directions};
pub use letter::{Fonts, Lettered, letter, styles_for};
pub use occlude::Occlusion;
pub use sweep::{Sweep, report_html};

/// Reads JSON text; by way of a value, since nobody has seen the lines and columns that an error would name.
fn parsed<T: DeserializeOwned>(text: &str) -> Result<T, JsValue> {
    let value = serde_json::from_str::<serde_json::Value>(text);
    value
        .and_then(serde_json::from_value)
        .map_err(|error| unwritable(&error))
}

/// Writes JSON text.
fn json<T: serde::Serialize + ?Sized>(value: &T) -> Result<String, JsValue> {
    serde_json::to_string(value).map_err(|error| unwritable(&error))
}
