//! `auto`: each picture goes to the built-in model that fits it, and what belongs to one model asks for a name.

use std::path::PathBuf;

use image::{ImageFormat, Rgb, RgbImage};
use serde_json::Value;

use crate::support::{Desk, Run, example};

/// A JPEG of 320 by 240 pixels that is shaded, uneven and grainy all over, as photographs are.
fn photograph() -> Vec<u8> {
    let picture = RgbImage::from_fn(320, 240, |x, y| {
        let (x, y) = (x as f32, y as f32);
        let light = (0..6).fold(0.0, |light, octave| {
            let scale = 0.02 * 1.9_f32.powi(octave);
            let turn = octave as f32;
            let (u, v) = (
                x * turn.cos() + y * turn.sin(),
                y * turn.cos() - x * turn.sin(),
            );
            light + ((u * scale).sin() * (v * scale + turn).cos()) / 1.6_f32.powi(octave)
        });
        let grain = (x * 12.9898 + y * 78.233).sin() * 43_758.547;
        let grain = 8.0 * (grain - grain.floor() - 0.5);
        Rgb([120.0, 105.0, 80.0].map(|part| (part * (1.0 + 0.35 * light) + grain) as u8))
    });
    let mut bytes = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut bytes, ImageFormat::Jpeg).unwrap();
    bytes.into_inner()
}

fn classify(desk: &Desk, arguments: &[&str]) -> Run {
    let common = ["--labels", "apple,dog,toaster", "--device", "cpu"];
    desk.run(&[&["classify"], arguments, &common].concat())
}

/// Each entry's picture and model.
fn models(entries: &Value) -> Vec<(&str, &str)> {
    fn text<'a>(entry: &'a Value, field: &str) -> &'a str {
        entry[field].as_str().unwrap_or("")
    }
    let entries = entries.as_array().unwrap().iter();
    entries
        .map(|entry| (text(entry, "image"), text(entry, "model")))
        .collect()
}

#[test]
fn each_picture_goes_to_the_model_that_fits_it_in_the_order_given() {
    let desk = Desk::new();
    desk.write("apple.png", &example("apple.png"));
    desk.write("dog.png", &example("dog.png"));
    desk.write("photo.jpg", &photograph());
    desk.write("broken.png", b"nothing");
    let pictures = [
        "photo.jpg",
        "apple.png",
        "broken.png",
        "gone.png",
        "photo.jpg",
        "dog.png",
    ];
    let mixed = classify(&desk, &[&pictures[..], &["--json"]].concat()).json(1);
    let expected = [
        ("photo.jpg", "mini-photo"),
        ("apple.png", "mini"),
        ("broken.png", ""),
        ("gone.png", ""),
        ("photo.jpg", "mini-photo"),
        ("dog.png", "mini"),
    ];
    assert_eq!(models(&mixed), expected);
    assert_eq!(mixed[1]["scores"][0]["label"], "apple");
    assert_eq!(mixed[5]["scores"][0]["label"], "dog");
    assert_eq!(mixed[2]["error"]["kind"], "decode");
    assert_eq!(mixed[3]["error"]["kind"], "io");

    let lines = classify(&desk, &[&pictures[..], &["--jsonl"]].concat());
    let lines: Vec<Value> = lines
        .stdout()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(Value::Array(lines), mixed);
}

#[test]
fn a_name_takes_one_model_for_every_picture_with_the_same_scores() {
    let desk = Desk::new();
    desk.write("apple.png", &example("apple.png"));
    desk.write("photo.jpg", &photograph());
    let of = |model: &[&str]| {
        let pictures = ["apple.png", "photo.jpg", "--json"];
        classify(&desk, &[&pictures[..], model].concat()).json(0)
    };
    let (auto, mini, mini_photo) = (
        of(&["--model", "auto"]),
        of(&["--model", "mini"]),
        of(&["--model", "mini-photo"]),
    );
    assert_eq!(of(&[]), auto);
    assert_eq!(
        models(&mini),
        [("apple.png", "mini"), ("photo.jpg", "mini")]
    );
    assert_eq!(
        models(&mini_photo),
        [("apple.png", "mini-photo"), ("photo.jpg", "mini-photo")]
    );
    assert_eq!(auto[0], mini[0]);
    assert_eq!(auto[1], mini_photo[1]);
    assert_ne!(mini[1]["scores"], mini_photo[1]["scores"]);
}

