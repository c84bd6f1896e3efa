//! `glimpse embed`, `tokenize`, `preprocess` and `models`: their output and their exit codes.

#[cfg(target_os = "linux")]
use std::process::Command;

use crate::support::{Desk, keys, mini_folder, png};
use safetensors::{Dtype, SafeTensors};
use serde_json::{Value, json};

const RED: [u8; 3] = [220, 30, 30];

/// The built-in model's tokenizer, read without the command.
fn mini_tokenizer() -> glimpse::text::Tokenizer {
    let json = std::fs::read(mini_folder().join("tokenizer.json")).unwrap();
    let config: Value =
        serde_json::from_slice(&std::fs::read(mini_folder().join("config.json")).unwrap()).unwrap();
    let context_length = config["text_config"]["max_position_embeddings"]
        .as_u64()
        .unwrap();
    glimpse::text::Tokenizer::from_json(&json, context_length as usize).unwrap()
}

#[test]
fn embed_keeps_the_order_and_gives_unit_lengths() {
    let desk = Desk::new();
    desk.picture("red.png", RED);
    let run = desk.run(&[
        "embed",
        "--model",
        "mini",
        "--text",
        "a red circle",
        "--image",
        "red.png",
        "--text",
        "a house",
        "--image",
        "gone.png",
        "--device",
        "cpu",
        "--json",
    ]);
    let array = run.json(1);
    let entries = array.as_array().unwrap();
    let inputs: Vec<&str> = entries
        .iter()
        .map(|entry| entry["input"].as_str().unwrap())
        .collect();
    assert_eq!(inputs, ["a red circle", "red.png", "a house", "gone.png"]);
    let mut lengths = Vec::new();
    for entry in &entries[..3] {
        assert_eq!(keys(entry), ["embedding", "input"]);
        let numbers: Vec<f64> = serde_json::from_value(entry["embedding"].clone()).unwrap();
        let norm = numbers
            .iter()
            .map(|number| number * number)
            .sum::<f64>()
            .sqrt();
        assert!((norm - 1.0).abs() < 1e-5, "{norm}");
        lengths.push(numbers.len());
    }
    assert!(lengths[0] > 1 && lengths.iter().all(|&length| length == lengths[0]));
    assert_eq!(keys(&entries[3]), ["error", "input"]);
    assert_eq!(entries[3]["error"]["kind"], "io");
}

#[test]
fn embed_is_short_for_people_and_wants_an_input() {
    let desk = Desk::new();
    let run = desk.run(&[
        "embed", "--model", "mini", "--text", "a house", "--device", "cpu",
    ]);
    assert_eq!(run.code(), 0, "{}", run.stderr());
    assert!(run.stdout().starts_with("a house: "), "{}", run.stdout());
    assert_eq!(run.stdout().lines().count(), 1);
    desk.run(&["embed"]).is_usage_error("--image");
    desk.run(&["embed", "--image", "-", "--image", "-"])
        .is_usage_error("only once");
}

#[test]
fn tokenize_gives_the_tokenizers_ids() {
    let desk = Desk::new();
    let tokenizer = mini_tokenizer();
    let long = "a red circle ".repeat(100);
    let texts = ["a red circle", "{} $& \"q\" כלב 🐶", "", "-5", &long];
    let run = desk.run(&[&["tokenize", "--model", "mini", "--json", "--"], &texts[..]].concat());
    let expected: Vec<Value> = texts
        .iter()
        .map(|text| json!({"text": text, "input_ids": tokenizer.encode(text).unwrap()}))
        .collect();
    assert_eq!(run.json(0), Value::Array(expected));

    let run = desk.run(&["tokenize", "--model", "mini", "red", "blue\ngreen"]);
    assert_eq!(run.code(), 0);
    let lines: Vec<String> = run.stdout().lines().map(String::from).collect();
    let ids: Vec<String> = tokenizer
        .encode("red")
        .unwrap()
        .iter()
        .map(u32::to_string)
        .collect();
    assert_eq!(lines.len(), 2);
    assert_eq!(lines[0], format!("red: {}", ids.join(" ")));
    assert!(lines[1].starts_with("blue\u{fffd}green: "));
    desk.run(&["tokenize"]).is_usage_error("<TEXT>");
}

#[test]
fn preprocess_writes_the_pixel_values() {
    let desk = Desk::new();
    desk.picture("red.png", RED);
    let config = std::fs::read_to_string(mini_folder().join("preprocessor_config.json")).unwrap();
    let preprocessor = glimpse::image::Preprocessor::from_preprocessor_config(&config).unwrap();
    let expected = preprocessor.pixel_values(&glimpse::image::decode(&png(RED)).unwrap());

    for (image, out) in [("red.png", "file.safetensors"), ("-", "piped.safetensors")] {
        let run = desk.run_with_input(&["preprocess", image, "--out", out], &png(RED));
        assert_eq!(
            (run.code(), run.stdout().as_str()),
            (0, ""),
            "{}",
            run.stderr()
        );
        let bytes = std::fs::read(desk.path(out)).unwrap();
        let tensors = SafeTensors::deserialize(&bytes).unwrap();
        assert_eq!(tensors.names(), ["pixel_values"]);
        let tensor = tensors.tensor("pixel_values").unwrap();
        assert_eq!(tensor.dtype(), Dtype::F32);
        assert_eq!(tensor.shape(), [1, 3, expected.height, expected.width]);
        let values: Vec<f32> = tensor
            .data()
            .chunks_exact(4)
            .map(|bytes| f32::from_le_bytes(bytes.try_into().unwrap()))
            .collect();
        assert_eq!(values, expected.data);
    }
}

