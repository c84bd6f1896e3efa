//! Defences against text in a picture that need no retraining, each with what it costs.

mod erase;
mod heads;
mod vectors;

use glimpse_image::RgbImage;
use glimpse_model::{Ablation, ForwardError, TowerConfig};
use serde::{Deserialize, Serialize};

use crate::classifier::{Classifier, check_request};
use crate::error::Error;
use crate::explain::patches_of;
use crate::scores::{Score, dot, rank, softmax};

pub use erase::{Region, erase, localise};
pub use heads::{Corners, HeadShare, patches_under};
pub use vectors::text_directions;

/// What is done against text in the picture.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(
    tag = "kind",
    rename_all = "kebab-case",
    rename_all_fields = "camelCase",
    deny_unknown_fields
)]
pub enum Defence {
    /// Nothing: the plain scores, to compare with.
    None,
    /// Where the last layer looks hardest is painted black, and the picture is looked at again.
    Erase {
        /// Paint only where the cosine of the picture and its mirror image is below this; always where it is not given.
        #[serde(default)]
        gate: Option<f32>,
        /// Paint these boxes instead: where the text is known to be (the oracle).
        #[serde(default)]
        boxes: Option<Vec<Region>>,
    },
    /// The picture and its mirror image together (MirrorCLIP).
    Mirror,
    /// Heads that look at text are made to look away (Dyslexify).
    Heads {
        /// `[layer, head]`, both counted from 0.
        heads: Vec<[usize; 2]>,
        /// How much of its attention the class token then gives itself, 0 to 1.
        #[serde(default = "usual_alpha")]
        alpha: f32,
    },
    /// Each label also "with a label that says" each word; a label's probability is the sum over what may be written.
    ExplainAway {
        /// What may be written.
        words: Vec<String>,
        /// How a label with a word on it is put into words, `{label}` and `{word}` filled in.
        #[serde(default = "usual_phrase")]
        phrase: String,
    },
    /// Directions of text taken out of the embedding; see [`text_directions`].
    Project {
        /// Orthonormal rows, `[directions][projection_dim]`.
        basis: Vec<Vec<f32>>,
    },
}

impl Defence {
    /// Explaining away with the usual phrase.
    #[must_use]
    pub fn explain_away(words: Vec<String>) -> Self {
        Self::ExplainAway {
            words,
            phrase: usual_phrase(),
        }
    }
}

fn usual_alpha() -> f32 {
    0.9
}

fn usual_phrase() -> String {
    "{label} with a label that says {word}".to_owned()
}

/// The answer under a defence.
#[derive(Clone, Debug)]
pub struct Defended {
    /// Best first.
    pub scores: Vec<Score>,
    /// Pictures that went through the image tower for it.
    pub passes: u64,
    /// Prompts beside the labels' own, each encoded once and remembered.
    pub prompts: usize,
    /// The cosine of the picture and its mirror image, where it was asked for: text makes it fall.
    pub alarm: Option<f32>,
    /// What was painted black, and the picture after it.
    pub erased: Option<(Vec<Region>, RgbImage)>,
}

impl Classifier {
    /// Classifies a picture under a defence; an image of exactly the size that the model sees is taken as
    /// [`Classifier::preprocess`]'s own.
    ///
    /// # Errors
    /// [`Error`] when labels or templates cannot be used, the defence names heads or directions that the model does not have,
    /// or the device fails.
    pub async fn defend(
        &self,
        defence: &Defence,
        image: &RgbImage,
        labels: &[String],
        templates: &[String],
    ) -> Result<Defended, Error> {
        check_request(labels, templates)?;
        let square = self.square(image).into_owned();
        match defence {
            Defence::None => {
                let plain = self.embed_square(&square).await?;
                self.defended(&plain, labels, templates, 1).await
            }
            Defence::Erase { gate, boxes } => {
                self.erased(&square, *gate, boxes.as_deref(), labels, templates)
                    .await
            }
            Defence::Mirror => {
                let f = self.embed_square(&square).await?;
                let g = self.embed_square(&mirrored(&square)).await?;
                let disentangled = vectors::disentangle(&f, &g)?;
                let defended = self.defended(&disentangled, labels, templates, 2).await?;
                Ok(Defended {
                    alarm: Some(dot(&f, &g) as f32),
                    ..defended
                })
            }
            Defence::Heads { heads, alpha } => {
                self.check_heads(heads)?;
                let ablation = Ablation {
                    heads: heads.iter().map(|&[layer, head]| (layer, head)).collect(),
                    alpha: alpha.clamp(0.0, 1.0),
                };
                let trace = self.trace(&square, &ablation).await?;
                self.defended(&trace.image_embeds, labels, templates, 1)
                    .await
            }
            Defence::ExplainAway { words, phrase } => {
                self.explained_away(&square, words, phrase, labels, templates)
                    .await
            }
            Defence::Project { basis } => {
                let plain = self.embed_square(&square).await?;
                if let Some(wrong) = basis.iter().find(|row| row.len() != plain.len()) {
                    return Err(Error::EmbeddingLength {
                        found: wrong.len(),
                        expected: plain.len(),
                    });
                }
                let left = vectors::project_out(&plain, basis)?;
                self.defended(&left, labels, templates, 1).await
            }
        }
    }