#[test]
fn people_are_told_which_model_it_was() {
    let desk = Desk::new();
    desk.write("apple.png", &example("apple.png"));
    desk.write("photo.jpg", &photograph());
    let run = classify(&desk, &["apple.png", "photo.jpg"]);
    assert_eq!((run.code(), run.stderr().as_str()), (0, ""));
    let text = run.stdout();
    let heads: Vec<&str> = text.lines().filter(|line| !line.starts_with(' ')).collect();
    assert_eq!(
        heads,
        ["apple.png (mini, cpu)", "photo.jpg (mini-photo, cpu)"]
    );
}

#[test]
fn what_belongs_to_one_model_asks_for_its_name() {
    let desk = Desk::new();
    desk.write("apple.png", &example("apple.png"));
    let sentence = "belong to one model, and \"auto\" chooses between two: name one, --model mini \
        (drawings, icons, written words) or --model mini-photo (photographs of things)";
    let pack = [
        "pack",
        "--model",
        "mini",
        "--labels",
        "apple,dog",
        "--out",
        "l.safetensors",
    ];
    assert_eq!(desk.run(&pack).code(), 0);
    let refused: [&[&str]; 8] = [
        &["embed", "--text", "a dog"],
        &["embed", "--image", "apple.png", "--model", "auto"],
        &["tokenize", "a dog"],
        &["pack", "--labels", "a,b", "--out", "x.safetensors"],
        &["classify", "apple.png", "--pack", "l.safetensors"],
        &["verify"],
        &["convert", "--to", "f16", "--out", "copy"],
        &["models", "get", "auto"],
    ];
    for arguments in refused {
        desk.run(arguments).is_usage_error(sentence);
    }
    let attack = [
        "attack",
        "apple.png",
        "--word",
        "dog",
        "--labels",
        "apple,dog",
    ];
    desk.run(&[&attack[..], &["--model", "auto"]].concat())
        .is_usage_error(sentence);
    assert!(!desk.path("x.safetensors").exists() && !desk.path("copy").exists());
}

#[test]
fn preprocess_follows_the_picture_and_says_so() {
    let desk = Desk::new();
    desk.write("apple.png", &example("apple.png"));
    desk.write("photo.jpg", &photograph());
    for (picture, model) in [("apple.png", "mini"), ("photo.jpg", "mini-photo")] {
        let run = desk.run(&["preprocess", picture, "--out", "auto.safetensors"]);
        let note = format!("note: as {model} sees it\n");
        assert_eq!((run.code(), run.stderr()), (0, note));
        let named = [
            "preprocess",
            picture,
            "--model",
            model,
            "--out",
            "named.safetensors",
        ];
        let run = desk.run(&named);
        assert_eq!((run.code(), run.stderr().as_str()), (0, ""));
        let read = |name| std::fs::read(desk.path(name)).unwrap();
        assert!(
            read("auto.safetensors") == read("named.safetensors"),
            "{picture}"
        );
    }
}

#[test]
fn photographs_of_things_are_named() {
    let Some(shared) = std::env::var_os("GLIMPSE_SHARED") else {
        glimpse_tests::left_out("GLIMPSE_SHARED names no folder of photographs");
        return;
    };
    let desk = Desk::new();
    let folder = PathBuf::from(shared).join("assets/photos-dev/tutorial");
    let picture = |name: &str| folder.join(name).display().to_string();
    let pictures = [
        ("n02110185_Siberian_husky.jpg", "a husky"),
        ("n04442312_toaster.jpg", "a toaster"),
        ("n07742313_Granny_Smith.jpg", "a granny smith"),
        ("n07873807_pizza.jpg", "a pizza"),
    ];
    let paths = pictures.map(|(name, _)| picture(name));
    let labels = pictures.map(|(_, label)| label).join(",");
    let mut arguments = vec!["classify", "--labels", &labels, "--device", "cpu", "--json"];
    arguments.extend(paths.iter().map(String::as_str));
    let entries = desk.run(&arguments).json(0);
    for (entry, (name, label)) in entries.as_array().unwrap().iter().zip(pictures) {
        assert_eq!(entry["model"], "mini-photo", "{name}");
        assert_eq!(entry["scores"][0]["label"], label, "{name}");
    }
}
