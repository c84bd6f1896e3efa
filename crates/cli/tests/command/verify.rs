//! `glimpse verify`: sound models pass, damaged ones and other numbers do not.

use std::fs;

use glimpse_tests::fixture::{CHECKPOINTS, fixtures};
use serde_json::Value;

use crate::stage::{REPOSITORY, Stage, WEIGHTS, fixture};
use crate::support::{Desk, Run, keys};

fn status<'a>(report: &'a Value, check: &str) -> &'a str {
    let checks = report["checks"].as_array().unwrap();
    let found = checks.iter().find(|found| found["check"] == check);
    found.unwrap_or_else(|| panic!("{check} in {report}"))["status"]
        .as_str()
        .unwrap()
}

/// Verifies a folder against a golden file.
fn verify(desk: &Desk, model: &str, golden: &str) -> Run {
    let pictures = fixtures().join("pictures");
    desk.run(&[
        "verify",
        "--model",
        model,
        "--golden",
        golden,
        "--pictures",
        pictures.to_str().unwrap(),
        "--json",
    ])
}

#[test]
fn sound_models_pass_against_pytorch() {
    let desk = Desk::new();
    for checkpoint in CHECKPOINTS {
        let folder = fixture(checkpoint);
        let golden = folder.join("expected.json");
        let report = verify(&desk, folder.to_str().unwrap(), golden.to_str().unwrap()).json(0);
        assert_eq!(keys(&report), ["checks", "model", "ok"]);
        for check in [
            "files",
            "hashes",
            "tokenizer",
            "loads",
            "numbers",
            "golden ids, cpu",
            "golden texts, cpu",
            "golden images, cpu",
            "golden logits, cpu",
            "golden probabilities, cpu",
        ] {
            assert_eq!(
                status(&report, check),
                "passed",
                "{checkpoint} {check}: {report}"
            );
        }
        assert_ne!(status(&report, "gpu"), "failed", "{report}");
    }
    let run = desk.run(&["verify", "--model", "mini"]);
    assert_eq!(run.code(), 0, "{}", run.stdout());
    assert!(
        run.stdout().starts_with("mini\n  passed    files"),
        "{}",
        run.stdout()
    );
}

#[test]
fn other_numbers_fail() {
    let desk = Desk::new();
    let folder = fixture("hf-quickgelu-f32");
    let golden = fs::read_to_string(folder.join("expected.json")).unwrap();
    let mut golden: Value = serde_json::from_str(&golden).unwrap();
    golden["image_embeds"][1][3] = 0.9.into();
    golden["input_ids"][0][1] = 7.into();
    desk.write("golden.json", golden.to_string().as_bytes());
    let report = verify(&desk, folder.to_str().unwrap(), "golden.json").json(1);
    assert_eq!(report["ok"], false);
    assert_eq!(status(&report, "golden images, cpu"), "failed");
    assert_eq!(status(&report, "golden ids, cpu"), "failed");
    assert_eq!(status(&report, "golden texts, cpu"), "passed");

    desk.write("golden.json", b"{\"labels\": []}");
    let run = verify(&desk, folder.to_str().unwrap(), "golden.json");
    assert_eq!((run.code(), run.stdout().as_str()), (1, ""));
    assert!(
        run.stderr().contains("--golden golden.json cannot be used"),
        "{}",
        run.stderr()
    );
}

#[test]
fn damage_is_found() {
    let desk = Desk::new();
    let folder = fixture("hf-quickgelu-f32");
    for file in ["config.json", "preprocessor_config.json", "tokenizer.json"] {
        desk.write(
            &format!("cut/{file}"),
            &fs::read(folder.join(file)).unwrap(),
        );
    }
    let run = desk.run(&["verify", "--model", "cut", "--json"]);
    assert_eq!(status(&run.json(1), "files"), "failed");
    let weights = fs::read(folder.join(WEIGHTS)).unwrap();
    desk.write("cut/model.safetensors", &weights[..weights.len() - 9]);
    let run = desk.run(&["verify", "--model", "cut", "--json"]);
    assert_eq!(status(&run.json(1), "loads"), "failed");
    let text = desk.run(&["verify", "--model", "cut"]);
    assert!(
        text.stdout().contains("FAILED    loads"),
        "{}",
        text.stdout()
    );
    assert!(text.stdout().contains("is cut off"), "{}", text.stdout());
}

#[test]
fn a_kept_file_whose_bytes_changed_is_found_by_its_hash() {
    let stage = Stage::new();
    let verify = || stage.run(&["verify", "--model", REPOSITORY, "--json"]);
    let report = verify().json(0);
    assert_eq!(status(&report, "hashes"), "passed");
    let mut weights = fs::read(stage.kept(WEIGHTS)).unwrap();
    let last = weights.len() - 4;
    weights[last] ^= 1;
    fs::write(stage.kept(WEIGHTS), weights).unwrap();
    assert_eq!(status(&verify().json(1), "hashes"), "failed");
}

#[test]
fn zeros_in_a_copys_weights_are_found_by_the_hash_of_all_weights() {
    let desk = Desk::new();
    let folder = fixture("hf-quickgelu-f32");
    let report = desk.run(&["verify", "--model", folder.to_str().unwrap(), "--json"]);
    let report = report.json(0);
    let checks = report["checks"].as_array().unwrap();
    let found = checks.iter().find(|found| found["check"] == "weights");
    let hash = found.unwrap()["detail"].as_str().unwrap();
    let hash = hash.strip_prefix("hash ").unwrap().to_owned();
    assert_eq!(hash.len(), 64);
    for file in ["config.json", "preprocessor_config.json", "tokenizer.json"] {
        desk.write(
            &format!("copy/{file}"),
            &fs::read(folder.join(file)).unwrap(),
        );
    }
    let mut weights = fs::read(folder.join(WEIGHTS)).unwrap();
    desk.write("copy/model.safetensors", &weights);
    let verify = || desk.run(&["verify", "--model", "copy", "--weights", &hash, "--json"]);
    assert_eq!(status(&verify().json(0), "weights"), "passed");
    let middle = weights.len() / 2;
    weights[middle..middle + 256].fill(0);
    desk.write("copy/model.safetensors", &weights);
    let report = verify().json(1);
    assert_eq!(status(&report, "weights"), "failed");
    assert_eq!(status(&report, "numbers"), "passed", "nothing else sees it");
}
