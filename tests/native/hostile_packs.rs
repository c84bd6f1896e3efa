//! Damaged label packs, of every kind we could think of, end in a typed error that says what is wrong; never in a panic.

use glimpse::{Classifier, DevicePreference, Error, LabelPack, LoadOptions};
use glimpse_tests::checkpoint::Checkpoint;
use glimpse_tests::fixture::fixtures;
use glimpse_tests::header::Header;
use pollster::block_on;
use serde_json::{Value, json};

const TENSOR: &str = "text_embeds";

fn sound() -> Vec<u8> {
    let options = LoadOptions {
        device: DevicePreference::Cpu,
        ..LoadOptions::default()
    };
    let source = Checkpoint::read(&fixtures().join("hf-quickgelu-f32"));
    let classifier = block_on(Classifier::load(&source, options)).expect("a good checkpoint");
    let labels = ["a cat".to_owned(), "a dog".to_owned()];
    let pack = block_on(classifier.embed_labels(&labels, &["a photo of a {}".to_owned()]));
    pack.expect("a pack").to_safetensors()
}

/// Reads what cannot be read and checks that the message holds every part.
fn refused(what: &str, bytes: &[u8], parts: &[&str]) {
    let Err(error) = LabelPack::from_safetensors(bytes) else {
        panic!("{what} was read")
    };
    let error = Error::from(error);
    println!("{what}: {error}");
    assert_eq!(error.code().as_str(), "integrity", "{what}: {error}");
    for part in parts {
        let message = error.to_string();
        assert!(
            message.contains(part),
            "{what}: {part:?} is not in: {message}"
        );
    }
}

fn edited(edit: impl FnOnce(&mut Header)) -> Vec<u8> {
    let mut header = Header::read(&sound());
    edit(&mut header);
    header.to_bytes()
}

#[test]
fn cut_and_overlong_packs() {
    let whole = sound();
    for length in 0..whole.len() {
        refused(&format!("cut at {length}"), &whole[..length], &[]);
    }
    let mut long = whole;
    long.push(0);
    refused("a byte too many", &long, &["bytes"]);
}

#[test]
fn header_lengths_that_lie() {
    let whole = sound();
    let right = u64::from_le_bytes(whole[..8].try_into().expect("eight bytes"));
    for length in [0, 1, right - 1, right + 1, 1 << 31, 1 << 62, u64::MAX] {
        let mut bytes = whole.clone();
        bytes[..8].copy_from_slice(&length.to_le_bytes());
        refused(&format!("a header of {length} bytes"), &bytes, &[]);
    }
}

#[test]
fn files_that_are_no_packs() {
    refused("nothing", &[], &[]);
    refused("text", b"these are my labels: a cat, a dog", &[]);
    for text in [
        "{}",
        "[]",
        "null",
        "{\"__metadata__\": 1}",
        "{\"__metadata__\": []}",
    ] {
        let mut bytes = (text.len() as u64).to_le_bytes().to_vec();
        bytes.extend_from_slice(text.as_bytes());
        refused(text, &bytes, &[]);
    }
    let model = std::fs::read(fixtures().join("hf-quickgelu-f32/model.safetensors"));
    refused(
        "a model",
        &model.expect("the fixture"),
        &["glimpse.label-pack"],
    );
}

#[test]
fn metadata_that_lies() {
    for (key, value, part) in [
        (
            "format",
            json!("glimpse.label-pack-2"),
            "glimpse.label-pack",
        ),
        ("format", json!(1), "glimpse.label-pack"),
        ("format", Value::Null, "glimpse.label-pack"),
        ("version", json!("3"), "\"3\""),
        ("version", json!(1), "version"),
        ("labels", json!(["a cat", "a dog"]), "labels"),
        ("labels", json!("a cat, a dog"), "labels"),
        ("labels", json!("[]"), "no labels"),
        ("labels", json!("[\"a cat\"]"), TENSOR),
        ("labels", json!("[\"a cat\", \"a dog\", \"a cow\"]"), TENSOR),
        ("labels", json!("[\"a cat\", \" \"]"), "label 2"),
        ("labels", json!("[\"a cat\", 2]"), "labels"),
        ("templates", json!("{}"), "templates"),
        ("templates", json!("[\"no place for a label\"]"), "{}"),
        ("model", Value::Null, "model"),
        ("fingerprint", json!(["x"]), "fingerprint"),
        ("text_fingerprint", json!(7), "text_fingerprint"),
    ] {
        let what = format!("{key}: {value}");
        let bytes = edited(|header| header.entries["__metadata__"][key] = value);
        refused(&what, &bytes, &[part]);
    }
    for key in [
        "version",
        "labels",
        "templates",
        "model",
        "fingerprint",
        "text_fingerprint",
    ] {
        let bytes = edited(|header| {
            let metadata = header.entries["__metadata__"].as_object_mut();
            metadata.expect("an object").remove(key);
        });
        refused(&format!("without {key}"), &bytes, &[key]);
    }
    let bytes = edited(|header| {
        header.entries.remove("__metadata__");
    });
    refused("without metadata", &bytes, &["glimpse.label-pack"]);
}

#[test]
fn tensors_that_lie() {
    let (_, end) = Header::read(&sound()).offsets(TENSOR);
    for (field, value) in [
        ("dtype", json!("F16")),
        ("dtype", json!("F64")),
        ("dtype", json!("I8")),
        ("shape", json!([2])),
        ("shape", json!([2, 24, 1])),
        ("shape", json!([1, 48])),
        ("shape", json!([24, 2])),
        ("shape", json!([2, 0])),
        ("shape", json!([2, 25])),
        ("shape", json!([2, u64::MAX])),
        ("shape", json!([-2, -24])),
        ("data_offsets", json!([4, end])),
        ("data_offsets", json!([0, end - 4])),
        ("data_offsets", json!([0, end + 4])),
        ("data_offsets", json!([end, 0])),
        ("data_offsets", json!([0, u64::MAX])),
    ] {
        let what = format!("{field}: {value}");
        let bytes = edited(|header| header.set(TENSOR, field, value));
        refused(&what, &bytes, &[]);
    }
    let renamed = edited(|header| {
        let entry = header.entries.remove(TENSOR).expect("the tensor");
        header.entries.insert("image_embeds".to_owned(), entry);
    });
    refused("another tensor", &renamed, &["image_embeds"]);
    let two = edited(|header| header.add("more", "F32", &[1], &[0; 4]));
    refused("two tensors", &two, &["2 tensors"]);
    let none = edited(|header| header.remove(TENSOR));
    refused("no tensor", &none, &["0 tensors"]);
}

#[test]
fn embeddings_that_are_not_of_unit_length() {
    for (what, number) in [
        ("NaN", f32::NAN),
        ("infinity", f32::INFINITY),
        ("a large number", 1e30),
        ("a number too many", 0.5),
    ] {
        let bytes = edited(|header| {
            // The second row's first number.
            let row = header.bytes_mut(TENSOR).len() / 2;
            header.bytes_mut(TENSOR)[row..row + 4].copy_from_slice(&number.to_le_bytes());
        });
        refused(what, &bytes, &["row 1", "unit length"]);
    }
    let zeros = edited(|header| header.bytes_mut(TENSOR).fill(0));
    refused("zeros", &zeros, &["row 0", "unit length"]);
}
