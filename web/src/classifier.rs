//! The classifier as JavaScript sees it: arguments in, promises out, and nothing decided here.

use std::cell::RefCell;

use glimpse::Code;
use glimpse::text::expand_templates;
use js_sys::Float32Array;
use serde::Serialize;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::errors::{to_js, with_code};
use crate::label_pack::LabelPack;
use crate::picture::Picture;
use crate::question::{Packs, Question};

#[wasm_bindgen]
extern "C" {
    /// The call's `AbortSignal`.
    pub type AbortSignal;

    /// Whether the call was given up.
    #[wasm_bindgen(method, getter)]
    fn aborted(this: &AbortSignal) -> bool;
}

/// A loaded model.
#[wasm_bindgen]
pub struct Classifier {
    inner: glimpse::Classifier,
    packs: RefCell<Packs>,
}

impl From<glimpse::Classifier> for Classifier {
    fn from(inner: glimpse::Classifier) -> Self {
        Self {
            inner,
            packs: RefCell::default(),
        }
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

    /// The milliseconds that the stages took, each the last time that it was gone through: `{preprocess, imageTower, textTower, readback}`.
    /// What comes before them is done by [`Picture`], whose callers know how long they waited.
    #[wasm_bindgen(getter, js_name = stageTimes, unchecked_return_type = "object")]
    pub fn stage_times(&self) -> Result<JsValue, JsValue> {
        let times = self.inner.times();
        let milliseconds = |time: std::time::Duration| time.as_secs_f64() * 1e3;
        serialize(&Milliseconds {
            preprocess: milliseconds(times.preprocess),
            image_tower: milliseconds(times.image_tower),
            text_tower: milliseconds(times.text_tower),
            readback: milliseconds(times.readback),
        })
    }

    /// What the model sees of a picture: the square that resize and crop leave, `[imageSize, imageSize]`.
    pub fn preprocess(&self, picture: &Picture) -> Picture {
        self.inner.preprocess_pixels(picture.image()).into()
    }

    /// The unit-length embedding of the picture that was embedded under this number before; nothing where it is not remembered.
    #[wasm_bindgen(js_name = embedKnown)]
    pub fn embed_known(&self, number: u32) -> Option<Float32Array> {
        let known = self.inner.embedding_of(number)?;
        Some(Float32Array::from(known.as_slice()))
    }

    /// The unit-length embedding of a picture; of a square that [`Classifier::preprocess`] gave, changed or not, where `isSquare` says that
    /// it is one. Remembered under `number` where there is one.
    ///
    /// # Errors
    /// `{code, message}`: a square has another size, or the device failed.
    #[wasm_bindgen(js_name = embedPicture)]
    pub async fn embed_picture(
        &self,
        number: Option<u32>,
        picture: &Picture,
        #[wasm_bindgen(js_name = isSquare)] is_square: bool,
    ) -> Result<Float32Array, JsValue> {
        let embedded = self
            .inner
            .embed_numbered(number, picture.image(), is_square);
        embedding(embedded.await)
    }

    /// The unit-length embedding of a text, used as it is.
    ///
    /// # Errors
    /// `{code, message}`: the device failed.
    #[wasm_bindgen(js_name = embedText)]
    pub async fn embed_text(&self, text: String) -> Result<Float32Array, JsValue> {
        embedding(self.inner.embed_text(&text).await)
    }

    /// `[{label, score, logit, cosine}]`, best first, of the picture that was embedded under this number before; nothing where it is not
    /// remembered. `question` is a [`Question`].
    ///
    /// # Errors
    /// `{code, message}`: labels, templates or packs cannot be used, or the device failed.
    #[wasm_bindgen(js_name = classifyKnown, unchecked_return_type = "object[] | undefined")]
    pub async fn classify_known(
        &self,
        number: u32,
        #[wasm_bindgen(unchecked_param_type = "object")] question: JsValue,
    ) -> Result<JsValue, JsValue> {
        let Some(image_embeds) = self.inner.embedding_of(number) else {
            return Ok(JsValue::UNDEFINED);
        };
        let question = Question::read(question, &self.packs.borrow())?;
        let scores = self.inner.answer(&image_embeds, &question.borrowed()).await;
        serialize(&scores.map_err(|error| to_js(&error))?)
    }

    /// The same of a picture that is embedded first, as [`Classifier::embed_picture`] does.
    ///
    /// # Errors
    /// `{code, message}`: labels, templates or packs cannot be used, a square has another size, `signal` was aborted while the image tower
    /// ran, or the device failed.
    #[wasm_bindgen(js_name = classifyPicture, unchecked_return_type = "object[]")]
    pub async fn classify_picture(
        &self,
        number: Option<u32>,
        picture: &Picture,
        #[wasm_bindgen(js_name = isSquare)] is_square: bool,
        #[wasm_bindgen(unchecked_param_type = "object")] question: JsValue,
        signal: AbortSignal,
    ) -> Result<JsValue, JsValue> {
        let question = Question::read(question, &self.packs.borrow())?;
        let question = question.borrowed();
        let checked = self.inner.check_question(&question);
        checked.map_err(|error| to_js(&error))?;
        let embedded = self
            .inner
            .embed_numbered(number, picture.image(), is_square);
        let image_embeds = embedded.await.map_err(|error| to_js(&error))?;
        if signal.aborted() {
            return Err(with_code(Code::Aborted, "given up half-way"));
        }
        let scores = self.inner.answer(&image_embeds, &question).await;
        serialize(&scores.map_err(|error| to_js(&error))?)
    }

    /// Keeps a pack for questions that name it by this number.
    #[wasm_bindgen(js_name = keepPack)]
    pub fn keep_pack(&self, number: i32, pack: LabelPack) {
        self.packs.borrow_mut().insert(number, pack.into_inner());
    }

    /// Gives a kept pack's memory back.
    #[wasm_bindgen(js_name = dropPack)]
    pub fn drop_pack(&self, number: i32) {
        self.packs.borrow_mut().remove(&number);
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
}

/// What of [`glimpse::StageTimes`] is taken here, as JavaScript has it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Milliseconds {
    preprocess: f64,
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
