//! Label packs: the same scores to the bit, without the text tower, and only with the model that made them.

use glimpse::{
    Classifier, ClassifyOptions, DevicePreference, Error, LabelPack, LoadOptions, PackError,
    TokenRows,
};
use glimpse_tests::checkpoint::Checkpoint;
use glimpse_tests::fixture::{CHECKPOINTS, Fixture, fixtures};
use pollster::block_on;
use safetensors::SafeTensors;

fn load(name: &str, text_tower: bool) -> Classifier {
    let options = LoadOptions {
        device: DevicePreference::Cpu,
        text_tower,
        ..LoadOptions::default()
    };
    let source = Checkpoint::read(&fixtures().join(name));
    block_on(Classifier::load(&source, options)).expect("a good checkpoint")
}

fn strings(strings: &[&str]) -> Vec<String> {
    strings.iter().map(ToString::to_string).collect()
}

#[test]
fn a_pack_gives_the_same_scores_to_the_bit_without_the_text_tower() {
    for name in CHECKPOINTS {
        let fixture = Fixture::named(name);
        let (whole, half) = (load(name, true), load(name, false));
        let picture = fixture.picture_bytes(&fixture.expected.images[0]);
        let labels = strings(&["a cat", "a \"red\" circle", "a cat", "été 🐶\n"]);
        for templates in [
            strings(&[]),
            strings(&["a photo of a {}"]),
            strings(&["a photo of a {}", "{} and {}", "the old {}"]),
        ] {
            let options = ClassifyOptions {
                templates: templates.clone(),
                top_k: None,
            };
            let expected = block_on(whole.classify(&picture, &labels, &options)).expect("scores");
            let pack = block_on(whole.embed_labels(&labels, &templates)).expect("a pack");
            let read = LabelPack::from_safetensors(&pack.to_safetensors()).expect("a good pack");
            assert_eq!(read, pack);

            let image_embeds = block_on(half.embed_image(&picture)).expect("an embedding");
            let found = half.classify_with_pack(&image_embeds, &read, None);
            assert_eq!(found.expect("scores"), expected, "{name} {templates:?}");
            let top = half.classify_with_pack(&image_embeds, &read, Some(2));
            assert_eq!(top.expect("scores"), expected[..2], "{name} {templates:?}");
        }
    }
}

