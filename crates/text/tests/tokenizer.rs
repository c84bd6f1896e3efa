//! Token ids equal to those of transformers, from the fixture beside and, where it lies, from the shared parity data.

use std::path::{Path, PathBuf};

use glimpse_text::{StartEndError, Tokenizer, TokenizerError};
use serde_json::{Value, json};

const TOKENIZER: &[u8] = include_bytes!("fixtures/tokenizer.json");
const EXPECTED: &str = include_str!("fixtures/expected.json");
/// From fixtures/expected.json.
const START: u32 = 612;
const END: u32 = 613;

fn fixture() -> Tokenizer {
    Tokenizer::from_json(TOKENIZER, 77).unwrap()
}

/// The fixture's tokenizer with some of its JSON changed.
fn edited(edit: impl FnOnce(&mut Value)) -> Result<Tokenizer, TokenizerError> {
    let mut document: Value = serde_json::from_slice(TOKENIZER).unwrap();
    edit(&mut document);
    Tokenizer::from_json(&serde_json::to_vec(&document).unwrap(), 77)
}

fn ids(value: &Value) -> Vec<u32> {
    serde_json::from_value(value.clone()).unwrap()
}

/// Assets outside the repository, which a fresh clone does not have.
fn shared(path: &str) -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let root = std::env::var_os("GLIMPSE_SHARED").map_or_else(beside, PathBuf::from);
    let found = root.join(path);
    if !found.exists() {
        println!("left out: shared/{path} is not here");
        return None;
    }
    Some(found)
}

#[test]
fn ids_equal_transformers() {
    let expected: Value = serde_json::from_str(EXPECTED).unwrap();
    let tokenizer = fixture();
    let cases = expected["cases"].as_array().unwrap();
    assert_eq!(cases.len(), 33);
    for case in cases {
        let text = case["text"].as_str().unwrap();
        let found = tokenizer.encode(text).unwrap();
        assert_eq!(found, ids(&case["input_ids"]), "{}: {text:?}", case["name"]);
    }
    assert_eq!(
        (&expected["start_id"], &expected["end_id"]),
        (&json!(START), &json!(END))
    );
}

#[test]
fn truncates_to_the_context_length_and_keeps_the_end_token() {
    let text = "1 ".repeat(200);
    for context_length in [3, 4, 16, 77, 300] {
        let tokenizer = Tokenizer::from_json(TOKENIZER, context_length).unwrap();
        let found = tokenizer.encode(&text).unwrap();
        assert_eq!(tokenizer.context_length(), context_length);
        assert_eq!(found.len(), context_length.min(202));
        assert_eq!((found[0], found[found.len() - 1]), (START, END));
        assert_eq!(
            found.iter().filter(|&&id| id == START || id == END).count(),
            2
        );
    }
    for context_length in [0, 1, 2] {
        let error = Tokenizer::from_json(TOKENIZER, context_length).unwrap_err();
        assert!(
            matches!(error, TokenizerError::ContextTooShort { context_length: found } if found == context_length)
        );
    }
}

#[test]
fn stored_truncation_and_padding_do_not_leak() {
    let tokenizer = edited(|document| {
        document["truncation"] =
            json!({"direction": "Left", "max_length": 4, "strategy": "LongestFirst", "stride": 0});
        document["padding"] = json!({
            "strategy": {"Fixed": 77}, "direction": "Right", "pad_to_multiple_of": null,
            "pad_id": 7, "pad_type_id": 0, "pad_token": "!"
        });
    })
    .unwrap();
    let text = "a photo of the small dog";
    assert_eq!(
        tokenizer.encode(text).unwrap(),
        fixture().encode(text).unwrap()
    );
    assert_eq!(tokenizer.pad_id(), 7);
}

#[test]
fn pads_with_the_end_token_unless_told_otherwise() {
    assert_eq!(fixture().pad_id(), END);
}

#[test]
fn start_and_end_come_from_any_kind_of_post_processor_or_from_the_token_names() {
    let text = "a photo of a cat";
    let expected = fixture().encode(text).unwrap();
    let template = json!({
        "type": "TemplateProcessing",
        "single": [
            {"SpecialToken": {"id": "<s>", "type_id": 0}},
            {"Sequence": {"id": "A", "type_id": 0}},
            {"SpecialToken": {"id": "</s>", "type_id": 0}},
        ],
        "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}],
        "special_tokens": {
            "<s>": {"id": "<s>", "ids": [START], "tokens": ["<|startoftext|>"]},
            "</s>": {"id": "</s>", "ids": [END], "tokens": ["<|endoftext|>"]},
        },
    });
    let byte_level = json!({
        "type": "ByteLevel", "add_prefix_space": true, "trim_offsets": false, "use_regex": true
    });
    let bert = json!({
        "type": "BertProcessing", "sep": ["<|endoftext|>", END], "cls": ["<|startoftext|>", START]
    });
    let sequence =
        json!({"type": "Sequence", "processors": [byte_level.clone(), template.clone()]});
    for processor in [Value::Null, byte_level, template, bert, sequence] {
        let tokenizer = edited(|document| document["post_processor"] = processor.clone()).unwrap();
        assert_eq!(tokenizer.encode(text).unwrap(), expected, "{processor}");
    }
}

