//! From two sides' embeddings to ranked scores: `logits_per_image`, `softmax`, `rank`.

use serde::Serialize;

/// One label's result.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Score {
    /// The label as it was given.
    pub label: String,
    /// Its probability among the labels given, from 0 to 1.
    pub score: f32,
    /// `logits_per_image`: the cosine times the model's `exp(logit_scale)`.
    pub logit: f32,
    /// The cosine of picture and label, from -1 to 1.
    pub cosine: f32,
}

/// The cosines of one picture with each label; all embeddings have unit length.
pub(crate) fn cosines(image_embeds: &[f32], text_embeds: &[Vec<f32>]) -> Vec<f32> {
    text_embeds
        .iter()
        .map(|text| dot(image_embeds, text) as f32)
        .collect()
}

/// The inner product, in f64 so that no digit is lost to the sum: of unit-length vectors, their cosine.
pub(crate) fn dot(left: &[f32], right: &[f32]) -> f64 {
    left.iter()
        .zip(right)
        .map(|(&left, &right)| f64::from(left) * f64::from(right))
        .sum()
}

/// Probabilities that sum to 1. The largest logit is subtracted first, so that no exponential overflows.
pub(crate) fn softmax(logits: &[f32]) -> Vec<f32> {
    let largest = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let powers: Vec<f64> = logits
        .iter()
        .map(|&logit| f64::from(logit - largest).exp())
        .collect();
    let sum: f64 = powers.iter().sum();
    powers.iter().map(|power| (power / sum) as f32).collect()
}

/// Best first; labels with equal scores keep their order.
pub(crate) fn rank(mut scores: Vec<Score>, top_k: Option<usize>) -> Vec<Score> {
    scores.sort_by(|a, b| b.logit.total_cmp(&a.logit));
    scores.truncate(top_k.unwrap_or(usize::MAX));
    scores
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn softmax_is_right_and_does_not_overflow() {
        let found = softmax(&[1.0, 2.0, 3.0]);
        for (found, expected) in found.iter().zip([0.090_030_57, 0.244_728_47, 0.665_240_96]) {
            assert!((found - expected).abs() < 1e-7, "{found} {expected}");
        }
        assert_eq!(softmax(&[1e30, 1e30]), [0.5, 0.5]);
        assert_eq!(softmax(&[0.0, -1e30]), [1.0, 0.0]);
    }

    #[test]
    fn equal_scores_keep_their_order_and_top_k_cuts() {
        let score = |label: &str, logit: f32| Score {
            label: label.to_owned(),
            score: 0.0,
            logit,
            cosine: 0.0,
        };
        let scores = vec![score("a", 1.0), score("b", 2.0), score("c", 1.0)];
        let labels = |scores: Vec<Score>| -> Vec<String> {
            scores.into_iter().map(|score| score.label).collect()
        };
        assert_eq!(labels(rank(scores.clone(), None)), ["b", "a", "c"]);
        assert_eq!(labels(rank(scores.clone(), Some(1))), ["b"]);
        assert_eq!(labels(rank(scores, Some(9))), ["b", "a", "c"]);
    }
}
