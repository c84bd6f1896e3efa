//! Turns a prompt into the `input_ids` of a checkpoint, through its `tokenizer.json`.

use std::borrow::Cow;
use std::fmt;

use thiserror::Error;
use tokenizers::PostProcessorWrapper;

use crate::clean::Cleaning;
use crate::slow::SlowTokenizer;
use crate::start_end::{END, StartEnd, StartEndError, check_json};

/// How many bytes of a text are looked at first, and at least; see [`Tokenizer::encode`].
const FIRST_LOOK: usize = 16 * 1024;

/// What ends a word's last token in CLIP's vocabulary.
const END_OF_WORD: &str = "</w>";

/// Reads a checkpoint's `tokenizer.json` and encodes prompts as Hugging Face's `CLIPTokenizer` does.
///
/// Padding and truncation settings stored in the file do not act here: [`Tokenizer::encode`] never pads and
/// truncates to the context length alone.
#[derive(Clone)]
pub struct Tokenizer {
    inner: tokenizers::Tokenizer,
    around: StartEnd,
    pad_id: u32,
    context_length: usize,
    cleaning: Cleaning,
}

/// Why a tokenizer could not be made or a text not be encoded.
#[derive(Debug, Error)]
pub enum TokenizerError {
    /// The bytes are not a `tokenizer.json` that the `tokenizers` library can read, or not the files that one can be made of.
    #[error("{file} cannot be read ({detail}): download the checkpoint's file again")]
    Unreadable {
        /// The file's name.
        file: &'static str,
        /// What the reader said.
        detail: String,
    },
    /// The file does not say which tokens open and close a prompt.
    #[error("tokenizer.json is not a CLIP tokenizer: {0}")]
    NotClip(#[from] StartEndError),
    /// The context length leaves no room for a single token of text.
    #[error(
        "the context length {context_length} leaves no room for text between the start and end tokens: it must be at least 3"
    )]
    ContextTooShort {
        /// The length that was asked for, in tokens.
        context_length: usize,
    },
    /// The tokenizer failed on this text.
    #[error("the text {text:?} cannot be tokenized: {detail}")]
    Encode {
        /// The beginning of the text.
        text: String,
        /// What the tokenizer said.
        detail: String,
    },
    /// The tokenizer failed on these ids.
    #[error("token ids cannot be turned back into text: {detail}")]
    Decode {
        /// What the tokenizer said.
        detail: String,
    },
}

impl Tokenizer {
    /// Reads the bytes of a `tokenizer.json`, for prompts of at most `context_length` tokens (77 for OpenAI's models).
    ///
    /// # Errors
    /// [`TokenizerError::Unreadable`] for bytes that are no tokenizer, [`TokenizerError::NotClip`] when its start and
    /// end tokens cannot be found, [`TokenizerError::ContextTooShort`] for a length below 3.
    pub fn from_json(json: &[u8], context_length: usize) -> Result<Self, TokenizerError> {
        if context_length < 3 {
            return Err(TokenizerError::ContextTooShort { context_length });
        }
        let unreadable = |detail: &dyn fmt::Display| TokenizerError::Unreadable {
            file: "tokenizer.json",
            detail: detail.to_string(),
        };
        check_json(json).map_err(|error| unreadable(&error))?;
        let mut inner =
            tokenizers::Tokenizer::from_bytes(json).map_err(|error| unreadable(&error))?;
        let around = StartEnd::find(json, |token| inner.token_to_id(token))
            .map_err(|error| unreadable(&error))??;
        let pad_id = inner
            .get_padding()
            .map(|padding| padding.pad_id)
            .or_else(|| inner.token_to_id(END))
            .unwrap_or(around.end);
        inner.with_padding(None);
        inner
            .with_truncation(None)
            .map_err(|error| unreadable(&error))?;
        inner.with_post_processor(None::<PostProcessorWrapper>);
        Ok(Self {
            inner,
            around,
            pad_id,
            context_length,
            cleaning: Cleaning::None,
        })
    }

    /// Reads the files of CLIP's slow tokenizer, where there is no `tokenizer.json`; the ids are those that transformers gives with them.
    ///
    /// # Errors
    /// [`TokenizerError`] as [`Tokenizer::from_json`], naming the file.
    pub fn from_slow(
        files: SlowTokenizer<'_>,
        context_length: usize,
    ) -> Result<Self, TokenizerError> {
        Self::from_json(&files.to_json()?, context_length)
    }

