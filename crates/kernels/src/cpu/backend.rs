//! The kernels for burn's CPU backend: from its tensors to slices and back.

use burn::backend::tensor::{FloatTensor, IntTensor};
use burn::tensor::Shape;
use burn_flex::{Flex, FlexTensor};

use super::attention::{Head, attend};
use super::average::average;
use super::convolution::convolution;
use super::depthwise::depthwise;
use super::functions::layer_norm;
use super::linear::{linear, packed_linear};
use super::slices::{contiguous, numbers, part_of, tensor, words};
use super::unit::{Unit, Work, in_parts, on_best_unit};
use super::unpack::unpack;
use crate::backend::{Epilogue, Kernels};
use crate::{Activation, Packing, Window};

impl Kernels for Flex {
    fn fused_product(
        input: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        d_out: usize,
    ) -> FloatTensor<Self> {
        linear(input, weight, d_out, Epilogue::nothing())
    }

    fn fused_product_residual(
        input: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        residual: FloatTensor<Self>,
        d_out: usize,
    ) -> FloatTensor<Self> {
        linear(input, weight, d_out, Epilogue::nothing().onto(residual))
    }

    fn fused_linear(
        input: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        activation: Activation,
        d_out: usize,
    ) -> FloatTensor<Self> {
        linear(input, weight, d_out, Epilogue::bias(bias, activation))
    }

    fn fused_linear_residual(
        input: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        residual: FloatTensor<Self>,
        d_out: usize,
    ) -> FloatTensor<Self> {
        let epilogue = Epilogue::bias(bias, Activation::None).onto(residual);
        linear(input, weight, d_out, epilogue)
    }

    fn fused_packed_linear(
        input: FloatTensor<Self>,
        words: IntTensor<Self>,
        scales: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        activation: Activation,
        packing: Packing,
    ) -> FloatTensor<Self> {
        packed_linear(
            input,
            words,
            scales,
            packing,
            Epilogue::bias(bias, activation),
        )
    }

    fn fused_packed_linear_residual(
        input: FloatTensor<Self>,
        words: IntTensor<Self>,
        scales: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        residual: FloatTensor<Self>,
        packing: Packing,
    ) -> FloatTensor<Self> {
        let epilogue = Epilogue::bias(bias, Activation::None).onto(residual);
        packed_linear(input, words, scales, packing, epilogue)
    }

    fn fused_unpack(
        words: IntTensor<Self>,
        scales: FloatTensor<Self>,
        packing: Packing,
    ) -> FloatTensor<Self> {
        unpack(words, scales, packing)
    }

    fn fused_layer_norm(
        input: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        eps: f32,
    ) -> FloatTensor<Self> {
        let (input, weight, bias) = (contiguous(input), contiguous(weight), contiguous(bias));
        let mut output = vec![0.0; numbers(&input).len()];
        let rows = output.len() / numbers(&weight).len().max(1);
        let size = part_of(rows) * numbers(&weight).len();
        in_parts(&mut output, size.max(1), |part, output| {
            let input = &numbers(&input)[part * size..][..output.len()];
            on_best_unit(Norm {
                input,
                weight: numbers(&weight),
                bias: numbers(&bias),
                eps,
                output,
            });
        });
        tensor(output, input.layout().shape().clone())
    }

    fn fused_attention(
        query: FloatTensor<Self>,
        key: FloatTensor<Self>,
        value: FloatTensor<Self>,
        heads: usize,
        causal: bool,
    ) -> FloatTensor<Self> {
        let (query, key, value) = (contiguous(query), contiguous(key), contiguous(value));
        let shape = query.layout().shape().clone();
        let [batch, tokens, width] = [shape[0], shape[1], shape[2]];
        let head_dim = width / heads;
        let mut apart = vec![0.0; batch * tokens * width];
        in_parts(&mut apart, tokens * head_dim, |part, output| {
            let (item, head) = (part / heads, part % heads);
            let of = |tensor| {
                let item = &numbers(tensor)[item * tokens * width..][..tokens * width];
                &item[head * head_dim..]
            };
            on_best_unit(Attend {
                head: Head {
                    query: of(&query),
                    key: of(&key),
                    value: of(&value),
                    width,
                    head_dim,
                    causal,
                },
                output,
            });
        });
        let mut joined = Vec::with_capacity(apart.len());
        for item in apart.chunks_exact(tokens * width) {
            for token in 0..tokens {
                for head in item.chunks_exact(tokens * head_dim) {
                    joined.extend_from_slice(&head[token * head_dim..][..head_dim]);
                }
            }
        }
        tensor(joined, shape)
    }

    fn fused_convolution(
        input: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        window: Window,
        activation: Activation,
    ) -> FloatTensor<Self> {
        convolution(input, weight, bias, window, activation)
    }

    fn fused_depthwise(
        input: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        window: Window,
        activation: Activation,
    ) -> FloatTensor<Self> {
        depthwise(input, weight, bias, window, activation)
    }

    fn fused_average(input: FloatTensor<Self>) -> FloatTensor<Self> {
        average(input)
    }

    fn fused_linear_vjp(input: FloatTensor<Self>, weight: FloatTensor<Self>) -> FloatTensor<Self> {
        let (input, weight) = (contiguous(input), contiguous(weight));
        let (d_out, d_in) = (weight.layout().shape()[0], weight.layout().shape()[1]);
        let mut shape = input.layout().shape().clone();
        let last = shape.num_dims() - 1;
        shape[last] = d_in;
        let mut output = vec![0.0; shape.num_elements()];
        let rows = numbers(&input).chunks_exact(d_out);
        for (sums, row) in output.chunks_exact_mut(d_in).zip(rows) {
            for (&factor, weights) in row.iter().zip(numbers(&weight).chunks_exact(d_in)) {
                for (sum, weight) in sums.iter_mut().zip(weights) {
                    *sum += factor * weight;
                }
            }
        }
        tensor(output, shape)
    }

    fn fused_rows(input: FloatTensor<Self>, picked: IntTensor<Self>) -> FloatTensor<Self> {
        let (input, picked) = (contiguous(input), contiguous(picked));
        let picked = words(&picked);
        let shape = input.layout().shape();
        let width = shape[shape.num_dims() - 1];
        let row = |&row: &i32| &numbers(&input)[row as usize * width..][..width];
        let output = picked.iter().flat_map(row).copied().collect();
        tensor(output, Shape::new([picked.len(), width]))
    }

    fn fused_reshape(tensor: FloatTensor<Self>, shape: Shape) -> FloatTensor<Self> {
        tensor.reshape(shape)
    }
}

/// A tensor's numbers.
pub fn read(tensor: FlexTensor) -> Vec<f32> {
    numbers(&contiguous(tensor)).to_vec()
}

/// Some rows of a layer norm.
struct Norm<'a> {
    input: &'a [f32],
    weight: &'a [f32],
    bias: &'a [f32],
    eps: f32,
    output: &'a mut [f32],
}

impl Work for Norm<'_> {
    #[inline(always)]
    fn run<L: Unit>(self) {
        layer_norm::<L>(self.input, self.weight, self.bias, self.eps, self.output);
    }
}

/// One head's attention.
struct Attend<'a> {
    head: Head<'a>,
    output: &'a mut [f32],
}

impl Work for Attend<'_> {
    #[inline(always)]
    fn run<L: Unit>(self) {
        attend::<L>(self.head, self.output);
    }
}
