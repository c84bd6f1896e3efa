//! Damaged weights, of every kind we could think of, end in a typed error that names what is wrong; never in a panic.

use glimpse::{Classifier, DevicePreference, Error, LoadOptions};
use glimpse_tests::checkpoint::Checkpoint;
use glimpse_tests::fixture::fixtures;
use glimpse_tests::header::Header;
use pollster::block_on;
use serde_json::json;

const WEIGHTS: &str = "model.safetensors";
const INDEX: &str = "model.safetensors.index.json";
/// A tensor of hf-quickgelu-f32, and its shape there.
const PROJECTION: &str = "visual_projection.weight";

fn checkpoint(name: &str) -> Checkpoint {
    Checkpoint::read(&fixtures().join(name))
}

fn sound() -> Checkpoint {
    checkpoint("hf-quickgelu-f32")
}

fn load(checkpoint: &Checkpoint) -> Result<Classifier, Error> {
    let options = LoadOptions {
        device: DevicePreference::Cpu,
        ..LoadOptions::default()
    };
    block_on(Classifier::load(checkpoint, options))
}

/// Loads what cannot be loaded and checks the error's code and that its message holds every part.
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

/// As [`refused`], where the damage may be noticed as a broken file or as an unknown model.
fn refused_somehow(what: &str, checkpoint: &Checkpoint) {
    let Err(error) = load(checkpoint) else {
        panic!("{what} loaded")
    };
    let code = error.code().as_str();
    assert!(
        matches!(code, "integrity" | "unsupported-model"),
        "{what}: {code}: {error}"
    );
}

#[test]
fn cut_files() {
    for (name, file) in [
        ("hf-quickgelu-f32", WEIGHTS),
        ("hf-gelu-neweos-f16", WEIGHTS),
        ("hf-gelu-bf16-shards", "model-00002-of-00003.safetensors"),
        ("openclip-gelu-f32", "open_clip_model.safetensors"),
    ] {
        let whole = checkpoint(name);
        let bytes = whole.files[file].to_vec();
        let header_end =
            8 + u64::from_le_bytes(bytes[..8].try_into().expect("eight bytes")) as usize;
        let lengths = [
            0,
            1,
            7,
            8,
            9,
            header_end / 2,
            header_end - 1,
            header_end,
            header_end + 1,
        ]
        .into_iter()
        .chain((1..12).map(|part| bytes.len() * part / 12))
        .chain([bytes.len() - 1]);
        for length in lengths {
            for tells_total in [true, false] {
                let mut cut = whole.with(file, &bytes[..length]);
                cut.tells_total = tells_total;
                refused_somehow(&format!("{name}/{file} cut at {length}"), &cut);
            }
        }
    }
}

#[test]
fn bytes_behind_the_last_tensor() {
    let mut bytes = sound().files[WEIGHTS].to_vec();
    bytes.extend_from_slice(&[0; 64]);
    refused_somehow("64 bytes too many", &sound().with(WEIGHTS, bytes));
}

#[test]
fn random_bytes() {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    for length in [0, 8, 9, 100, 4096, 100_000] {
        let bytes: Vec<u8> = (0..length)
            .map(|_| {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                (state >> 32) as u8
            })
            .collect();
        refused_somehow(
            &format!("{length} random bytes"),
            &sound().with(WEIGHTS, bytes),
        );
    }
}

#[test]
fn header_lengths_that_lie() {
    let whole = sound().files[WEIGHTS].to_vec();
    let right = u64::from_le_bytes(whole[..8].try_into().expect("eight bytes"));
    for length in [
        0,
        1,
        2,
        right - 1,
        right + 1,
        right * 2,
        1 << 31,
        1 << 40,
        1 << 62,
        u64::MAX,
    ] {
        let mut bytes = whole.clone();
        bytes[..8].copy_from_slice(&length.to_le_bytes());
        for tells_total in [true, false] {
            let mut lying = sound().with(WEIGHTS, bytes.clone());
            lying.tells_total = tells_total;
            refused_somehow(&format!("a header of {length} bytes"), &lying);
        }
    }
}

