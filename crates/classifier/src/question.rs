//! What is asked about a picture: how well labels fit it, given as texts or as a pack, and whether none of them does.

use crate::classifier::{Classifier, check_request};
use crate::error::Error;
use crate::label_pack::{LabelPack, PackError};
use crate::none_of_these::fold_fillers;
use crate::options::ClassifyOptions;
use crate::scores::{Score, rank};

/// Labels, or the fillers that stand for "none of these".
#[derive(Clone, Copy, Debug)]
pub enum Candidates<'a> {
    /// Texts, each filled into the templates; used as they are where there is none.
    Texts {
        /// The texts.
        labels: &'a [String],
        /// Prompts with `{}` where the text goes.
        templates: &'a [String],
    },
    /// Texts that were encoded before, by this model or another copy of it.
    Pack(&'a LabelPack),
}

/// What is asked about a picture.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// The labels.
    pub labels: Candidates<'a>,
    /// What stands for "none of these", which then has a score of its own ([`fold_fillers`]).
    pub fillers: Option<Candidates<'a>>,
    /// How many of the best scores to give; all where it is none. Probabilities are over all labels either way.
    pub top_k: Option<usize>,
}

impl Classifier {
    /// [`Classifier::classify`] of a picture that was embedded before.
    ///
    /// # Errors
    /// [`Error`] when labels or templates cannot be used, or the device fails.
    pub async fn classify_embedded(
        &self,
        image_embeds: &[f32],
        labels: &[String],
        options: &ClassifyOptions,
    ) -> Result<Vec<Score>, Error> {
        let question = Question {
            labels: Candidates::Texts {
                labels,
                templates: &options.templates,
            },
            fillers: None,
            top_k: options.top_k,
        };
        self.answer(image_embeds, &question).await
    }

    /// [`Classifier::classify_embedded`] with labels that were encoded before, by this model or another copy of it; needs no
    /// text tower. The scores are the same to the bit.
    ///
    /// # Errors
    /// [`Error::Pack`] when the pack is another model's.
    pub fn classify_with_pack(
        &self,
        image_embeds: &[f32],
        pack: &LabelPack,
        top_k: Option<usize>,
    ) -> Result<Vec<Score>, Error> {
        self.check_length(image_embeds)?;
        self.check_pack(pack)?;
        Ok(self.score(image_embeds, &pack.labels, &pack.embeddings, top_k))
    }

    /// Says before any picture is embedded whether [`Classifier::classify_with_pack`] can use `pack`.
    ///
    /// # Errors
    /// [`Error::Pack`] when the pack is another model's: its image tower is another, or, where this model's text tower was loaded, its
    /// text tower.
    pub fn check_pack(&self, pack: &LabelPack) -> Result<(), Error> {
        pack.check_model(&self.info().model, self.fingerprint())?;
        let dim = self.clip.config().projection_dim;
        if let Some(wrong) = pack.embeddings.iter().find(|row| row.len() != dim) {
            let found = wrong.len();
            return Err(Error::Pack(PackError::Damaged {
                detail: format!("its embeddings have {found} numbers, its model's have {dim}"),
            }));
        }
        Ok(())
    }

    /// Says before any picture is embedded whether a question can be answered.
    ///
    /// # Errors
    /// [`Error`] when labels or templates cannot be used, or a pack is another model's.
    pub fn check_question(&self, question: &Question<'_>) -> Result<(), Error> {
        self.check_candidates(&question.labels)?;
        question
            .fillers
            .as_ref()
            .map_or(Ok(()), |fillers| self.check_candidates(fillers))
    }

    /// Says how well each label fits a picture that was embedded, best first.
    ///
    /// # Errors
    /// [`Error`] when labels or templates cannot be used, a pack is another model's, or the device fails.
    pub async fn answer(
        &self,
        image_embeds: &[f32],
        question: &Question<'_>,
    ) -> Result<Vec<Score>, Error> {
        self.check_question(question)?;
        self.check_length(image_embeds)?;
        let labels = self.of_candidates(image_embeds, &question.labels).await?;
        let Some(fillers) = &question.fillers else {
            return Ok(rank(labels, question.top_k));
        };
        let fillers = self.of_candidates(image_embeds, fillers).await?;
        Ok(fold_fillers(&labels, &fillers, question.top_k))
    }

    fn check_candidates(&self, candidates: &Candidates<'_>) -> Result<(), Error> {
        match candidates {
            Candidates::Texts { labels, templates } => check_request(labels, templates),
            Candidates::Pack(pack) => self.check_pack(pack),
        }
    }

    /// Scores in the order of the candidates.
    async fn of_candidates(
        &self,
        image_embeds: &[f32],
        candidates: &Candidates<'_>,
    ) -> Result<Vec<Score>, Error> {
        Ok(match candidates {
            Candidates::Texts { labels, templates } => {
                let text_embeds = self.encode_labels(labels, templates).await?;
                self.scores(image_embeds, labels, &text_embeds)
            }
            Candidates::Pack(pack) => self.scores(image_embeds, &pack.labels, &pack.embeddings),
        })
    }
}
