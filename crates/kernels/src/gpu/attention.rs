//! Attention in one launch: an invocation for each query of each head, which walks the keys once.

use burn::backend::tensor::FloatTensor;
use burn_cubecl::CubeBackend;
use cubecl::prelude::*;
use cubecl::{CubeCount, CubeDim};

use super::launch::{contiguous, empty, vector_size};

/// Invocations in a workgroup.
const GROUP: u32 = 32;

/// The softmax is kept as it goes (Milakov and Gimelshein, 2018, "Online normalizer calculation for softmax"): scores are never
/// stored, so the number of tokens is limited by nothing.
#[cube(launch_unchecked)]
fn online<N: Size>(
    query: &[Vector<f32, N>],
    key: &[Vector<f32, N>],
    value: &[Vector<f32, N>],
    output: &mut [Vector<f32, N>],
    scale: f32,
    queries: usize,
    tokens: usize,
    #[comptime] heads: usize,
    #[comptime] head_vectors: usize,
    #[comptime] causal: bool,
) {
    let at = ABSOLUTE_POS;
    if at >= queries * heads {
        terminate!();
    }
    let width = comptime!(heads * head_vectors);
    // Neighbours share a head, and so read the same keys.
    let row = at % queries;
    let head = at / queries;
    let token = row % tokens;
    let first = row - token;
    let lane = head * head_vectors;
    let mut asked = Array::<Vector<f32, N>>::new(head_vectors);
    let mut sums = Array::<Vector<f32, N>>::new(head_vectors);
    #[unroll]
    for d in 0..head_vectors {
        asked[d] = query[row * width + lane + d] * Vector::new(scale);
        sums[d] = Vector::new(0.0f32);
    }
    let mut most = f32::new(-1e30);
    let mut whole = 0.0f32;
    let seen = if causal { token + 1 } else { tokens };
    for other in 0..seen {
        let start = (first + other) * width + lane;
        let mut products = Vector::<f32, N>::new(0.0f32);
        #[unroll]
        for d in 0..head_vectors {
            products += asked[d] * key[start + d];
        }
        let mut score = products.extract(0usize);
        #[unroll]
        for n in 1..products.vector_size() {
            score += products.extract(n);
        }
        let higher = select(score > most, score, most);
        let kept = f32::exp(most - higher);
        let share = f32::exp(score - higher);
        whole = whole * kept + share;
        #[unroll]
        for d in 0..head_vectors {
            sums[d] = sums[d] * Vector::new(kept) + value[start + d] * Vector::new(share);
        }
        most = higher;
    }
    #[unroll]
    for d in 0..head_vectors {
        output[row * width + lane + d] = sums[d] / Vector::new(whole);
    }
}

pub fn launch(
    query: FloatTensor<CubeBackend>,
    key: FloatTensor<CubeBackend>,
    value: FloatTensor<CubeBackend>,
    heads: usize,
    causal: bool,
) -> FloatTensor<CubeBackend> {
    let (query, key, value) = (contiguous(query), contiguous(key), contiguous(value));
    let shape = query.meta.shape().clone();
    let (batch, tokens, width) = (shape[0], shape[1], shape[2]);
    let head_dim = width / heads;
    let size = vector_size(&[head_dim]);
    let output = empty(&query, shape);
    let client = output.client.clone();
    let groups = (batch * tokens * heads).div_ceil(GROUP as usize) as u32;
    #[expect(
        unsafe_code,
        reason = "launching without bounds checks, which the kernel makes itself"
    )]
    unsafe {
        online::launch_unchecked(
            &client,
            CubeCount::Static(groups, 1, 1),
            CubeDim::new_1d(GROUP),
            size,
            query.into_buffer_arg(),
            key.into_buffer_arg(),
            value.into_buffer_arg(),
            output.clone().into_buffer_arg(),
            (head_dim as f32).powf(-0.5),
            batch * tokens,
            tokens,
            heads,
            head_dim / size,
            causal,
        );
    }
    output
}
