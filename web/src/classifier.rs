//! The classifier as JavaScript sees it: arguments in, promises out, and nothing decided here.

use glimpse::text::expand_templates;
use glimpse::{ClassifyOptions, Code};
use js_sys::Float32Array;
use serde::Serialize;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::errors::{to_js, with_code};
use crate::label_pack::LabelPack;
use crate::picture::Picture;

/// A loaded model.
#[wasm_bindgen]
pub struct Classifier {
    inner: glimpse::Classifier,
}

impl From<glimpse::Classifier> for Classifier {
    fn from(inner: glimpse::Classifier) -> Self {
        Self { inner }
    }
}

impl Classifier {
    pub(crate) fn inner(&self) -> &glimpse::Classifier {
        &self.inner
    }
}

#[wasm_bindgen]
impl Classifier {
    /// What was loaded: `{model, device, reason, adapter, imageSize, contextLength, fingerprint, textTower}`.
    #[wasm_bindgen(getter, unchecked_return_type = "object")]
    pub fn info(&self) -> Result<JsValue, JsValue> {
        serialize(self.inner.info())
    }

    /// Runs of the image tower since the load.
    #[wasm_bindgen(getter, js_name = imageTowerRuns)]
    pub fn image_tower_runs(&self) -> f64 {
        self.inner.runs().image_tower as f64
    }

    /// Runs of the text tower since the load.
    #[wasm_bindgen(getter, js_name = textTowerRuns)]
    pub fn text_tower_runs(&self) -> f64 {
        self.inner.runs().text_tower as f64
    }

    /// The milliseconds that the towers took, each the last time that it ran: `{imageTower, textTower, readback}`. What comes before them
    /// is done by [`Picture`] and [`Classifier::preprocess`], whose callers know how long they waited.
    #[wasm_bindgen(getter, js_name = stageTimes, unchecked_return_type = "object")]
    pub fn stage_times(&self) -> Result<JsValue, JsValue> {
        let times = self.inner.times();
        let milliseconds = |time: std::time::Duration| time.as_secs_f64() * 1e3;
        serialize(&Milliseconds {
            image_tower: milliseconds(times.image_tower),
            text_tower: milliseconds(times.text_tower),
            readback: milliseconds(times.readback),
        })
    }

    /// What the model sees of a picture: the square that resize and crop leave, `[imageSize, imageSize]`.
    pub fn preprocess(&self, picture: &Picture) -> Picture {
        self.inner.preprocess_pixels(picture.image()).into()
    }

    /// The unit-length embedding of a square that [`Classifier::preprocess`] gave, changed or not: neither resized nor cropped again.
    ///
    /// # Errors
    /// `{code, message}`: it has another size, or the device failed.
    #[wasm_bindgen(js_name = embedSquare)]
    pub async fn embed_square(&self, square: &Picture) -> Result<Float32Array, JsValue> {
        embedding(self.inner.embed_square(square.image()).await)
    }

    /// The unit-length embedding of a text, used as it is.
    ///
    /// # Errors
    /// `{code, message}`: the device failed.
    #[wasm_bindgen(js_name = embedText)]
    pub async fn embed_text(&self, text: String) -> Result<Float32Array, JsValue> {
        embedding(self.inner.embed_text(&text).await)
    }

    /// `[{label, score, logit, cosine}]`, best first, of a picture embedded before.
    ///
    /// # Errors
    /// `{code, message}`: labels or templates cannot be used, or the device failed.
    #[wasm_bindgen(js_name = classifyEmbedded, unchecked_return_type = "object[]")]
    pub async fn classify_embedded(
        &self,
        image: Vec<f32>,
        labels: Vec<String>,
        templates: Vec<String>,
        top_k: Option<u32>,
    ) -> Result<JsValue, JsValue> {
        let options = ClassifyOptions {
            templates: expand_templates(&templates),
            top_k: top_k.map(|count| count as usize),
        };
        let scores = self
            .inner
            .classify_embedded(&image, &labels, &options)
            .await;
        serialize(&scores.map_err(|error| to_js(&error))?)
    }

    /// Encodes labels once and for all; a copy of this model can then classify with them without its text tower.
    ///
    /// # Errors
    /// `{code, message}`: labels or templates cannot be used, there is no text tower, or the device failed.
    #[wasm_bindgen(js_name = embedLabels)]
    pub async fn embed_labels(
        &self,
        labels: Vec<String>,
        templates: Vec<String>,
    ) -> Result<LabelPack, JsValue> {
        let pack = self
            .inner
            .embed_labels(&labels, &expand_templates(&templates))
            .await;
        pack.map(LabelPack::from).map_err(|error| to_js(&error))
    }

    /// `[{label, score, logit, cosine}]`, best first, of a picture embedded before and labels encoded before.
    ///
    /// # Errors
    /// `{code: "unsupported-model", message}` when another model made the pack.
    #[wasm_bindgen(js_name = classifyWithPack, unchecked_return_type = "object[]")]
    pub fn classify_with_pack(
        &self,
        embedding: Vec<f32>,
        pack: &LabelPack,
        #[wasm_bindgen(js_name = topK)] top_k: Option<u32>,
    ) -> Result<JsValue, JsValue> {
        let top_k = top_k.map(|count| count as usize);
        let scores = self
            .inner
            .classify_with_pack(&embedding, pack.inner(), top_k);
        serialize(&scores.map_err(|error| to_js(&error))?)
    }
}

/// What of [`glimpse::StageTimes`] is taken here, as JavaScript has it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Milliseconds {
    image_tower: f64,
    text_tower: f64,
    readback: f64,
}

/// Throws for labels and templates that cannot be used, so that no picture is read for nothing.
///
/// # Errors
/// `{code: "no-labels", message}` naming the row or the template.
#[wasm_bindgen(js_name = checkRequest)]
pub fn check_request(labels: Vec<String>, templates: Vec<String>) -> Result<(), JsValue> {
    glimpse::text::check_labels(&labels)
        .map_err(|error| with_code(Code::NoLabels, &error.to_string()))?;
    for template in expand_templates(&templates) {
        glimpse::text::check_template(&template)
            .map_err(|error| with_code(Code::NoLabels, &error.to_string()))?;
    }
    Ok(())
}

/// The format of a picture, told from its first bytes.
#[wasm_bindgen(getter_with_clone)]
pub struct ImageFormat {
    /// "JPEG", "PNG", "AVIF", ….
    #[wasm_bindgen(readonly)]
    pub name: String,
    /// Whether [`Picture::decode`] can decode it; otherwise the browser may.
    #[wasm_bindgen(readonly)]
    pub decodable: bool,
}

/// Recognises a picture's format from its first bytes.
#[wasm_bindgen]
pub fn sniff(bytes: &[u8]) -> Option<ImageFormat> {
    let format = glimpse::image::sniff(bytes)?;
    Some(ImageFormat {
        name: format.name().to_owned(),
        decodable: format.decodable(),
    })
}

fn embedding(result: Result<glimpse::Embedding, glimpse::Error>) -> Result<Float32Array, JsValue> {
    result
        .map(|values| Float32Array::from(values.as_slice()))
        .map_err(|error| to_js(&error))
}

pub(crate) fn serialize(value: &(impl Serialize + ?Sized)) -> Result<JsValue, JsValue> {
    let serializer = serde_wasm_bindgen::Serializer::json_compatible();
    value.serialize(&serializer).map_err(JsValue::from)
}
