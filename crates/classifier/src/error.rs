//! The pipeline's error, and the stable code of each.

use std::io;

use glimpse_image::{DecodeError, PreprocessorError};
use glimpse_model::{
    ConfigError, ConvertError, ForwardError, LoadError, SourceError, WeightsError,
};
use glimpse_text::{LabelError, TemplateError, TokenizerError};
use thiserror::Error;

use crate::label_pack::PackError;

/// The stable names of what can go wrong, the same in every door.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// The picture cannot be decoded.
    Decode,
    /// The picture is too large.
    TooLarge,
    /// The files are not a CLIP model that can be run.
    UnsupportedModel,
    /// A file could not be fetched.
    Network,
    /// A file is damaged.
    Integrity,
    /// There is no room to keep a file.
    Quota,
    /// The caller gave up.
    Aborted,
    /// The device stopped working, or computes wrong.
    DeviceLost,
    /// Labels or templates cannot be used.
    NoLabels,
    /// There is not enough memory.
    OutOfMemory,
}

impl Code {
    /// The name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Decode => "decode",
            Self::TooLarge => "too-large",
            Self::UnsupportedModel => "unsupported-model",
            Self::Network => "network",
            Self::Integrity => "integrity",
            Self::Quota => "quota",
            Self::Aborted => "aborted",
            Self::DeviceLost => "device-lost",
            Self::NoLabels => "no-labels",
            Self::OutOfMemory => "out-of-memory",
        }
    }
}

/// Why there is no model, or no scores.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum Error {
    /// The picture cannot be decoded.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// The labels cannot be used.
    #[error(transparent)]
    Labels(#[from] LabelError),
    /// A template cannot be used.
    #[error(transparent)]
    Template(#[from] TemplateError),
    /// The source holds no model of a layout that is read here.
    #[error("{model} holds no model that can be read: {missing} is not there; {advice}")]
    MissingFile {
        /// The source's name.
        model: String,
        /// The file, or the files of which one would do.
        missing: String,
        /// What to do about it.
        advice: &'static str,
    },
    /// The model's configuration is not CLIP's.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The preprocessor's configuration cannot be used.
    #[error(transparent)]
    Preprocessor(#[from] PreprocessorError),
    /// The preprocessor makes pictures of another size than the model sees.
    #[error(
        "the preprocessor makes pictures of {found:?} (height, width), the model sees {expected} x {expected}: \
         the files belong to different models"
    )]
    CropSize {
        /// Height and width that the preprocessor gives.
        found: (u32, u32),
        /// The side that the model sees.
        expected: usize,
    },
    /// The tokenizer cannot be read, or not encode a text.
    #[error(transparent)]
    Tokenizer(#[from] TokenizerError),
    /// open_clip's configuration asks for a way of cleaning prompts that is not known here.
    #[error(
        "open_clip_config.json: `tokenizer_kwargs.clean` is {name:?}, expected \"lower\", \"whitespace\" or \"canonicalize\""
    )]
    Cleaning {
        /// Its name.
        name: String,
    },
    /// The index of a sharded checkpoint cannot be used.
    #[error("{file} is not a usable index of shards: {detail}")]
    Index {
        /// The index's name.
        file: &'static str,
        /// What is wrong with it.
        detail: String,
    },
    /// A file could not be fetched.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The weights could not be loaded.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// The weights could not be converted.
    #[error(transparent)]
    Convert(#[from] ConvertError),
    /// The network gave nothing.
    #[error(transparent)]
    Forward(#[from] ForwardError),
    /// There is a text to encode, and the model was loaded without its text tower.
    #[error(
        "this model was loaded without its text tower: classify with a label pack (embedLabels or `glimpse pack` makes \
         one), or load it with the text tower"
    )]
    NoTextTower,
    /// A label pack cannot be used.
    #[error(transparent)]
    Pack(#[from] PackError),
    /// An embedding that was handed in is not one of this model.
    #[error(
        "the picture's embedding has {found} numbers, this model's have {expected}: embed the picture with this model"
    )]
    EmbeddingLength {
        /// Its length.
        found: usize,
        /// The model's.
        expected: usize,
    },
    /// A square that was to be taken as it is has not the size that the model sees.
    #[error(
        "the picture is {found:?} pixels and the model sees {expected} x {expected}: give it what preprocess gave, or what letter wrote at that size, or let it be preprocessed"
    )]
    Square {
        /// Its width and height.
        found: (u32, u32),
        /// The side that the model sees.
        expected: usize,
    },
    /// A defence names a head that the image tower does not have.
    #[error(
        "there is no head {head} in layer {layer}: the image tower has {layers} layers of {heads} heads, both counted from 0"
    )]
    NoSuchHead {
        /// The layer that was named.
        layer: usize,
        /// The head that was named.
        head: usize,
        /// How many layers there are.
        layers: usize,
        /// How many heads each has.
        heads: usize,
    },
}

