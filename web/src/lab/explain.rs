//! Logits taken apart.

use glimpse::text::expand_templates;
use js_sys::{Array, Float32Array, Object, Reflect};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::classifier::Classifier;
use crate::errors::to_js;
use crate::picture::Picture;

#[wasm_bindgen]
impl Classifier {
    /// Takes each label's logit of a square, as the model sees it, apart: `{side, layers, heads, attention, labels: [{label, logit, sum,
    /// error, patches, heat, classToken, mlp, outBias, embeddings, normBias}]}`, lists of numbers as Float32Arrays.
    ///
    /// # Errors
    /// `{code, message}`: labels or templates cannot be used, or the device failed.
    #[wasm_bindgen(unchecked_return_type = "object")]
    pub async fn explain(
        &self,
        square: &Picture,
        labels: Vec<String>,
        templates: Vec<String>,
    ) -> Result<JsValue, JsValue> {
        let templates = expand_templates(&templates);
        let explained = self.inner().explain(square.image(), &labels, &templates);
        let explained = explained.await.map_err(|error| to_js(&error))?;
        let patches = explained.side * explained.side;
        let labels: Array = explained
            .labels
            .iter()
            .map(|of_label| {
                let parts = &of_label.parts;
                object([
                    ("label", of_label.label.as_str().into()),
                    ("logit", of_label.logit.into()),
                    ("sum", of_label.sum.into()),
                    ("error", of_label.error.into()),
                    ("patches", numbers(&parts.patches)),
                    ("heat", numbers(&parts.heat(patches))),
                    ("classToken", numbers(&parts.class_token)),
                    ("mlp", numbers(&parts.mlp)),
                    ("outBias", numbers(&parts.out_bias)),
                    ("embeddings", parts.embeddings.into()),
                    ("normBias", parts.norm_bias.into()),
                ])
            })
            .collect();
        Ok(object([
            ("side", (explained.side as f64).into()),
            ("layers", (explained.layers as f64).into()),
            ("heads", (explained.heads as f64).into()),
            ("attention", numbers(&explained.attention)),
            ("labels", labels.into()),
        ]))
    }
}

/// A Float32Array.
fn numbers(values: &[f32]) -> JsValue {
    Float32Array::from(values).into()
}

/// A plain object with these fields.
fn object<const FIELDS: usize>(fields: [(&str, JsValue); FIELDS]) -> JsValue {
    let object = Object::new();
    for (name, value) in fields {
        // Setting a new property of a fresh, extensible object cannot fail.
        let _ = Reflect::set(&object, &name.into(), &value);
    }
    object.into()
}
