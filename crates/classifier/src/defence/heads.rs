//! Which heads read text: the share of their attention that falls on it (Dyslexify's T).

use glimpse_image::RgbImage;
use glimpse_model::Ablation;
use serde::Serialize;

use crate::classifier::Classifier;
use crate::error::Error;
use crate::explain::patches_of;

/// A quadrangle's corners, in order, in fractions of the side.
pub type Corners = [[f32; 2]; 4];

/// How much of its look a head gives to text.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct HeadShare {
    /// Counted from 0.
    pub layer: usize,
    /// Counted from 0.
    pub head: usize,
    /// The class token's attention to patches under text over that to all patches, 0 to 1.
    pub share: f32,
}

impl Classifier {
    /// Every head's share of look at the text in `corners`, hardest lookers first. One pass.
    ///
    /// # Errors
    /// [`Error`] when the image tower has no heads, or the device fails.
    pub async fn head_shares(
        &self,
        image: &RgbImage,
        corners: &[Corners],
    ) -> Result<Vec<HeadShare>, Error> {
        let side = self.clip.config().vision.patches_per_side();
        let heads = self.transformer()?.num_attention_heads;
        let trace = self.trace(image, &Ablation::default()).await?;
        let under = patches_under(corners, side);
        let attention = patches_of(&trace, side * side);
        let mut shares: Vec<HeadShare> = attention
            .chunks_exact(side * side)
            .enumerate()
            .map(|(at, row)| HeadShare {
                layer: at / heads,
                head: at % heads,
                share: share(row, &under),
            })
            .collect();
        shares.sort_by(|a, b| b.share.total_cmp(&a.share));
        Ok(shares)
    }
}

fn share(row: &[f32], under: &[bool]) -> f32 {
    let all: f32 = row.iter().sum();
    let text: f32 = row
        .iter()
        .zip(under)
        .filter(|(_, under)| **under)
        .map(|(look, _)| look)
        .sum();
    if all > 0.0 { text / all } else { 0.0 }
}

/// Which patches, row by row, have their centre inside one of the quadrangles; where none has, the one each centre is in.
#[must_use]
pub fn patches_under(corners: &[Corners], side: usize) -> Vec<bool> {
    let mut under = vec![false; side * side];
    for quadrangle in corners {
        let mut any = false;
        for (at, under) in under.iter_mut().enumerate() {
            let centre = [at % side, at / side].map(|place| (place as f32 + 0.5) / side as f32);
            if contains(quadrangle, centre) {
                *under = true;
                any = true;
            }
        }
        if !any {
            let middle =
                [0, 1].map(|axis| quadrangle.iter().map(|corner| corner[axis]).sum::<f32>() / 4.0);
            let [column, row] = middle.map(|place| (place * side as f32).floor());
            let inside = |place: f32| (0.0..side as f32).contains(&place);
            if inside(column) && inside(row) {
                under[row as usize * side + column as usize] = true;
            }
        }
    }
    under
}

/// Whether a point lies inside, by the parity of the edges to its right.
fn contains(quadrangle: &Corners, [x, y]: [f32; 2]) -> bool {
    (0..4).fold(false, |inside, at| {
        let ([x0, y0], [x1, y1]) = (quadrangle[at], quadrangle[(at + 1) % 4]);
        let crosses = (y0 > y) != (y1 > y) && x < (x1 - x0) * (y - y0) / (y1 - y0) + x0;
        inside != crosses
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patches_are_under_a_quadrangle_when_their_centre_is() {
        let whole_right_half = [[0.5, 0.0], [1.0, 0.0], [1.0, 1.0], [0.5, 1.0]];
        let found = patches_under(&[whole_right_half], 2);
        assert_eq!(found, [false, true, false, true]);
        // Smaller than a patch and beside every centre.
        let tiny = [[0.01, 0.6], [0.1, 0.6], [0.1, 0.65], [0.01, 0.65]];
        assert_eq!(patches_under(&[tiny], 2), [false, false, true, false]);
        let outside = [[1.2, 0.0], [1.3, 0.0], [1.3, 0.1], [1.2, 0.1]];
        assert_eq!(patches_under(&[outside], 2), [false; 4]);
    }

    #[test]
    fn a_share_is_text_over_all() {
        assert_eq!(share(&[0.1, 0.3], &[false, true]), 0.75);
        assert_eq!(share(&[0.0, 0.0], &[true, true]), 0.0);
    }
}
