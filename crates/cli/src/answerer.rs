//! Routes a picture to the model that answers: the one that was named, or under `auto` the built-in one that fits the picture.

use glimpse::{BuiltIn, Classifier, LabelPack};

use crate::args::{AUTO, DeviceArg, ModelArg};
use crate::failure::Failure;
use crate::images::Picture;
use crate::source::Source;

/// The model or models of one command.
pub enum Answerer {
    Named(Box<Classifier>),
    Auto(BuiltIns),
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
        let classifier = Source::find(model)?.load(device).await?;
        Ok(Self::Named(Box::new(classifier)))
    }

    /// Loads the model whose labels are in `pack`, without what encodes texts.
    pub async fn of_pack(
        model: &ModelArg,
        device: &DeviceArg,
        pack: &LabelPack,
    ) -> Result<Self, Failure> {
        let classifier = Source::find(model)?.load_with(device, false).await?;
        // Once, rather than as the error of every picture after it was embedded.
        classifier.check_pack(pack)?;
        Ok(Self::Named(Box::new(classifier)))
    }

    /// Whether it matters what a picture looks like.
    pub fn chooses(&self) -> bool {
        matches!(self, Self::Auto(_))
    }

    /// The one for this picture.
    pub async fn of(&mut self, picture: &Picture) -> Result<&Classifier, Failure> {
        match self {
            Self::Named(classifier) => Ok(classifier),
            Self::Auto(built_ins) => {
                let fits = picture.fits;
                let model = fits.unwrap_or_else(|| BuiltIn::for_picture(&picture.pixels));
                built_ins.load(model).await
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
