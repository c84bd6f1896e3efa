//! One job of the tests in a process of its own, so that its memory and its graphics driver are its own:
//! `alone parity cpu|gpu CHECKPOINT`, `alone classify MODEL PICTURE LABEL…` or `alone decode PICTURE`; prints one JSON object.

use std::path::Path;
use std::process::ExitCode;

use glimpse::{Classifier, ClassifyOptions, DevicePreference, Error, Folder, LoadOptions};
use glimpse_tests::fixture::Fixture;
use glimpse_tests::{parity, process};
use serde_json::{Value, json};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let result = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["parity", device, checkpoint] => run_parity(device, checkpoint),
        ["decode", picture] => run_decode(picture),
        ["classify", model, picture, ..] => run_classify(model, picture, &arguments[3..]),
        _ => {
            eprintln!(
                "usage: alone parity cpu|gpu CHECKPOINT\n       alone classify MODEL PICTURE LABEL...\n       alone decode PICTURE"
            );
            return ExitCode::from(2);
        }
    };
    let answer = result.unwrap_or_else(
        |error| json!({"error": {"code": error.code().as_str(), "message": error.to_string()}}),
    );
    println!("{answer}");
    ExitCode::SUCCESS
}

fn run_parity(device: &str, checkpoint: &str) -> Result<Value, Error> {
    let device = match device {
        "gpu" => DevicePreference::Gpu,
        _ => DevicePreference::Cpu,
    };
    let differences = parity::differences(&Fixture::at(Path::new(checkpoint)), device)?;
    Ok(json!(differences))
}

fn run_decode(picture: &str) -> Result<Value, Error> {
    let picture = std::fs::read(picture).expect("a readable picture");
    let image = glimpse::image::decode(&picture)?;
    Ok(json!({
        "width": image.width(),
        "height": image.height(),
        "peakResidentBytes": process::peak_resident_bytes(),
    }))
}

fn run_classify(model: &str, picture: &str, labels: &[String]) -> Result<Value, Error> {
    let picture = std::fs::read(picture).expect("a readable picture");
    pollster::block_on(async {
        let options = LoadOptions {
            device: DevicePreference::Cpu,
            ..LoadOptions::default()
        };
        let classifier = Classifier::load(&Folder::new(model), options).await?;
        let scores = classifier
            .classify(&picture, labels, &ClassifyOptions::default())
            .await?;
        Ok(json!({"scores": scores, "peakResidentBytes": process::peak_resident_bytes()}))
    })
}
