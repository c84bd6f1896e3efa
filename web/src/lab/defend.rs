//! Defences against words in pictures, and what they are made of.

use glimpse::Defence;
use glimpse::defence::Corners;
use glimpse::text::expand_templates;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use super::parsed;
use crate::classifier::{Classifier, serialize};
use crate::errors::to_js;
use crate::picture::Picture;
use crate::pixels::rgba;

/// The answer under a defence.
#[wasm_bindgen]
pub struct Defended {
    inner: glimpse::Defended,
}

#[wasm_bindgen]
impl Defended {
    /// `[{label, score, logit, cosine}]`, best first.
    ///
    /// # Errors
    /// None is known.
    #[wasm_bindgen(getter, unchecked_return_type = "object[]")]
    pub fn scores(&self) -> Result<JsValue, JsValue> {
        serialize(&self.inner.scores)
    }

    /// Pictures that went through the image tower.
    #[wasm_bindgen(getter)]
    pub fn passes(&self) -> f64 {
        self.inner.passes as f64
    }

    /// Prompts beside the labels' own.
    #[wasm_bindgen(getter)]
    pub fn prompts(&self) -> f64 {
        self.inner.prompts as f64
    }

    /// The cosine of the picture and its mirror image, where it was asked for.
    #[wasm_bindgen(getter)]
    pub fn alarm(&self) -> Option<f32> {
        self.inner.alarm
    }

    /// `[{left, top, right, bottom}]`, fractions of the side: what was painted black.
    ///
    /// # Errors
    /// None is known.
    #[wasm_bindgen(getter, unchecked_return_type = "object[]")]
    pub fn boxes(&self) -> Result<JsValue, JsValue> {
        let erased = self.inner.erased.as_ref();
        serialize(erased.map_or(&[][..], |(boxes, _)| boxes))
    }

    /// The square after it was painted: RGBA, opaque, row-major; nothing where it was not.
    #[wasm_bindgen(getter)]
    pub fn pixels(&self) -> Option<Vec<u8>> {
        let erased = self.inner.erased.as_ref();
        erased.map(|(_, image)| rgba(image))
    }
}

#[wasm_bindgen]
impl Classifier {
    /// Classifies a square, as the model sees it, under a defence, described as JSON.
    ///
    /// # Errors
    /// `{code, message}`: labels, templates or the defence cannot be used, or the device failed.
    pub async fn defend(
        &self,
        square: &Picture,
        labels: Vec<String>,
        templates: Vec<String>,
        defence: String,
    ) -> Result<Defended, JsValue> {
        let defence: Defence = parsed(&defence)?;
        let (image, templates) = (square.image(), expand_templates(&templates));
        let defended = self.inner().defend(&defence, image, &labels, &templates);
        let inner = defended.await.map_err(|error| to_js(&error))?;
        Ok(Defended { inner })
    }

    /// `[{layer, head, share}]`, hardest lookers first: how much of its look each head gives to the text in `corners`, as JSON
    /// (`[[[x, y], …], …]`), on a square, as the model sees it.
    ///
    /// # Errors
    /// `{code, message}`: the corners are none, the model has no heads, or the device failed.
    #[wasm_bindgen(js_name = headShares, unchecked_return_type = "object[]")]
    pub async fn head_shares(&self, square: &Picture, corners: String) -> Result<JsValue, JsValue> {
        let corners: Vec<Corners> = parsed(&corners)?;
        let shares = self.inner().head_shares(square.image(), &corners).await;
        serialize(&shares.map_err(|error| to_js(&error))?)
    }
}

/// The main directions of `differences` (rows of `length` numbers), strongest first: at most `count` orthonormal rows.
#[wasm_bindgen(js_name = textDirections)]
pub fn text_directions(differences: Vec<f32>, length: u32, count: u32) -> Vec<f32> {
    let rows = differences.chunks_exact((length as usize).max(1));
    let rows: Vec<Vec<f32>> = rows.map(<[f32]>::to_vec).collect();
    glimpse::defence::text_directions(&rows, count as usize).concat()
}
