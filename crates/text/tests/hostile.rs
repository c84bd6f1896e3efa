//! Tokenizer files that are cut or wrong, and texts of a megabyte.

use std::time::{Duration, Instant};

use glimpse_text::{Tokenizer, TokenizerError};
use serde_json::{Value, json};

const TOKENIZER: &[u8] = include_bytes!("fixtures/tokenizer.json");
/// From fixtures/expected.json.
const START: u32 = 612;
const END: u32 = 613;

fn fixture() -> Tokenizer {
    Tokenizer::from_json(TOKENIZER, 77).unwrap()
}

#[test]
fn bytes_that_are_no_tokenizer_are_an_error() {
    let cuts = (0..TOKENIZER.len())
        .step_by(251)
        .map(|end| TOKENIZER[..end].to_vec());
    let others = [
        b"{}".to_vec(),
        b"null".to_vec(),
        b"[]".to_vec(),
        vec![0xff; 64],
        b"[".repeat(9999),
    ];
    for bytes in cuts.chain(others) {
        let error = Tokenizer::from_json(&bytes, 77).unwrap_err();
        assert!(
            matches!(error, TokenizerError::Unreadable { .. }),
            "{error}"
        );
        assert!(
            error
                .to_string()
                .starts_with("tokenizer.json cannot be read (")
        );
    }
}

/// Every place in a JSON document, but only the first few of a long list or table.
fn pointers(value: &Value, prefix: &str, found: &mut Vec<String>) {
    found.push(prefix.to_string());
    match value {
        Value::Array(items) => {
            for (index, item) in items.iter().take(3).enumerate() {
                pointers(item, &format!("{prefix}/{index}"), found);
            }
        }
        Value::Object(fields) => {
            for (name, field) in fields.iter().take(10) {
                let name = name.replace('~', "~0").replace('/', "~1");
                pointers(field, &format!("{prefix}/{name}"), found);
            }
        }
        _ => {}
    }
}

#[test]
fn a_tokenizer_with_any_part_wrong_is_an_error_or_still_frames_a_text() {
    let document: Value = serde_json::from_slice(TOKENIZER).unwrap();
    let mut places = Vec::new();
    pointers(&document, "", &mut places);
    let mut deep = json!(1);
    for _ in 0..200 {
        deep = json!([deep]);
    }
    let wrongs = [
        json!(null),
        json!(-1),
        json!(4_000_000_000_u32),
        json!("x"),
        json!([]),
        json!({}),
        deep,
    ];
    let mut refused = 0;
    for place in &places {
        for wrong in &wrongs {
            let mut edited = document.clone();
            *edited.pointer_mut(place).unwrap() = wrong.clone();
            match Tokenizer::from_json(&serde_json::to_vec(&edited).unwrap(), 77) {
                Err(_) => refused += 1,
                Ok(tokenizer) => {
                    if let Ok(found) = tokenizer.encode("a photo <|endoftext|> é 1!") {
                        assert!(
                            (3..=77).contains(&found.len()),
                            "{place} = {wrong}: {found:?}"
                        );
                    }
                }
            }
        }
    }
    println!("{refused} of {} edits refused", places.len() * wrongs.len());
    assert!(refused > places.len(), "{refused} refused");
}

#[test]
fn a_megabyte_label_is_quick_and_has_the_ids_of_the_whole() {
    let tokenizer = fixture();
    let cat = tokenizer.encode("cat").unwrap()[1];
    let megabyte = 1 << 20;
    let cases = [
        ("words", "cat ".repeat(megabyte / 4), vec![cat; 75]),
        (
            "spaces, then a word",
            " ".repeat(megabyte) + "cat",
            vec![cat],
        ),
        (
            "a word after a look of spaces",
            " ".repeat(16 * 1024 - 1) + "cat",
            vec![cat],
        ),
        ("spaces", "\u{2003}".repeat(megabyte / 3), vec![]),
        (
            "one word",
            "1".repeat(megabyte),
            tokenizer.encode(&"1".repeat(75)).unwrap()[1..76].to_vec(),
        ),
    ];
    for (name, text, expected) in cases {
        let started = Instant::now();
        let found = tokenizer.encode(&text).unwrap();
        let took = started.elapsed();
        assert_eq!(found[1..found.len() - 1], expected, "{name}");
        assert!(took < Duration::from_secs(20), "{name} took {took:?}");
    }
}

#[test]
fn a_megabyte_of_anything_ends_in_a_full_context() {
    let tokenizer = fixture();
    let megabyte = 1 << 20;
    for unit in [
        "a",
        "é",
        "\u{301}",
        "\u{200b}",
        "\0",
        "🐶",
        "<|endoftext|>",
        "'s",
        "ﷺ",
        "!",
    ] {
        let started = Instant::now();
        let found = tokenizer
            .encode(&unit.repeat(megabyte / unit.len()))
            .unwrap();
        let took = started.elapsed();
        assert_eq!(
            (found.len(), found[0], found[76]),
            (77, START, END),
            "{unit:?}"
        );
        println!("{unit:?}: {took:?}");
        assert!(took < Duration::from_secs(20), "{unit:?} took {took:?}");
    }
}
