//! Words on pictures.

use glimpse::image::{Preprocessor, decode};
use glimpse::{Code, Error};
use glimpse_lettering::{LetteringError, Spec};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use super::{json, parsed};
use crate::classifier::on_white;
use crate::errors::{to_js, unwritable, with_code};
use crate::pixels::rgba;

/// The fonts that are at hand.
#[wasm_bindgen]
#[derive(Default)]
pub struct Fonts {
    inner: glimpse_lettering::Fonts,
}

impl Fonts {
    pub(crate) fn inner(&self) -> &glimpse_lettering::Fonts {
        &self.inner
    }
}

#[wasm_bindgen]
impl Fonts {
    /// None yet.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether the font called `name` is at hand.
    pub fn has(&self, name: &str) -> bool {
        self.inner.has(name)
    }

    /// Takes a font's file.
    ///
    /// # Errors
    /// `{code: "integrity", message}` when it is not the bundled one of that name.
    pub fn add(&mut self, name: &str, bytes: Vec<u8>) -> Result<(), JsValue> {
        let added = self.inner.add(name, bytes);
        added.map_err(|error| lettering_error(&error))
    }
}

/// A picture with labels on it.
#[wasm_bindgen]
pub struct Lettered {
    inner: glimpse_lettering::Lettered,
}

#[wasm_bindgen]
impl Lettered {
    /// RGBA, opaque, row-major, as large as the picture.
    #[wasm_bindgen(getter)]
    pub fn pixels(&self) -> Vec<u8> {
        rgba(&self.inner.image)
    }

    /// Each label's corners as JSON: `[[[x, y], …], …]`, fractions of the side.
    ///
    /// # Errors
    /// None is known.
    #[wasm_bindgen(getter)]
    pub fn corners(&self) -> Result<String, JsValue> {
        json(&self.inner.corners)
    }

    /// Changed pixels of all, 0 to 1.
    #[wasm_bindgen(getter)]
    pub fn area(&self) -> f32 {
        self.inner.area
    }
}

/// Draws the label that `spec` describes, as JSON, onto straight-alpha RGBA pixels (`[height, width, 4]`, row-major), laid on white.
///
/// # Errors
/// `{code: "lettering", message}` for a spec that cannot be drawn.
#[wasm_bindgen]
pub fn letter(
    pixels: Vec<u8>,
    width: u32,
    height: u32,
    spec: &str,
    fonts: &Fonts,
) -> Result<Lettered, JsValue> {
    let image = on_white(pixels, width, height)?;
    let lettered = glimpse_lettering::letter(&image, &parsed::<Spec>(spec)?, &fonts.inner);
    let inner = lettered.map_err(|error| lettering_error(&error))?;
    Ok(Lettered { inner })
}

/// The fonts that a sweep compares where none are named: those that differ in style and can write `word`; no font's file is needed.
#[wasm_bindgen(js_name = stylesFor)]
pub fn styles_for(word: &str) -> Vec<String> {
    glimpse_lettering::styles_for(word)
}

/// An encoded picture, its shorter side brought to `side` pixels and its middle cut out: RGBA, `[side, side, 4]`, opaque.
///
/// # Errors
/// `{code, message}`: the picture cannot be decoded.
#[wasm_bindgen]
pub fn square(bytes: &[u8], side: u32) -> Result<Vec<u8>, JsValue> {
    let image = decode(bytes).map_err(|error| to_js(&Error::from(error)))?;
    Ok(rgba(&usual(side)?.cropped(&image)))
}

/// [`square`] of straight-alpha RGBA pixels (`[height, width, 4]`, row-major), laid on white.
///
/// # Errors
/// `{code, message}`: the picture is empty.
#[wasm_bindgen(js_name = squareOfPixels)]
pub fn square_of_pixels(
    pixels: Vec<u8>,
    width: u32,
    height: u32,
    side: u32,
) -> Result<Vec<u8>, JsValue> {
    let image = on_white(pixels, width, height)?;
    Ok(rgba(&usual(side)?.cropped(&image)))
}

/// CLIP's usual preprocessing, to this side.
fn usual(side: u32) -> Result<Preprocessor, JsValue> {
    let config = format!(r#"{{"size": {side}, "crop_size": {side}}}"#);
    Preprocessor::from_preprocessor_config(&config).map_err(|error| to_js(&Error::from(error)))
}

/// The JavaScript error for a label that cannot be drawn.
pub(super) fn lettering_error(error: &LetteringError) -> JsValue {
    match error {
        LetteringError::FontDamaged { .. } => with_code(Code::Integrity, &error.to_string()),
        _ => unwritable(error),
    }
}
