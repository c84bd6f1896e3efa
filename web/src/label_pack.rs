//! Label packs as JavaScript sees them.

use glimpse::Error;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::errors::to_js;

/// Labels with their embeddings, bound to the model that encoded them.
#[wasm_bindgen]
pub struct LabelPack {
    inner: glimpse::LabelPack,
}

impl From<glimpse::LabelPack> for LabelPack {
    fn from(inner: glimpse::LabelPack) -> Self {
        Self { inner }
    }
}

impl LabelPack {
    pub(crate) fn inner(&self) -> &glimpse::LabelPack {
        &self.inner
    }
}

#[wasm_bindgen]
impl LabelPack {
    /// Reads a pack's file.
    ///
    /// # Errors
    /// `{code: "integrity", message}` when it is no label pack, or not all of one.
    #[wasm_bindgen(js_name = fromBytes)]
    pub fn from_bytes(bytes: &[u8]) -> Result<LabelPack, JsValue> {
        let pack = glimpse::LabelPack::from_safetensors(bytes);
        pack.map(Self::from)
            .map_err(|error| to_js(&Error::from(error)))
    }

    /// The pack's file: safetensors.
    #[wasm_bindgen(js_name = toBytes)]
    pub fn to_bytes(&self) -> Vec<u8> {
        self.inner.to_safetensors()
    }

    /// The labels, as they were given.
    #[wasm_bindgen(getter)]
    pub fn labels(&self) -> Vec<String> {
        self.inner.labels.clone()
    }

    /// The templates that they were filled into.
    #[wasm_bindgen(getter)]
    pub fn templates(&self) -> Vec<String> {
        self.inner.templates.clone()
    }

    /// The name of the model that encoded them.
    #[wasm_bindgen(getter)]
    pub fn model(&self) -> String {
        self.inner.model.clone()
    }

    /// That model's fingerprint.
    #[wasm_bindgen(getter)]
    pub fn fingerprint(&self) -> String {
        self.inner.fingerprint.image.clone()
    }
}
