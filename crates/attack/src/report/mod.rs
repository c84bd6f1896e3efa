//! The report of a sweep: everything that was asked, answered and counted, and where it came from.

mod compare;
mod error;
mod figures;
mod html;

#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

pub use compare::{Difference, DifferenceKind, compare};
pub use error::ReportError;
pub use figures::{
    Best, ContentOutcome, FactorFigures, Figures, FlipSize, HeightFigures, LabelCount,
    LevelFigures, Outcome, PictureFigures, PlaceFigures,
};
pub use html::html;

use glimpse_lettering::{FONTS, Spec};

use crate::sweep::{Answer, PictureId, Sweep, SweepError, SweepOptions, Text};

/// The format's name and version. A change of what is planned for given options changes it, too.
pub const FORMAT: &str = "glimpse-attack/1";

/// What stands near the beginning of a report's page, for whoever has to know one.
pub const GENERATOR: &str = "<meta name=\"generator\" content=\"glimpse attack\">";

/// Where a report's numbers come from; a door fills it in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Provenance {
    /// Glimpse's version.
    pub glimpse: String,
    /// The model's name, as it was asked for.
    pub model: String,
    /// The model's fingerprint: a hash of its files.
    pub fingerprint: String,
    /// What computed, as in "cpu" or "gpu (NVIDIA …)".
    pub device: String,
    /// The side of the square that the model sees, in pixels.
    pub image_size: u32,
    /// What cosines are multiplied with.
    pub logit_scale: f32,
    /// The fonts' files.
    pub fonts: Vec<FontId>,
    /// The day, as people write it.
    pub date: String,
}

/// A font's file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FontId {
    /// The font's name in a [`Spec`].
    pub name: String,
    /// Of the file, in hexadecimal.
    pub sha256: String,
}

impl FontId {
    /// The bundled fonts that a sweep with these options draws with.
    #[must_use]
    pub fn used_by(options: &SweepOptions) -> Vec<Self> {
        let compared =
            |name: &str| options.factors && options.fonts.iter().any(|font| font == name);
        let used = |name: &str| name == options.spec.font || compared(name);
        let fonts = FONTS.iter().filter(|font| used(font.name));
        fonts
            .map(|font| Self {
                name: font.name.to_owned(),
                sha256: font.sha256.to_owned(),
            })
            .collect()
    }
}

/// One variant and its answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Record {
    /// The variant's stable name.
    pub key: String,
    /// The picture, counted from 0.
    pub picture: usize,
    /// What was laid on it; `None` is the clean picture.
    pub spec: Option<Spec>,
    /// What the model said.
    pub answer: Answer,
}

/// A sweep's report; as JSON it is what `glimpse attack --replay` reads.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Report {
    /// [`FORMAT`].
    pub format: String,
    /// Where the numbers come from.
    pub provenance: Provenance,
    /// What was asked for.
    pub options: SweepOptions,
    /// The label that the word should pull to.
    pub target: String,
    /// What was written.
    pub texts: Vec<Text>,
    /// The pictures, in the order in which variants count them.
    pub pictures: Vec<PictureId>,
    /// Whether nothing was left to ask.
    pub finished: bool,
    /// All variants that were answered, in the order in which they are asked.
    pub variants: Vec<Record>,
    /// What they add up to.
    pub figures: Figures,
}

impl Sweep {
    /// What the answers so far add up to; of an unfinished sweep, too.
    #[must_use]
    pub fn report(&self, provenance: Provenance) -> Report {
        let records = self.answered().into_iter().map(|(variant, answer)| Record {
            key: variant.key,
            picture: variant.picture,
            spec: variant.spec,
            answer: answer.clone(),
        });
        Report {
            format: FORMAT.to_owned(),
            figures: Figures::of(self, provenance.logit_scale),
            provenance,
            options: self.options.clone(),
            target: self.target().to_owned(),
            texts: self.texts().to_vec(),
            pictures: self.pictures.clone(),
            finished: self.next().is_none(),
            variants: records.collect(),
        }
    }
}

impl Report {
    /// The report as JSON, in one line.
    ///
    /// # Errors
    /// When it cannot be written as JSON; none is known.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(self)
    }

    /// Reads a report. Its variants are planned and its figures are counted anew, so what it says of them follows from
    /// its answers.
    ///
    /// # Errors
    /// When it is no report, one of another version, or does not hold together.
    pub fn from_json(text: &str) -> Result<Self, ReportError> {
        #[derive(Deserialize)]
        struct Head {
            format: Option<String>,
        }
        let head: Head = serde_json::from_str(text).map_err(|error| ReportError::NoReport {
            detail: error.to_string(),
        })?;
        match head.format {
            Some(format) if format == FORMAT => {}
            Some(format) => return Err(ReportError::OtherVersion { found: format }),
            None => {
                return Err(ReportError::NoReport {
                    detail: "it has no \"format\"".to_owned(),
                });
            }
        }
        let damaged = |detail: String| ReportError::Damaged { detail };
        let read: Self = serde_json::from_str(text).map_err(|error| damaged(error.to_string()))?;
        let sweep = read.sweep().map_err(|error| damaged(error.to_string()))?;
        let anew = sweep.report(read.provenance.clone());
        if read.target != anew.target || read.texts != anew.texts {
            return Err(damaged(
                "its target or its texts are not those of its word, labels and seed".to_owned(),
            ));
        }
        if read.variants.len() != anew.variants.len() {
            return Err(damaged("a variant is in it twice".to_owned()));
        }
        let pairs = read.variants.iter().zip(&anew.variants);
        if let Some((read, _)) = pairs.into_iter().find(|(read, anew)| read != anew) {
            return Err(damaged(format!(
                "the variant \"{}\" is not what its options and seed give",
                read.key
            )));
        }
        Ok(anew)
    }

    /// The sweep that this is the report of, with all its answers; an unfinished one goes on from there. To repeat a sweep
    /// from the beginning, give [`Report::options`] and [`Report::pictures`] to [`Sweep::new`].
    ///
    /// # Errors
    /// When the options or an answer cannot be used.
    pub fn sweep(&self) -> Result<Sweep, SweepError> {
        let mut sweep = Sweep::new(self.options.clone(), self.pictures.clone())?;
        for record in &self.variants {
            sweep.answer(&record.key, record.answer.clone())?;
        }
        Ok(sweep)
    }
}
