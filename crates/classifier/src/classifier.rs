//! The pipeline: `decode`, `preprocess`, `encode_image`, `encode_text`, `logits_per_image`, `softmax`, `rank`.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use glimpse_image::{PixelValues, Preprocessor, RgbImage, decode};
use glimpse_model::{Clip, Fingerprint, unit_length};
use glimpse_text::{Tokenizer, check_labels, check_template, fill_template};
use web_time::Instant;

use crate::cache::{Cache, PictureKey};
use crate::checkpoint::Checkpoint;
use crate::embedding::Embedding;
use crate::error::Error;
use crate::label_pack::LabelPack;
use crate::load;
use crate::metrics::{Metrics, Runs, StageTimes};
use crate::options::{ClassifyOptions, Info, LoadOptions};
use crate::scores::{Score, cosines, rank, softmax};
use crate::source::ModelSource;

/// A loaded model.
pub struct Classifier {
    pub(crate) clip: Clip,
    pub(crate) preprocessor: Preprocessor,
    /// None where the text tower was not loaded.
    tokenizer: Option<Tokenizer>,
    info: Info,
    fingerprint: Fingerprint,
    cache: RefCell<Cache>,
    pub(crate) metrics: Metrics,
}

impl Classifier {
    /// Loads the model in `source`; its small files are checked before a weight is read.
    ///
    /// # Errors
    /// [`Error`] when a file is missing, damaged or another model's, or there is not enough memory. A GPU that cannot be
    /// used is no error: [`Classifier::info`] says why the CPU was taken.
    pub async fn load(source: &impl ModelSource, options: LoadOptions<'_>) -> Result<Self, Error> {
        let mut checkpoint = Checkpoint::find(source).await?;
        let tokenizer = match options.text_tower {
            true => Some(checkpoint.tokenizer(source).await?.value),
            false => None,
        };
        let preprocessor = checkpoint.preprocessor(source).await?.value;
        let loaded = load::load(&mut checkpoint, source, options).await?;
        Ok(Self {
            info: Info {
                model: source.name(),
                device: loaded.device,
                reason: loaded.reason,
                adapter: loaded.adapter,
                image_size: checkpoint.config.vision.image_size,
                context_length: checkpoint.config.text.max_position_embeddings,
                fingerprint: loaded.fingerprint.image.clone(),
                text_tower: loaded.clip.has_text_tower(),
            },
            fingerprint: loaded.fingerprint,
            clip: loaded.clip,
            preprocessor,
            tokenizer,
            cache: RefCell::new(Cache::new()),
            metrics: Metrics::default(),
        })
    }

    /// Says how well each label fits an encoded picture, best first.
    ///
    /// # Errors
    /// [`Error`] when labels or templates cannot be used, the picture cannot be decoded, or the device fails.
    pub async fn classify(
        &self,
        picture: &[u8],
        labels: &[String],
        options: &ClassifyOptions,
    ) -> Result<Vec<Score>, Error> {
        check_request(labels, &options.templates)?;
        let image_embeds = self.embed_image(picture).await?;
        self.classify_embedded(&image_embeds, labels, options).await
    }

    /// Encodes labels once and for all: what [`Classifier::classify_with_pack`] needs of them.
    ///
    /// # Errors
    /// [`Error`] when labels or templates cannot be used, there is no text tower, or the device fails.
    pub async fn embed_labels(
        &self,
        labels: &[String],
        templates: &[String],
    ) -> Result<LabelPack, Error> {
        check_request(labels, templates)?;
        Ok(LabelPack {
            embeddings: self.encode_labels(labels, templates).await?,
            labels: labels.to_vec(),
            templates: templates.to_vec(),
            model: self.info.model.clone(),
            fingerprint: self.fingerprint.clone(),
        })
    }

    pub(crate) fn check_length(&self, image_embeds: &[f32]) -> Result<(), Error> {
        let (found, expected) = (image_embeds.len(), self.clip.config().projection_dim);
        if found == expected {
            Ok(())
        } else {
            Err(Error::EmbeddingLength { found, expected })
        }
    }

    /// From embeddings to ranked scores.
    pub(crate) fn score(
        &self,
        image_embeds: &[f32],
        labels: &[String],
        text_embeds: &[Embedding],
        top_k: Option<usize>,
    ) -> Vec<Score> {
        rank(self.scores(image_embeds, labels, text_embeds), top_k)
    }

