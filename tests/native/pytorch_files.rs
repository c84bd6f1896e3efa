//! Checkpoints in PyTorch's own container give what their safetensors twins do, to the bit, and those that would run something are refused.

use glimpse::{
    Classifier, ClassifyOptions, DevicePreference, Error, LoadOptions, ModelSource, Precision,
    TokenRows,
};
use glimpse_tests::checkpoint::Checkpoint;
use glimpse_tests::counted::Counted;
use glimpse_tests::fixture::{Fixture, fixtures};
use pollster::block_on;

/// The twins: a checkpoint, and under which names which files of `pytorch` stand in its weights' place.
const TWINS: [(&str, &[(&str, &str)]); 4] = [
    (
        "hf-quickgelu-f32",
        &[("pytorch_model.bin", "hf-quickgelu-f32.bin")],
    ),
    (
        "hf-gelu-neweos-f16",
        &[("pytorch_model.bin", "hf-gelu-neweos-f16.bin")],
    ),
    (
        "hf-gelu-bf16-shards",
        &[
            (
                "pytorch_model.bin.index.json",
                "pytorch_model.bin.index.json",
            ),
            (
                "pytorch_model-00001-of-00002.bin",
                "pytorch_model-00001-of-00002.bin",
            ),
            (
                "pytorch_model-00002-of-00002.bin",
                "pytorch_model-00002-of-00002.bin",
            ),
        ],
    ),
    (
        "openclip-gelu-f32",
        &[("open_clip_pytorch_model.bin", "openclip-gelu-f32.bin")],
    ),
];

fn file(name: &str) -> Vec<u8> {
    std::fs::read(fixtures().join("pytorch").join(name)).expect("a fixture")
}

fn original(name: &str) -> Checkpoint {
    Checkpoint::read(&fixtures().join(name))
}

/// The checkpoint `name` with these weights instead of its own.
fn with_weights(name: &str, weights: &[(&str, &str)]) -> Checkpoint {
    let mut checkpoint = original(name);
    checkpoint.files.retain(|file, _| !file.contains("model"));
    for (place, content) in weights {
        checkpoint = checkpoint.with(place, file(content));
    }
    checkpoint
}

fn load(source: &impl ModelSource, token_rows: TokenRows) -> Result<Classifier, Error> {
    let options = LoadOptions {
        device: DevicePreference::Cpu,
        token_rows,
        ..LoadOptions::default()
    };
    block_on(Classifier::load(source, options))
}

#[test]
fn what_a_model_says_does_not_depend_on_its_container() {
    for (name, weights) in TWINS {
        let fixture = Fixture::named(name);
        let expected = load(&original(name), TokenRows::Whole).expect("a good checkpoint");
        for (without_parts, tells_total, token_rows) in [
            (false, true, TokenRows::Whole),
            (false, true, TokenRows::OnDemand),
            (true, true, TokenRows::OnDemand),
            (true, false, TokenRows::Whole),
        ] {
            let mut checkpoint = with_weights(name, weights);
            checkpoint.tells_total = tells_total;
            let source = Counted::new(checkpoint);
            source.asked.without_parts.set(without_parts);
            let found = load(&source, token_rows).expect("a good checkpoint");
            let (seen, twin) = (found.fingerprint(), expected.fingerprint());
            assert_eq!(
                (&seen.image, &seen.text),
                (&twin.image, &twin.text),
                "{name}"
            );
            if token_rows == TokenRows::Whole {
                assert_eq!(seen.tokens, twin.tokens, "{name}");
            }
            let picture = fixture.picture_bytes(&fixture.expected.images[0]);
            let options = ClassifyOptions::default();
            let scores = |classifier: &Classifier| {
                let labels = &fixture.expected.labels;
                let scores = block_on(classifier.classify(&picture, labels, &options));
                scores.expect("scores")
            };
            assert_eq!(scores(&found), scores(&expected), "{name}");
            let embedding = block_on(found.embed_image(&picture)).expect("an embedding");
            let twin = block_on(expected.embed_image(&picture)).expect("an embedding");
            assert_eq!(embedding, twin, "{name}");
        }
    }
}

#[test]
fn safetensors_are_preferred() {
    let both = original("hf-quickgelu-f32").with("pytorch_model.bin", file("hostile/system.bin"));
    let source = Counted::new(both);
    load(&source, TokenRows::Whole).expect("the safetensors are sound");
    let asked = source.asked.files.borrow();
    assert!(
        !asked.iter().any(|file| file.ends_with(".bin")),
        "{asked:?}"
    );
}

#[test]
fn the_files_of_a_model_are_named() {
    for (name, weights) in TWINS {
        let names = block_on(glimpse::model_files(&with_weights(name, weights)));
        let names = names.expect("a good checkpoint");
        for (file, _) in weights {
            assert!(names.iter().any(|name| name == file), "{name}: {names:?}");
        }
    }
}

#[test]
fn a_copy_with_smaller_numbers_is_safetensors() {
    let (name, weights) = TWINS[3];
    let convert = |source: &Checkpoint| {
        let mut bytes = Vec::new();
        let converted = block_on(glimpse::convert(source, Precision::Q8, &mut bytes));
        assert_eq!(
            converted.expect("a conversion").file,
            "open_clip_model.safetensors"
        );
        bytes
    };
    let found = source_of(&convert(&with_weights(name, weights)));
    let expected = source_of(&convert(&original(name)));
    let embedding = |classifier: Classifier| block_on(classifier.embed_text("a cat"));
    assert_eq!(
        embedding(found).expect("an embedding"),
        embedding(expected).expect("an embedding")
    );
}

fn source_of(weights: &[u8]) -> Classifier {
    let copy = original("openclip-gelu-f32").with("open_clip_model.safetensors", weights);
    load(&copy, TokenRows::Whole).expect("a good copy")
}

#[test]
fn hostile_files_have_codes() {
    for (name, code, part) in [
        ("system", "unsupported-model", "posix.system"),
        ("eval", "unsupported-model", "builtins.eval"),
        ("torch-script", "unsupported-model", "TorchScript"),
        ("compressed", "unsupported-model", "compressed"),
        ("no-tensors", "unsupported-model", "no state dict"),
        ("two-pickles", "integrity", "two pickles"),
        ("short-storage", "integrity", "archive/data/1"),
        ("page", "integrity", "web page"),
        ("pointer", "integrity", "git-lfs"),
    ] {
        let file = format!("hostile/{name}.bin");
        let checkpoint = with_weights("hf-quickgelu-f32", &[("pytorch_model.bin", &file)]);
        let Err(error) = load(&checkpoint, TokenRows::Whole) else {
            panic!("{name} loaded");
        };
        let message = error.to_string();
        assert_eq!(error.code().as_str(), code, "{name}: {message}");
        assert!(
            message.contains(part) && message.contains("pytorch_model.bin"),
            "{name}: {message}"
        );
    }
}
