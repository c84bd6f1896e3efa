//! Label packs as JavaScript sees them.

use std::rc::Rc;

use glimpse::Error;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::errors::to_js;

/// Labels with their embeddings, bound to the model that encoded them.
#[wasm_bindgen]
pub struct LabelPack {
    inner: Rc<glimpse::LabelPack>,
}

impl From<glimpse::LabelPack> for LabelPack {
    fn from(inner: glimpse::LabelPack) -> Self {
        Self {
            inner: Rc::new(inner),
        }
    }
}

impl LabelPack {
    pub(crate) fn into_inner(self) -> Rc<glimpse::LabelPack> {
        self.inner
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
}
