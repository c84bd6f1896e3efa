//! Words on pictures.

use glimpse::Code;
use glimpse_lettering::{LetteringError, Spec};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use super::{json, parsed};
use crate::errors::{unwritable, with_code};
use crate::picture::Picture;
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

/// Draws the label that `spec` describes, as JSON, onto a copy of a square.
///
/// # Errors
/// `{code: "lettering", message}` for a spec that cannot be drawn.
#[wasm_bindgen]
pub fn letter(square: &Picture, spec: &str, fonts: &Fonts) -> Result<Lettered, JsValue> {
    let spec = parsed::<Spec>(spec)?;
    let lettered = glimpse_lettering::letter(square.image(), &spec, &fonts.inner);
    let inner = lettered.map_err(|error| lettering_error(&error))?;
    Ok(Lettered { inner })
}

/// The fonts that a sweep compares where none are named: those that differ in style and can write `word`; no font's file is needed.
#[wasm_bindgen(js_name = stylesFor)]
pub fn styles_for(word: &str) -> Vec<String> {
    glimpse_lettering::styles_for(word)
}

/// The JavaScript error for a label that cannot be drawn.
pub(super) fn lettering_error(error: &LetteringError) -> JsValue {
    match error {
        LetteringError::FontDamaged { .. } => with_code(Code::Integrity, &error.to_string()),
        _ => unwritable(error),
    }
}