#[test]
fn a_pack_is_a_safetensors_file_that_says_what_it_is() {
    let classifier = load("openclip-gelu-f32", true);
    let (labels, templates) = (strings(&["a cat", "a \"dog\""]), strings(&["a {}"]));
    let pack = block_on(classifier.embed_labels(&labels, &templates)).expect("a pack");
    assert_eq!(pack.labels, labels);
    assert_eq!(pack.templates, templates);
    assert_eq!(pack.model, classifier.info().model);
    assert_eq!(&pack.fingerprint, classifier.fingerprint());
    assert_eq!(pack.fingerprint.image, classifier.info().fingerprint);

    let bytes = pack.to_safetensors();
    let (_, header) = SafeTensors::read_metadata(&bytes).expect("safetensors' own reader");
    let metadata = header.metadata().as_ref().expect("metadata");
    assert_eq!(metadata["format"], "glimpse.label-pack");
    assert_eq!(metadata["version"], "2");
    assert_eq!(metadata["labels"], r#"["a cat","a \"dog\""]"#);
    assert_eq!(metadata["templates"], r#"["a {}"]"#);
    assert_eq!(metadata["model"], pack.model);
    assert_eq!(metadata["fingerprint"], pack.fingerprint.image);
    assert_eq!(
        metadata.get("text_fingerprint"),
        pack.fingerprint.text.as_ref()
    );
    assert_eq!(
        metadata.get("token_fingerprint"),
        pack.fingerprint.tokens.as_ref()
    );
    let file = SafeTensors::deserialize(&bytes).expect("safetensors' own reader");
    assert_eq!(file.names(), ["text_embeds"]);
    let tensor = file.tensor("text_embeds").expect("text_embeds");
    assert_eq!(tensor.dtype(), safetensors::Dtype::F32);
    assert_eq!(tensor.shape(), [2, pack.embeddings[0].len()]);
}

#[test]
fn another_models_pack_is_refused_with_both_names() {
    let maker = load("hf-quickgelu-f32", true);
    let labels = strings(&["a cat"]);
    let pack = block_on(maker.embed_labels(&labels, &[])).expect("a pack");
    let other = load("openclip-gelu-f32", false);
    let fixture = Fixture::named("openclip-gelu-f32");
    let picture = fixture.picture_bytes(&fixture.expected.images[0]);
    let image_embeds = block_on(other.embed_image(&picture)).expect("an embedding");
    let error = other
        .classify_with_pack(&image_embeds, &pack, None)
        .expect_err("another model's pack");
    assert!(
        matches!(&error, Error::Pack(PackError::OtherModel { .. })),
        "{error:?}"
    );
    assert_eq!(error.code().as_str(), "unsupported-model");
    for part in [
        &pack.model,
        &pack.fingerprint.image,
        &other.info().fingerprint,
    ] {
        assert!(
            error.to_string().contains(part),
            "{part} is not in: {error}"
        );
    }
}

#[test]
fn a_pack_whose_fingerprint_lies_is_no_panic() {
    let maker = load("hf-quickgelu-f32", true);
    let mut pack = block_on(maker.embed_labels(&strings(&["a cat"]), &[])).expect("a pack");
    let other = load("openclip-gelu-f32", false);
    pack.fingerprint = other.fingerprint().clone();
    let fixture = Fixture::named("openclip-gelu-f32");
    let picture = fixture.picture_bytes(&fixture.expected.images[0]);
    let image_embeds = block_on(other.embed_image(&picture)).expect("an embedding");
    let error = other
        .classify_with_pack(&image_embeds, &pack, None)
        .expect_err("a pack of another width");
    assert_eq!(error.code().as_str(), "integrity", "{error}");
}

#[test]
fn another_text_tower_is_told_where_it_is_known() {
    use crate::parts::load;

    let sound = Checkpoint::read(&fixtures().join("hf-quickgelu-f32"));
    let maker = load(&sound, true, TokenRows::Whole);
    let pack = block_on(maker.embed_labels(&strings(&["a cat"]), &[])).expect("a pack");
    let refusal = |classifier: &Classifier| classifier.check_pack(&pack).err();
    for (tensor, is_token) in [
        ("text_model.encoder.layers.1.mlp.fc2.weight", false),
        ("text_model.embeddings.token_embedding.weight", true),
    ] {
        let tuned = sound.with_header("model.safetensors", |header| {
            let bytes = header.bytes_mut(tensor);
            let middle = bytes.len() / 8 * 4;
            bytes[middle..middle + 4].copy_from_slice(&1.25_f32.to_le_bytes());
        });
        let error = refusal(&load(&tuned, true, TokenRows::Whole)).expect("another text tower");
        assert!(
            matches!(&error, Error::Pack(PackError::OtherTextTower { .. })),
            "{tensor}: {error:?}"
        );
        assert_eq!(error.code().as_str(), "unsupported-model");
        // What was not loaded cannot be compared: the image tower alone is.
        assert!(refusal(&load(&tuned, false, TokenRows::Whole)).is_none());
        let by_rows = refusal(&load(&tuned, true, TokenRows::OnDemand));
        assert_eq!(by_rows.is_none(), is_token, "{tensor}");
    }
    for (text_tower, token_rows) in [(true, TokenRows::OnDemand), (false, TokenRows::Whole)] {
        assert!(refusal(&load(&sound, text_tower, token_rows)).is_none());
    }
}

#[test]
fn a_pack_of_version_1_says_that_it_cannot_tell_its_model() {
    let maker = load("hf-quickgelu-f32", true);
    let pack = block_on(maker.embed_labels(&strings(&["a cat"]), &[])).expect("a pack");
    let mut old = pack.to_safetensors();
    let at = old
        .windows(13)
        .position(|window| window == br#""version":"2""#)
        .expect("a version");
    old[at + 11] = b'1';
    let error = Error::from(LabelPack::from_safetensors(&old).expect_err("an old pack"));
    assert!(
        matches!(&error, Error::Pack(PackError::Sampled)),
        "{error:?}"
    );
    assert_eq!(error.code().as_str(), "unsupported-model");
    assert!(error.to_string().contains("make it again"), "{error}");
}

#[test]
fn a_pack_of_nothing_is_not_made() {
    let classifier = load("hf-quickgelu-f32", true);
    for (labels, templates) in [
        (strings(&[]), strings(&[])),
        (strings(&["a cat", " "]), strings(&[])),
        (strings(&["a cat"]), strings(&["a photo"])),
    ] {
        let error = block_on(classifier.embed_labels(&labels, &templates)).expect_err("no pack");
        assert_eq!(error.code().as_str(), "no-labels", "{error}");
    }
    assert_eq!(classifier.runs().text_tower, 0);
}
