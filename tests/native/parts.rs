//! A model that is loaded in parts: without its text tower, or with the token embedding's rows as labels need them.

use std::collections::BTreeSet;

use glimpse::{
    Classifier, ClassifyOptions, DevicePreference, Error, LoadOptions, ModelSource, Precision,
    TokenRows,
};
use glimpse_tests::checkpoint::Checkpoint;
use glimpse_tests::counted::Counted;
use glimpse_tests::fixture::{CHECKPOINTS, Fixture, fixtures};
use glimpse_tests::header::Header;
use pollster::block_on;

/// What [`the_fingerprint_is_pinned`] pins. A change here makes every label pack in the world useless.
const PINNED: [(&str, &str); 2] = [
    (
        "hf-quickgelu-f32",
        "4925e9e4c759ce97b9bb346f6ba6ff5992d8fe1bd553eeb6d0f077372b8824f3",
    ),
    (
        "openclip-gelu-f32",
        "aea27678c0fb243c5a50590ba31ca2bdc1ec49b8f183059f733547cd2a6106f0",
    ),
];

pub(crate) fn load(
    source: &impl ModelSource,
    text_tower: bool,
    token_rows: TokenRows,
) -> Classifier {
    let options = LoadOptions {
        device: DevicePreference::Cpu,
        text_tower,
        token_rows,
        ..LoadOptions::default()
    };
    block_on(Classifier::load(source, options)).expect("a good checkpoint")
}

fn checkpoint(name: &str) -> Counted<Checkpoint> {
    Counted::new(Checkpoint::read(&fixtures().join(name)))
}

/// The checkpoint with its weights in whole numbers.
fn in_q8(checkpoint: &Checkpoint) -> Checkpoint {
    let mut bytes = Vec::new();
    let converted = glimpse::convert(checkpoint, Precision::Q8, &mut bytes);
    checkpoint.with(block_on(converted).expect("a conversion").file, bytes)
}

#[test]
fn without_the_text_tower_pictures_are_encoded_alike_and_texts_are_refused() {
    for name in CHECKPOINTS {
        let fixture = Fixture::named(name);
        let source = checkpoint(name);
        let classifier = load(&source, false, TokenRows::Whole);
        assert!(!classifier.info().text_tower);
        let whole = load(&source, true, TokenRows::Whole);
        assert!(whole.info().text_tower);
        assert_eq!(
            classifier.info().context_length,
            whole.info().context_length
        );

        let picture = fixture.picture_bytes(&fixture.expected.images[0]);
        let embedding = block_on(classifier.embed_image(&picture)).expect("an embedding");
        let of_whole = block_on(whole.embed_image(&picture)).expect("an embedding");
        assert_eq!(embedding, of_whole, "{name}");

        let labels = ["a cat".to_owned()];
        let refusals = [
            classifier.tokenize("a cat").err(),
            block_on(classifier.embed_text("a cat")).err(),
            block_on(classifier.embed_labels(&labels, &[])).err(),
            block_on(classifier.classify(&picture, &labels, &ClassifyOptions::default())).err(),
        ];
        for refusal in refusals {
            let error = refusal.expect("a refusal");
            assert!(matches!(error, Error::NoTextTower), "{error:?}");
            assert_eq!(error.code().as_str(), "no-labels");
            assert!(error.to_string().contains("label pack"), "{error}");
        }
    }
}

#[test]
fn without_the_text_tower_no_tokenizer_is_fetched() {
    let source = checkpoint("hf-quickgelu-f32");
    load(&source, false, TokenRows::Whole);
    let files = source.asked.files.borrow();
    assert!(
        !files.iter().any(|file| file == "tokenizer.json"),
        "{files:?}"
    );
}

#[test]
fn rows_on_demand_give_the_same_numbers_and_only_they_are_read() {
    for name in CHECKPOINTS {
        let labels = Fixture::named(name).expected.labels;
        let whole = load(&checkpoint(name), true, TokenRows::Whole);
        let source = checkpoint(name);
        let on_demand = load(&source, true, TokenRows::OnDemand);
        let (width, vocabulary) = token_embedding(name);
        // The last two rows are read while loading: they tell whether parts can be had.
        let mut rows = BTreeSet::from([vocabulary - 2, vocabulary - 1]);
        assert_eq!(source.in_ranges(), rows.len() as u64 * width, "{name}");
        for label in &labels {
            let found = block_on(on_demand.embed_text(label)).expect("an embedding");
            let expected = block_on(whole.embed_text(label)).expect("an embedding");
            assert_eq!(found, expected, "{name}: {label}");
            rows.extend(on_demand.tokenize(label).expect("token ids"));
            assert_eq!(
                source.in_ranges(),
                rows.len() as u64 * width,
                "{name}: {label}"
            );
        }
        assert!(
            rows.len() < vocabulary as usize / 2,
            "the labels prove nothing"
        );
    }
}

