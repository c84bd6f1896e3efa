//! Parts of a picture greyed, one after another.

use glimpse::text::expand_templates;
use js_sys::{Array, Float32Array};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::classifier::Classifier;
use crate::errors::to_js;
use crate::picture::Picture;

/// An occlusion under way.
#[wasm_bindgen]
pub struct Occlusion {
    inner: glimpse::Occlusion,
}

#[wasm_bindgen]
impl Occlusion {
    /// Looks at a square, as the model sees it, as it is; `cell` is the side of a grey square in patches.
    ///
    /// # Errors
    /// `{code, message}`: labels or templates cannot be used, or the device failed.
    pub async fn begin(
        classifier: &Classifier,
        square: &Picture,
        labels: Vec<String>,
        templates: Vec<String>,
        cell: u32,
    ) -> Result<Occlusion, JsValue> {
        let (classifier, image) = (classifier.inner(), square.image());
        let (templates, cell) = (expand_templates(&templates), cell as usize);
        let begun = glimpse::Occlusion::begin(classifier, image, &labels, &templates, cell).await;
        let inner = begun.map_err(|error| to_js(&error))?;
        Ok(Self { inner })
    }

    /// Greys the next few squares.
    ///
    /// # Errors
    /// `{code, message}`: the device failed.
    pub async fn step(&mut self, classifier: &Classifier) -> Result<(), JsValue> {
        let stepped = self.inner.step(classifier.inner()).await;
        stepped.map_err(|error| to_js(&error))
    }

    /// Squares that were greyed.
    #[wasm_bindgen(getter)]
    pub fn done(&self) -> f64 {
        self.inner.progress().0 as f64
    }

    /// All squares.
    #[wasm_bindgen(getter)]
    pub fn expected(&self) -> f64 {
        self.inner.progress().1 as f64
    }

    /// Patches along one side.
    #[wasm_bindgen(getter)]
    pub fn side(&self) -> f64 {
        self.inner.side() as f64
    }

    /// For each label a Float32Array: what its logit lost by each patch's being greyed.
    #[wasm_bindgen(getter, unchecked_return_type = "Float32Array[]")]
    pub fn drops(&self) -> Array {
        let drops = self.inner.drops();
        drops
            .iter()
            .map(|row| Float32Array::from(row.as_slice()))
            .collect()
    }
}
