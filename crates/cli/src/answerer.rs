//! Routes a picture to the model that answers: the one that was named, or under `auto` the built-in one that fits the picture.

use glimpse::{BuiltIn, Classifier, LabelPack};

use crate::args::{AUTO, DeviceArg, ModelArg};
use crate::failure::Failure;
use crate::images::Picture;
use crate::source::Source;

/// The model or models of one command.
pub enum Answerer {
    Named(Answering<Box<Classifier>>),
    Auto(BuiltIns),
}

/// A model that answers.
pub struct Answering<C> {
    pub classifier: C,
    /// Which of the built-in ones it is; none for another.
    pub built_in: Option<BuiltIn>,
}

/// The built-in models, each loaded when a picture first needs it.
pub struct BuiltIns {
    device: DeviceArg,
    loaded: [Option<Box<Classifier>>; BuiltIn::ALL.len()],
}

impl Answerer {
    /// Loads the model that was named; of the built-in ones, none yet.
    pub async fn open(model: &ModelArg, device: &DeviceArg) -> Result<Self, Failure> {
        if model.name == AUTO {
            return Ok(Self::Auto(BuiltIns {
                device: DeviceArg {
                    device: device.device,
                },
                loaded: [None, None],
            }));
        }
        Self::named(model, device, true).await
    }

    /// Loads the model whose labels are in `pack`; without what encodes texts, unless there will be others (`text_tower`).
    pub async fn of_pack(
        model: &ModelArg,
        device: &DeviceArg,
        pack: &LabelPack,
        text_tower: bool,
    ) -> Result<Self, Failure> {
        let answerer = Self::named(model, device, text_tower).await?;
        if let Self::Named(answering) = &answerer {
            // Once, rather than as the error of every picture after it was embedded.
            answering.classifier.check_pack(pack)?;
        }
        Ok(answerer)
    }

    async fn named(
        model: &ModelArg,
        device: &DeviceArg,
        text_tower: bool,
    ) -> Result<Self, Failure> {
        let source = Source::find(model)?;
        Ok(Self::Named(Answering {
            classifier: Box::new(source.load_with(device, text_tower).await?),
            built_in: match source {
                Source::BuiltIn(model) => Some(model),
                _ => None,
            },
        }))
    }

    /// Whether it matters what a picture looks like.
    pub fn chooses(&self) -> bool {
        matches!(self, Self::Auto(_))
    }

    /// The one for this picture.
    pub async fn of(&mut self, picture: &Picture) -> Result<Answering<&Classifier>, Failure> {
        match self {
            Self::Named(answering) => Ok(Answering {
                classifier: &answering.classifier,
                built_in: answering.built_in,
            }),
            Self::Auto(built_ins) => {
                let fits = picture.fits;
                let model = fits.unwrap_or_else(|| BuiltIn::for_picture(&picture.pixels));
                Ok(Answering {
                    classifier: built_ins.load(model).await?,
                    built_in: Some(model),
                })
            }
        }
    }
}

impl BuiltIns {
    async fn load(&mut self, model: BuiltIn) -> Result<&Classifier, Failure> {
        let place = &mut self.loaded[model as usize];
        match place {
            Some(classifier) => Ok(classifier),
            None => {
                let classifier = Source::BuiltIn(model).load(&self.device).await?;
                Ok(place.insert(Box::new(classifier)))
            }
        }
    }
}
