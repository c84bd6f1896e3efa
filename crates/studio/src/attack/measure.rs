//! Runs every case under every defence and counts.

use anyhow::Result;
use glimpse::Defence;
use glimpse::defence::{Corners, Region};
use glimpse_attack::stats::Quartiles;
use glimpse_lettering::Spec;
use image::RgbImage;

use super::calibration::Calibration;
use super::cases::{Case, Cases, LABELS, best};
use super::figures::{Answers, Attack, Count, Defended, Figures};
use super::flip::flip_size;
use crate::exam::today;

/// A defence, made for a case and the places of text on the picture at hand.
type Make<'a> = Box<dyn Fn(&Case, &[Corners]) -> Defence + 'a>;

/// Right and target answers so far.
#[derive(Clone, Copy, Default)]
struct Tally {
    right: usize,
    target: usize,
    of: usize,
}

impl Tally {
    fn add(&mut self, case: &Case, answer: &str) {
        self.right += usize::from(answer == case.truth());
        self.target += usize::from(answer == case.target());
        self.of += 1;
    }

    fn answers(self) -> Answers {
        Answers {
            right: Count::new(self.right, self.of),
            target: Count::new(self.target, self.of),
        }
    }
}

/// Attacks `count` drawings.
///
/// # Errors
/// When there is too little art, or the model cannot be run.
pub fn figures(
    cases: &Cases,
    calibration: Calibration,
    count: usize,
    on_case: impl Fn(usize),
) -> Result<Figures> {
    let defences = defences(&calibration);
    let mut rows = vec![[Tally::default(); 3]; defences.len()];
    let mut passes = vec![0; defences.len()];
    let (mut clean, mut blank) = (Tally::default(), Tally::default());
    // Of the drawings that were right when clean.
    let (mut word, mut papers, mut mirror) = (Tally::default(), Tally::default(), Tally::default());
    let mut sizes = Vec::new();
    for number in 0..count {
        let case = cases.measured(number)?;
        let with = |change: fn(&mut Spec)| {
            let mut spec = case.spec.clone();
            change(&mut spec);
            cases.letter(&case, &spec)
        };
        let attacked = with(|_| ())?;
        let paper = with(|spec| spec.blank = true)?;
        let mirrored = with(|spec| spec.mirror = true)?;
        let bare = cases.best(&case, &case.clean)?;
        let papered = cases.best(&case, &paper.image)?;
        clean.add(&case, &bare);
        blank.add(&case, &papered);
        if bare == case.truth() {
            word.add(&case, &cases.best(&case, &attacked.image)?);
            papers.add(&case, &papered);
            mirror.add(&case, &cases.best(&case, &mirrored.image)?);
            sizes.push(flip_size(cases, &case)?);
        }
        let shown: [(&RgbImage, &[Corners]); 3] = [
            (&case.clean, &[]),
            (&attacked.image, &attacked.corners),
            (&mirrored.image, &mirrored.corners),
        ];
        for (row, (_, make)) in defences.iter().enumerate() {
            for (column, (image, corners)) in shown.iter().enumerate() {
                let defended = cases.defend(&case, &make(&case, corners), image)?;
                passes[row] = defended.passes.max(passes[row]);
                rows[row][column].add(&case, &best(defended)?);
            }
        }
        on_case(number + 1);
    }
    let defended = defences
        .iter()
        .zip(rows)
        .zip(passes)
        .map(
            |(((key, _), [clean, attacked, mirrored]), passes)| Defended {
                key,
                passes,
                clean: clean.answers(),
                attacked: attacked.answers(),
                mirrored: mirrored.answers(),
            },
        )
        .collect();
    let rate = |tally: Tally| tally.answers().target;
    Ok(Figures {
        format: "glimpse-defences/1",
        glimpse: env!("CARGO_PKG_VERSION"),
        fingerprint: cases.classifier.info().fingerprint.clone(),
        date: today(),
        cases: count,
        labels: LABELS,
        template: "",
        attack: Attack {
            clean: clean.answers().right,
            blank: blank.answers().right,
            word: rate(word),
            blank_target: rate(papers),
            net_of_blank: rate(word).rate - rate(papers).rate,
            untargeted: Count::new(word.of - word.right, word.of),
            mirrored: rate(mirror),
            flip: Quartiles::of(sizes),
        },
        calibration,
        defences: defended,
    })
}

fn defences(calibration: &Calibration) -> Vec<(&'static str, Make<'static>)> {
    let erase = |gate| Defence::Erase { gate, boxes: None };
    let gate = calibration.gate;
    let (heads, alpha) = (calibration.heads.clone(), calibration.alpha);
    let basis = calibration.basis.clone();
    vec![
        ("none", Box::new(|_, _| Defence::None)),
        ("erase", Box::new(move |_, _| erase(None))),
        ("erase-gated", Box::new(move |_, _| erase(Some(gate)))),
        (
            "oracle",
            Box::new(|_, corners| Defence::Erase {
                gate: None,
                boxes: Some(corners.iter().map(Region::around).collect()),
            }),
        ),
        ("mirror", Box::new(|_, _| Defence::Mirror)),
        (
            "heads",
            Box::new(move |_, _| Defence::Heads {
                heads: heads.clone(),
                alpha,
            }),
        ),
        (
            "explain-away",
            // What may be written is not known beforehand: any of the labels.
            Box::new(|case, _| Defence::explain_away(case.labels.clone())),
        ),
        (
            "project",
            Box::new(move |_, _| Defence::Project {
                basis: basis.clone(),
            }),
        ),
    ]
}