/// What `from_json` said about the start and end tokens of an edited fixture.
fn start_end_error(edit: impl FnOnce(&mut Value)) -> StartEndError {
    match edited(edit).unwrap_err() {
        TokenizerError::NotClip(error) => error,
        other => panic!("expected NotClip, found {other:?}"),
    }
}

#[test]
fn says_why_start_and_end_tokens_cannot_be_found() {
    let nameless = start_end_error(|document| {
        document["post_processor"] = Value::Null;
        document["added_tokens"] = json!([]);
        let vocabulary = document["model"]["vocab"].as_object_mut().unwrap();
        vocabulary.remove("<|startoftext|>");
    });
    assert_eq!(
        nameless,
        StartEndError::MissingToken {
            token: "<|startoftext|>"
        }
    );

    let end_only = start_end_error(|document| {
        document["post_processor"] = json!({
            "type": "TemplateProcessing",
            "single": [
                {"Sequence": {"id": "A", "type_id": 0}},
                {"SpecialToken": {"id": "</s>", "type_id": 0}},
            ],
            "pair": [],
            "special_tokens": {"</s>": {"id": "</s>", "ids": [1], "tokens": ["</s>"]}},
        });
    });
    assert_eq!(
        end_only,
        StartEndError::NotOneEach {
            before: 0,
            after: 1
        }
    );

    let unknown = start_end_error(|document| {
        document["post_processor"] = json!({
            "type": "TemplateProcessing",
            "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}}],
            "pair": [],
            "special_tokens": {},
        });
    });
    assert_eq!(
        unknown,
        StartEndError::UnknownToken {
            token: "<s>".to_string()
        }
    );
}

#[test]
fn golden_ids_of_the_openai_tokenizer() {
    let (Some(golden), Some(file)) = (
        shared("assets/clip/golden_tokens.json"),
        shared("assets/clip/clip-vit-base-patch32/tokenizer.json"),
    ) else {
        return;
    };
    let json = std::fs::read(file).unwrap();
    let clip = Tokenizer::from_json(&json, 256).unwrap();
    let owl = Tokenizer::from_json(&with_owl_padding(&json), 256).unwrap();
    assert_eq!((clip.pad_id(), owl.pad_id()), (49407, 0));

    let golden: Value = serde_json::from_slice(&std::fs::read(golden).unwrap()).unwrap();
    let cases = golden.as_array().unwrap();
    for case in cases {
        let is_owl = case["model"].as_str().unwrap().contains("owlvit");
        let tokenizer = if is_owl { &owl } else { &clip };
        let text = case["text"].as_str().unwrap();
        assert_eq!(
            tokenizer.encode(text).unwrap(),
            ids(&case["ids"]),
            "{}: {text:?}",
            case["name"]
        );
    }
    println!("{} golden cases equal", cases.len());
}

/// What OWL-ViT's tokenizer.json has beyond CLIP's: "!" (id 0) is a special token, and it pads.
fn with_owl_padding(json: &[u8]) -> Vec<u8> {
    let mut document: Value = serde_json::from_slice(json).unwrap();
    document["added_tokens"].as_array_mut().unwrap().insert(
        0,
        json!({
            "id": 0, "content": "!", "single_word": false, "lstrip": false, "rstrip": false,
            "normalized": false, "special": true
        }),
    );
    document["padding"] = json!({
        "strategy": "BatchLongest", "direction": "Right", "pad_to_multiple_of": null,
        "pad_id": 0, "pad_type_id": 0, "pad_token": "!"
    });
    serde_json::to_vec(&document).unwrap()
}

#[test]
fn ids_of_the_parity_checkpoints() {
    for checkpoint in ["hf-quickgelu-f32", "openclip-gelu-f32"] {
        let Some(folder) = shared(&format!("parity/{checkpoint}")) else {
            return;
        };
        let json = std::fs::read(folder.join("tokenizer.json")).unwrap();
        let tokenizer = Tokenizer::from_json(&json, 77).unwrap();
        let expected = std::fs::read(folder.join("expected.json")).unwrap();
        let expected: Value = serde_json::from_slice(&expected).unwrap();
        let labels = expected["labels"].as_array().unwrap();
        for (label, input_ids) in labels.iter().zip(expected["input_ids"].as_array().unwrap()) {
            let found = tokenizer.encode(label.as_str().unwrap()).unwrap();
            assert_eq!(found, ids(input_ids), "{checkpoint}: {label}");
        }
    }
}

#[test]
fn ids_become_the_text_that_gives_them_again() {
    let tokenizer = fixture();
    for (text, back) in [
        ("A  red CIRCLE", "a red circle"),
        ("don't: 1,234!!", "don 't : 1 , 2 3 4 !!"),
        ("caf\u{e9} \u{2615}", "caf\u{e9} \u{2615}"),
        ("", ""),
    ] {
        let ids = tokenizer.encode(text).unwrap();
        let found = tokenizer.decode(&ids).unwrap();
        assert_eq!(tokenizer.encode(&found).unwrap(), ids, "{text:?} {found:?}");
        assert_eq!(found, back);
    }
}
