//! `glimpse classify`: its JSON, its order, its errors and its exit codes.

use std::io::{BufRead, BufReader, Write};

use crate::support::{Desk, keys, mini_folder, png};
use serde_json::Value;

const RED: [u8; 3] = [220, 30, 30];
const BLUE: [u8; 3] = [30, 60, 220];

/// The labels of an entry, best first.
fn labels(entry: &Value) -> Vec<&str> {
    let scores = entry["scores"].as_array().unwrap();
    scores
        .iter()
        .map(|score| score["label"].as_str().unwrap())
        .collect()
}

#[test]
fn json_is_the_contract() {
    let desk = Desk::new();
    desk.picture("red.png", RED);
    desk.write("broken.png", b"\x89PNG\r\n\x1a\nnot a picture");
    let run = desk.run(&[
        "classify",
        "red.png",
        "broken.png",
        "missing.png",
        "--labels",
        "red,blue,green",
        "--device",
        "cpu",
        "--json",
    ]);
    let array = run.json(1);
    assert_eq!(run.stderr(), "");
    let entries = array.as_array().unwrap();
    assert_eq!(entries.len(), 3);

    assert_eq!(keys(&entries[0]), ["device", "image", "model", "scores"]);
    assert_eq!(entries[0]["image"], "red.png");
    assert_eq!(entries[0]["model"], "mini");
    assert_eq!(entries[0]["device"], "cpu");
    let scores = entries[0]["scores"].as_array().unwrap();
    assert_eq!(scores.len(), 3);
    let mut sum = 0.0;
    let mut last = f64::INFINITY;
    for score in scores {
        assert_eq!(keys(score), ["cosine", "label", "logit", "score"]);
        assert!(score["logit"].is_f64() && score["cosine"].as_f64().unwrap().abs() <= 1.0);
        let probability = score["score"].as_f64().unwrap();
        assert!(probability <= last, "best first");
        last = probability;
        sum += probability;
    }
    assert!((sum - 1.0).abs() < 1e-5, "{sum}");

    for (entry, image, kind) in [
        (&entries[1], "broken.png", "decode"),
        (&entries[2], "missing.png", "io"),
    ] {
        assert_eq!(keys(entry), ["error", "image"]);
        assert_eq!(entry["image"], image);
        assert_eq!(keys(&entry["error"]), ["kind", "message"]);
        assert_eq!(entry["error"]["kind"], kind);
        assert!(!entry["error"]["message"].as_str().unwrap().is_empty());
    }
}

#[test]
fn all_done_is_exit_code_0_and_a_folder_model_gives_the_same_numbers() {
    let desk = Desk::new();
    desk.picture("red.png", RED);
    let common = [
        "classify", "red.png", "--labels", "red,blue", "--device", "cpu", "--json",
    ];
    let built_in = desk.run(&common).json(0);
    let folder = mini_folder();
    let mut with_folder = common.to_vec();
    with_folder.extend(["--model", folder.to_str().unwrap()]);
    assert_eq!(
        desk.run(&with_folder).json(0)[0]["scores"],
        built_in[0]["scores"]
    );
}

#[test]
fn labels_keep_their_order_commas_and_repeats() {
    let desk = Desk::new();
    desk.picture("red.png", RED);
    let run = desk.run(&[
        "classify",
        "red.png",
        "--label",
        " one, as it is ",
        "--labels",
        r" a cat ,dog\, asleep,cat",
        "--label",
        "cat",
        "--device",
        "cpu",
        "--json",
    ]);
    let array = run.json(0);
    let mut found = labels(&array[0]);
    found.sort_unstable();
    assert_eq!(
        found,
        [" one, as it is ", "a cat", "cat", "cat", "dog, asleep"]
    );
}

#[test]
fn top_k_keeps_the_best() {
    let desk = Desk::new();
    desk.picture("red.png", RED);
    let common = [
        "classify", "red.png", "--labels", "a,b,c,d", "--device", "cpu", "--json",
    ];
    let all = desk.run(&common).json(0);
    let best = desk.run(&[&common[..], &["--top-k", "2"]].concat()).json(0);
    assert_eq!(
        best[0]["scores"].as_array().unwrap()[..],
        all[0]["scores"].as_array().unwrap()[..2]
    );
    let more = desk.run(&[&common[..], &["--top-k", "9"]].concat()).json(0);
    assert_eq!(more, all);
    desk.run(&[&common[..], &["--top-k", "0"]].concat())
        .is_usage_error("at least 1 label");
}

#[test]
fn templates_change_the_scores_and_imagenet_is_a_name() {
    let desk = Desk::new();
    desk.picture("red.png", RED);
    let scores = |templates: &[&str]| {
        let common = [
            "classify", "red.png", "--labels", "red,blue", "--device", "cpu", "--json",
        ];
        desk.run(&[&common[..], templates].concat()).json(0)[0]["scores"].clone()
    };
    let plain = scores(&[]);
    assert_eq!(scores(&["--template", "{}"]), plain);
    assert_ne!(scores(&["--template", "a photo of a {}"]), plain);
    let mut by_hand = Vec::new();
    for template in glimpse::text::IMAGENET_TEMPLATES {
        by_hand.extend(["--template", template]);
    }
    assert_eq!(scores(&["--template", "imagenet"]), scores(&by_hand));
}

