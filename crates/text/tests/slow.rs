//! A tokenizer out of vocab.json and merges.txt gives the ids of the tokenizer.json that holds the same.

use glimpse_text::{SlowTokenizer, Tokenizer, TokenizerError};
use serde_json::{Value, json};

const TOKENIZER: &str = include_str!("fixtures/tokenizer.json");
const EXPECTED: &str = include_str!("fixtures/expected.json");

/// The fixture's vocabulary, start and end tokens among it, and its merges, as the slow tokenizer's files.
fn files() -> (String, String) {
    let document: Value = serde_json::from_str(TOKENIZER).unwrap();
    let mut vocab = document["model"]["vocab"].clone();
    for token in document["added_tokens"].as_array().unwrap() {
        vocab[token["content"].as_str().unwrap()] = token["id"].clone();
    }
    let merges = document["model"]["merges"].as_array().unwrap().iter();
    let merges: Vec<String> = merges
        .map(|merge| match merge {
            Value::String(merge) => merge.clone(),
            pair => format!(
                "{} {}",
                pair[0].as_str().unwrap(),
                pair[1].as_str().unwrap()
            ),
        })
        .collect();
    (
        vocab.to_string(),
        format!("#version: 0.2\n{}\n", merges.join("\n")),
    )
}

fn texts() -> Vec<String> {
    let expected: Value = serde_json::from_str(EXPECTED).unwrap();
    let mut found = Vec::new();
    collect(&expected, &mut found);
    found.extend(
        [
            "a PHOTO  of\ntwo cats",
            "don't",
            "1,234 pizzas!!",
            "naïve café ☕",
            "",
        ]
        .map(str::to_owned),
    );
    found
}

/// Every string in the expectations: texts, whatever they are called there.
fn collect(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) => found.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| collect(item, found)),
        Value::Object(fields) => fields.values().for_each(|item| collect(item, found)),
        _ => {}
    }
}

#[test]
fn the_ids_are_those_of_the_whole_file() {
    let (vocab, merges) = files();
    let slow = SlowTokenizer {
        vocab: &vocab,
        merges: &merges,
        ..SlowTokenizer::default()
    };
    let slow = Tokenizer::from_slow(slow, 77).unwrap();
    let whole = Tokenizer::from_json(TOKENIZER.as_bytes(), 77).unwrap();
    let texts = texts();
    assert!(texts.len() > 20);
    for text in texts {
        assert_eq!(
            slow.encode(&text).unwrap(),
            whole.encode(&text).unwrap(),
            "{text:?}"
        );
    }
}

#[test]
fn added_tokens_are_matched_whole_from_either_file() {
    let (vocab, merges) = files();
    let added = json!({"<zwerg>": 614}).to_string();
    let config = json!({
        "eos_token": {"content": "<|endoftext|>"},
        "added_tokens_decoder": {"615": {"content": "<riese>", "normalized": true}},
    })
    .to_string();
    let slow = SlowTokenizer {
        vocab: &vocab,
        merges: &merges,
        added_tokens: Some(&added),
        config: Some(&config),
    };
    let ids = Tokenizer::from_slow(slow, 77)
        .unwrap()
        .encode("a <zwerg> and a <riese>")
        .unwrap();
    assert_eq!(ids.iter().filter(|&&id| id == 614).count(), 1, "{ids:?}");
    assert_eq!(ids[ids.len() - 2], 615, "{ids:?}");
}

#[test]
fn a_file_that_cannot_be_read_is_named() {
    let (vocab, merges) = files();
    let good = SlowTokenizer {
        vocab: &vocab,
        merges: &merges,
        ..SlowTokenizer::default()
    };
    for (files, name) in [
        (SlowTokenizer { vocab: "{", ..good }, "vocab.json"),
        (
            SlowTokenizer {
                vocab: "{\"a\": 0}",
                ..good
            },
            "vocab.json",
        ),
        (
            SlowTokenizer {
                added_tokens: Some("[]"),
                ..good
            },
            "added_tokens.json",
        ),
        (
            SlowTokenizer {
                config: Some(r#"{"added_tokens_decoder": {"777": {"content": "<x>"}}}"#),
                ..good
            },
            "tokenizer_config.json",
        ),
        (
            SlowTokenizer {
                config: Some("7"),
                ..good
            },
            "tokenizer_config.json",
        ),
    ] {
        let error = Tokenizer::from_slow(files, 77).unwrap_err();
        let TokenizerError::Unreadable { file, .. } = &error else {
            panic!("{error:?}");
        };
        assert_eq!(*file, name);
        assert!(error.to_string().starts_with(name), "{error}");
    }
}
