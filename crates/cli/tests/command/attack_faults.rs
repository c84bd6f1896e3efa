//! `glimpse attack` with what cannot be used: each is told of, before a model is loaded where that is possible.

use std::fs;

use crate::attack::{LABELS, attack, desk};
use crate::support::Desk;

/// A failure on the way: exit code 1, nothing on standard output, this in the message.
#[track_caller]
fn fails(desk: &Desk, arguments: &[&str], message: &str) {
    let run = desk.run(arguments);
    assert_eq!(
        (run.code(), run.stdout().as_str()),
        (1, ""),
        "{}",
        run.stderr()
    );
    assert!(
        run.stderr().contains(message),
        "{message:?} is not in {}",
        run.stderr()
    );
}

#[test]
fn words_that_cannot_be_written_are_usage_errors() {
    let desk = desk();
    let long = "x".repeat(10_000);
    for (word, message) in [
        ("", "--word cannot be written: the word is empty"),
        (" \t", "control character"),
        ("  ", "--word cannot be written: the word is empty"),
        (
            &long,
            "--word cannot be written: the word has 10000 characters; write 200 at most",
        ),
        (
            "i\u{1b}Pod",
            "character 2 of the word is a control character (U+001B)",
        ),
        (
            "two\nlines",
            "character 4 of the word is a control character (U+000A)",
        ),
        (
            "\u{72ac}",
            "the font \"sans\" has no sign for \"\u{72ac}\" (U+72AC)",
        ),
    ] {
        attack(&desk, &["apple.png", "--word", word]).is_usage_error(message);
    }
    attack(
        &desk,
        &["apple.png", "--word", "iPod", "--synonym", "\u{72ac}"],
    )
    .is_usage_error("--synonym cannot be written: the font \"sans\" has no sign");
    attack(
        &desk,
        &["apple.png", "--word", "iPod", "--label", "\u{72ac}"],
    )
    .is_usage_error("can be said with --truth");
    // What one font lacks, another has, and the message names it.
    attack(&desk, &["apple.png", "--word", "\u{72ac}"]).is_usage_error("\"cjk\"");
    let chinese = attack(
        &desk,
        &[
            "apple.png",
            "--word",
            "\u{72ac}",
            "--font",
            "cjk",
            "--target",
            "dog",
            "--quick",
            "--heights",
            "20%",
            "--limit",
            "8",
        ],
    );
    assert_eq!(chinese.code(), 0, "{}", chinese.stderr());
}

#[test]
fn wrong_command_lines_are_exit_code_2() {
    let desk = desk();
    let usage_error = |arguments: &[&str], message| {
        attack(&desk, arguments).is_usage_error(message);
    };
    usage_error(&["apple.png"], "--word <WORD>");
    usage_error(&["--word", "iPod"], "<IMAGE>");
    usage_error(
        &["apple.png", "--word", "pear"],
        "the word \"pear\" is not among the labels",
    );
    let word = ["apple.png", "--word", "iPod"];
    let usage_error = |arguments: &[&str], message| {
        usage_error(&[&word, arguments].concat(), message);
    };
    usage_error(
        &["--target", "pear"],
        "the target \"pear\" is not among the labels",
    );
    usage_error(
        &["--truth", "pear"],
        "the true label \"pear\" is not among the labels",
    );
    usage_error(&["--truth", "iPod"], "both the true label and the target");
    usage_error(
        &["--font", "comic"],
        "possible values: sans, serif, mono, hand",
    );
    usage_error(&["--paper", "stone"], "possible values: none, note, tape");
    usage_error(&["--heights", "16"], "16 % is written 16% or 0.16");
    usage_error(&["--heights", "1%"], "2% to 100%");
    usage_error(&["--limit", "0"], "at least 1 variant");
    usage_error(&["--template", "a photo"], "has no {}");
    usage_error(&["--out", "r.json"], "give it a name such as r.html");
    usage_error(&["--out", "r"], "give it a name such as r.html");
    usage_error(&["--out", "apple.png"], "give it a name such as apple.html");
    usage_error(&["--replay", "r.json"], "cannot be used with");
    usage_error(&["--model", "./none"], "there is no folder \"./none\"");
    desk.run(&["attack", "apple.png", "--word", "iPod"])
        .is_usage_error("there are no labels");
    desk.run(&["attack", "apple.png", "--word", "iPod", "--labels", "iPod"])
        .is_usage_error("\"iPod\" is the only label");
}

#[test]
fn pictures_that_cannot_be_read_are_named() {
    let desk = desk();
    desk.write("broken.png", b"nothing");
    let common = ["--word", "iPod", "--quick", "--limit", "6", "--json"];
    let some = attack(
        &desk,
        &[&["gone.png", "apple.png", "broken.png"], &common[..]].concat(),
    );
    let report = some.json(1);
    assert_eq!(report["pictures"].as_array().unwrap().len(), 1);
    assert_eq!(report["pictures"][0]["name"], "apple.png");
    let told: Vec<String> = some.stderr().lines().map(str::to_owned).collect();
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(
        told[0].starts_with("gone.png: gone.png cannot be read"),
        "{told:?}"
    );
    assert!(told[1].starts_with("broken.png: "), "{told:?}");
    let none = [&["attack", "broken.png"], &common[..], &LABELS].concat();
    fails(&desk, &none, "there is no picture to write on");
}

