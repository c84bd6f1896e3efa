//! Parts and copies of a checkpoint as large as ViT-B/32: what they need of memory and reading, and what whole numbers lose.

use std::path::{Path, PathBuf};
use std::process::Command;

use glimpse::{Classifier, ClassifyOptions, DevicePreference, Folder, LoadOptions, TokenRows};
use glimpse_tests::counted::Counted;
use glimpse_tests::fixture::fixtures;
use glimpse_tests::full_size::{Variant, folder_in, write};
use glimpse_tests::parity::dot;
use pollster::block_on;
use serde_json::Value;

/// The picture's side is 352 of the 605 MB.
const PEAK_WITHOUT_TEXT_TOWER: u64 = 700_000_000;
/// The largest tensor takes 101 MB; the rest is the program and what stays f32.
const PEAK_OF_CONVERSION: u64 = 400_000_000;
/// Of the copy in whole numbers: rounding errors of hundreds of products even out.
const Q8_COSINE: f32 = 0.999;
/// 49408 rows of 512 numbers.
const TOKEN_EMBEDDING: u64 = 49_408 * 512 * 4;

fn target() -> PathBuf {
    // CARGO_TARGET_TMPDIR is target/tmp.
    let temporary = Path::new(env!("CARGO_TARGET_TMPDIR"));
    temporary.parent().expect("the build folder").to_path_buf()
}

/// The checkpoint, written if it is not there from an earlier run.
fn checkpoint() -> PathBuf {
    let folder = folder_in(&target(), Variant::Sound);
    write(&folder, Variant::Sound).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    folder
}

/// Does a job in a process of its own, whose peak memory is then that of this job.
fn alone(arguments: &[&Path]) -> Value {
    let output = Command::new(env!("CARGO_BIN_EXE_alone"))
        .args(arguments)
        .output()
        .expect("alone runs");
    let answer: Value = serde_json::from_slice(&output.stdout).expect("one JSON object");
    assert_eq!(answer["error"], Value::Null, "{answer}");
    println!("{answer}");
    answer
}

fn check_peak(answer: &Value, limit: u64) {
    match answer["peakResidentBytes"].as_u64() {
        Some(peak) => assert!(peak < limit, "{peak} bytes"),
        None => glimpse_tests::left_out("this system does not tell a process its peak memory"),
    }
}

fn load(source: &impl glimpse::ModelSource, token_rows: TokenRows) -> Classifier {
    let options = LoadOptions {
        device: DevicePreference::Cpu,
        token_rows,
        ..LoadOptions::default()
    };
    block_on(Classifier::load(source, options)).expect("a good checkpoint")
}

/// One test, as each model takes 605 MB and they would be loaded at once.
#[test]
fn parts_and_copies_of_a_full_size_model() {
    let folder = checkpoint();
    let image = fixtures().join("pictures/gradient_97x64.png");
    let picture = std::fs::read(&image).expect("the picture");
    let labels = ["a cat", "a dog", "a red circle"].map(str::to_owned);
    let scratch = scratch_folder();

    // Rows on demand: a few rows are read of the token embedding's 101 MB, and the numbers are the same.
    let source = Counted::new(Folder::new(&folder));
    let on_demand = load(&source, TokenRows::OnDemand);
    let file = std::fs::metadata(folder.join("model.safetensors")).expect("the weights");
    let read = source.asked.streamed.get();
    assert!(
        read < file.len() - TOKEN_EMBEDDING + (1 << 17),
        "{read} bytes were read of {}",
        file.len()
    );
    let pack = block_on(on_demand.embed_labels(&labels, &[])).expect("a pack");
    let rows = source.in_ranges() / (512 * 4);
    assert!((3..100).contains(&rows), "{rows} rows");
    drop(on_demand);
    let whole = load(&Folder::new(&folder), TokenRows::Whole);
    let expected = block_on(whole.embed_labels(&labels, &[])).expect("a pack");
    assert!(
        pack.embeddings == expected.embeddings,
        "rows on demand change nothing"
    );
    assert_eq!(pack.fingerprint.image, expected.fingerprint.image);
    assert_eq!(pack.fingerprint.text, expected.fingerprint.text);

    // Without the text tower: the same scores, from less memory.
    let pack_file = scratch.join("pack.safetensors");
    std::fs::write(&pack_file, pack.to_safetensors()).expect("room for the pack");
    let with_pack = [Path::new("with-pack"), &folder, &image, &pack_file];
    let answer = alone(&with_pack);
    let options = ClassifyOptions::default();
    let scores = block_on(whole.classify(&picture, &labels, &options)).expect("scores");
    // As f32, which the numbers are: serde_json may read their sixteen digits a bit off.
    for (found, expected) in answer["scores"]
        .as_array()
        .expect("scores")
        .iter()
        .zip(&scores)
    {
        assert_eq!(found["label"], *expected.label);
        for (name, expected) in [
            ("score", expected.score),
            ("logit", expected.logit),
            ("cosine", expected.cosine),
        ] {
            let found = found[name].as_f64().expect("a number") as f32;
            assert_eq!(found, expected, "{name} of {answer}");
        }
    }
    check_peak(&answer, PEAK_WITHOUT_TEXT_TOWER);

    // In whole numbers: a quarter of the size, written from little memory, and nearly the same embeddings.
    for file in ["config.json", "preprocessor_config.json", "tokenizer.json"] {
        std::fs::copy(folder.join(file), scratch.join(file)).expect("room for small files");
    }
    let copy_file = scratch.join("model.safetensors");
    let convert = [Path::new("convert"), &folder, Path::new("q8"), &copy_file];
    let answer = alone(&convert);
    check_peak(&answer, PEAK_OF_CONVERSION);
    let bytes = answer["bytes"].as_u64().expect("a length");
    assert!(bytes < file.len() * 26 / 100, "{bytes} of {}", file.len());
    let copy = load(&Folder::new(&scratch), TokenRows::Whole);
    let embed = |classifier: &Classifier| block_on(classifier.embed_image(&picture));
    let of_picture = dot(&embed(&whole).expect("one"), &embed(&copy).expect("other"));
    println!("whole numbers: cosine of the picture {of_picture}");
    assert!(of_picture > Q8_COSINE, "{of_picture}");
    for (label, expected) in labels.iter().zip(&pack.embeddings) {
        let of_text = dot(&block_on(copy.embed_text(label)).expect("one"), expected);
        println!("whole numbers: cosine of {label:?} {of_text}");
        assert!(of_text > Q8_COSINE, "{label}: {of_text}");
    }
    std::fs::remove_dir_all(scratch).expect("the scratch folder goes");
}

fn scratch_folder() -> PathBuf {
    let folder = target().join("full-size").join("parts");
    std::fs::create_dir_all(&folder).expect("a folder in the build folder");
    folder
}
