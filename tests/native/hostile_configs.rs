//! Configs that are not CLIP, or of no possible model, end in a typed error; nothing is allocated for them.

use glimpse::{Classifier, DevicePreference, LoadOptions};
use glimpse_tests::checkpoint::Checkpoint;
use glimpse_tests::fixture::fixtures;
use pollster::block_on;
use serde_json::{Value, json};

const CONFIG: &str = "config.json";
const OPEN_CLIP: &str = "open_clip_config.json";
const PREPROCESSOR: &str = "preprocessor_config.json";
const TOKENIZER: &str = "tokenizer.json";

fn hugging_face() -> Checkpoint {
    Checkpoint::read(&fixtures().join("hf-quickgelu-f32"))
}

fn open_clip() -> Checkpoint {
    Checkpoint::read(&fixtures().join("openclip-gelu-f32"))
}

/// Loads what cannot be loaded: the code must be `unsupported-model` and the message hold every part.
fn refused(what: &str, checkpoint: &Checkpoint, parts: &[&str]) {
    let options = LoadOptions {
        device: DevicePreference::Cpu,
        ..LoadOptions::default()
    };
    let Err(error) = block_on(Classifier::load(checkpoint, options)) else {
        panic!("{what} loaded")
    };
    let message = error.to_string();
    println!("{what}: {}: {message}", error.code().as_str());
    assert_eq!(
        error.code().as_str(),
        "unsupported-model",
        "{what}: {message}"
    );
    for part in parts {
        assert!(
            message.contains(part),
            "{what}: {part:?} is not in: {message}"
        );
    }
}

#[test]
fn other_models_are_named() {
    for model_type in ["siglip", "bert", "clipseg", "chinese_clip", ""] {
        let other =
            hugging_face().with_json(CONFIG, |config| config["model_type"] = json!(model_type));
        refused(
            &format!("model_type {model_type:?}"),
            &other,
            &[CONFIG, model_type],
        );
    }
    let bert = json!({"architectures": ["BertModel"], "model_type": "bert", "hidden_size": 768});
    refused(
        "BERT",
        &hugging_face().with(CONFIG, bert.to_string()),
        &["bert"],
    );
}

#[test]
fn open_clip_models_of_other_kinds_are_refused() {
    for (what, edit) in [
        ("a timm tower", json!({"timm_model_name": "convnext_base"})),
        ("a ResNet tower", json!({"layers": [3, 4, 6, 3]})),
        ("attentional pooling", json!({"attentional_pool": true})),
    ] {
        let other = open_clip().with_json(OPEN_CLIP, |config| {
            merge(&mut config["model_cfg"]["vision_cfg"], &edit);
        });
        refused(what, &other, &[]);
    }
    for (what, edit) in [
        (
            "a Hugging Face text tower",
            json!({"hf_model_name": "xlm-roberta-base"}),
        ),
        ("no causal mask", json!({"no_causal_mask": true})),
    ] {
        let other = open_clip().with_json(OPEN_CLIP, |config| {
            merge(&mut config["model_cfg"]["text_cfg"], &edit);
        });
        refused(what, &other, &[]);
    }
}

fn merge(into: &mut Value, from: &Value) {
    for (key, value) in from.as_object().expect("an object") {
        into[key] = value.clone();
    }
}

#[test]
fn configs_that_are_no_configs() {
    for text in ["", "{", "[]", "null", "7", "{}", "not json", "\u{0}"] {
        refused(
            &format!("the config {text:?}"),
            &hugging_face().with(CONFIG, text),
            &[CONFIG],
        );
        refused(
            &format!("open_clip's config {text:?}"),
            &open_clip().with(OPEN_CLIP, text),
            &[OPEN_CLIP],
        );
    }
    let deep = "[".repeat(100_000);
    refused(
        "a config of brackets",
        &hugging_face().with(CONFIG, deep),
        &[CONFIG],
    );
}

#[test]
fn a_folder_without_a_config_says_what_was_looked_for() {
    refused(
        "no config",
        &hugging_face().without(CONFIG),
        &[CONFIG, OPEN_CLIP],
    );
    refused(
        "no tokenizer",
        &hugging_face().without(TOKENIZER),
        &[TOKENIZER],
    );
    refused(
        "no preprocessor",
        &hugging_face().without(PREPROCESSOR),
        &[PREPROCESSOR],
    );
}

#[test]
fn towers_that_are_missing() {
    for tower in ["text_config", "vision_config"] {
        let without = hugging_face().with_json(CONFIG, |config| {
            config.as_object_mut().expect("an object").remove(tower);
        });
        // transformers fills in a whole default tower, which the weights then do not fit.
        refused(&format!("without {tower}"), &without, &[]);
    }
    let without = open_clip().with_json(OPEN_CLIP, |config| {
        config
            .as_object_mut()
            .expect("an object")
            .remove("model_cfg");
    });
    refused("without model_cfg", &without, &["model_cfg"]);
}