#[test]
fn a_report_is_not_written_over_a_picture() {
    let desk = desk();
    let picture = fs::read(desk.path("apple.png")).unwrap();
    for (name, out) in [("page.html", "page.html"), ("page.json", "./page.html")] {
        desk.write(name, &picture);
        let arguments = ["attack", name, "--word", "iPod", "--quick", "--out", out];
        desk.run(&[&arguments, &LABELS[..]].concat())
            .is_usage_error("is there already and is not ");
        assert_eq!(fs::read(desk.path(name)).unwrap(), picture);
        fs::remove_file(desk.path(name)).unwrap();
    }
}

#[test]
fn a_report_that_cannot_be_written_is_told_of_at_once() {
    let desk = desk();
    fs::create_dir(desk.path("folder.html")).unwrap();
    let to = |out| {
        [
            &["attack", "apple.png", "--word", "iPod", "--out", out],
            &LABELS[..],
        ]
        .concat()
    };
    fails(&desk, &to("none/r.html"), "none/r.html cannot be written: ");
    fails(&desk, &to("folder.html"), "folder.html cannot be written: ");
    let kept = [
        &[
            "attack",
            "apple.png",
            "--word",
            "iPod",
            "--resume",
            "none/kept.jsonl",
        ],
        &LABELS[..],
    ];
    fails(&desk, &kept.concat(), "none/kept.jsonl cannot be written: ");
}

#[test]
fn answers_of_another_attack_are_refused_and_kept() {
    let desk = desk();
    let arguments = |picture, word, limit, file| {
        let what = ["attack", picture, "--word", word, "--limit", limit];
        [&what[..], &["--quick", "--json", "--resume", file], &LABELS].concat()
    };
    let first = desk
        .run(&arguments("apple.png", "iPod", "9", "kept.jsonl"))
        .json(0);
    let kept = fs::read(desk.path("kept.jsonl")).unwrap();
    for (again, message) in [
        (
            arguments("apple.png", "boat", "9", "kept.jsonl"),
            "options.word: there \"iPod\", now \"boat\"",
        ),
        (
            arguments("apple.png", "iPod", "8", "kept.jsonl"),
            "options.limit: there 9, now 8",
        ),
        (
            arguments("dog.png", "iPod", "9", "kept.jsonl"),
            "pictures: there [",
        ),
    ] {
        fails(
            &desk,
            &again,
            "kept.jsonl holds the answers of another attack:\n",
        );
        fails(&desk, &again, message);
    }
    assert_eq!(fs::read(desk.path("kept.jsonl")).unwrap(), kept);

    // The same one has nothing left to do.
    let again = desk.run(&arguments("apple.png", "iPod", "9", "kept.jsonl"));
    let going_on = format!(
        "going on after {} variants, whose answers are in kept.jsonl\n",
        first["variants"].as_array().unwrap().len()
    );
    assert_eq!(again.stderr(), going_on);
    assert_eq!(again.json(0)["figures"], first["figures"]);

    let text = String::from_utf8(kept).unwrap();
    let (question, answers) = text.split_once('\n').unwrap();
    desk.write(
        "torn.jsonl",
        format!("{question}\n{{\"key\"\n{answers}").as_bytes(),
    );
    fails(
        &desk,
        &arguments("apple.png", "iPod", "9", "torn.jsonl"),
        "torn.jsonl is damaged in line 2: ",
    );
    let strange = answers.replacen("/clean", "/dirty", 1);
    desk.write("strange.jsonl", format!("{question}\n{strange}").as_bytes());
    fails(
        &desk,
        &arguments("apple.png", "iPod", "9", "strange.jsonl"),
        "strange.jsonl is damaged: this sweep has no variant \"0/dirty\"",
    );
    // Somebody's file, of which nothing must be lost.
    for (name, bytes) in [
        ("notes.txt", &b"buy milk"[..]),
        ("lines.txt", b"buy\nmilk\n"),
    ] {
        desk.write(name, bytes);
        fails(
            &desk,
            &arguments("apple.png", "iPod", "9", name),
            "holds no answers of glimpse attack",
        );
        assert_eq!(fs::read(desk.path(name)).unwrap(), bytes);
    }
}

#[test]
fn damaged_reports_are_not_replayed() {
    let desk = desk();
    for (bytes, message) in [
        (&b""[..], "this is not the JSON of an attack's report"),
        (b"<!DOCTYPE html>", "give the .json file"),
        (b"\xff\xfe", "this is not the JSON of an attack's report"),
        (b"{}", "it has no \"format\""),
        (
            br#"{"format": "glimpse-attack/9"}"#,
            "the report's format is \"glimpse-attack/9\"",
        ),
        (
            br#"{"format": "glimpse-attack/1"}"#,
            "the report is damaged: missing field",
        ),
    ] {
        desk.write("r.json", bytes);
        fails(&desk, &["attack", "--replay", "r.json"], message);
    }
    fails(
        &desk,
        &["attack", "--replay", "gone.json"],
        "gone.json cannot be read",
    );
}
