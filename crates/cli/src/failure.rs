//! What ends a command early, and with which exit code.

use std::io;

use thiserror::Error;

/// Why a command stopped.
#[derive(Debug, Error)]
pub enum Failure {
    /// The command was asked for something that makes no sense: exit code 2.
    #[error("{0}")]
    Usage(String),
    /// The model could not be loaded or failed: exit code 1.
    #[error(transparent)]
    Model(#[from] glimpse::Error),
    /// An input could not be read or a file not be written: exit code 1.
    #[error("{0}")]
    File(String),
    /// Whoever read standard output closed it, as `head` does: a quiet end.
    #[error("standard output was closed")]
    ReaderGone,
}

impl Failure {
    /// The process's exit code.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Usage(_) => 2,
            Self::Model(_) | Self::File(_) => 1,
            Self::ReaderGone => 0,
        }
    }
}

/// Errors of writing to standard output; reading has its own kinds.
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            return Self::ReaderGone;
        }
        Self::File(format!("standard output cannot be written: {error}"))
    }
}