    /// The same, with every prompt cleaned first.
    #[must_use]
    pub fn with_cleaning(self, cleaning: Cleaning) -> Self {
        Self { cleaning, ..self }
    }

    /// Encodes one prompt: start token, the text's tokens, end token; at most [`Tokenizer::context_length`] ids,
    /// the end token kept and the text's tail dropped, and no padding.
    ///
    /// Of a long text only as much is looked at as fills the context: first 16 KiB, then four times as much until
    /// there are tokens enough, each time up to the last whitespace, so that the ids are those of the whole text. A
    /// single word longer than that is cut where the look ends.
    ///
    /// # Errors
    /// [`TokenizerError::Encode`] when the checkpoint's tokenizer has no token for a part of the text.
    pub fn encode(&self, text: &str) -> Result<Vec<u32>, TokenizerError> {
        let room = self.context_length - 2;
        let mut look = FIRST_LOOK.max(self.context_length.saturating_mul(64));
        let mut tokens;
        loop {
            let (part, whole) = beginning(text, look);
            tokens = self.text_tokens(part)?;
            if whole || tokens.len() >= room {
                break;
            }
            look = look.saturating_mul(4);
        }
        tokens.truncate(room);
        tokens.insert(0, self.around.start);
        tokens.push(self.around.end);
        Ok(tokens)
    }

    /// The text that ids stand for, as the tokenizer normalised it (CLIP's in lower case); start and end tokens are left out.
    ///
    /// # Errors
    /// [`TokenizerError::Decode`] when the checkpoint's tokenizer cannot put the tokens together.
    pub fn decode(&self, input_ids: &[u32]) -> Result<String, TokenizerError> {
        let around = [self.around.start, self.around.end];
        let ids: Vec<u32> = input_ids
            .iter()
            .copied()
            .filter(|id| !around.contains(id))
            .collect();
        let text = self
            .inner
            .decode(&ids, false)
            .map_err(|error| TokenizerError::Decode {
                detail: error.to_string(),
            })?;
        // The files' decoders know of bytes alone; transformers, too, replaces the ends of words itself.
        Ok(text.replace(END_OF_WORD, " ").trim_end().to_owned())
    }

    /// The most ids a prompt can have, start and end tokens included.
    pub fn context_length(&self) -> usize {
        self.context_length
    }

    /// The id that fills a batch's shorter prompts: the file's `padding.pad_id`, else its `<|endoftext|>`.
    pub fn pad_id(&self) -> u32 {
        self.pad_id
    }

    /// The ids of the text alone.
    fn text_tokens(&self, text: &str) -> Result<Vec<u32>, TokenizerError> {
        let cleaned = match self.cleaning {
            Cleaning::None => Cow::Borrowed(text),
            cleaning => Cow::Owned(cleaning.clean(text)),
        };
        let encoding = self
            .inner
            .encode_fast(cleaned.as_ref(), false)
            .map_err(|error| TokenizerError::Encode {
                text: text.chars().take(60).collect(),
                detail: error.to_string(),
            })?;
        Ok(encoding.get_ids().to_vec())
    }
}

impl fmt::Debug for Tokenizer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Tokenizer")
            .field("around", &self.around)
            .field("pad_id", &self.pad_id)
            .field("context_length", &self.context_length)
            .finish_non_exhaustive()
    }
}

/// The text's first `limit` bytes, ended at whitespace where there is any, and whether that is the whole text.
fn beginning(text: &str, limit: usize) -> (&str, bool) {
    if text.len() <= limit {
        return (text, true);
    }
    let cut = &text[..text.floor_char_boundary(limit)];
    match cut.rfind(char::is_whitespace) {
        Some(end) if !cut[..end].trim().is_empty() => (&cut[..end], false),
        _ => (cut, false),
    }
}

#[cfg(test)]
mod tests {
    use super::beginning;

    #[test]
    fn a_short_text_is_looked_at_whole() {
        assert_eq!(beginning("a red cat", 9), ("a red cat", true));
        assert_eq!(beginning("", 4), ("", true));
    }

    #[test]
    fn a_long_text_ends_at_whitespace_or_between_characters() {
        assert_eq!(beginning("a red cat", 8), ("a red", false));
        assert_eq!(beginning("  cats", 4), ("  ca", false));
        assert_eq!(beginning("ééé", 3), ("é", false));
    }
}
