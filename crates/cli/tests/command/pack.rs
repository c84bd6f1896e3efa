//! `glimpse pack` and `classify --pack`: the same scores, from a file that belongs to one model.

use std::fs;

use crate::stage::{REPOSITORY, Stage, fails, fixture};

#[test]
fn a_pack_gives_the_scores_of_its_labels() {
    let stage = Stage::new();
    let labels = ["--labels", "a cat,a dog", "--label", "x, y"];
    let ask = ["--model", REPOSITORY, "--device", "cpu", "--json"];
    let templates = ["--template", "imagenet", "--template", "{}"];
    let pack = [
        &["pack", "--out", "l.safetensors"],
        &labels[..],
        &templates,
        &ask,
    ]
    .concat();
    let written = stage.run(&pack).json(0);
    assert_eq!(written["labels"], 3);
    assert_eq!(written["templates"].as_array().unwrap().len(), 8);
    assert_eq!(written["model"], REPOSITORY);
    let length = fs::metadata(stage.desk.path("l.safetensors"))
        .unwrap()
        .len();
    assert_eq!(written["bytes"], length);

    let typed = [&["classify", "red.png"], &labels[..], &templates, &ask].concat();
    let packed = [
        &["classify", "red.png", "--pack", "l.safetensors"],
        &ask[..],
    ]
    .concat();
    assert_eq!(stage.run(&packed).json(0), stage.run(&typed).json(0));
    let top = [&packed[..], &["--top-k", "1"]].concat();
    assert_eq!(
        stage.run(&top).json(0)[0]["scores"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

#[test]
fn a_pack_of_another_model_or_a_broken_one_is_refused() {
    let stage = Stage::new();
    let run = stage.run(&[
        "pack",
        "--model",
        "mini",
        "--labels",
        "a,b",
        "--device",
        "cpu",
        "--out",
        "l.safetensors",
    ]);
    assert_eq!(run.code(), 0, "{}", run.stderr());
    assert!(
        run.stdout().starts_with("l.safetensors: 2 labels for mini"),
        "{}",
        run.stdout()
    );
    let other = fixture("hf-quickgelu-f32");
    let with = |pack: &str| {
        stage.run(&[
            "classify",
            "red.png",
            "red.png",
            "--pack",
            pack,
            "--model",
            other.to_str().unwrap(),
            "--device",
            "cpu",
            "--json",
        ])
    };
    let run = with("l.safetensors");
    fails(
        &run,
        &["made with \"mini\"", "make it again with this model"],
    );
    assert_eq!(run.stderr().lines().count(), 1, "said once, not by picture");

    let whole = fs::read(stage.desk.path("l.safetensors")).unwrap();
    stage
        .desk
        .write("cut.safetensors", &whole[..whole.len() - 1]);
    for file in ["cut.safetensors", "none.safetensors"] {
        let run = with(file);
        assert_eq!((run.code(), run.stdout().as_str()), (1, ""), "{file}");
    }
    stage
        .run(&[
            "classify",
            "red.png",
            "--pack",
            "l.safetensors",
            "--labels",
            "a",
        ])
        .is_usage_error("cannot be used with");
    stage
        .run(&["pack", "--labels", "a"])
        .is_usage_error("--out");
}
