//! Checks that the card of the model for photographs holds every figure, every licence and what is to be known first.

use std::fs;

use glimpse_studio::card::photo::{Config, TrainingLog, card};
use glimpse_studio::card::{Args, run};
use glimpse_studio::exam::photo::calibration::{Bin, Reliability};
use glimpse_studio::exam::photo::figures::AIMS;
use glimpse_studio::exam::photo::none::NoneOfThese;
use glimpse_studio::exam::photo::report::{Classifier, ExamResults, Photographs, Reference};
use glimpse_studio::exam::photo::taught::Labels;
use glimpse_studio::exam::photo::twin::Twin;
use glimpse_studio::exam::report::{Failure, Figure, Weights};
use glimpse_studio::exam::stories::{Share, Story};

const CONFIG: &str = r#"{"model_cfg": {
    "embed_dim": 512,
    "vision_cfg": {"image_size": 224, "timm_model_name": "tf_efficientnet_lite0", "timm_pool": "avg"},
    "text_cfg": {"context_length": 24, "vocab_size": 6400, "width": 256, "heads": 4, "layers": 3}
}, "preprocess_cfg": {}}"#;

/// A report in which every figure has a value of its own.
fn report() -> ExamResults {
    let figures = AIMS.iter().enumerate().map(|(place, aim)| Figure {
        key: aim.key.into(),
        exam: aim.exam.into(),
        what: aim.what.into(),
        percent: 80.1 + place as f64,
        right: 7,
        trials: 1000 + u32::try_from(place).unwrap(),
    });
    let story = |title: &str, label: &str| Story {
        title: title.into(),
        picture: "astronaut.png".into(),
        scores: vec![Share {
            label: label.into(),
            percent: 43.2,
        }],
    };
    let weights = |crc32: &str| Weights {
        bytes: 15_856_516,
        crc32: crc32.into(),
    };
    ExamResults {
        date: "2026-12-01".into(),
        engine: "glimpse 0.1.0".into(),
        model: weights("0badc0de"),
        photographs: Some(Photographs {
            cases: 400,
            tutorial: 10,
            crc32: "ecefbaef".into(),
        }),
        figures: figures.collect(),
        classifier: Some(Classifier {
            reference: Reference {
                tower: "tf_efficientnet_lite0".into(),
                pictures: 400,
                right: 350,
                cases_crc32: "ecefbaef".into(),
            },
            percent: 87.5,
            share: 0.912,
        }),
        twin: Some(Twin {
            model: weights("7w1n0000"),
            minutes: 39.6,
            classes: 100,
            names: 345,
        }),
        calibration: vec![Reliability {
            what: "100 labels".into(),
            error: 2.7,
            bins: vec![Bin {
                from: 80,
                answers: 34,
                sure: 85.1,
                right: 82.4,
            }],
        }],
        none_of_these: vec![NoneOfThese {
            labels: 4,
            trials: 399,
            wrongly_first: 2.8,
            rightly_first: 96.2,
            auroc: 99.3,
            auroc_without: 98.5,
        }],
        strangers: vec![
            story("among all names", "military uniform"),
            story("a mood", "a sad person"),
        ],
        failures: vec![Failure {
            figure: "four".into(),
            asked: "husky".into(),
            answered: "toaster".into(),
        }],
    }
}

fn log() -> TrainingLog {
    TrainingLog {
        date: "2026-11-30".into(),
        machine: "2 CPU cores".into(),
        minutes: 118.7,
        steps: 12_345,
        phrases: 6_320_640,
        image_tower: "tf_efficientnet_lite0".into(),
        text_parameters: 3_751_424,
        own_row_nearest: 0.998,
        notes: vec!["It was interrupted once.".into()],
    }
}

fn labels() -> Labels {
    Labels {
        concepts: vec!["husky".into(); 1000],
        ..Labels::default()
    }
}

fn made(report: &ExamResults) -> String {
    card(
        report,
        &log(),
        &serde_json::from_str::<Config>(CONFIG).unwrap(),
        &labels(),
    )
}

