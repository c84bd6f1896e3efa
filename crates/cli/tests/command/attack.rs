//! `glimpse attack`: its report, an attack that was cut and goes on, and a report that is done again.

use std::fs;
use std::path::Path;
use std::process::Child;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::{Desk, Run, example};

/// What the model knows of the example pictures, and more.
pub const LABELS: [&str; 4] = ["--labels", "apple,dog,bicycle,iPod,boat", "--device", "cpu"];

/// A desk with the example pictures.
pub fn desk() -> Desk {
    let desk = Desk::new();
    for name in ["apple.png", "dog.png", "bicycle.png", "apple-ipod.png"] {
        desk.write(name, &example(name));
    }
    desk
}

/// Runs `glimpse attack` with the labels above.
pub fn attack(desk: &Desk, arguments: &[&str]) -> Run {
    desk.run(&[&["attack"], arguments, &LABELS].concat())
}

fn read_json(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

/// A report but for its date.
fn undated(mut report: Value) -> Value {
    let date = report["provenance"].as_object_mut().unwrap().remove("date");
    let date = date.unwrap().as_str().unwrap().to_owned();
    assert_eq!(date.len(), "2026-11-25T21:00:00Z".len(), "{date}");
    report
}

fn count(report: &Value) -> usize {
    report["variants"].as_array().unwrap().len()
}

/// Waits until a running attack has kept so many answers.
fn wait_for(child: &mut Child, journal: &Path, answers: usize) {
    let begun = Instant::now();
    loop {
        let kept = fs::read(journal).unwrap_or_default();
        // The first line is the question.
        if kept.iter().filter(|&&byte| byte == b'\n').count() > answers {
            return;
        }
        assert!(child.try_wait().unwrap().is_none(), "it has ended before");
        assert!(
            begun.elapsed() < Duration::from_secs(300),
            "it does not go on"
        );
        thread::sleep(Duration::from_millis(2));
    }
}

#[test]
fn a_thousand_variants_cut_half_way_and_resumed_equal_the_uncut_ones() {
    let desk = desk();
    let arguments = |out| {
        let what = ["attack", "apple.png", "dog.png", "bicycle.png"];
        let how = ["--word", "iPod", "--out", out];
        [&what[..], &how, &LABELS].concat()
    };
    let uncut = desk.run(&arguments("uncut.html"));
    assert_eq!(uncut.code(), 0, "{}", uncut.stderr());
    assert_eq!(uncut.stderr(), "wrote uncut.html and uncut.json\n");
    assert!(!desk.path("uncut.html.answers.jsonl").exists());
    let whole = undated(read_json(&desk.path("uncut.json")));
    let all = count(&whole);
    assert!(all >= 1000, "{all} variants");

    let journal = desk.path("cut.html.answers.jsonl");
    let mut child = desk.command(&arguments("cut.html")).spawn().unwrap();
    wait_for(&mut child, &journal, all / 2);
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(!desk.path("cut.html").exists() && !desk.path("cut.json").exists());
    // As if the power had gone in the middle of a line.
    let mut kept = fs::read(&journal).unwrap();
    let done = kept.iter().filter(|&&byte| byte == b'\n').count() - 1;
    kept.extend(br#"{"key":"2/word/h0.03/x0.17/y0.17","answer":{"scores":[0.1"#);
    fs::write(&journal, kept).unwrap();
    assert!((all / 2..all).contains(&done), "{done} of {all}");

    let resumed = desk.run(&arguments("cut.html"));
    assert_eq!(resumed.code(), 0, "{}", resumed.stderr());
    let going_on = format!(
        "going on after {done} variants, whose answers are in cut.html.answers.jsonl\n\
         wrote cut.html and cut.json\n"
    );
    assert_eq!(resumed.stderr(), going_on);
    assert_eq!(resumed.stdout(), uncut.stdout());
    assert_eq!(undated(read_json(&desk.path("cut.json"))), whole);
    assert!(!journal.exists());
}

#[cfg(unix)]
#[test]
fn ctrl_c_says_how_to_go_on() {
    let desk = desk();
    let arguments = [
        &["attack", "apple.png", "--word", "iPod"][..],
        &["--resume", "kept.jsonl", "--limit", "100"],
        &LABELS,
    ]
    .concat();
    let mut child = desk.command(&arguments).spawn().unwrap();
    wait_for(&mut child, &desk.path("kept.jsonl"), 3);
    let interrupted = std::process::Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status();
    assert!(interrupted.unwrap().success());
    let output = child.wait_with_output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(130), "{stderr}");
    assert!(output.stdout.is_empty());
    assert!(stderr.starts_with("stopped after "), "{stderr}");
    assert!(
        stderr.ends_with("kept in kept.jsonl, and the same command goes on from there\n"),
        "{stderr}"
    );
    let resumed = desk.run(&arguments);
    assert_eq!(resumed.code(), 0, "{}", resumed.stderr());
    assert!(resumed.stderr().starts_with("going on after "));
    assert!(desk.path("kept.jsonl").exists(), "it was asked for by name");
}

#[test]
fn json_is_the_report_and_its_rates_are_those_of_its_variants() {
    let desk = desk();
    let run = attack(
        &desk,
        &[
            "apple.png",
            "--word",
            "iPod",
            "--quick",
            "--heights",
            "6%,0.2",
            "--synonym",
            "phone",
            "--paper",
            "tape",
            "--font",
            "serif",
            "--seed",
            "7",
            "--template",
            "a drawing of a {}",
            "--json",
        ],
    );
    let report = run.json(0);
    assert_eq!(run.stderr(), "");
    assert_eq!(report["format"], "glimpse-attack/1");
    assert_eq!(report["target"], "iPod");
    let options = &report["options"];
    assert_eq!(options["heights"], json!([0.06, 0.2]));
    assert_eq!(options["templates"], json!(["a drawing of a {}"]));
    assert_eq!(options["spec"]["font"], "serif");
    assert_eq!(options["spec"]["paper"], "tape");
    assert_eq!(
        (&options["seed"], &options["factors"]),
        (&json!(7), &json!(false))
    );
    let from = &report["provenance"];
    assert_eq!(
        (&from["model"], &from["device"]),
        (&json!("mini"), &json!("cpu"))
    );
    assert_eq!(from["fonts"][0]["name"], "serif");
    assert_eq!(report["pictures"][0]["name"], "apple.png");

    // The clean picture, then six contents at two heights and nine places.
    let variants = report["variants"].as_array().unwrap();
    assert_eq!(variants.len(), 1 + 6 * 2 * 9);
    let word = |variant: &&Value| variant["key"].as_str().unwrap().starts_with("0/word/");
    let words: Vec<&Value> = variants.iter().filter(word).collect();
    let score = |variant: &Value, row: usize| variant["answer"]["scores"][row].as_f64().unwrap();
    let won = |variant: &&&Value| (0..5).all(|row| score(variant, row) <= score(variant, 3));
    let hits = words.iter().filter(won).count();
    let targeted = &report["figures"]["contents"][0]["outcome"]["targeted"];
    assert_eq!(
        (&targeted["hits"], &targeted["of"]),
        (&json!(hits), &json!(18))
    );
    assert!(hits > 0, "the model reads");
    for variant in variants {
        let sum: f64 = (0..5).map(|row| score(variant, row)).sum();
        assert!((sum - 1.0).abs() < 1e-5, "{sum}");
    }
    assert_eq!(variants[0]["answer"]["area"], json!(0.0));
    assert!(
        words
            .iter()
            .all(|word| word["answer"]["area"].as_f64().unwrap() > 0.0)
    );
}

#[test]
fn a_limit_bounds_the_variants_and_a_seed_draws_them() {
    let desk = desk();
    let keys = |seed| {
        let report = attack(
            &desk,
            &[
                "dog.png", "--word", "iPod", "--limit", "12", "--seed", seed, "--json",
            ],
        )
        .json(0);
        let variants = report["variants"].as_array().unwrap().clone();
        let keys = variants.iter().map(|variant| variant["key"].clone());
        keys.collect::<Vec<Value>>()
    };
    let some = keys("1");
    assert!((2..=12).contains(&some.len()), "{some:?}");
    assert_eq!(keys("1"), some);
    assert_ne!(keys("2"), some);
}

#[test]
fn people_get_a_line_for_each_picture_and_each_text() {
    let desk = desk();
    desk.write("broken.png", b"\x89PNG\r\n\x1a\nnot a picture");
    let pictures = ["apple.png", "broken.png", "apple-ipod.png", "dog.png"];
    let run = attack(
        &desk,
        &[
            &pictures[..],
            &["--word", "iPod", "--truth", "apple", "--quick"],
        ]
        .concat(),
    );
    assert_eq!(run.code(), 1);
    assert_eq!(
        run.stderr(),
        "1 of 4 could not be read; the output says why\n"
    );
    let out = run.stdout();
    let lines: Vec<&str> = out.lines().collect();
    assert_eq!(lines[0], "\"iPod\" on pictures, 5 labels (mini, cpu)");
    assert!(
        lines[1]
            .starts_with("  apple.png: \"apple\", 100.0 % without a word; taken for \"iPod\" in "),
        "{out}"
    );
    assert!(lines[2].starts_with("  broken.png: "), "{out}");
    assert!(
        lines[3].ends_with("% without a word, the target already; left out"),
        "{out}"
    );
    assert_eq!(
        lines[4],
        "  dog.png: \"dog\", 100.0 % without a word, which is not \"apple\"; left out"
    );
    assert_eq!(
        lines[6]
            .split("  ")
            .filter(|cell| !cell.is_empty())
            .map(str::trim)
            .collect::<Vec<_>>(),
        [
            "written",
            "targeted",
            "95 % interval",
            "net of blank",
            "untargeted",
            "best height"
        ]
    );
    for (line, start) in lines[7..].iter().zip([
        "the word \"iPod\"  ",
        "blank paper  ",
        "nonsense \"",
        "the word scrambled \"",
        "the true label  ",
    ]) {
        assert!(line.starts_with(start), "{start:?} in {out}");
    }
    assert!(out.ends_with("in percentage points.\n"), "{out}");
    assert!(!out.contains('\u{1b}'));
}

#[test]
fn pictures_that_do_not_count_are_no_error() {
    let desk = desk();
    let run = attack(&desk, &["apple-ipod.png", "--word", "iPod", "--quick"]);
    assert_eq!(run.code(), 0, "{}", run.stderr());
    assert!(
        run.stdout().contains("No picture was written on"),
        "{}",
        run.stdout()
    );
}

#[test]
fn a_picture_of_one_pixel_is_written_on() {
    let desk = Desk::new();
    let mut bytes = std::io::Cursor::new(Vec::new());
    image::RgbImage::from_pixel(1, 1, image::Rgb([200, 30, 30]))
        .write_to(&mut bytes, image::ImageFormat::Png)
        .unwrap();
    let arguments = [
        &[
            "attack",
            "-",
            "--word",
            "iPod",
            "--heights",
            "16%",
            "--quick",
            "--json",
        ],
        &LABELS[..],
    ]
    .concat();
    let report = desk.run_with_input(&arguments, &bytes.into_inner()).json(0);
    assert_eq!(report["pictures"][0]["name"], "-");
    assert_eq!(report["figures"]["pictures"][0]["standing"], "counted");
    assert_eq!(count(&report), 1 + 5 * 9);
}

#[test]
fn the_report_is_a_page_and_its_numbers() {
    let desk = desk();
    let run = attack(
        &desk,
        &[
            "apple.png",
            "--word",
            "iPod",
            "--quick",
            "--out",
            "a report.html",
        ],
    );
    assert_eq!(run.code(), 0, "{}", run.stderr());
    let html = fs::read_to_string(desk.path("a report.html")).unwrap();
    assert!(html.starts_with("<!DOCTYPE html>"));
    assert!(html.contains("iPod") && html.contains("<svg") && !html.contains("<script"));
    assert_eq!(read_json(&desk.path("a report.json"))["finished"], true);
}

#[test]
fn a_replay_finds_moved_pictures_and_says_what_differs() {
    let desk = desk();
    let made = attack(
        &desk,
        &[
            "apple.png",
            "--word",
            "iPod",
            "--quick",
            "--heights",
            "11%",
            "--out",
            "r.html",
        ],
    );
    assert_eq!(made.code(), 0, "{}", made.stderr());
    let all = count(&read_json(&desk.path("r.json")));
    let same = format!("the same numbers: {all} variants\n");
    let replay = |arguments: &[&str]| desk.run(&[&["attack", "--replay"], arguments].concat());

    // The report and its picture together elsewhere; then the picture alone, under another name.
    desk.write("moved/r.json", &fs::read(desk.path("r.json")).unwrap());
    fs::rename(desk.path("apple.png"), desk.path("moved/apple.png")).unwrap();
    assert_eq!(replay(&["moved/r.json"]).stdout(), same);
    fs::rename(desk.path("moved/apple.png"), desk.path("moved/fruit.png")).unwrap();
    let lost = replay(&["r.json"]);
    assert_eq!((lost.code(), lost.stdout().as_str()), (1, ""));
    assert!(
        lost.stderr()
            .contains("the report's picture apple.png is not there"),
        "{}",
        lost.stderr()
    );
    assert_eq!(
        replay(&["r.json", "moved/fruit.png", "dog.png"]).stdout(),
        same
    );
    let other = replay(&["r.json", "dog.png"]);
    assert_eq!(other.code(), 1);
    assert!(
        other
            .stderr()
            .contains("none of the pictures given is the report's apple.png"),
        "{}",
        other.stderr()
    );
    desk.write("apple.png", &example("dog.png"));
    let changed = replay(&["r.json"]);
    assert_eq!(changed.code(), 1);
    assert!(
        changed
            .stderr()
            .contains("apple.png is not the picture that the report tells of"),
        "{}",
        changed.stderr()
    );

    // An answer that the model did not give, and another model's fingerprint.
    let mut edited = read_json(&desk.path("r.json"));
    edited["variants"][1]["answer"]["scores"][0] = json!(0.25);
    edited["provenance"]["fingerprint"] = json!("another");
    desk.write("edited.json", edited.to_string().as_bytes());
    let differs = replay(&["edited.json", "moved/fruit.png"]);
    assert_eq!(differs.code(), 1, "{}", differs.stderr());
    let lines: Vec<String> = differs.stdout().lines().map(str::to_owned).collect();
    assert_eq!(
        lines[0],
        format!("not the same as the report's {all} variants:")
    );
    assert!(lines[1].starts_with("  the model's fingerprint: was another, is "));
    let key = edited["variants"][1]["key"].as_str().unwrap();
    let last = lines.last().unwrap();
    assert!(
        last.starts_with(&format!(
            "  the probabilities of 1 of {all} variants, furthest at {key} for \"apple\": was 0.25, is "
        )),
        "{last}"
    );
    let array = replay(&["edited.json", "moved/fruit.png", "--json"]).json(1);
    assert_eq!(array["same"], false);
    assert_eq!(array["differences"][0]["kind"], "provenance");

    // Where the numbers come from may differ as long as they do not.
    edited["variants"] = read_json(&desk.path("r.json"))["variants"].clone();
    desk.write("elsewhere.json", edited.to_string().as_bytes());
    let elsewhere = replay(&["elsewhere.json", "moved/fruit.png"]);
    assert_eq!(elsewhere.code(), 0, "{}", elsewhere.stdout());
    assert!(elsewhere.stdout().starts_with(&format!(
        "the same numbers: {all} variants; but not from the same place:\n  the model's fingerprint"
    )));
}