#[test]
fn folders_are_walked_in_order_and_only_for_pictures() {
    let desk = Desk::new();
    desk.picture("photos/b.png", RED);
    desk.picture("photos/a/z.PNG", BLUE);
    desk.picture("photos/.hidden/c.png", BLUE);
    desk.write("photos/notes.txt", b"no picture");
    desk.write("photos/c.jpg", &png(RED)); // the content decides, not the name
    let run = desk.run(&[
        "classify", "photos", "--labels", "x,y", "--device", "cpu", "--json",
    ]);
    let array = run.json(0);
    let images: Vec<&str> = array
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["image"].as_str().unwrap())
        .collect();
    assert_eq!(images, ["photos/a/z.PNG", "photos/b.png", "photos/c.jpg"]);

    let run = desk.run(&[
        "classify",
        "photos/notes.txt",
        "--labels",
        "x,y",
        "--device",
        "cpu",
        "--json",
    ]);
    assert_eq!(
        run.json(1)[0]["error"]["kind"],
        "decode",
        "a file that is named is tried"
    );
}

#[test]
fn a_picture_comes_from_standard_input() {
    let desk = Desk::new();
    desk.picture("red.png", RED);
    let from = |image, input: &[u8]| {
        let arguments = [
            "classify", image, "--labels", "x,y", "--device", "cpu", "--json",
        ];
        desk.run_with_input(&arguments, input)
    };
    let piped = from("-", &png(RED)).json(0);
    assert_eq!(piped[0]["image"], "-");
    assert_eq!(
        piped[0]["scores"],
        from("red.png", b"").json(0)[0]["scores"]
    );
    assert_eq!(from("-", b"").json(1)[0]["error"]["kind"], "decode");
}

#[test]
fn jsonl_prints_each_picture_as_soon_as_it_is_done() {
    let desk = Desk::new();
    desk.picture("red.png", RED);
    let arguments = [
        "classify", "red.png", "-", "--labels", "x,y", "--device", "cpu", "--jsonl",
    ];
    let mut child = desk.command(&arguments).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    // The second picture is not there yet, so only a flushed line can be read here.
    let first: Value = serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap();
    assert_eq!(first["image"], "red.png");
    child.stdin.take().unwrap().write_all(&png(BLUE)).unwrap();
    let second: Value = serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap();
    assert_eq!(second["image"], "-");
    assert_eq!(keys(&second), ["device", "image", "model", "scores"]);
    assert!(lines.next().is_none());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn a_reader_that_leaves_ends_it_quietly() {
    let desk = Desk::new();
    desk.picture("red.png", RED);
    let arguments = [
        "classify", "red.png", "-", "--labels", "x,y", "--device", "cpu", "--jsonl",
    ];
    let mut child = desk.command(&arguments).spawn().unwrap();
    drop(child.stdout.take());
    let _unread = child.stdin.take().unwrap().write_all(&png(BLUE));
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
}

#[test]
fn people_get_bars() {
    let desk = Desk::new();
    desk.picture("red.png", RED);
    let run = desk.run(&[
        "classify", "red.png", "gone.png", "--label", "only", "--device", "cpu",
    ]);
    assert_eq!(run.code(), 1);
    assert_eq!(
        run.stderr(),
        "1 of 2 could not be read; the output says why\n"
    );
    let lines: Vec<String> = run.stdout().lines().map(String::from).collect();
    assert_eq!(lines[0], "red.png (mini, cpu)");
    assert_eq!(lines[1], format!("  only  {}   100.0 %", "█".repeat(62)));
    assert_eq!(lines[2], "gone.png");
    assert!(
        lines[3].starts_with("  gone.png cannot be read: "),
        "{}",
        lines[3]
    );
    assert!(
        !run.stdout().contains('\u{1b}'),
        "no colour where no terminal is"
    );
}

#[test]
fn wrong_command_lines_are_exit_code_2() {
    let desk = Desk::new();
    desk.picture("red.png", RED);
    std::fs::create_dir(desk.path("empty")).unwrap();
    let usage_error = |arguments: &[&str], message| {
        desk.run(&[&["classify"], arguments].concat())
            .is_usage_error(message);
    };
    usage_error(&["red.png"], "there are no labels");
    usage_error(&["red.png", "--labels", "a,,b"], "label 2 is empty");
    usage_error(
        &["red.png", "--label", "a", "--label", "  "],
        "label 2 is empty",
    );
    usage_error(
        &["red.png", "--labels", "a", "--template", "a photo"],
        "has no {}",
    );
    usage_error(&["red.png", "--labels", "a", "--device", "tpu"], "tpu");
    usage_error(
        &["red.png", "--labels", "a", "--json", "--jsonl"],
        "cannot be used with",
    );
    usage_error(&["--labels", "a"], "<IMAGE>");
    usage_error(&["empty", "--labels", "a"], "there is no picture in empty");
    usage_error(&["-", "-", "--labels", "a"], "only once");
    usage_error(
        &["red.png", "--labels", "a", "--model", "a/../b"],
        "write owner/name",
    );
    usage_error(
        &["red.png", "--labels", "a", "--model", "./none"],
        "there is no folder \"./none\"",
    );
    usage_error(
        &["red.png", "--labels", "a", "--model", "red.png"],
        "give the folder",
    );
}

#[test]
fn a_folder_that_holds_no_model_is_exit_code_1() {
    let desk = Desk::new();
    desk.picture("red.png", RED);
    std::fs::create_dir(desk.path("empty")).unwrap();
    let run = desk.run(&[
        "classify", "red.png", "--labels", "a", "--model", "empty", "--json",
    ]);
    assert_eq!((run.code(), run.stdout().as_str()), (1, ""));
    assert!(run.stderr().starts_with("error: "), "{}", run.stderr());
}
