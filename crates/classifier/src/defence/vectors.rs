//! Defences that work on embeddings alone: mirror images disentangled, directions of text projected out.

use glimpse_model::{ForwardError, unit_length};

use crate::scores::dot;

/// MirrorCLIP's disentangled embedding of a picture (f) and its mirror image (g): v_i = f_i + g_i where both have the same
/// sign, else g_i; brought to unit length.
///
/// # Errors
/// [`ForwardError::NotFinite`] when nothing is left.
pub(crate) fn disentangle(f: &[f32], g: &[f32]) -> Result<Vec<f32>, ForwardError> {
    let mixed: Vec<f32> = f
        .iter()
        .zip(g)
        .map(|(f, g)| if f * g > 0.0 { f + g } else { *g })
        .collect();
    unit_length(&mixed, "image_embeds")
}

/// f' = f - U U^t f, brought to unit length; `basis` holds orthonormal rows.
///
/// # Errors
/// [`ForwardError::NotFinite`] when nothing is left.
pub(crate) fn project_out(f: &[f32], basis: &[Vec<f32>]) -> Result<Vec<f32>, ForwardError> {
    let mut left = f.to_vec();
    for direction in basis {
        let along = dot(f, direction) as f32;
        for (value, part) in left.iter_mut().zip(direction) {
            *value -= along * part;
        }
    }
    unit_length(&left, "image_embeds")
}

/// Rounds of power iteration; the gap between the first directions of text is wide.
const ROUNDS: usize = 200;

/// The main directions of what a word does to embeddings: orthonormal rows that hold most of the differences
/// f(picture + word) - f(picture), most first (principal components about zero, so that the mean shift is among them).
#[must_use]
pub fn text_directions(differences: &[Vec<f32>], count: usize) -> Vec<Vec<f32>> {
    let mut left: Vec<Vec<f64>> = differences
        .iter()
        .map(|row| row.iter().map(|&value| f64::from(value)).collect())
        .collect();
    let mut basis = Vec::new();
    for _ in 0..count.min(differences.len()) {
        let Some(direction) = strongest(&left) else {
            break;
        };
        for row in &mut left {
            let along = product(row, &direction);
            for (value, part) in row.iter_mut().zip(&direction) {
                *value -= along * part;
            }
        }
        basis.push(direction.iter().map(|&value| value as f32).collect());
    }
    basis
}

/// The unit direction along which the rows are longest together; `None` where they are all zero.
fn strongest(rows: &[Vec<f64>]) -> Option<Vec<f64>> {
    let longest = rows
        .iter()
        .max_by(|a, b| product(a, a).total_cmp(&product(b, b)))?;
    let mut direction = unit(longest)?;
    for _ in 0..ROUNDS {
        let mut next = vec![0.0; direction.len()];
        for row in rows {
            let along = product(row, &direction);
            for (sum, value) in next.iter_mut().zip(row) {
                *sum += along * value;
            }
        }
        direction = unit(&next)?;
    }
    Some(direction)
}

fn unit(values: &[f64]) -> Option<Vec<f64>> {
    let length = product(values, values).sqrt();
    // Below this it is rounding that is left of directions taken out before.
    (length > 1e-12).then(|| values.iter().map(|value| value / length).collect())
}

fn product(left: &[f64], right: &[f64]) -> f64 {
    left.iter()
        .zip(right)
        .map(|(left, right)| left * right)
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_decide_what_the_mirror_leaves() {
        let v = disentangle(&[0.6, 0.8, 0.0], &[0.8, -0.6, 0.0]).expect("a vector");
        let length = (1.4f32 * 1.4 + 0.6 * 0.6).sqrt();
        for (found, expected) in v.iter().zip([1.4 / length, -0.6 / length, 0.0]) {
            assert!((found - expected).abs() < 1e-6, "{v:?}");
        }
    }

    #[test]
    fn directions_are_the_main_ones_and_orthonormal() {
        let rows = [
            vec![3.0, 0.0, 0.0],
            vec![-2.9, 0.0, 0.1],
            vec![0.0, 1.0, 0.0],
        ];
        let basis = text_directions(&rows, 2);
        assert!(basis[0][0].abs() > 0.999, "{basis:?}");
        assert!(basis[1][1].abs() > 0.99, "{basis:?}");
        assert!(dot(&basis[0], &basis[1]).abs() < 1e-6);
        let left = project_out(&[0.6, 0.0, 0.8], &basis[..1]).expect("a vector");
        assert!(left[0].abs() < 0.05 && left[2] > 0.99, "{left:?}");
        assert_eq!(text_directions(&[vec![0.0; 3]], 2), Vec::<Vec<f32>>::new());
    }
}
