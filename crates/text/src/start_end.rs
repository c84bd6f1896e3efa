//! Finds which two ids a checkpoint puts around every prompt.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::Value;
use thiserror::Error;

/// What CLIP tokenizers call their start token when `tokenizer.json` has no post-processor.
pub(crate) const START: &str = "<|startoftext|>";
/// What CLIP tokenizers call their end token, likewise.
pub(crate) const END: &str = "<|endoftext|>";

/// The ids before and after every prompt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct StartEnd {
    pub(crate) start: u32,
    pub(crate) end: u32,
}

/// Why the start and end tokens of a `tokenizer.json` could not be found.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum StartEndError {
    /// There is no post-processor that adds tokens, and no token of the usual name either.
    #[error("it has no post-processor that adds start and end tokens, and no token named {token}")]
    MissingToken {
        /// The name that was looked for.
        token: &'static str,
    },
    /// The post-processor adds something other than one token on each side.
    #[error(
        "its post-processor puts {before} tokens before and {after} after a text, where CLIP has one and one"
    )]
    NotOneEach {
        /// Tokens before the text.
        before: usize,
        /// Tokens after the text.
        after: usize,
    },
    /// The post-processor's template names a token that its own table does not have.
    #[error("its post-processor names the token {token:?} without giving its id")]
    UnknownToken {
        /// The token as the template names it.
        token: String,
    },
}

/// The one part of `tokenizer.json` that says what goes around a text.
#[derive(Deserialize)]
struct Document {
    post_processor: Option<PostProcessor>,
}

/// The part of `tokenizer.json` on which the `tokenizers` library panics when it is not whole JSON.
#[derive(Deserialize)]
struct Fragile {
    #[serde(rename = "decoder")]
    _decoder: Option<Value>,
}

/// Checks that the bytes are JSON to their end, decoder included, before the `tokenizers` library sees them.
pub(crate) fn check_json(json: &[u8]) -> serde_json::Result<()> {
    serde_json::from_slice::<Fragile>(json).map(|_| ())
}

#[derive(Deserialize)]
#[serde(tag = "type")]
enum PostProcessor {
    #[serde(alias = "BertProcessing")]
    RobertaProcessing {
        cls: (String, u32),
        sep: (String, u32),
    },
    TemplateProcessing {
        single: Vec<Piece>,
        special_tokens: HashMap<String, SpecialToken>,
    },
    Sequence {
        processors: Vec<PostProcessor>,
    },
    /// `ByteLevel`, which moves offsets and adds nothing, or a kind that is not known here.
    #[serde(other)]
    Other,
}

#[derive(Deserialize)]
enum Piece {
    Sequence {},
    SpecialToken { id: String },
}

#[derive(Deserialize)]
struct SpecialToken {
    ids: Vec<u32>,
}

impl StartEnd {
    /// Reads the post-processor of a `tokenizer.json`; without one, asks `id_of` for the tokens by their usual names.
    ///
    /// The outer error is JSON that could not be read, the inner one a file that does not say what CLIP needs.
    pub(crate) fn find(
        json: &[u8],
        id_of: impl Fn(&str) -> Option<u32>,
    ) -> serde_json::Result<Result<Self, StartEndError>> {
        let document: Document = serde_json::from_slice(json)?;
        let added = document
            .post_processor
            .map_or(Ok(None), |processor| processor.added());
        Ok(added.and_then(|found| match found {
            Some(ids) => Ok(ids),
            None => {
                let named = |token| id_of(token).ok_or(StartEndError::MissingToken { token });
                Ok(Self {
                    start: named(START)?,
                    end: named(END)?,
                })
            }
        }))
    }
}

impl PostProcessor {
    /// The ids this processor adds, `None` when it adds nothing.
    fn added(&self) -> Result<Option<StartEnd>, StartEndError> {
        match self {
            Self::RobertaProcessing { cls, sep } => Ok(Some(StartEnd {
                start: cls.1,
                end: sep.1,
            })),
            Self::TemplateProcessing {
                single,
                special_tokens,
            } => around(single, special_tokens),
            Self::Sequence { processors } => {
                let mut found = None;
                for processor in processors {
                    match (found, processor.added()?) {
                        (Some(_), Some(_)) => {
                            return Err(StartEndError::NotOneEach {
                                before: 2,
                                after: 2,
                            });
                        }
                        (None, added) => found = added,
                        (Some(_), None) => {}
                    }
                }
                Ok(found)
            }
            Self::Other => Ok(None),
        }
    }
}

/// The ids a template puts before and after its one text.
fn around(
    template: &[Piece],
    special_tokens: &HashMap<String, SpecialToken>,
) -> Result<Option<StartEnd>, StartEndError> {
    let (mut before, mut after) = (Vec::new(), Vec::new());
    let mut text_seen = false;
    for piece in template {
        match piece {
            Piece::Sequence {} => text_seen = true,
            Piece::SpecialToken { id } => {
                let token = special_tokens
                    .get(id)
                    .ok_or_else(|| StartEndError::UnknownToken { token: id.clone() })?;
                let side = if text_seen { &mut after } else { &mut before };
                side.extend_from_slice(&token.ids);
            }
        }
    }
    match (before.as_slice(), after.as_slice()) {
        ([], []) => Ok(None),
        (&[start], &[end]) => Ok(Some(StartEnd { start, end })),
        _ => Err(StartEndError::NotOneEach {
            before: before.len(),
            after: after.len(),
        }),
    }
}