#[test]
fn sizes_of_no_possible_model() {
    let fields = [
        ("text_config", "hidden_size"),
        ("text_config", "intermediate_size"),
        ("text_config", "num_attention_heads"),
        ("text_config", "num_hidden_layers"),
        ("text_config", "max_position_embeddings"),
        ("text_config", "vocab_size"),
        ("vision_config", "hidden_size"),
        ("vision_config", "intermediate_size"),
        ("vision_config", "num_attention_heads"),
        ("vision_config", "num_hidden_layers"),
        ("vision_config", "image_size"),
        ("vision_config", "patch_size"),
    ];
    let sizes = [
        json!(0),
        json!(1_000_000_000_000_u64),
        json!(u64::MAX),
        json!(-1),
        json!(1.5),
        json!("8"),
    ];
    for (tower, field) in fields {
        for size in &sizes {
            let absurd =
                hugging_face().with_json(CONFIG, |config| config[tower][field] = size.clone());
            refused(&format!("{tower}.{field} = {size}"), &absurd, &[]);
        }
    }
    for size in &sizes {
        let absurd =
            hugging_face().with_json(CONFIG, |config| config["projection_dim"] = size.clone());
        refused(&format!("projection_dim = {size}"), &absurd, &[]);
    }
}

#[test]
fn open_clip_sizes_of_no_possible_model() {
    for (part, field) in [
        ("vision_cfg", "width"),
        ("vision_cfg", "layers"),
        ("vision_cfg", "head_width"),
        ("vision_cfg", "patch_size"),
        ("vision_cfg", "image_size"),
        ("text_cfg", "width"),
        ("text_cfg", "heads"),
        ("text_cfg", "layers"),
        ("text_cfg", "context_length"),
        ("text_cfg", "vocab_size"),
    ] {
        for size in [
            json!(0),
            json!(1_000_000_000_000_u64),
            json!(u64::MAX),
            json!(-1),
            json!("8"),
        ] {
            let absurd = open_clip().with_json(OPEN_CLIP, |config| {
                config["model_cfg"][part][field] = size.clone();
            });
            refused(&format!("{part}.{field} = {size}"), &absurd, &[]);
        }
    }
}

#[test]
fn heads_and_patches_that_do_not_divide() {
    let heads = hugging_face().with_json(CONFIG, |config| {
        config["text_config"]["num_attention_heads"] = json!(3);
    });
    refused("32 over 3 heads", &heads, &["num_attention_heads"]);
    let activation = hugging_face().with_json(CONFIG, |config| {
        config["vision_config"]["hidden_act"] = json!("silu");
    });
    refused("an activation we do not know", &activation, &["silu"]);
}

#[test]
fn tokenizers_that_are_none_or_of_another_model() {
    for text in ["", "{", "[]", "{}", "not json"] {
        refused(
            &format!("the tokenizer {text:?}"),
            &hugging_face().with(TOKENIZER, text),
            &[TOKENIZER],
        );
    }
    let larger = hugging_face().with_json(TOKENIZER, |tokenizer| {
        tokenizer["model"]["vocab"]["cat</w>"] = json!(100_000);
    });
    let options = LoadOptions {
        device: DevicePreference::Cpu,
        ..LoadOptions::default()
    };
    // Whether it is noticed when loading or when the token turns up: an error, not an index out of bounds.
    match block_on(Classifier::load(&larger, options)) {
        Err(error) => assert_eq!(error.code().as_str(), "unsupported-model", "{error}"),
        Ok(classifier) => {
            let error =
                block_on(classifier.embed_text("a cat")).expect_err("an id beyond the table");
            assert_eq!(error.code().as_str(), "unsupported-model", "{error}");
        }
    }
}

#[test]
fn preprocessors_that_are_none_or_of_another_model() {
    for text in ["", "{", "[]", "not json"] {
        let broken = hugging_face().with(PREPROCESSOR, text);
        refused(
            &format!("the preprocessor {text:?}"),
            &broken,
            &[PREPROCESSOR],
        );
    }
    for size in [
        json!(0),
        json!(1_000_000_000_000_u64),
        json!(-3),
        json!("48"),
        json!(40),
    ] {
        let other =
            hugging_face().with_json(PREPROCESSOR, |config| config["crop_size"] = size.clone());
        refused(&format!("crop_size {size} for a model of 48"), &other, &[]);
    }
}
