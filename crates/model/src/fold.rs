//! Folds batch norms into the convolutions before them, while both stream in.
//!
//! Behind a convolution with weight w, a batch norm gives `scale (w x - mean) / sqrt(variance + eps) + shift` for each channel: again a
//! convolution, whose rows are w's times `scale / sqrt(variance + eps)`, with a bias. So packed rows stay packed: their own scales take it.

use std::collections::HashMap;

use crate::containers::values::{Values, transposed};
use crate::error::WeightsError;
use crate::layouts::{Layer, Part, Spec};

/// Convolutions and batch norms that are not whole yet, by the convolution's name: files hold their tensors in any order.
#[derive(Default)]
pub(crate) struct Folding(HashMap<String, Waiting>);

/// A convolution into which its batch norm is folded.
pub(crate) struct Folded {
    /// Laid as the kernel of its layer wants it.
    pub weight: Values,
    /// `[c_out]`
    pub bias: Vec<f32>,
}

/// What has come of a convolution and its batch norm.
#[derive(Default)]
struct Waiting {
    weight: Option<Weight>,
    scale: Option<Vec<f32>>,
    shift: Option<Vec<f32>>,
    mean: Option<Vec<f32>>,
    /// The roots of the variances.
    deviation: Option<Vec<f64>>,
}

struct Weight {
    layer: Layer,
    /// Its name and shape in the file.
    tensor: String,
    shape: Vec<usize>,
    values: Values,
}

impl Folding {
    /// Takes a tensor of the convolution `name` or of its batch norm; gives the folded one when this was the last.
    ///
    /// # Errors
    /// [`WeightsError`] where a variance is none, or what comes out is not finite.
    pub fn put(
        &mut self,
        name: &str,
        part: Part,
        spec: &Spec,
        values: Values,
    ) -> Result<Option<Folded>, WeightsError> {
        let mut waiting = self.0.remove(name).unwrap_or_default();
        waiting.put(part, spec, values)?;
        match waiting {
            Waiting {
                weight: Some(weight),
                scale: Some(scale),
                shift: Some(shift),
                mean: Some(mean),
                deviation: Some(deviation),
            } => {
                let factors = scale.iter().zip(deviation);
                let factors: Vec<f64> = factors
                    .map(|(&scale, deviation)| f64::from(scale) / deviation)
                    .collect();
                let moved = shift.iter().zip(&mean).zip(&factors);
                let bias: Vec<f32> = moved
                    .map(|((&shift, &mean), factor)| {
                        (f64::from(shift) - f64::from(mean) * factor) as f32
                    })
                    .collect();
                WeightsError::check_finite(&weight.tensor, &bias)?;
                Ok(Some(Folded {
                    weight: weight.times(&factors)?,
                    bias,
                }))
            }
            waiting => {
                self.0.insert(name.to_owned(), waiting);
                Ok(None)
            }
        }
    }
}

impl Waiting {
    fn put(&mut self, part: Part, spec: &Spec, values: Values) -> Result<(), WeightsError> {
        match part {
            Part::Weight(layer) => {
                self.weight = Some(Weight {
                    layer,
                    tensor: spec.name.clone(),
                    shape: spec.shape.clone(),
                    values,
                });
            }
            Part::Scale => self.scale = Some(values.into_numbers()),
            Part::Shift => self.shift = Some(values.into_numbers()),
            Part::Mean => self.mean = Some(values.into_numbers()),
            Part::Variance(eps) => {
                let variances = values.into_numbers();
                self.deviation = Some(deviations(&spec.name, &variances, eps)?);
            }
        }
        Ok(())
    }
}

/// The roots of variances, `eps` added to each.
fn deviations(tensor: &str, variances: &[f32], eps: f64) -> Result<Vec<f64>, WeightsError> {
    let root = |&variance: &f32| {
        let sum = f64::from(variance) + eps;
        if sum > 0.0 {
            Ok(sum.sqrt())
        } else {
            Err(WeightsError::Variance {
                tensor: tensor.to_owned(),
                found: variance.to_string(),
            })
        }
    };
    variances.iter().map(root).collect()
}

