//! Cleans a prompt as open_clip's tokenizers do before they look for tokens; Hugging Face's CLIP tokenizer does not.

use crate::mend;

/// What happens to a prompt before its tokens are looked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Cleaning {
    /// Nothing: Hugging Face's way.
    #[default]
    None,
    /// open_clip's "whitespace": broken encodings, curly quotes, ligatures and wide letters are mended (`ftfy.fix_text`), HTML entities
    /// replaced, twice, and runs of whitespace become one blank.
    Whitespace,
    /// open_clip's "lower", its usual one: the same, in lower case.
    Lower,
    /// open_clip's "canonicalize", after big_vision: the same, with blanks for underscores and without ASCII's punctuation.
    Canonicalize,
}

impl Cleaning {
    /// The kind of that name in open_clip's `tokenizer_kwargs.clean`.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "whitespace" => Some(Self::Whitespace),
            "lower" => Some(Self::Lower),
            "canonicalize" => Some(Self::Canonicalize),
            _ => None,
        }
    }

    /// The text, cleaned.
    #[must_use]
    pub fn clean(self, text: &str) -> String {
        let mended = || {
            let once = htmlize::unescape(mend::mended(text));
            htmlize::unescape(once.as_ref()).into_owned()
        };
        match self {
            Self::None => text.to_owned(),
            Self::Whitespace => single_blanks(&mended()),
            Self::Lower => single_blanks(&mended()).to_lowercase(),
            Self::Canonicalize => {
                let plain: String = mended()
                    .replace('_', " ")
                    .chars()
                    .filter(|character| !character.is_ascii_punctuation())
                    .collect();
                single_blanks(&plain.to_lowercase())
            }
        }
    }
}

fn single_blanks(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