#[test]
fn preprocess_says_what_went_wrong() {
    let desk = Desk::new();
    desk.picture("red.png", RED);
    desk.write("broken.png", b"nothing");
    let failed = |arguments: &[&str], message: &str| {
        let run = desk.run(&[&["preprocess"], arguments].concat());
        assert_eq!((run.code(), run.stdout().as_str()), (1, ""));
        assert!(run.stderr().contains(message), "{}", run.stderr());
    };
    failed(
        &["gone.png", "--out", "x.safetensors"],
        "gone.png cannot be read",
    );
    failed(&["broken.png", "--out", "x.safetensors"], "broken.png: ");
    failed(
        &["red.png", "--out", "none/x.safetensors"],
        "none/x.safetensors cannot be written",
    );
    assert!(!desk.path("x.safetensors").exists());
    desk.run(&["preprocess", "red.png"]).is_usage_error("--out");
}

#[cfg(target_os = "linux")]
#[test]
fn preprocess_leaves_no_half_file_and_writes_into_pipes() {
    let desk = Desk::new();
    desk.picture("red.png", RED);
    let out = |out| desk.run(&["preprocess", "red.png", "--out", out]);
    assert_eq!(out("x.safetensors").code(), 0);
    let whole = std::fs::read(desk.path("x.safetensors")).unwrap();
    let piped = Command::new(env!("CARGO_BIN_EXE_glimpse"))
        .args(["preprocess", "red.png", "--out", "/dev/stdout"])
        .current_dir(desk.path(""))
        .output()
        .unwrap();
    assert!(piped.status.success() && piped.stdout == whole);

    // No file may be longer than this shell's smallest unit: like a full disk, that ends the writing on the way.
    let limited = "trap '' XFSZ; ulimit -f 1; exec \"$0\" preprocess red.png --out \"$1\"";
    for name in ["x.safetensors", "new.safetensors"] {
        let run = Command::new("sh")
            .args(["-c", limited, env!("CARGO_BIN_EXE_glimpse"), name])
            .current_dir(desk.path(""))
            .output()
            .unwrap();
        let stderr = String::from_utf8(run.stderr).unwrap();
        assert_eq!(run.status.code(), Some(1), "{stderr}");
        assert!(stderr.contains("cannot be written"), "{stderr}");
    }
    assert_eq!(std::fs::read(desk.path("x.safetensors")).unwrap(), whole);
    let left = std::fs::read_dir(desk.path("")).unwrap();
    assert_eq!(left.count(), 2, "the picture and the first file");
}

#[test]
fn models_lists_what_is_offered() {
    let desk = Desk::new();
    let array = desk.run(&["models", "--json"]).json(0);
    let models = array.as_array().unwrap();
    let names: Vec<&str> = models
        .iter()
        .map(|model| model["name"].as_str().unwrap())
        .collect();
    assert_eq!(
        names,
        [
            "auto",
            "mini",
            "mini-photo",
            "photo",
            "photo-small",
            "openai-b32",
            "openai-l14-336"
        ]
    );
    for model in models {
        assert_eq!(
            keys(model),
            [
                "built_in",
                "caution",
                "good_at",
                "imagenet",
                "kept",
                "layout",
                "licence",
                "name",
                "repository",
                "revision",
                "size_mb"
            ]
        );
        let built_in = ["auto", "mini", "mini-photo"].contains(&model["name"].as_str().unwrap());
        assert_eq!(model["built_in"], built_in);
        assert_eq!(model["repository"].is_null(), built_in);
        assert_eq!(model["revision"].is_null(), built_in);
        assert!(model["size_mb"].as_u64().unwrap() > 0);
        assert!(model["kept"].is_null());
    }
    // Megabytes are rounded up, each model's on its own.
    let size = |place: usize| models[place]["size_mb"].as_u64().unwrap();
    assert!((size(1) + size(2)).abs_diff(size(0)) <= 1);
    assert!((14..=17).contains(&size(2)), "{}", size(2));

    let table = desk.run(&["models"]);
    assert_eq!(table.code(), 0);
    for name in names {
        assert!(
            table.stdout().lines().any(|line| line.starts_with(name)),
            "{name}"
        );
    }
}

#[test]
fn help_and_version_go_to_standard_output() {
    let desk = Desk::new();
    for command in [
        "classify",
        "embed",
        "tokenize",
        "preprocess",
        "pack",
        "attack",
        "models",
        "convert",
        "verify",
    ] {
        let run = desk.run(&[command, "--help"]);
        assert_eq!(run.code(), 0);
        assert!(
            run.stdout().contains("Example"),
            "{command} teaches by example"
        );
    }
    let version = desk.run(&["--version"]);
    assert_eq!(
        version.stdout(),
        format!("glimpse {}\n", env!("CARGO_PKG_VERSION"))
    );
    desk.run(&[]).is_usage_error("Usage: glimpse");
}
