//! Cleaned texts equal to open_clip's, and prompts whose ids follow from them.

use glimpse_text::{Cleaning, Tokenizer};
use serde_json::Value;

const CLEANED: &str = include_str!("fixtures/cleaned.json");
const TOKENIZER: &[u8] = include_bytes!("fixtures/tokenizer.json");

#[test]
fn texts_are_cleaned_as_open_clip_cleans_them() {
    let cases: Vec<Value> = serde_json::from_str(CLEANED).unwrap();
    assert!(cases.len() > 40);
    for case in cases {
        let text = case["text"].as_str().unwrap();
        for way in ["whitespace", "lower", "canonicalize"] {
            let cleaning = Cleaning::named(way).unwrap();
            assert_eq!(
                cleaning.clean(text),
                case[way].as_str().unwrap(),
                "{text:?}, {way}"
            );
        }
        assert_eq!(Cleaning::None.clean(text), text);
    }
    assert_eq!(Cleaning::named("upper"), None);
}

#[test]
fn only_a_cleaning_tokenizer_takes_an_entity_for_its_letter() {
    let plain = Tokenizer::from_json(TOKENIZER, 77).unwrap();
    let cleaning = plain.clone().with_cleaning(Cleaning::Lower);
    for (raw, clean) in [
        ("cat &amp; dog", "cat & dog"),
        ("the child’s hat", "the child's hat"),
        ("“a”", "\"a\""),
    ] {
        let expected = plain.encode(clean).unwrap();
        assert_eq!(cleaning.encode(raw).unwrap(), expected, "{raw}");
        assert_ne!(plain.encode(raw).unwrap(), expected, "{raw}");
    }
}
