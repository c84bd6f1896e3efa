//! Names drawings: of taught things in a style that was held out, and of things whose pictures were held out.

use anyhow::Result;

use super::gallery::{Gallery, alone, chance, held_out_names, name_of, others, picture};
use super::judge::{Examiner, Seen};
use crate::concepts::taught_names;

/// The template that is asked besides bare labels.
const TEMPLATE: &str = "a drawing of a {}";

/// Labels in a question, and the figures' keys: top-1 and top-5 of bare labels, and of the template.
const COUNTS: [(usize, [&str; 4]); 3] = [
    (
        50,
        [
            "style-50-top1",
            "style-50-top5",
            "style-50-drawing-top1",
            "style-50-drawing-top5",
        ],
    ),
    (
        100,
        [
            "style-100-top1",
            "style-100-top5",
            "style-100-drawing-top1",
            "style-100-drawing-top5",
        ],
    ),
    (
        200,
        [
            "style-200-top1",
            "style-200-top5",
            "style-200-drawing-top1",
            "style-200-drawing-top5",
        ],
    ),
];

/// Asks for every taught thing in the held-out style once with each number of labels.
///
/// # Errors
/// When there are too few labels, or the model cannot be run.
pub fn held_out_style(examiner: &mut Examiner, gallery: &Gallery) -> Result<()> {
    let names = taught_names();
    for (trial, sprite) in gallery.style.iter().enumerate() {
        let (seen, name) = (
            examiner.show(picture(vec![alone(sprite)]))?,
            name_of(sprite),
        );
        for (count, [one, five, drawing_one, drawing_five]) in COUNTS {
            let mut labels = vec![name];
            labels.extend(others(&names, &[name], count - 1, &mut chance(1, trial))?);
            top(examiner, [one, five], &seen, &labels, "{}")?;
            top(
                examiner,
                [drawing_one, drawing_five],
                &seen,
                &labels,
                TEMPLATE,
            )?;
        }
    }
    Ok(())
}

/// Asks for every drawing of a held-out thing among all held-out names and ten taught ones.
///
/// # Errors
/// When there are too few labels, or the model cannot be run.
pub fn held_out_concepts(examiner: &mut Examiner, gallery: &Gallery) -> Result<()> {
    let (held_out, taught) = (held_out_names(), taught_names());
    for (trial, sprite) in gallery.strangers.iter().enumerate() {
        let (seen, name) = (
            examiner.show(picture(vec![alone(sprite)]))?,
            name_of(sprite),
        );
        let mut labels = vec![name];
        labels.extend(held_out.iter().filter(|&&other| other != name));
        labels.extend(others(&taught, &[], 10, &mut chance(2, trial))?);
        top(
            examiner,
            ["concepts-top1", "concepts-top5"],
            &seen,
            &labels,
            "{}",
        )?;
    }
    Ok(())
}

/// Marks whether the first label is the best, and whether it is among the best five.
fn top(
    examiner: &mut Examiner,
    [one, five]: [&'static str; 2],
    seen: &Seen,
    labels: &[&str],
    template: &str,
) -> Result<()> {
    let labels: Vec<String> = labels
        .iter()
        .map(|label| template.replace("{}", label))
        .collect();
    let rank = examiner.ask(one, seen, &labels, 0)?;
    examiner.mark(five, rank < 5);
    Ok(())
}