#[test]
fn headers_that_are_not_headers() {
    for text in [
        "",
        "{",
        "[]",
        "null",
        "{}",
        "\"x\"",
        "{\"a\": 1}",
        "{\"a\": {}}",
        "{\"a\": {\"dtype\": 7}}",
    ] {
        let mut bytes = (text.len() as u64).to_le_bytes().to_vec();
        bytes.extend_from_slice(text.as_bytes());
        refused_somehow(
            &format!("the header {text:?}"),
            &sound().with(WEIGHTS, bytes),
        );
    }
    let deep = "[".repeat(100_000);
    let mut bytes = (deep.len() as u64).to_le_bytes().to_vec();
    bytes.extend_from_slice(deep.as_bytes());
    refused_somehow("a header of brackets", &sound().with(WEIGHTS, bytes));
}

#[test]
fn offsets_that_lie() {
    let (begin, end) = Header::read(&sound().files[WEIGHTS]).offsets(PROJECTION);
    for (what, offsets) in [
        ("backwards", json!([end, begin])),
        ("one byte early", json!([begin - 1, end - 1])),
        ("one byte short", json!([begin, end - 1])),
        ("one tensor's bytes twice", json!([0, end - begin])),
        (
            "behind the file",
            json!([begin as u64 + (1_u64 << 40), end as u64 + (1_u64 << 40)]),
        ),
        ("overflowing", json!([u64::MAX - 3, u64::MAX])),
        ("negative", json!([-4, 0])),
        ("fractions", json!([0.5, 4.5])),
        ("one number", json!([begin])),
        ("words", json!(["0", "4"])),
        ("nothing", json!(null)),
    ] {
        let lying = sound().with_header(WEIGHTS, |header| {
            header.set(PROJECTION, "data_offsets", offsets)
        });
        refused_somehow(&format!("offsets {what}"), &lying);
    }
}

#[test]
fn shapes_whose_sizes_lie() {
    for shape in [
        json!([24, 49]),
        json!([1_u64 << 40, 1_u64 << 40]),
        json!([u64::MAX, 2]),
        json!([0, 48]),
        json!([-24, -48]),
        json!("24 x 48"),
    ] {
        let what = format!("the shape {shape}");
        let lying = sound().with_header(WEIGHTS, |header| header.set(PROJECTION, "shape", shape));
        refused_somehow(&what, &lying);
    }
}

#[test]
fn a_misshapen_tensor_is_named_with_both_shapes() {
    let transposed = sound().with_header(WEIGHTS, |header| {
        header.set(PROJECTION, "shape", json!([48, 24]));
    });
    let parts = [PROJECTION, "[24, 48]", "[48, 24]"];
    refused(
        "a transposed projection",
        &transposed,
        "unsupported-model",
        &parts,
    );

    let flat = sound().with_header(WEIGHTS, |header| {
        header.set(PROJECTION, "shape", json!([24 * 48]))
    });
    refused(
        "a flat projection",
        &flat,
        "unsupported-model",
        &[PROJECTION, "[24, 48]", "[1152]"],
    );

    let open_clip =
        checkpoint("openclip-gelu-f32").with_header("open_clip_model.safetensors", |header| {
            header.set("visual.proj", "shape", json!([28, 48]));
        });
    let parts = ["visual.proj", "[48, 28]", "[28, 48]"];
    refused(
        "open_clip's projection transposed",
        &open_clip,
        "unsupported-model",
        &parts,
    );

    let sharded = checkpoint("hf-gelu-bf16-shards");
    let holds = |file: &&String| {
        file.ends_with(".safetensors")
            && Header::read(&sharded.files[*file])
                .entries
                .contains_key("text_projection.weight")
    };
    let shard = sharded
        .files
        .keys()
        .find(holds)
        .expect("one shard holds it");
    let wrong = sharded.with_header(shard, |header| {
        header.set("text_projection.weight", "shape", json!([48, 32]));
    });
    let parts = ["text_projection.weight", "[32, 48]", "[48, 32]"];
    refused(
        "a shard's projection transposed",
        &wrong,
        "unsupported-model",
        &parts,
    );
}

