//! Why a model's name or a repository cannot be used.

use thiserror::Error;

use crate::error::Code;

/// Why a model's name or a repository cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum HubError {
    /// The text is no repository's name.
    #[error(
        "{id:?} is no repository's name: {detail}; write owner/name or owner/name@revision, as in \
         laion/CLIP-ViT-B-32-256x256-DataComp-s34B-b86K"
    )]
    Id {
        /// The text.
        id: String,
        /// What is wrong with it.
        detail: &'static str,
    },
    /// The hub's list of files is not one.
    #[error(
        "the list of files of {repository} cannot be read: {detail}; check that the hub's address is right and that \
         nothing between here and there answers in its place"
    )]
    Listing {
        /// The repository.
        repository: String,
        /// The JSON reader's words.
        detail: String,
    },
    /// The repository has no configuration of a CLIP model.
    #[error(
        "{repository} holds no CLIP model: neither config.json nor open_clip_config.json is there, but {found}; the \
         model \"photo\" is one that works"
    )]
    NoConfig {
        /// The repository.
        repository: String,
        /// The files that are there.
        found: String,
    },
    /// The repository has no weights in a format that is read.
    #[error(
        "{repository} has no weights that can be read: it holds {found}, and only safetensors files and PyTorch's .bin files are read; the model \
         \"photo\" is one that works, or perhaps one of the repository's pull requests holds safetensors: name it as \
         {repository}@refs/pr/NUMBER"
    )]
    NoWeights {
        /// The repository.
        repository: String,
        /// The weights that are there, or that there are none.
        found: String,
    },
}

impl HubError {
    /// The stable name of what went wrong.
    #[must_use]
    pub fn code(&self) -> Code {
        match self {
            Self::Listing { .. } => Code::Network,
            Self::Id { .. } | Self::NoConfig { .. } | Self::NoWeights { .. } => {
                Code::UnsupportedModel
            }
        }
    }
}
