//! The device's self-test: the first layer of both towers, computed on the GPU and on the CPU, and compared.
//!
//! Shader errors in browsers are only logged, later, and the output is then silently wrong. One layer has every kind
//! and shape of operation that the others have, at a twelfth of a copy's memory.

use crate::clip::Clip;
use crate::error::ForwardError;

/// The largest difference of a unit-length embedding's component that a sound GPU shows; wrong ones are off by 0.1.
const TOLERANCE: f32 = 2e-3;
/// How many encoder layers the self-test has.
pub(crate) const DEPTH: usize = 1;

/// The first layers of a network, on the CPU.
pub struct DeviceSelfTest {
    pub(crate) clip: Clip,
}

impl DeviceSelfTest {
    /// Whether `clip`, cut to the same layers, gives the same embeddings; else the largest difference, in words.
    ///
    /// # Errors
    /// [`ForwardError`] when either device fails.
    pub async fn disagreement(&self, clip: &Clip) -> Result<Option<String>, ForwardError> {
        let config = clip.config();
        let side = config.vision.image_size;
        // No pattern that a wrong stride could repeat: the phases of three colours drift apart.
        let pixel_values: Vec<f32> = (0..3 * side * side)
            .map(|at| (at as f32 * 0.37).sin() + 0.5 * (at as f32 * 0.011).cos())
            .collect();
        let vocabulary = u32::try_from(config.text.vocab_size).unwrap_or(u32::MAX);
        let length = config.text.max_position_embeddings.min(7) as u32;
        let prompts = vec![
            (0..length).map(|at| (at * 7919) % vocabulary).collect(),
            (0..length.min(3))
                .map(|at| (at * 104_729 + 1) % vocabulary)
                .collect(),
        ];
        let ours = self
            .clip
            .image_embeds_at(&pixel_values, DEPTH)
            .await?
            .concat();
        let theirs = clip.image_embeds_at(&pixel_values, DEPTH).await?.concat();
        let mut worst = difference(&ours, &theirs);
        if !clip.has_text_tower() {
            return Ok(judged(worst));
        }
        let ours = self.clip.text_embeds_at(&prompts, DEPTH).await?;
        let theirs = clip.text_embeds_at(&prompts, DEPTH).await?;
        for (ours, theirs) in ours.iter().zip(&theirs) {
            worst = worst.max(difference(ours, theirs));
        }
        Ok(judged(worst))
    }
}

/// A difference that no sound GPU shows, in words.
fn judged(worst: f32) -> Option<String> {
    (worst > TOLERANCE)
        .then(|| format!("a known answer is off by {worst:.4}, more than {TOLERANCE}"))
}

fn difference(ours: &[f32], theirs: &[f32]) -> f32 {
    ours.iter()
        .zip(theirs)
        .map(|(a, b)| (a - b).abs())
        .fold(0.0, f32::max)
}
