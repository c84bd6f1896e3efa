//! Checks what the exam's table and file say, and that the card holds all of it.

use std::collections::BTreeMap;

use glimpse_studio::card::{Config, TrainingLog, card};
use glimpse_studio::exam::figures::FIGURES;
use glimpse_studio::exam::report::{ExamResults, Extent, Failure, Figure, Weights};
use glimpse_studio::exam::stories::{Share, Story};
use glimpse_studio::exam::table;

/// A report in which every figure has a value of its own.
fn report() -> ExamResults {
    let figures = FIGURES.iter().enumerate().map(|(place, known)| Figure {
        key: known.key.into(),
        exam: known.exam.into(),
        what: known.what.into(),
        percent: 60.1 + place as f64,
        right: 7,
        trials: 1000 + u32::try_from(place).unwrap(),
    });
    let story = |title: &str| Story {
        title: title.into(),
        picture: format!("{title}.png"),
        scores: vec![
            Share {
                label: "dog".into(),
                percent: 73.4,
            },
            Share {
                label: "wolf".into(),
                percent: 26.6,
            },
        ],
    };
    ExamResults {
        date: "2026-11-24".into(),
        engine: "glimpse 0.1.0".into(),
        model: Weights {
            bytes: 10_712_345,
            crc32: "0badc0de".into(),
        },
        split: Extent {
            taught_concepts: 258,
            held_out_concepts: 40,
            taught_words: 317,
            held_out_words: 37,
            held_out_shapes: 9,
            held_out_art: vec!["openmoji".into()],
            held_out_fonts: vec!["Ubuntu_700Bold".into()],
        },
        figures: figures.collect(),
        stories: vec![story("story")],
        examples: vec![story("example")],
        photographs: vec![story("photograph")],
        failures: vec![Failure {
            figure: "binding".into(),
            asked: "a red circle and a blue square".into(),
            answered: "a blue circle and a red square".into(),
        }],
    }
}

#[test]
fn the_table_shows_each_figure_beside_its_bars() {
    let table = table(&report());
    let line = |what: &str| {
        table
            .lines()
            .find(|line| line.contains(what))
            .unwrap()
            .split_whitespace()
            .collect::<Vec<_>>()
    };
    assert!(line("one of 50, top-1").ends_with(&["60.1", "85", "no", "93", "no", "2.0", "1000"]));
    assert!(line("word never rendered").ends_with(&["82.1", "70", "yes", "5.0", "1022"]));
    assert!(line("drawing wins in spite of the word").ends_with(&["79.1", "1019"]));
    assert!(line("model.safetensors").ends_with(&["10.7", "12", "yes", "35", "yes"]));
    assert!(table.contains("story (story.png)\n  dog 73.4, wolf 26.6\n"));
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
    let mut keys: Vec<_> = FIGURES.iter().map(|figure| figure.key).collect();
    keys.sort_unstable();
    keys.dedup();
    assert_eq!(keys.len(), FIGURES.len());
}

#[test]
fn the_card_holds_every_figure_every_licence_and_how_it_was_made() {
    let log = TrainingLog {
        date: "2026-11-23".into(),
        machine: "2 CPU cores".into(),
        minutes: 171.5,
        pairs: 1_234_567,
        pairs_per_second: 119.8,
        parameters: 5_360_000,
        final_losses: BTreeMap::from([("clip".into(), 0.512)]),
        notes: vec!["It was interrupted once.".into()],
    };
    let config: Config =
        serde_json::from_str(include_str!("../../../web/models/mini/config.json")).unwrap();
    let card = card(&report(), &log, &config);
    for figure in report().figures {
        let row = format!(
            "| {} | {} | {:.1} % |",
            figure.exam, figure.what, figure.percent
        );
        assert!(card.contains(&row), "{row}");
    }
    for fact in [
        "5.4 million parameters, 10.7 MB",
        "Images 64 x 64, patches of 8",
        "1,234,567 captioned pictures",
        "172 minutes on 2 CPU cores, 120 pairs a second",
        "clip 0.512",
        "It was interrupted once.",
        "(CRC-32 0badc0de)",
        "| 60.1 % | 85 (missed) | 93 (missed) | 2.0 % | 1000 |",
        "held-out style (OpenMoji) (one of 50, top-1) by 24.9",
        "a red circle and a blue square (answered: a blue circle and a red square)",
        "[Twemoji](https://github.com/jdecked/twemoji) | Twitter and contributors | CC BY 4.0",
        "CC BY 3.0",
        "Ubuntu_700Bold",
        "cargo xtask studio --minutes 172 --out web/models/mini",
    ] {
        assert!(card.contains(fact), "{fact}\n{card}");
    }
    assert!(
        !card.contains("[OpenMoji]"),
        "what was never trained on is no training data"
    );
}
