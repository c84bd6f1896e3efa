//! Sweeps: drawn and classified here, a variant at a time, as the worker's TypeScript asks.

use glimpse::image::RgbImage;
use glimpse::text::expand_templates;
use glimpse::{Code, LabelPack};
use glimpse_attack::report::{FontId, html};
use glimpse_attack::{Answer, PictureId, Provenance, Report, SweepError, SweepOptions};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use super::letter::{Fonts, lettering_error};
use super::{json, parsed};
use crate::classifier::Classifier;
use crate::errors::{to_js, unwritable, with_code};
use crate::picture::Picture;

/// A sweep under way, with the squares that it writes on.
#[wasm_bindgen]
pub struct Sweep {
    inner: glimpse_attack::Sweep,
    squares: Vec<RgbImage>,
    /// The labels, once they are encoded.
    labels: Option<LabelPack>,
}

#[wasm_bindgen]
impl Sweep {
    /// Plans a sweep: `options` and `pictures` (`[{name, sha256}]`) are JSON.
    ///
    /// # Errors
    /// `{code: "lettering" | "no-labels", message}` when the options cannot be used.
    #[wasm_bindgen(constructor)]
    pub fn new(options: &str, pictures: &str) -> Result<Sweep, JsValue> {
        let mut options: SweepOptions = parsed(options)?;
        options.templates = expand_templates(&options.templates);
        let pictures: Vec<PictureId> = parsed(pictures)?;
        let planned = glimpse_attack::Sweep::new(options, pictures);
        Ok(Self {
            inner: planned.map_err(|error| sweep_error(&error))?,
            squares: Vec::new(),
            labels: None,
        })
    }

    /// Takes a copy of the next picture's square, as the model sees it.
    #[wasm_bindgen(js_name = addSquare)]
    pub fn add_square(&mut self, square: &Picture) {
        self.squares.push(square.image().clone());
    }

    /// The options with all defaults, as JSON.
    ///
    /// # Errors
    /// None is known.
    #[wasm_bindgen(getter)]
    pub fn options(&self) -> Result<String, JsValue> {
        json(self.inner.options())
    }

    /// Variants that were answered.
    #[wasm_bindgen(getter)]
    pub fn done(&self) -> f64 {
        self.inner.progress().done as f64
    }

    /// All variants, as far as is known.
    #[wasm_bindgen(getter)]
    pub fn expected(&self) -> f64 {
        self.inner.progress().expected as f64
    }

    /// The variant that [`Sweep::look`] will look at, as JSON (`{key, picture, spec}`); nothing when all are answered.
    ///
    /// # Errors
    /// None is known.
    pub fn next(&self) -> Result<Option<String>, JsValue> {
        self.inner.next().as_ref().map(json).transpose()
    }

    /// Takes the answer, as JSON, that a variant was given before.
    ///
    /// # Errors
    /// `{code: "lettering", message}` when it is none of this sweep.
    pub fn answer(&mut self, key: &str, answer: &str) -> Result<(), JsValue> {
        let taken = self.inner.answer(key, parsed(answer)?);
        taken.map_err(|error| sweep_error(&error))
    }

    /// Draws and classifies the next variant, whose font must be at hand, and gives its answer as JSON; nothing when all are
    /// answered.
    ///
    /// # Errors
    /// `{code, message}`: it cannot be drawn, labels or templates cannot be used, or the device failed.
    pub async fn look(
        &mut self,
        classifier: &Classifier,
        fonts: &Fonts,
    ) -> Result<Option<String>, JsValue> {
        let Some(variant) = self.inner.next() else {
            return Ok(None);
        };
        let square = self.squares.get(variant.picture).ok_or_else(|| {
            let message = format!("picture {} of the sweep has no square", variant.picture);
            with_code(Code::Decode, &message)
        })?;
        let drawn = variant.drawn(square, fonts.inner());
        let (image, area) = drawn.map_err(|error| lettering_error(&error))?;
        let labels = match self.labels.take() {
            Some(labels) => labels,
            None => encoded(classifier, self.inner.options()).await?,
        };
        let answer = asked(classifier, &image, &labels, area).await;
        self.labels = Some(labels);
        let answer = answer.map_err(|error| to_js(&error))?;
        let text = json(&answer)?;
        let taken = self.inner.answer(&variant.key, answer);
        taken.map_err(|error| sweep_error(&error))?;
        Ok(Some(text))
    }

    /// The report, as JSON; `date` in ISO 8601.
    ///
    /// # Errors
    /// None is known.
    pub fn report(&self, classifier: &Classifier, date: String) -> Result<String, JsValue> {
        let info = classifier.inner().info();
        json(&self.inner.report(Provenance {
            glimpse: env!("CARGO_PKG_VERSION").to_owned(),
            model: info.model.clone(),
            fingerprint: info.fingerprint.clone(),
            device: info.device_and_adapter(),
            image_size: info.image_size as u32,
            logit_scale: classifier.inner().logit_scale(),
            fonts: FontId::used_by(self.inner.options()),
            date,
        }))
    }
}

/// A report, as JSON, as one HTML file.
///
/// # Errors
/// `{code: "lettering", message}` when it is no report, or does not hold together.
#[wasm_bindgen(js_name = reportHtml)]
pub fn report_html(report: &str) -> Result<String, JsValue> {
    let report = Report::from_json(report).map_err(|error| unwritable(&error))?;
    Ok(html(&report))
}

async fn encoded(classifier: &Classifier, options: &SweepOptions) -> Result<LabelPack, JsValue> {
    let labels = classifier
        .inner()
        .embed_labels(&options.labels, &options.templates)
        .await;
    labels.map_err(|error| to_js(&error))
}

/// What the classifier makes of a square, in the order of the labels.
async fn asked(
    classifier: &Classifier,
    square: &RgbImage,
    labels: &LabelPack,
    area: f32,
) -> Result<Answer, glimpse::Error> {
    let scores = classifier.inner().classify_square(square, labels).await?;
    Ok(Answer {
        scores: scores.iter().map(|score| score.score).collect(),
        cosines: scores.iter().map(|score| score.cosine).collect(),
        area,
    })
}

fn sweep_error(error: &SweepError) -> JsValue {
    match error {
        SweepError::NoLabels | SweepError::OneLabel { .. } => {
            with_code(Code::NoLabels, &error.to_string())
        }
        _ => unwritable(error),
    }
}
