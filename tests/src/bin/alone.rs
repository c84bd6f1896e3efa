//! One job of the tests in a process of its own, so that its memory and its graphics driver are its own:
//! `alone kernels`, `alone card CHECKPOINT ROUNDS [software] <PIXEL_VALUES`, `alone parity|attribution cpu|gpu CHECKPOINT`, `alone classify MODEL PICTURE LABEL…`, `alone with-pack MODEL PICTURE PACK`,
//! `alone convert MODEL q8|f16 FILE` or `alone decode PICTURE`; prints one JSON object.

use std::path::Path;
use std::process::ExitCode;

use glimpse::{
    Classifier, ClassifyOptions, DevicePreference, Error, Folder, LabelPack, LoadOptions, Precision,
};
use glimpse_kernels::{LinearTiles, set_linear_tiles};
use glimpse_tests::fixture::Fixture;
use glimpse_tests::{attribution, card, kernels, parity, process};
use serde_json::{Value, json};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let result = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["parity", device, checkpoint] => run_parity(device, checkpoint),
        ["attribution", device, checkpoint] => run_attribution(device, checkpoint),
        ["kernels"] => run_kernels(),
        ["card", checkpoint, rounds] => run_card(checkpoint, rounds, false),
        ["card", checkpoint, rounds, "software"] => run_card(checkpoint, rounds, true),
        ["decode", picture] => run_decode(picture),
        ["with-pack", model, picture, pack] => run_with_pack(model, picture, pack),
        ["convert", model, precision, file] => run_convert(model, precision, file),
        ["classify", model, picture, ..] => run_classify(model, picture, &arguments[3..]),
        _ => {
            eprintln!(
                "usage: alone kernels\n       alone card CHECKPOINT ROUNDS [software] <PIXEL_VALUES\n       alone parity|attribution cpu|gpu CHECKPOINT\n       alone classify MODEL PICTURE LABEL...\n       \
                 alone with-pack MODEL PICTURE PACK\n       alone convert MODEL q8|f16 FILE\n       alone decode PICTURE"
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
    let fixture = Fixture::at(Path::new(checkpoint));
    Ok(json!(parity::differences(
        &fixture,
        device.parse().expect("cpu or gpu")
    )?))
}

fn run_attribution(device: &str, checkpoint: &str) -> Result<Value, Error> {
    let fixture = Fixture::at(Path::new(checkpoint));
    Ok(json!(attribution::differences(
        &fixture,
        device.parse().expect("cpu or gpu")
    )?))
}

fn run_kernels() -> Result<Value, Error> {
    pollster::block_on(async {
        Ok(match glimpse_model::open_gpu().await {
            Ok(gpu) => {
                let mut differences = Vec::new();
                for tiles in [LinearTiles::Registers, LinearTiles::WorkgroupMemory] {
                    set_linear_tiles(tiles);
                    for mut found in kernels::differences(&gpu.device).await {
                        found.case = format!("{tiles:?}: {}", found.case);
                        differences.push(found);
                    }
                }
                json!({"reason": "", "differences": differences})
            }
            Err(error) => json!({"reason": error.to_string(), "differences": []}),
        })
    })
}

/// The pictures come in through standard input.
fn run_card(checkpoint: &str, rounds: &str, software: bool) -> Result<Value, Error> {
    let pictures = card::pixel_values(std::io::stdin().lock()).expect("pixel values");
    let rounds = rounds.parse().expect("a number of rounds");
    let times = card::times(Path::new(checkpoint), &pictures, rounds, software);
    Ok(json!(pollster::block_on(times)))
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

/// Classifies without the text tower.
fn run_with_pack(model: &str, picture: &str, pack: &str) -> Result<Value, Error> {
    let picture = std::fs::read(picture).expect("a readable picture");
    let pack = LabelPack::from_safetensors(&std::fs::read(pack).expect("a readable pack"))?;
    pollster::block_on(async {
        let options = LoadOptions {
            device: DevicePreference::Cpu,
            text_tower: false,
            ..LoadOptions::default()
        };
        let classifier = Classifier::load(&Folder::new(model), options).await?;
        let image_embeds = classifier.embed_image(&picture).await?;
        let scores = classifier.classify_with_pack(&image_embeds, &pack, None)?;
        Ok(json!({"scores": scores, "peakResidentBytes": process::peak_resident_bytes()}))
    })
}

fn run_convert(model: &str, precision: &str, file: &str) -> Result<Value, Error> {
    let precision = match precision {
        "f16" => Precision::F16,
        _ => Precision::Q8,
    };
    let file = std::fs::File::create(file).expect("a file to write");
    let mut file = std::io::BufWriter::new(file);
    let source = Folder::new(model);
    let converted = pollster::block_on(glimpse::convert(&source, precision, &mut file))?;
    Ok(json!({"bytes": converted.bytes, "peakResidentBytes": process::peak_resident_bytes()}))
}