impl Error {
    /// The stable name of what went wrong.
    #[must_use]
    pub fn code(&self) -> Code {
        match self {
            Self::Decode(error) => match error {
                DecodeError::TooLarge { .. } => Code::TooLarge,
                DecodeError::OutOfMemory { .. } => Code::OutOfMemory,
                _ => Code::Decode,
            },
            Self::EmbeddingLength { .. } | Self::Square { .. } => Code::Decode,
            Self::NoSuchHead { .. } => Code::UnsupportedModel,
            Self::Labels(_) | Self::Template(_) | Self::NoTextTower => Code::NoLabels,
            Self::Pack(error) => match error {
                PackError::Damaged { .. } => Code::Integrity,
                PackError::OtherModel { .. }
                | PackError::OtherTextTower { .. }
                | PackError::Sampled => Code::UnsupportedModel,
            },
            Self::MissingFile { .. }
            | Self::Config(_)
            | Self::Cleaning { .. }
            | Self::Preprocessor(_)
            | Self::CropSize { .. }
            | Self::Tokenizer(_) => Code::UnsupportedModel,
            Self::Index { .. } => Code::Integrity,
            Self::Source(error) => of_source(error),
            Self::Load(error) => of_load(error),
            Self::Convert(error) => match error {
                ConvertError::Load(error) => of_load(error),
                ConvertError::Write { kind, .. } => of_write(*kind),
                _ => Code::UnsupportedModel,
            },
            Self::Forward(error) => of_forward(error),
        }
    }
}

fn of_load(error: &LoadError) -> Code {
    match error {
        LoadError::Weights(error) => of_weights(error),
        LoadError::Source(error) => of_source(error),
        LoadError::OutOfMemory { .. } => Code::OutOfMemory,
        LoadError::Device(error) => of_forward(error),
        _ => Code::Integrity,
    }
}

fn of_source(error: &SourceError) -> Code {
    match error {
        SourceError::Aborted => Code::Aborted,
        SourceError::Integrity { .. } => Code::Integrity,
        SourceError::Quota { .. } => Code::Quota,
        SourceError::Unsupported { .. } => Code::UnsupportedModel,
        _ => Code::Network,
    }
}

/// A file that cannot be written for another reason than room has the code that one has which cannot be read.
fn of_write(kind: io::ErrorKind) -> Code {
    use io::ErrorKind::{FileTooLarge, QuotaExceeded, StorageFull};
    match kind {
        StorageFull | QuotaExceeded | FileTooLarge => Code::Quota,
        _ => Code::Network,
    }
}

/// What a download can break is `integrity`; what another model would be is `unsupported-model`.
fn of_weights(error: &WeightsError) -> Code {
    if error.is_damage() {
        Code::Integrity
    } else {
        Code::UnsupportedModel
    }
}

fn of_forward(error: &ForwardError) -> Code {
    match error {
        ForwardError::TokenId { .. } | ForwardError::NoHeads => Code::UnsupportedModel,
        ForwardError::NoTextTower => Code::NoLabels,
        ForwardError::Source(error) => of_source(error),
        ForwardError::Weights(error) => of_weights(error),
        _ => Code::DeviceLost,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_want_of_room_is_quota() {
        let code = |kind| Error::from(ConvertError::from(io::Error::from(kind))).code();
        assert_eq!(code(io::ErrorKind::StorageFull), Code::Quota);
        assert_eq!(code(io::ErrorKind::QuotaExceeded), Code::Quota);
        assert_eq!(code(io::ErrorKind::PermissionDenied), Code::Network);
        assert_eq!(code(io::ErrorKind::BrokenPipe), Code::Network);
    }
}
