//! `classify --none-of-these`: one score more, in every form of output and with every kind of model. That its figures are the package's is
//! asked in tests/browser/api-none.test.mjs.

use serde_json::Value;

use crate::stage::{REPOSITORY, Stage};
use crate::support::{Desk, example};

const NONE: &str = "none of these";

/// Each score's label and probability, best first.
fn scores(entry: &Value) -> Vec<(&str, f64)> {
    let scores = entry["scores"].as_array().unwrap().iter();
    scores
        .map(|score| {
            let label = score["label"].as_str().unwrap();
            (label, score["score"].as_f64().unwrap())
        })
        .collect()
}

fn desk() -> Desk {
    let desk = Desk::new();
    for name in ["apple.png", "dog.png", "coffee.jpg"] {
        desk.write(name, &example(name));
    }
    desk
}

#[test]
fn a_label_that_is_right_wins_and_without_it_none_of_these_does_in_every_output() {
    let desk = desk();
    let ask = |labels: &str, output: &[&str]| {
        let common = [
            "classify",
            ".",
            "--none-of-these",
            "--device",
            "cpu",
            "--labels",
        ];
        desk.run(&[&common[..], &[labels], output].concat())
    };
    // Each picture goes to the built-in model that fits it, which has fillers of its own.
    let known = ask("apple,dog,espresso", &["--json"]).json(0);
    let known = known.as_array().unwrap();
    let answers: Vec<(&str, &str)> = known
        .iter()
        .map(|entry| (scores(entry)[0].0, entry["model"].as_str().unwrap()))
        .collect();
    let expected = [
        ("apple", "mini"),
        ("espresso", "mini-photo"),
        ("dog", "mini"),
    ];
    assert_eq!(answers, expected);
    for entry in known {
        let scores = scores(entry);
        assert_eq!(scores.len(), 4);
        let sum: f64 = scores.iter().map(|(_, score)| score).sum();
        assert!((sum - 1.0).abs() < 1e-5, "{sum}");
        assert_eq!(scores.iter().filter(|(label, _)| *label == NONE).count(), 1);
    }
    let lines = ask("piano,castle", &["--jsonl", "--top-k", "1"]).stdout();
    assert_eq!(lines.lines().count(), 3);
    for line in lines.lines() {
        let entry: Value = serde_json::from_str(line).unwrap();
        assert_eq!(scores(&entry)[0].0, NONE);
        assert_eq!(scores(&entry).len(), 1);
    }
    assert_eq!(ask("piano,castle", &[]).stdout().matches(NONE).count(), 3);
}

#[test]
fn other_models_are_given_common_things_and_a_pack_keeps_its_templates() {
    let stage = Stage::new();
    let classify = |arguments: &[&str]| {
        let common = ["--model", REPOSITORY, "--device", "cpu", "--json"];
        stage
            .run(&[&["classify", "red.png"], arguments, &common].concat())
            .json(0)
    };
    let labels = ["--labels", "a cat,a dog", "--template", "a photo of {}"];
    let plain = classify(&labels);
    let asked = classify(&[&labels[..], &["--none-of-these"]].concat());
    // By hand: the labels' logits as they were, and the common things but cat and dog in the same template.
    let things = glimpse::common_things().iter();
    let fillers: Vec<&String> = things
        .filter(|thing| !["cat", "dog"].contains(&thing.as_str()))
        .collect();
    let each = fillers
        .iter()
        .flat_map(|filler| ["--label", filler.as_str()]);
    let each: Vec<&str> = each.chain(["--template", "a photo of {}"]).collect();
    let logits = |entry: &Value| -> Vec<f64> {
        let scores = entry[0]["scores"].as_array().unwrap().iter();
        scores
            .map(|score| score["logit"].as_f64().unwrap())
            .collect()
    };
    let power = |logits: &[f64]| logits.iter().map(|logit| logit.exp()).sum::<f64>();
    let own = power(&logits(&plain));
    let none = power(&logits(&classify(&each))) * 2.0 / fillers.len() as f64;
    let found = scores(&asked[0]);
    let (_, found) = found.iter().find(|(label, _)| *label == NONE).unwrap();
    let expected = none / (own + none);
    assert!((found - expected).abs() < 1e-5, "{found}, not {expected}");

    let out = [
        "--out",
        "l.safetensors",
        "--model",
        REPOSITORY,
        "--device",
        "cpu",
    ];
    let pack = stage.run(&[&["pack"], &labels[..], &out].concat());
    assert_eq!(pack.code(), 0, "{}", pack.stderr());
    let packed = classify(&["--pack", "l.safetensors", "--none-of-these"]);
    assert_eq!(packed, asked);
}
