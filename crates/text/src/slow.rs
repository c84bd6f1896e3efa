//! Makes a `tokenizer.json` of what CLIP's slow tokenizer is saved as: `vocab.json` and `merges.txt`.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::start_end::{END, START};
use crate::tokenizer::TokenizerError;

/// The pattern by which CLIP's tokenizer cuts a text into words (`simple_tokenizer.py` of openai/CLIP).
const WORDS: &str = r"'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+";

/// The files of a slow tokenizer, as text.
#[derive(Clone, Copy, Debug, Default)]
pub struct SlowTokenizer<'a> {
    /// `vocab.json`: each token's id.
    pub vocab: &'a str,
    /// `merges.txt`: pairs of tokens, the most frequent first, behind a line that says its version.
    pub merges: &'a str,
    /// `added_tokens.json`, where there is one: more tokens and their ids.
    pub added_tokens: Option<&'a str>,
    /// `tokenizer_config.json`, where there is one: the names of the start and end tokens, and more added tokens.
    pub config: Option<&'a str>,
}

/// `tokenizer_config.json`, as far as it decides on ids.
#[derive(Default, Deserialize)]
struct Config {
    bos_token: Option<Name>,
    eos_token: Option<Name>,
    #[serde(default)]
    added_tokens_decoder: BTreeMap<String, Added>,
}

/// A token's name, alone or with how it is matched.
#[derive(Deserialize)]
#[serde(untagged)]
enum Name {
    Plain(String),
    Full { content: String },
}

/// A token beside the vocabulary, and how it is matched.
#[derive(Deserialize)]
struct Added {
    content: String,
    #[serde(default)]
    lstrip: bool,
    #[serde(default)]
    rstrip: bool,
    #[serde(default)]
    single_word: bool,
    #[serde(default)]
    normalized: bool,
    #[serde(default)]
    special: bool,
}

impl SlowTokenizer<'_> {
    /// The `tokenizer.json` that transformers' converter makes of these files.
    pub(crate) fn to_json(self) -> Result<Vec<u8>, TokenizerError> {
        let vocab: BTreeMap<String, u32> = read("vocab.json", self.vocab)?;
        let more: BTreeMap<String, u32> = match self.added_tokens {
            Some(json) => read("added_tokens.json", json)?,
            None => BTreeMap::new(),
        };
        let config: Config = match self.config {
            Some(json) => read("tokenizer_config.json", json)?,
            None => Config::default(),
        };
        let start = named(config.bos_token, START);
        let end = named(config.eos_token, END);

        let mut added: BTreeMap<u32, Value> = BTreeMap::new();
        for (content, id) in more {
            let token = Added::plain(content);
            added.insert(id, token.to_json(id));
        }
        for (id, token) in config.added_tokens_decoder {
            let id = id
                .parse()
                .map_err(|_| unreadable("tokenizer_config.json", &format!("{id:?} is no id")))?;
            added.insert(id, token.to_json(id));
        }
        let mut around = Vec::new();
        for name in [&start, &end] {
            let known = added.iter().find(|(_, token)| token["content"] == **name);
            let Some(id) = known
                .map(|(&id, _)| id)
                .or_else(|| vocab.get(name).copied())
            else {
                return Err(unreadable(
                    "vocab.json",
                    &format!("it has no token {name:?}"),
                ));
            };
            let token = Added {
                special: true,
                normalized: true,
                ..Added::plain(name.clone())
            };
            added.entry(id).or_insert_with(|| token.to_json(id));
            around.push(json!([name, id]));
        }

        // The library numbers added tokens itself, one after the other.
        let beyond = added.keys().filter(|&&id| id as usize >= vocab.len());
        if let Some((expected, id)) = (vocab.len()..)
            .zip(beyond)
            .find(|&(expected, &id)| expected != id as usize)
        {
            let detail = format!(
                "the added token with the id {id} should have {expected}, the next behind the vocabulary"
            );
            return Err(unreadable("tokenizer_config.json", &detail));
        }

        let merges = self
            .merges
            .lines()
            .filter(|line| !line.is_empty() && !line.starts_with("#version"));
        let document = json!({
            "version": "1.0",
            "added_tokens": added.into_values().collect::<Vec<_>>(),
            "normalizer": {"type": "Sequence", "normalizers": [
                {"type": "NFC"},
                {"type": "Replace", "pattern": {"Regex": r"\s+"}, "content": " "},
                {"type": "Lowercase"},
            ]},
            "pre_tokenizer": {"type": "Sequence", "pretokenizers": [
                {"type": "Split", "pattern": {"Regex": WORDS}, "behavior": "Removed", "invert": true},
                {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true},
            ]},
            "post_processor": {
                "type": "RobertaProcessing", "cls": around[0], "sep": around[1],
                "trim_offsets": false, "add_prefix_space": false,
            },
            "decoder": {"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true, "use_regex": true},
            "model": {
                "type": "BPE", "dropout": null, "unk_token": end,
                "continuing_subword_prefix": "", "end_of_word_suffix": "</w>", "fuse_unk": false, "byte_fallback": false,
                "vocab": vocab,
                "merges": merges.collect::<Vec<_>>(),
            },
        });
        Ok(document.to_string().into_bytes())
    }
}

impl Added {
    /// A token that is matched as it is written.
    fn plain(content: String) -> Self {
        Self {
            content,
            lstrip: false,
            rstrip: false,
            single_word: false,
            normalized: true,
            special: false,
        }
    }

    fn to_json(&self, id: u32) -> Value {
        json!({
            "id": id, "content": self.content, "single_word": self.single_word, "lstrip": self.lstrip, "rstrip": self.rstrip,
            "normalized": self.normalized, "special": self.special,
        })
    }
}

fn named(name: Option<Name>, usual: &str) -> String {
    match name {
        Some(Name::Plain(content) | Name::Full { content }) => content,
        None => usual.to_owned(),
    }
}

fn read<'a, T: Deserialize<'a>>(file: &'static str, json: &'a str) -> Result<T, TokenizerError> {
    serde_json::from_str(json).map_err(|error| unreadable(file, &error.to_string()))
}

fn unreadable(file: &'static str, detail: &str) -> TokenizerError {
    TokenizerError::Unreadable {
        file,
        detail: detail.to_owned(),
    }
}