    /// From embeddings to scores, in the order of the labels.
    pub(crate) fn scores(
        &self,
        image_embeds: &[f32],
        labels: &[String],
        text_embeds: &[Embedding],
    ) -> Vec<Score> {
        let cosines = cosines(image_embeds, text_embeds);
        let logits_per_image: Vec<f32> = cosines
            .iter()
            .map(|cosine| cosine * self.clip.logit_scale())
            .collect();
        let probabilities = softmax(&logits_per_image);
        let scores = labels.iter().enumerate().map(|(row, label)| Score {
            label: label.clone(),
            score: probabilities[row],
            logit: logits_per_image[row],
            cosine: cosines[row],
        });
        scores.collect()
    }

    /// The embedding of an encoded picture; remembered by its content.
    ///
    /// # Errors
    /// [`Error`] when the picture cannot be decoded, or the device fails.
    pub async fn embed_image(&self, picture: &[u8]) -> Result<Embedding, Error> {
        let key = PictureKey::of_file(picture);
        if let Some(known) = self.known_picture(key) {
            return Ok(known);
        }
        let began = Instant::now();
        let image = decode(picture)?;
        self.metrics
            .record(began, |times, took| times.decode = took);
        self.encode_image(key, &image).await
    }

    /// The embedding of decoded pixels; remembered by their content.
    ///
    /// # Errors
    /// [`Error`] when the device fails.
    pub async fn embed_pixels(&self, image: &RgbImage) -> Result<Embedding, Error> {
        let key = PictureKey::of_pixels(image);
        match self.known_picture(key) {
            Some(known) => Ok(known),
            None => self.encode_image(key, image).await,
        }
    }

    /// The embedding of a text, used as it is; remembered.
    ///
    /// # Errors
    /// [`Error`] when the device fails.
    pub async fn embed_text(&self, text: &str) -> Result<Embedding, Error> {
        let embeds = self.encode_text(&[text.to_owned()]).await?;
        Ok(embeds[0].to_vec())
    }

    /// An encoded picture after resize and centre crop: the square of [`Info::image_size`] pixels that the model sees.
    ///
    /// # Errors
    /// [`Error`] when the picture cannot be decoded.
    pub fn preprocess(&self, picture: &[u8]) -> Result<RgbImage, Error> {
        Ok(self.preprocess_pixels(&decode(picture)?))
    }

    /// [`Classifier::preprocess`] of decoded pixels.
    #[must_use]
    pub fn preprocess_pixels(&self, image: &RgbImage) -> RgbImage {
        let began = Instant::now();
        let square = self.preprocessor.cropped(image);
        self.metrics
            .record(began, |times, took| times.preprocess = took);
        square
    }

    /// A text's `input_ids`, start and end tokens included, cut to the context length.
    ///
    /// # Errors
    /// [`Error::Tokenizer`] when the model has no token for a part of the text, [`Error::NoTextTower`] when it was loaded
    /// without.
    pub fn tokenize(&self, text: &str) -> Result<Vec<u32>, Error> {
        let tokenizer = self.tokenizer.as_ref().ok_or(Error::NoTextTower)?;
        Ok(tokenizer.encode(text)?)
    }

    /// What was loaded, and where it runs.
    #[must_use]
    pub fn info(&self) -> &Info {
        &self.info
    }

    /// What tells its weights apart from those of other models.
    #[must_use]
    pub fn fingerprint(&self) -> &Fingerprint {
        &self.fingerprint
    }

    /// What the model multiplies cosines with to make logits: its `exp(logit_scale)`.
    #[must_use]
    pub fn logit_scale(&self) -> f32 {
        self.clip.logit_scale()
    }

    /// How often the towers ran.
    #[must_use]
    pub fn runs(&self) -> Runs {
        self.metrics.runs()
    }

    /// How long the stages took, each the last time.
    #[must_use]
    pub fn times(&self) -> StageTimes {
        self.metrics.times()
    }

    pub(crate) fn known_picture(&self, key: PictureKey) -> Option<Embedding> {
        let mut cache = self.cache.borrow_mut();
        cache.pictures.get(&key).map(|known| known.to_vec())
    }