impl Weight {
    /// Each row times its factor, laid as the kernel wants it.
    fn times(self, factors: &[f64]) -> Result<Values, WeightsError> {
        let values = self.values.times_rows(factors);
        values.check_finite(&self.tensor)?;
        let rows = self.shape[0];
        let under: usize = self.shape[2..].iter().product();
        Ok(match self.layer {
            Layer::Linear => values,
            Layer::Depthwise => Values::Numbers(transposed(&values.into_numbers(), rows, under)),
            Layer::Convolution => {
                let (channels, values) = (self.shape[1], values.into_numbers());
                let rows = values.chunks_exact(channels * under);
                Values::Numbers(
                    rows.flat_map(|row| transposed(row, channels, under))
                        .collect(),
                )
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layouts::Destination;

    const EPS: f64 = 0.25;

    /// Puts the tensors of one convolution of two rows in this order: 0 is the weight, then scale, shift, mean and variance.
    fn folded(
        layer: Layer,
        weight: (&[usize], &[f32]),
        variance: [f32; 2],
        order: [usize; 5],
    ) -> Result<Folded, WeightsError> {
        let (shape, numbers) = weight;
        let pieces = [
            ("weight", Part::Weight(layer), shape, numbers),
            ("scale", Part::Scale, &[2], &[3.0, 8.0]),
            ("shift", Part::Shift, &[2], &[0.5, -1.0]),
            ("mean", Part::Mean, &[2], &[4.0, -2.0]),
            ("variance", Part::Variance(EPS), &[2], &variance),
        ];
        let mut folding = Folding::default();
        for (count, at) in order.into_iter().enumerate() {
            let (name, part, shape, numbers) = pieces[at];
            let spec = Spec {
                name: name.to_owned(),
                shape: shape.to_vec(),
                destination: Destination::Folded("a".to_owned(), part),
            };
            let put = folding.put("a", part, &spec, Values::Numbers(numbers.to_vec()))?;
            if let Some(folded) = put {
                assert_eq!(count, 4, "whole before it was");
                return Ok(folded);
            }
        }
        panic!("nothing was folded")
    }

    /// Deviations of 1.5 and 2, so factors of 2 and 4.
    const VARIANCE: [f32; 2] = [2.0, 3.75];

    #[test]
    fn rows_are_scaled_and_the_rest_is_a_bias_in_whatever_order_they_come() {
        let weight = (&[2, 2, 1, 1][..], &[1.0, -2.0, 0.5, 3.0][..]);
        for order in [[0, 1, 2, 3, 4], [4, 3, 2, 1, 0], [2, 0, 4, 1, 3]] {
            let folded = folded(Layer::Linear, weight, VARIANCE, order).expect("folded");
            assert_eq!(folded.weight.into_numbers(), [2.0, -4.0, 2.0, 12.0]);
            assert_eq!(folded.bias, [0.5 - 4.0 * 2.0, -1.0 + 2.0 * 4.0]);
        }
    }

    #[test]
    fn windows_are_laid_with_their_channels_side_by_side() {
        let order = [0, 1, 2, 3, 4];
        let numbers: Vec<f32> = (1..=16).map(|number| number as f32).collect();
        let convolution = folded(
            Layer::Convolution,
            (&[2, 2, 2, 2], &numbers),
            VARIANCE,
            order,
        );
        assert_eq!(
            convolution.expect("folded").weight.into_numbers(),
            [
                2.0, 10.0, 4.0, 12.0, 6.0, 14.0, 8.0, 16.0, 36.0, 52.0, 40.0, 56.0, 44.0, 60.0,
                48.0, 64.0
            ]
        );
        let depthwise = folded(
            Layer::Depthwise,
            (&[2, 1, 2, 2], &numbers[..8]),
            VARIANCE,
            order,
        );
        assert_eq!(
            depthwise.expect("folded").weight.into_numbers(),
            [2.0, 20.0, 4.0, 24.0, 6.0, 28.0, 8.0, 32.0]
        );
    }

    #[test]
    fn what_is_no_variance_or_overflows_is_named() {
        let order = [0, 1, 2, 3, 4];
        let weight = (&[2, 1, 1, 1][..], &[1.0, 1e38][..]);
        let folded = |variance| folded(Layer::Linear, weight, variance, order);
        for wrong in [-0.25, -1.0, f32::MIN] {
            let error = folded([1.0, wrong]).err().expect("no variance");
            assert!(error.to_string().contains("variance"), "{error}");
            assert!(error.is_damage());
        }
        let error = folded(VARIANCE).err().expect("4e38 is beyond f32");
        assert!(error.to_string().contains("weight holds inf"), "{error}");
        assert!(folded([0.0, 1e6]).is_ok());
    }
}