#[test]
fn a_missing_tensor_is_named() {
    for name in [
        PROJECTION,
        "logit_scale",
        "text_model.embeddings.token_embedding.weight",
        "vision_model.pre_layrnorm.bias",
        "vision_model.encoder.layers.2.mlp.fc2.weight",
    ] {
        let without = sound().with_header(WEIGHTS, |header| header.remove(name));
        refused(
            &format!("without {name}"),
            &without,
            "unsupported-model",
            &[name],
        );
    }
    let name = "visual.transformer.resblocks.1.attn.in_proj_weight";
    let without = checkpoint("openclip-gelu-f32")
        .with_header("open_clip_model.safetensors", |header| header.remove(name));
    refused(
        &format!("without {name}"),
        &without,
        "unsupported-model",
        &[name],
    );
}

#[test]
fn a_surplus_tensor_is_named() {
    for name in [
        "vision_model.encoder.layers.3.layer_norm1.weight",
        "text_model.adapter.weight",
        "visual_projection.bias",
    ] {
        let surplus = sound().with_header(WEIGHTS, |header| header.add(name, "F32", &[2], &[0; 8]));
        refused(
            &format!("with {name}"),
            &surplus,
            "unsupported-model",
            &[name],
        );
    }
}

#[test]
fn a_wrong_dtype_is_named() {
    for (dtype, shape) in [("I32", [24, 48]), ("U32", [24, 48])] {
        let wrong = sound().with_header(WEIGHTS, |header| {
            header.set(PROJECTION, "dtype", json!(dtype));
            header.set(PROJECTION, "shape", json!(shape));
        });
        refused(dtype, &wrong, "unsupported-model", &[PROJECTION, dtype]);
    }
    for dtype in ["F8_E4M3", "Q4", "", "f32"] {
        let wrong = sound().with_header(WEIGHTS, |header| {
            header.set(PROJECTION, "dtype", json!(dtype))
        });
        refused_somehow(&format!("the dtype {dtype:?}"), &wrong);
    }
}

#[test]
fn weights_that_are_not_numbers_are_named() {
    for (what, bytes) in [
        ("NaN", f32::NAN.to_le_bytes()),
        ("infinity", f32::INFINITY.to_le_bytes()),
    ] {
        let damaged = sound().with_header(WEIGHTS, |header| {
            header.bytes_mut(PROJECTION)[40..44].copy_from_slice(&bytes);
        });
        refused(what, &damaged, "integrity", &[PROJECTION]);
    }
}

#[test]
fn missing_weights_are_named() {
    refused(
        "no weights",
        &sound().without(WEIGHTS),
        "unsupported-model",
        &[WEIGHTS],
    );
    let pickle = sound()
        .without(WEIGHTS)
        .with("pytorch_model.bin", vec![0x80, 2]);
    let parts = ["pytorch_model.bin", "2 bytes"];
    refused("a pickle that is none", &pickle, "integrity", &parts);
}

#[test]
fn a_missing_shard_is_named() {
    let sharded = checkpoint("hf-gelu-bf16-shards");
    for shard in 1..=3 {
        let file = format!("model-{shard:05}-of-00003.safetensors");
        refused(
            &format!("without {file}"),
            &sharded.without(&file),
            "unsupported-model",
            &[&file],
        );
    }
}

#[test]
fn indexes_that_lie() {
    let sharded = checkpoint("hf-gelu-bf16-shards");
    let elsewhere = sharded.with_json(INDEX, |index| {
        index["weight_map"]["logit_scale"] = json!("model-00003-of-00003.safetensors");
    });
    refused_somehow("a tensor in another shard than the index says", &elsewhere);

    let absent = sharded.with_json(INDEX, |index| {
        index["weight_map"]["logit_scale"] = json!("model-00004-of-00003.safetensors");
    });
    refused_somehow("a shard that is not there", &absent);

    for file in [
        "../model.safetensors",
        "/etc/passwd",
        "a/b.safetensors",
        "",
        "https://example.org/x",
    ] {
        let outside = sharded.with_json(INDEX, |index| {
            index["weight_map"]["logit_scale"] = json!(file)
        });
        refused_somehow(&format!("a shard called {file:?}"), &outside);
    }
    for map in [json!({}), json!([]), json!(null), json!({"logit_scale": 1})] {
        let what = format!("the weight_map {map}");
        refused_somehow(
            &what,
            &sharded.with_json(INDEX, |index| index["weight_map"] = map),
        );
    }
    for text in ["", "{", "[]", "nonsense"] {
        refused_somehow(&format!("the index {text:?}"), &sharded.with(INDEX, text));
    }
}
