//! `glimpse convert`: smaller files that load, and the loss that was measured.

use std::fs;

use glimpse_tests::fixture::CHECKPOINTS;
use safetensors::{Dtype, SafeTensors};

use crate::stage::{REPOSITORY, Stage, fixture};
use crate::support::keys;

#[test]
fn f16_and_q8_load_and_lose_what_is_printed() {
    // What 11 bits of a number, and 8 with a scale for each row, may cost a network of a few layers.
    for (to, worst_cosine) in [("f16", 0.99999), ("q8", 0.99)] {
        for checkpoint in CHECKPOINTS {
            let stage = Stage::new();
            let folder = fixture(checkpoint);
            let model = folder.to_str().unwrap();
            let run = stage.run(&[
                "convert", "--model", model, "--to", to, "--out", "small", "--device", "cpu",
                "--json",
            ]);
            let report = run.json(0);
            assert_eq!(
                keys(&report),
                [
                    "bytes",
                    "bytes_before",
                    "file",
                    "loss",
                    "model",
                    "out",
                    "to"
                ]
            );
            let loss = &report["loss"];
            for side in ["image_cosine", "text_cosine"] {
                let worst = loss[side]["worst"].as_f64().unwrap();
                let mean = loss[side]["mean"].as_f64().unwrap();
                assert!(
                    (worst_cosine..=1.000_001).contains(&worst) && worst <= mean,
                    "{checkpoint} {to} {side}: {worst} {mean}"
                );
            }
            let logit = loss["largest_logit_difference"].as_f64().unwrap();
            assert!(
                logit.is_finite() && logit < 2.0,
                "{checkpoint} {to}: {logit}"
            );

            let file = stage
                .desk
                .path("small")
                .join(report["file"].as_str().unwrap());
            assert_eq!(report["bytes"], fs::metadata(&file).unwrap().len());
            let bytes = fs::read(file).unwrap();
            let tensors = SafeTensors::deserialize(&bytes).unwrap();
            let dtypes: Vec<Dtype> = tensors.iter().map(|(_, tensor)| tensor.dtype()).collect();
            let wanted = if to == "f16" { Dtype::F16 } else { Dtype::I8 };
            assert!(dtypes.contains(&wanted), "{checkpoint}");

            // The copy is a model of its own, and stands as near to the original as was said.
            let original = stage.scores(model);
            let copy = stage.scores("small");
            for score in original.as_array().unwrap() {
                let copies = copy.as_array().unwrap();
                let same = copies.iter().find(|other| other["label"] == score["label"]);
                let difference =
                    same.unwrap()["cosine"].as_f64().unwrap() - score["cosine"].as_f64().unwrap();
                assert!(difference.abs() < 0.1, "{checkpoint} {to}: {difference}");
            }
        }
    }
}

#[test]
fn the_loss_is_the_same_every_time_and_nothing_is_lost_where_nothing_changes() {
    let stage = Stage::new();
    let folder = fixture("hf-gelu-neweos-f16");
    let convert = |out: &str| {
        let model = folder.to_str().unwrap();
        let run = stage.run(&[
            "convert", "--model", model, "--to", "f16", "--out", out, "--device", "cpu", "--json",
        ]);
        run.json(0)["loss"].clone()
    };
    let loss = convert("one");
    assert_eq!(loss, convert("two"));
    // It is f16 already.
    assert_eq!(loss["largest_logit_difference"], 0.0);
}

#[test]
fn a_repository_is_converted_and_the_table_is_for_people() {
    let stage = Stage::new();
    let convert = |out| {
        stage.run(&[
            "convert", "--model", REPOSITORY, "--to", "q8", "--out", out, "--device", "cpu",
        ])
    };
    let run = convert("q8");
    assert_eq!(run.code(), 0, "{}", run.stderr());
    let text = run.stdout();
    for words in [
        "loss on 16 random pictures",
        "mean      worst",
        "Use it with --model q8",
    ] {
        assert!(text.contains(words), "{text}");
    }
    stage.scores("q8");
    convert("q8").is_usage_error("holds model.safetensors already");
    stage.desk.write("file", b"");
    let run = convert("file");
    assert_eq!((run.code(), run.stdout().as_str()), (1, ""));
    assert!(
        run.stderr().contains("file cannot be made"),
        "{}",
        run.stderr()
    );
}
