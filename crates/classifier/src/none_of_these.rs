//! Folds the scores of hidden fillers into the one score "none of these".

use std::sync::LazyLock;

use serde::Deserialize;

use crate::scores::{Score, rank};

/// `none_of_these.json`, which the package reads too (web/shared-data.mjs).
#[derive(Deserialize)]
struct Table {
    label: String,
    common_things: Vec<String>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    serde_json::from_str(include_str!("none_of_these.json"))
        .expect("none_of_these.json is in order: tests read it")
});

/// The label of the score that [`fold_fillers`] adds: "none of these".
#[must_use]
pub fn none_of_these() -> &'static str {
    &TABLE.label
}

/// What a picture may show instead, for models that know photographs: things, places and pictures of no thing.
#[must_use]
pub fn common_things() -> &'static [String] {
    &TABLE.common_things
}

/// The labels' scores anew, with one more for "none of these"; the best `top_k` of them, best first.
///
/// Its logit is [`none_logit`], its cosine the fillers' best. The softmax is taken again over all.
#[must_use]
pub fn fold_fillers(labels: &[Score], fillers: &[Score], top_k: Option<usize>) -> Vec<Score> {
    let logits = |scores: &[Score]| -> Vec<f64> {
        let logits = scores.iter().map(|score| f64::from(score.logit));
        logits.collect()
    };
    let (own, others) = (logits(labels), logits(fillers));
    let none = none_logit(own.len(), &others);
    let total = log_sum_exp(own.iter().copied().chain([none]));
    let probability = |logit: f64| (logit - total).exp() as f32;
    let mut all: Vec<Score> = labels
        .iter()
        .map(|label| Score {
            score: probability(f64::from(label.logit)),
            ..label.clone()
        })
        .collect();
    all.push(Score {
        label: none_of_these().to_owned(),
        score: probability(none),
        logit: none as f32,
        cosine: fillers
            .iter()
            .map(|filler| filler.cosine)
            .fold(-1.0, f32::max),
    });
    rank(all, top_k)
}

/// The logit of "none of these" beside so many labels: the logarithm of the sum of the fillers' exponentials, less the logarithm of how
/// many fillers there are to a label.
///
/// Before the picture is looked at, "none of these" is then as likely as all labels together, however long the list of fillers is (one of
/// 253 would win 37 % of the pictures whose thing is among the labels; so it wins 8 %). Fillers that are fewer than the labels count as
/// they are.
#[must_use]
pub fn none_logit(labels: usize, fillers: &[f64]) -> f64 {
    let prior = (fillers.len() as f64 / labels as f64).max(1.0);
    log_sum_exp(fillers.iter().copied()) - prior.ln()
}

/// The logarithm of the sum of the exponentials; the largest is taken out first, or they would overflow.
fn log_sum_exp(logits: impl Iterator<Item = f64> + Clone) -> f64 {
    let largest = logits.clone().fold(f64::NEG_INFINITY, f64::max);
    largest
        + logits
            .map(|logit| (logit - largest).exp())
            .sum::<f64>()
            .ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scores(logits: &[f32]) -> Vec<Score> {
        let scores = logits.iter().enumerate().map(|(place, &logit)| Score {
            label: format!("label {place}"),
            score: 0.0,
            logit,
            cosine: logit / 100.0,
        });
        scores.collect()
    }

    #[test]
    fn fillers_weigh_as_much_as_the_labels_together() {
        let labels = scores(&[3f32.ln(), 0.0]);
        let fillers = scores(&[1.5f32.ln(); 4]);
        // Of the labels' 3 and 1, and four fillers of 1.5 that weigh a half each: 3 in all.
        let found = fold_fillers(&labels, &fillers, None);
        let named: Vec<&str> = found.iter().map(|score| score.label.as_str()).collect();
        assert_eq!(named, ["label 0", "none of these", "label 1"]);
        for (found, expected) in found.iter().zip([3.0 / 7.0, 3.0 / 7.0, 1.0 / 7.0]) {
            assert!((found.score - expected).abs() < 1e-6, "{found:?}");
        }
        assert!((found[1].logit - 3f32.ln()).abs() < 1e-6);
        assert_eq!(found[1].cosine, 1.5f32.ln() / 100.0);
        assert_eq!(fold_fillers(&labels, &fillers, Some(2)), found[..2]);
    }

    #[test]
    fn fewer_fillers_than_labels_count_as_they_are() {
        let found = fold_fillers(&scores(&[0.0, 0.0]), &scores(&[2f32.ln()]), Some(1));
        assert_eq!(found[0].label, "none of these");
        assert!((found[0].score - 0.5).abs() < 1e-6);
        assert_eq!(none_logit(2, &[5.0]), 5.0);
    }

    #[test]
    fn large_logits_do_not_overflow() {
        let found = fold_fillers(&scores(&[800.0]), &scores(&[800.0, -800.0]), None);
        let none = &found[1];
        assert!((none.score - 1.0 / 3.0).abs() < 1e-6, "{none:?}");
    }

    #[test]
    fn common_things_are_many_and_differ() {
        let mut things: Vec<&String> = common_things().iter().collect();
        things.sort_unstable();
        things.dedup();
        assert_eq!(things.len(), common_things().len());
        assert!(things.len() > 70, "{}", things.len());
    }
}
