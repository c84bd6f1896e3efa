//! A stand-in for a model: what it says follows from the label's look alone, by thresholds that the tests know.

use super::{Answer, PictureId, Sweep, SweepOptions, Variant};
use glimpse_lettering::{Paper, Spec};

/// The labels that the stand-in knows; the first are the pictures' own.
pub const LABELS: [&str; 8] = [
    "apple", "dog", "teapot", "iPod", "bicycle", "piano", "violin", "bee",
];

pub fn options() -> SweepOptions {
    SweepOptions {
        word: "ipod".to_owned(),
        labels: LABELS.map(str::to_owned).to_vec(),
        templates: vec!["a photo of a {}".to_owned()],
        fonts: ["sans", "serif", "mono", "hand"]
            .map(str::to_owned)
            .to_vec(),
        seed: 5,
        ..SweepOptions::default()
    }
}

pub fn pictures(count: usize) -> Vec<PictureId> {
    (0..count)
        .map(|at| PictureId {
            name: format!("{}-{at}.png", LABELS[at % 3]),
            sha256: format!("{:064x}", at + 1),
        })
        .collect()
}

/// The height from which the written word wins on a picture.
pub fn threshold(picture: usize, spec: &Spec) -> f32 {
    let from_centre = (spec.x - 0.5).abs() + (spec.y - 0.5).abs();
    let font = if spec.font == "hand" { 0.06 } else { 0.0 };
    let paper = if spec.paper == Paper::None { 0.03 } else { 0.0 };
    let turned = spec.rotation.abs() / 180.0 * 0.16;
    let mirrored = if spec.mirror { 0.12 } else { 0.0 };
    let faint = (1.0 - spec.opacity) * 0.15;
    0.035
        + 0.04 * (picture % 4) as f32
        + 0.07 * from_centre
        + font
        + paper
        + turned
        + mirrored
        + faint
        - 0.02 * (spec.copies as f32 - 1.0)
}

/// What the stand-in says.
pub fn say(variant: &Variant) -> Answer {
    let truth = variant.picture % 3;
    let mut cosines: Vec<f32> = (0..LABELS.len())
        .map(|row| 0.1 + 0.005 * row as f32)
        .collect();
    cosines[truth] = 0.3;
    let mut area = 0.0;
    if let Some(spec) = &variant.spec {
        let threshold = threshold(variant.picture, spec);
        let over = match spec.word.to_lowercase().as_str() {
            _ if spec.blank => spec.height - threshold - 0.25,
            "ipod" => spec.height - threshold,
            word if word == LABELS[truth] => -0.3,
            word if word.len() == 4 && word.contains('i') => spec.height - threshold - 0.12,
            _ => spec.height - threshold - 0.2,
        };
        cosines[3] = 0.3 + 0.2 * over;
        area = (spec.height * spec.height * 2.2 * spec.copies as f32).min(1.0);
    }
    let weights: Vec<f32> = cosines
        .iter()
        .map(|cosine| (100.0 * (cosine - 0.3)).exp())
        .collect();
    let sum: f32 = weights.iter().sum();
    Answer {
        scores: weights.iter().map(|weight| weight / sum).collect(),
        cosines,
        area,
    }
}

/// Answers up to `most` variants; gives how many there were.
pub fn run(sweep: &mut Sweep, most: usize) -> usize {
    for done in 0..most {
        let Some(variant) = sweep.next() else {
            return done;
        };
        sweep.answer(&variant.key, say(&variant)).unwrap();
    }
    most
}
