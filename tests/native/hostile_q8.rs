//! Weights in whole numbers whose scales are missing, damaged or lie: a typed error that names the tensor; never a panic.

use glimpse::{Classifier, DevicePreference, Error, LoadOptions, Precision};
use glimpse_tests::checkpoint::Checkpoint;
use glimpse_tests::fixture::{Fixture, fixtures};
use glimpse_tests::header::Header;
use pollster::block_on;
use serde_json::json;

const WEIGHTS: &str = "model.safetensors";
/// A tensor of hf-quickgelu-f32, its scales, and its shape there.
const PROJECTION: &str = "visual_projection.weight";
const SCALES: &str = "visual_projection.weight.scale";
const SHAPE: [usize; 2] = [24, 48];

/// hf-quickgelu-f32 in whole numbers.
fn sound() -> Checkpoint {
    let source = Checkpoint::read(&fixtures().join("hf-quickgelu-f32"));
    let mut bytes = Vec::new();
    let converted = glimpse::convert(&source, Precision::Q8, &mut bytes);
    source.with(block_on(converted).expect("a conversion").file, bytes)
}

fn load(checkpoint: &Checkpoint) -> Result<Classifier, Error> {
    let options = LoadOptions {
        device: DevicePreference::Cpu,
        ..LoadOptions::default()
    };
    block_on(Classifier::load(checkpoint, options))
}

fn refused(what: &str, checkpoint: &Checkpoint, code: &str, parts: &[&str]) {
    let Err(error) = load(checkpoint) else {
        panic!("{what} loaded")
    };
    let message = error.to_string();
    println!("{what}: {}: {message}", error.code().as_str());
    assert_eq!(error.code().as_str(), code, "{what}: {message}");
    for part in parts {
        assert!(
            message.contains(part),
            "{what}: {part:?} is not in: {message}"
        );
    }
}

fn edited(edit: impl FnOnce(&mut Header)) -> Checkpoint {
    sound().with_header(WEIGHTS, edit)
}

#[test]
fn missing_scales_are_named_with_their_shape() {
    let without = edited(|header| header.remove(SCALES));
    refused(
        "no scales",
        &without,
        "unsupported-model",
        &[SCALES, "[24]"],
    );
}

#[test]
fn scales_of_another_shape_or_type_are_named() {
    for shape in [
        json!([23]),
        json!([24, 1]),
        json!([48]),
        json!([]),
        json!([0]),
    ] {
        let what = format!("scales of shape {shape}");
        let wrong = edited(|header| header.set(SCALES, "shape", shape));
        refused(&what, &wrong, "unsupported-model", &[SCALES, "[24]"]);
    }
    for dtype in ["F16", "I8", "F64", "U8", ""] {
        let wrong = edited(|header| header.set(SCALES, "dtype", json!(dtype)));
        refused(dtype, &wrong, "unsupported-model", &[SCALES, dtype]);
    }
    let short = edited(|header| {
        let (begin, end) = header.offsets(SCALES);
        header.set(SCALES, "data_offsets", json!([begin, end - 4]));
    });
    refused("scales cut short", &short, "integrity", &[SCALES]);
}

#[test]
fn scales_that_are_not_numbers_are_named() {
    for (what, number) in [("NaN", f32::NAN), ("infinity", f32::NEG_INFINITY)] {
        let damaged = edited(|header| {
            header.bytes_mut(SCALES)[8..12].copy_from_slice(&number.to_le_bytes());
        });
        refused(what, &damaged, "integrity", &[SCALES]);
    }
    // Each is a number, and the product is none.
    let overflowing = edited(|header| {
        header.bytes_mut(SCALES)[8..12].copy_from_slice(&f32::MAX.to_le_bytes());
    });
    refused("overflow", &overflowing, "integrity", &[PROJECTION]);
}

#[test]
fn scales_behind_their_tensor_are_refused() {
    let behind = edited(|header| {
        let scales = header.bytes_mut(SCALES).to_vec();
        header.remove(SCALES);
        header.add(SCALES, "F32", &SHAPE[..1], &scales);
    });
    let parts = [PROJECTION, SCALES];
    refused("scales behind", &behind, "unsupported-model", &parts);
}

#[test]
fn whole_numbers_without_rows_are_refused() {
    // Vectors and the one number are never quantised: an I8 there is something else.
    for (tensor, length) in [("vision_model.post_layernorm.bias", 48), ("logit_scale", 1)] {
        for scales in [false, true] {
            let wrong = edited(|header| {
                header.remove(tensor);
                if scales {
                    header.add(
                        &format!("{tensor}.scale"),
                        "F32",
                        &[length],
                        &vec![0; 4 * length],
                    );
                }
                let shape: &[usize] = if length == 1 { &[] } else { &[length] };
                header.add(tensor, "I8", shape, &vec![1; length]);
            });
            refused(tensor, &wrong, "unsupported-model", &[tensor, "I8", "F32"]);
        }
    }
}

#[test]
fn whole_numbers_of_another_shape_are_named_with_both() {
    for shape in [json!([48, 24]), json!([24 * 48]), json!([24, 48, 1])] {
        let what = format!("the shape {shape}");
        let wrong = edited(|header| header.set(PROJECTION, "shape", shape));
        refused(
            &what,
            &wrong,
            "unsupported-model",
            &[PROJECTION, "[24, 48]"],
        );
    }
}

#[test]
fn scales_of_what_is_not_in_whole_numbers_are_surplus() {
    let source = Checkpoint::read(&fixtures().join("hf-quickgelu-f32"));
    let surplus = source.with_header(WEIGHTS, |header| {
        header.add(SCALES, "F32", &SHAPE[..1], &[0; 4 * SHAPE[0]]);
    });
    refused("scales of f32", &surplus, "unsupported-model", &[SCALES]);
}

#[test]
fn metadata_is_not_believed() {
    let fixture = Fixture::named("hf-quickgelu-f32");
    let embed = |checkpoint: &Checkpoint| {
        let classifier = load(checkpoint).expect("a good checkpoint");
        block_on(classifier.embed_text(&fixture.expected.labels[0])).expect("an embedding")
    };
    let (plain, whole_numbers) = (
        Checkpoint::read(&fixtures().join("hf-quickgelu-f32")),
        sound(),
    );
    for metadata in [
        json!({"glimpse.precision": "q8"}),
        json!({"glimpse.precision": "f16", "glimpse.scheme": "nonsense"}),
        json!({}),
        json!(null),
        json!([1, 2]),
        json!({"glimpse.precision": {"deep": [1]}}),
    ] {
        for source in [&plain, &whole_numbers] {
            let lying = source.with_header(WEIGHTS, |header| {
                header.entries["__metadata__"] = metadata.clone();
            });
            assert_eq!(embed(&lying), embed(source), "{metadata}");
        }
    }
}

#[test]
fn cut_files_of_whole_numbers() {
    let whole = sound();
    let bytes = whole.files[WEIGHTS].to_vec();
    for part in 0..16 {
        let cut = whole.with(WEIGHTS, &bytes[..bytes.len() * part / 16]);
        refused(&format!("{part} sixteenths"), &cut, "integrity", &[]);
    }
}