#[test]
fn rows_on_demand_of_whole_numbers_give_the_same_numbers() {
    for name in ["hf-quickgelu-f32", "openclip-gelu-f32"] {
        let source = Counted::new(in_q8(&Checkpoint::read(&fixtures().join(name))));
        let whole = load(&source, true, TokenRows::Whole);
        let on_demand = load(&source, true, TokenRows::OnDemand);
        for label in Fixture::named(name).expected.labels {
            let found = block_on(on_demand.embed_text(&label)).expect("an embedding");
            let expected = block_on(whole.embed_text(&label)).expect("an embedding");
            assert_eq!(found, expected, "{name}: {label}");
        }
        assert!(source.in_ranges() > 0);
    }
}

#[test]
fn where_parts_cannot_be_had_all_rows_are_read_at_once() {
    let source = checkpoint("hf-quickgelu-f32");
    source.asked.without_parts.set(true);
    let classifier = load(&source, true, TokenRows::OnDemand);
    assert_eq!(
        source.asked.streamed.get(),
        load_bytes("hf-quickgelu-f32"),
        "the whole file"
    );
    let fixture = Fixture::named("hf-quickgelu-f32");
    let found = block_on(classifier.embed_text(&fixture.expected.labels[0]));
    found.expect("an embedding, without asking the source again");
    assert!(source.asked.ranges.borrow().is_empty());
}

#[test]
fn the_fingerprint_does_not_depend_on_what_is_loaded() {
    let mut seen = BTreeSet::new();
    for name in CHECKPOINTS {
        let source = checkpoint(name);
        let fingerprint = |text_tower, rows| {
            let classifier = load(&source, text_tower, rows);
            classifier.info().fingerprint.clone()
        };
        let whole = fingerprint(true, TokenRows::Whole);
        assert_eq!(whole.len(), 64);
        let digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        assert!(whole.bytes().all(digit), "{whole}");
        assert_eq!(fingerprint(false, TokenRows::Whole), whole, "{name}");
        assert_eq!(fingerprint(true, TokenRows::OnDemand), whole, "{name}");
        seen.insert(whole);
    }
    assert_eq!(seen.len(), CHECKPOINTS.len(), "each checkpoint has its own");
}

#[test]
fn the_fingerprint_changes_with_every_bit_of_the_image_tower_and_with_its_type() {
    let sound = Checkpoint::read(&fixtures().join("hf-quickgelu-f32"));
    let fingerprint = |source: &Checkpoint| {
        let classifier = load(source, false, TokenRows::Whole);
        classifier.info().fingerprint.clone()
    };
    let mut seen = BTreeSet::from([fingerprint(&sound)]);
    // Anywhere in a tensor, down to the lowest bit of one number.
    for (tensor, number) in [
        ("visual_projection.weight", 0),
        ("visual_projection.weight", 1),
        ("visual_projection.weight", 77),
        ("vision_model.encoder.layers.1.mlp.fc1.weight", 1001),
        ("logit_scale", 0),
    ] {
        let changed = sound.with_header("model.safetensors", |header| {
            header.bytes_mut(tensor)[4 * number] ^= 1;
        });
        assert!(seen.insert(fingerprint(&changed)), "{tensor}, {number}");
    }
    let without_buffer = sound.with_header("model.safetensors", |header| {
        header.remove("text_model.embeddings.position_ids");
    });
    assert!(!seen.insert(fingerprint(&without_buffer)), "a buffer");
    assert!(seen.insert(fingerprint(&in_q8(&sound))), "a type");
}

#[test]
fn the_fingerprint_is_pinned() {
    for (name, fingerprint) in PINNED {
        let classifier = load(&checkpoint(name), false, TokenRows::Whole);
        assert_eq!(classifier.info().fingerprint, fingerprint, "{name}");
    }
}

/// The token embedding by the headers: bytes of a row, and rows.
fn token_embedding(name: &str) -> (u64, u32) {
    let checkpoint = Checkpoint::read(&fixtures().join(name));
    let weights = |file: &str| file.ends_with("model.safetensors") || file.contains("-of-");
    let headers = checkpoint.files.iter().filter(|(file, _)| weights(file));
    let found = headers
        .map(|(_, bytes)| Header::read(bytes))
        .find_map(|header| {
            let mut names = header.entries.keys();
            let tensor = names.find(|name| name.ends_with("token_embedding.weight"))?;
            let (begin, end) = header.offsets(tensor);
            let rows = header.entries[tensor]["shape"][0].as_u64()?;
            Some(((end - begin) as u64 / rows, rows as u32))
        });
    found.expect("a token embedding")
}

/// The length of a checkpoint's one weight file.
fn load_bytes(name: &str) -> u64 {
    Checkpoint::read(&fixtures().join(name)).files["model.safetensors"].len() as u64
}