#[test]
fn the_card_holds_every_figure_every_licence_and_how_it_was_made() {
    let card = made(&report());
    for figure in report().figures {
        let row = format!(
            "| {} | {} | {:.1} % |",
            figure.exam, figure.what, figure.percent
        );
        assert!(card.contains(&row), "{row}");
    }
    for fact in [
        "1,000 names",
        "travels\nwith the page (15.9 MB)",
        "Image tower `tf_efficientnet_lite0`, 224 x 224 pixels; text tower of 3.8 million numbers",
        "width 256, 3 layers, an own BPE of 6,400 pieces, 24 tokens; embeddings of 512",
        "EfficientNet-Lite, `tf_efficientnet_lite0` in timm | Apache-2.0 |",
        "sentence-transformers | Apache-2.0 |",
        "| MIT |",
        "WordNet 3.1 Copyright 2011 by Princeton University. All rights reserved.",
        "| text tower, training, the rest | this project | MIT OR Apache-2.0 |",
        "6,320,640 phrases in 12,345 steps: 119 minutes on 2 CPU cores, done on 2026-11-30",
        "It was interrupted once.",
        "400 photographs (CRC-32 of their `cases.json`: ecefbaef) and 10",
        "on these weights (CRC-32 0badc0de)",
        "| 80.1 % | 98 (missed) | 99.7 % | 25.0 % | 1000 |",
        "| 98.1 % | <= 3 (missed) |",
        "own classifier (87.5 %) | 0.912 | 0.93 (missed) | 0.97 | | 400 |",
        "the same training for 40 minutes (CRC-32 7w1n0000) without the rows of 100 classes and\nwithout 345 names",
        "| 80 to 90 % | 34 | 85.1 % | 82.4 % |",
        "100 labels: expected calibration error 2.7 points",
        "| 4 | 96.2 % | 2.8 % | 99.3 | 98.5 | 399 |",
        "`crates/classifier/src/photograph.rs` says what it was fitted to",
        "husky (answered: toaster)",
        "- astronaut.png, among all names: military uniform 43.2",
        "cargo xtask studio --model mini-photo --minutes 119 --out web/models/mini-photo",
    ] {
        assert!(card.contains(fact), "{fact}\n{card}");
    }
}

#[test]
fn what_has_to_be_known_first_stands_in_the_first_screen() {
    let card = made(&report());
    let screen: String = card.lines().take(25).collect::<Vec<_>>().join("\n");
    for sentence in [
        "**Names of these classes are no zero-shot.** The image tower learned ImageNet's thousand classes with labels.",
        "**The measured photographs may be among those that the image tower was trained on.**",
        "**Of things that it was never taught it guesses**, and gives probabilities all the same",
        "A twin that was\n  not shown 100 of the classes names 92.1 % of photographs of these among the 100.",
        "An example (a mood,\n  astronaut.png): a sad person 43.2.",
    ] {
        assert!(screen.contains(sentence), "{sentence}\n{screen}");
    }
}

#[test]
fn a_card_without_photographs_says_so() {
    let mut report = report();
    report.photographs = None;
    report.classifier = None;
    report.twin = None;
    report
        .figures
        .retain(|figure| figure.key.starts_with("text-"));
    report.calibration.clear();
    report.none_of_these.clear();
    let card = made(&report);
    assert!(card.contains("There were no photographs: only what needs none was asked."));
    assert!(!card.contains("The twin") && !card.contains("calibration"));
}

#[test]
fn a_report_survives_its_file() {
    let json = serde_json::to_string(&report()).unwrap();
    assert_eq!(
        serde_json::from_str::<ExamResults>(&json).unwrap(),
        report()
    );
}

#[test]
fn figures_have_keys_of_their_own() {
    let mut keys: Vec<_> = AIMS.iter().map(|aim| aim.key).collect();
    keys.sort_unstable();
    keys.dedup();
    assert_eq!(keys.len(), AIMS.len());
}

#[test]
fn which_card_is_written_the_folder_says() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: String| fs::write(folder.path().join(name), text).unwrap();
    write("open_clip_config.json", CONFIG.into());
    write("exam.json", serde_json::to_string(&report()).unwrap());
    write("training.json", serde_json::to_string(&log()).unwrap());
    write(
        "labels.json",
        serde_json::json!({"concepts": ["husky"], "names": {}, "groups": {}}).to_string(),
    );
    let args = || Args {
        model: folder.path().to_owned(),
    };
    run(args()).unwrap();
    let card = fs::read_to_string(folder.path().join("README.md")).unwrap();
    assert!(card.starts_with("# mini-photo: the model for photographs"));
    fs::remove_file(folder.path().join("exam.json")).unwrap();
    let error = format!("{:#}", run(args()).unwrap_err());
    assert!(
        error.contains("cargo xtask exam --model mini-photo --write"),
        "{error}"
    );
}
