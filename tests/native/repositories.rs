//! Repositories as they really are: other files for the same tokenizer, preprocessing and configuration give the same numbers.

use glimpse::{Classifier, ClassifyOptions, DevicePreference, LoadOptions, model_files};
use glimpse_tests::checkpoint::Checkpoint;
use glimpse_tests::fixture::{Fixture, fixtures};
use pollster::block_on;
use serde_json::{Value, json};

const HUGGING_FACE: &str = "hf-quickgelu-f32";

fn checkpoint(name: &str) -> Checkpoint {
    Checkpoint::read(&fixtures().join(name))
}

fn json_of(source: &Checkpoint, file: &str) -> Value {
    serde_json::from_slice(&source.files[file]).expect("JSON")
}

fn load(source: &Checkpoint) -> Classifier {
    let options = LoadOptions {
        device: DevicePreference::Cpu,
        ..LoadOptions::default()
    };
    block_on(Classifier::load(source, options)).expect("a good checkpoint")
}

/// Makes sure that `source` gives PyTorch's logits of the fixture that it was made of.
fn same_numbers(what: &str, source: &Checkpoint) {
    let fixture = Fixture::named(HUGGING_FACE);
    let classifier = load(source);
    let picture = fixture.picture_bytes(&fixture.expected.images[0]);
    let labels = &fixture.expected.labels;
    let options = ClassifyOptions::default();
    let scores = block_on(classifier.classify(&picture, labels, &options));
    for score in scores.expect("scores") {
        let column = labels.iter().position(|label| *label == score.label);
        let expected = fixture.expected.logits_per_image[0][column.expect("a label")];
        assert!(
            (score.logit - expected).abs() < 1e-3,
            "{what}: {} has {}, expected {expected}",
            score.label,
            score.logit
        );
    }
}

#[test]
fn the_slow_tokenizers_files_do_where_there_is_no_tokenizer_json() {
    let whole = checkpoint(HUGGING_FACE);
    let document = json_of(&whole, "tokenizer.json");
    let mut vocab = document["model"]["vocab"].clone();
    for token in document["added_tokens"].as_array().expect("tokens") {
        vocab[token["content"].as_str().expect("a name")] = token["id"].clone();
    }
    let merges = document["model"]["merges"].as_array().expect("merges");
    let merges: Vec<String> = merges
        .iter()
        .map(|merge| match merge {
            Value::String(merge) => merge.clone(),
            pair => format!(
                "{} {}",
                pair[0].as_str().unwrap(),
                pair[1].as_str().unwrap()
            ),
        })
        .collect();
    let slow = whole
        .without("tokenizer.json")
        .with("vocab.json", vocab.to_string())
        .with(
            "merges.txt",
            format!("#version: 0.2\n{}\n", merges.join("\n")),
        );
    same_numbers("slow tokenizer", &slow);
    let files = block_on(model_files(&slow)).expect("files");
    let expected = [
        "config.json",
        "preprocessor_config.json",
        "vocab.json",
        "merges.txt",
        "model.safetensors",
    ];
    assert_eq!(files, expected);
}

#[test]
fn the_preprocessing_may_be_nested_in_processor_config_json_which_then_counts() {
    let usual = checkpoint(HUGGING_FACE);
    let nested = json!({"image_processor": json_of(&usual, "preprocessor_config.json")});
    let alone = usual
        .without("preprocessor_config.json")
        .with("processor_config.json", nested.to_string());
    same_numbers("nested", &alone);
    let files = block_on(model_files(&alone)).expect("files");
    assert_eq!(files[1], "processor_config.json");
    let beside = alone.with(
        "preprocessor_config.json",
        "{\"size\": 7, \"crop_size\": 7}",
    );
    same_numbers("nested, beside another", &beside);
    let without_images = usual.with(
        "processor_config.json",
        "{\"processor_class\": \"CLIPProcessor\"}",
    );
    same_numbers("no image processor in it", &without_images);
}

#[test]
fn legacy_dicts_override_their_towers_whole() {
    let usual = checkpoint(HUGGING_FACE);
    let with = |edit: &dyn Fn(&mut Value)| {
        let mut config = json_of(&usual, "config.json");
        edit(&mut config);
        usual.with("config.json", config.to_string())
    };
    for tower in ["text_config", "vision_config"] {
        let legacy = format!("{tower}_dict");
        let overriding = with(&|config| {
            config[&legacy] = config[tower].clone();
            config[tower]["num_attention_heads"] = json!(1);
            config[tower]["hidden_act"] = json!("gelu");
        });
        same_numbers(&legacy, &overriding);
        let alone = with(&|config| {
            config[&legacy] = config[tower].take();
            config.as_object_mut().expect("an object").remove(tower);
        });
        same_numbers(&format!("{legacy} alone"), &alone);
        same_numbers(
            &format!("no {legacy}"),
            &with(&|config| config[&legacy] = Value::Null),
        );
    }
}

#[test]
fn prompts_are_cleaned_in_open_clips_layout_alone() {
    let open_clip = load(&checkpoint("openclip-gelu-f32"));
    let hugging_face = load(&checkpoint(HUGGING_FACE));
    for (raw, clean) in [
        ("fish &amp; chips", "fish & chips"),
        ("a child’s toy", "a child's toy"),
    ] {
        let ids = |classifier: &Classifier, text| classifier.tokenize(text).expect("ids");
        assert_eq!(ids(&open_clip, raw), ids(&open_clip, clean), "{raw}");
        assert_ne!(ids(&hugging_face, raw), ids(&hugging_face, clean), "{raw}");
    }
    let mut config = json_of(&checkpoint("openclip-gelu-f32"), "open_clip_config.json");
    config["model_cfg"]["text_cfg"]["tokenizer_kwargs"] = json!({"clean": "canonicalize"});
    let canonical =
        load(&checkpoint("openclip-gelu-f32").with("open_clip_config.json", config.to_string()));
    let ids = |text| canonical.tokenize(text).expect("ids");
    assert_eq!(ids("A cat, a DOG!"), ids("a cat a dog"));
    config["model_cfg"]["text_cfg"]["tokenizer_kwargs"] = json!({"clean": "soap"});
    let odd = checkpoint("openclip-gelu-f32").with("open_clip_config.json", config.to_string());
    let error = block_on(Classifier::load(&odd, LoadOptions::default()))
        .err()
        .expect("a refusal");
    assert!(error.to_string().contains("soap"), "{error}");
}