    async fn defended(
        &self,
        image_embeds: &[f32],
        labels: &[String],
        templates: &[String],
        passes: u64,
    ) -> Result<Defended, Error> {
        let text_embeds = self.encode_labels(labels, templates).await?;
        Ok(Defended {
            scores: self.score(image_embeds, labels, &text_embeds, None),
            passes,
            prompts: 0,
            alarm: None,
            erased: None,
        })
    }

    async fn erased(
        &self,
        square: &RgbImage,
        gate: Option<f32>,
        known: Option<&[Region]>,
        labels: &[String],
        templates: &[String],
    ) -> Result<Defended, Error> {
        let mut passes = 0;
        let mut alarm = None;
        if let Some(gate) = gate {
            let f = self.embed_square(square).await?;
            let g = self.embed_square(&mirrored(square)).await?;
            let cosine = dot(&f, &g) as f32;
            passes += 2;
            alarm = Some(cosine);
            if cosine >= gate {
                let plain = self.defended(&f, labels, templates, passes).await?;
                return Ok(Defended { alarm, ..plain });
            }
        }
        let boxes = match known {
            Some(boxes) => boxes.to_vec(),
            None => {
                passes += 1;
                self.last_look(square).await?
            }
        };
        let without = erase(square, &boxes);
        let embeds = self.embed_square(&without).await?;
        let defended = self
            .defended(&embeds, labels, templates, passes + 1)
            .await?;
        Ok(Defended {
            alarm,
            erased: Some((boxes, without)),
            ..defended
        })
    }

    /// The boxes that the last layer's heads together look at hardest.
    async fn last_look(&self, square: &RgbImage) -> Result<Vec<Region>, Error> {
        let vision = &self.clip.config().vision;
        let side = vision.patches_per_side();
        let all_heads = self.transformer()?.num_attention_heads;
        let trace = self.trace(square, &Ablation::default()).await?;
        let attention = patches_of(&trace, side * side);
        let mut mean = vec![0.0; side * side];
        let heads = attention.chunks_exact(side * side).rev();
        for head in heads.take(all_heads) {
            for (sum, look) in mean.iter_mut().zip(head) {
                *sum += look;
            }
        }
        Ok(localise(&mean, side, vision.image_size))
    }

    async fn explained_away(
        &self,
        square: &RgbImage,
        words: &[String],
        phrase: &str,
        labels: &[String],
        templates: &[String],
    ) -> Result<Defended, Error> {
        let image_embeds = self.embed_square(square).await?;
        let mut phrases = labels.to_vec();
        for word in words {
            let on = |label: &String| phrase.replace("{label}", label).replace("{word}", word);
            phrases.extend(labels.iter().map(on));
        }
        check_request(&phrases, templates)?;
        let text_embeds = self.encode_labels(&phrases, templates).await?;
        let logits = self.logits(&image_embeds, &text_embeds);
        let probabilities = softmax(&logits);
        let scores = labels.iter().enumerate().map(|(row, label)| {
            let of_label = || (row..phrases.len()).step_by(labels.len());
            let best = of_label().map(|at| logits[at]).fold(f32::MIN, f32::max);
            let powers = of_label().map(|at| f64::from(logits[at] - best).exp());
            Score {
                label: label.clone(),
                score: of_label().map(|at| probabilities[at]).sum(),
                logit: best + powers.sum::<f64>().ln() as f32,
                cosine: best / self.clip.logit_scale(),
            }
        });
        Ok(Defended {
            scores: rank(scores.collect(), None),
            passes: 1,
            prompts: phrases.len() - labels.len(),
            alarm: None,
            erased: None,
        })
    }

    /// The sizes of an image tower that has heads.
    fn transformer(&self) -> Result<&TowerConfig, Error> {
        let transformer = self.clip.config().vision.transformer();
        transformer.ok_or(Error::Forward(ForwardError::NoHeads))
    }

    fn check_heads(&self, chosen: &[[usize; 2]]) -> Result<(), Error> {
        let tower = self.transformer()?;
        let (layers, heads) = (tower.num_hidden_layers, tower.num_attention_heads);
        match chosen
            .iter()
            .find(|[layer, head]| *layer >= layers || *head >= heads)
        {
            None => Ok(()),
            Some(&[layer, head]) => Err(Error::NoSuchHead {
                layer,
                head,
                layers,
                heads,
            }),
        }
    }
}

fn mirrored(square: &RgbImage) -> RgbImage {
    let (width, height) = square.dimensions();
    RgbImage::from_fn(width, height, |x, y| *square.get_pixel(width - 1 - x, y))
}