    /// Remembers a picture that is known by `content` under the caller's number too.
    pub(crate) fn remember(&self, content: PictureKey, number: u32) {
        let pictures = &mut self.cache.borrow_mut().pictures;
        if let Some(embedding) = pictures.get(&content).map(Rc::clone) {
            pictures.put(PictureKey::Number(number), embedding);
        }
    }

    async fn encode_image(&self, key: PictureKey, image: &RgbImage) -> Result<Embedding, Error> {
        let began = Instant::now();
        let pixel_values = self.preprocessor.pixel_values(image);
        self.metrics
            .record(began, |times, took| times.preprocess = took);
        self.encode_values(key, &pixel_values).await
    }

    pub(crate) async fn encode_values(
        &self,
        key: PictureKey,
        pixel_values: &PixelValues,
    ) -> Result<Embedding, Error> {
        let began = Instant::now();
        let image_embeds = self.clip.image_embeds(&pixel_values.data).await?;
        self.metrics.count(|runs| runs.image_tower += 1);
        self.metrics.record(began, |times, took| {
            times.image_tower = took;
            times.readback = self.clip.readback();
        });
        let mut cache = self.cache.borrow_mut();
        cache.pictures.put(key, Rc::new(image_embeds.clone()));
        Ok(image_embeds)
    }

    /// One embedding a label: of the label itself, or the mean over the templates, brought to unit length.
    pub(crate) async fn encode_labels(
        &self,
        labels: &[String],
        templates: &[String],
    ) -> Result<Vec<Embedding>, Error> {
        let prompts: Vec<String> = labels
            .iter()
            .flat_map(|label| -> Vec<String> {
                match templates {
                    [] => vec![label.clone()],
                    _ => templates
                        .iter()
                        .map(|template| fill_template(template, label))
                        .collect(),
                }
            })
            .collect();
        let embeds = self.encode_text(&prompts).await?;
        embeds.chunks(templates.len().max(1)).map(mean).collect()
    }

    /// One embedding a prompt; only those that are not remembered run through the text tower, in one go.
    pub(crate) async fn encode_text(
        &self,
        prompts: &[String],
    ) -> Result<Vec<Rc<Embedding>>, Error> {
        let mut known: HashMap<&str, Rc<Embedding>> = HashMap::new();
        let mut new: Vec<&str> = Vec::new();
        let mut seen: HashSet<&str> = HashSet::new();
        {
            let mut cache = self.cache.borrow_mut();
            for prompt in prompts {
                match cache.prompts.get(prompt) {
                    Some(embedding) => {
                        known.insert(prompt, Rc::clone(embedding));
                    }
                    None if seen.insert(prompt) => new.push(prompt),
                    None => {}
                }
            }
        }
        if !new.is_empty() {
            let began = Instant::now();
            let input_ids = new
                .iter()
                .map(|prompt| self.tokenize(prompt))
                .collect::<Result<Vec<_>, _>>()?;
            let embeds = self.clip.text_embeds(&input_ids).await?;
            self.metrics.count(|runs| runs.text_tower += 1);
            self.metrics.record(began, |times, took| {
                times.text_tower = took;
                times.readback = self.clip.readback();
            });
            let mut cache = self.cache.borrow_mut();
            for (prompt, embedding) in new.into_iter().zip(embeds) {
                let embedding = Rc::new(embedding);
                cache.prompts.put(prompt.to_owned(), Rc::clone(&embedding));
                known.insert(prompt, embedding);
            }
        }
        let rows = prompts
            .iter()
            .map(|prompt| Rc::clone(&known[prompt.as_str()]));
        Ok(rows.collect())
    }
}

/// Refuses labels and templates that cannot be used, before any work is done.
pub(crate) fn check_request(labels: &[String], templates: &[String]) -> Result<(), Error> {
    check_labels(labels)?;
    for template in templates {
        check_template(template)?;
    }
    Ok(())
}

/// The mean of unit-length embeddings, brought to unit length (OpenAI's prompt ensemble).
fn mean(embeds: &[Rc<Embedding>]) -> Result<Embedding, Error> {
    if let [only] = embeds {
        return Ok(only.to_vec());
    }
    let mut sum = vec![0.0; embeds[0].len()];
    for embedding in embeds {
        for (sum, value) in sum.iter_mut().zip(embedding.iter()) {
            *sum += value;
        }
    }
    Ok(unit_length(&sum, "text_embeds")?)
}
