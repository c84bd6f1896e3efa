//! Every picture file, however odd or broken, ends in scores or a typed error; never in a panic or a hang.

use std::time::{Duration, Instant};

use glimpse::{Classifier, ClassifyOptions, DevicePreference, Folder, LoadOptions};
use glimpse_tests::fixture::{files_under, fixtures, shared};
use pollster::block_on;

/// Far above what any of these files needs, also on a busy machine: more is a hang.
const LONGEST: Duration = Duration::from_secs(20);

fn load() -> Classifier {
    let options = LoadOptions {
        device: DevicePreference::Cpu,
        ..LoadOptions::default()
    };
    let folder = Folder::new(fixtures().join("hf-gelu-neweos-f16"));
    block_on(Classifier::load(&folder, options)).expect("a good checkpoint")
}

/// Classifies the bytes; says whether there were scores, and fails on anything but scores or the right sort of error.
fn scores_or_typed_error(classifier: &Classifier, name: &str, bytes: &[u8]) -> bool {
    let labels = ["a cat".to_owned(), "a dog".to_owned()];
    let start = Instant::now();
    let result = block_on(classifier.classify(bytes, &labels, &ClassifyOptions::default()));
    let elapsed = start.elapsed();
    assert!(elapsed < LONGEST, "{name} took {elapsed:?}");
    match result {
        Ok(scores) => {
            let sum: f32 = scores.iter().map(|score| score.score).sum();
            assert!((sum - 1.0).abs() < 1e-5, "{name}: {scores:?}");
            true
        }
        Err(error) => {
            let code = error.code().as_str();
            assert!(
                matches!(code, "decode" | "too-large"),
                "{name}: {code}: {error}"
            );
            false
        }
    }
}

#[test]
fn own_pictures_all_decode() {
    let classifier = load();
    for path in files_under(&fixtures().join("pictures")) {
        let bytes = std::fs::read(&path).expect("a readable picture");
        let name = path.display().to_string();
        assert!(
            scores_or_typed_error(&classifier, &name, &bytes),
            "{name} gave no scores"
        );
    }
}

#[test]
fn cut_and_flipped_pictures() {
    let classifier = load();
    for path in files_under(&fixtures().join("pictures")) {
        let whole = std::fs::read(&path).expect("a readable picture");
        let name = path.display();
        for part in 0..24 {
            let length = whole.len() * part / 24;
            scores_or_typed_error(
                &classifier,
                &format!("{name} cut at {length}"),
                &whole[..length],
            );
            let mut flipped = whole.clone();
            flipped[length] ^= 0xff;
            scores_or_typed_error(
                &classifier,
                &format!("{name} flipped at {length}"),
                &flipped,
            );
        }
    }
}

#[test]
fn what_is_no_picture() {
    let classifier = load();
    for (name, bytes) in [
        ("nothing", &b""[..]),
        ("one byte", b"\xff"),
        ("text", b"not a picture at all, just words"),
        ("zeros", &[0; 4096]),
        (
            "markup",
            b"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"4\" height=\"4\"/>",
        ),
    ] {
        assert!(
            !scores_or_typed_error(&classifier, name, bytes),
            "{name} gave scores"
        );
    }
}

#[test]
fn shared_files() {
    let Some(shared) = shared() else { return };
    let classifier = load();
    let files = files_under(&shared.join("assets/formats"));
    assert!(!files.is_empty());
    let mut classified = 0;
    for path in &files {
        let name = path.display().to_string();
        println!("{name}");
        let bytes = std::fs::read(path).expect("a readable file");
        classified += usize::from(scores_or_typed_error(&classifier, &name, &bytes));
    }
    println!(
        "{classified} of {} files gave scores, the others a typed error",
        files.len()
    );
    // Most are good pictures of the formats that are decoded here.
    assert!(
        classified * 2 > files.len(),
        "only {classified} of {}",
        files.len()
    );
}
