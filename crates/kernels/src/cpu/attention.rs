//! Multi-head attention of one head at a time: the scores of all its tokens, their softmax, what they see.

use super::functions::softmax;
use super::lanes::Lanes;
use super::multiply::multiply;
use super::products::Rows;

/// What one head of one picture or prompt reads: `[tokens, head_dim]`, rows `width` apart.
#[derive(Clone, Copy)]
pub struct Head<'a> {
    /// From the head's first number on.
    pub query: &'a [f32],
    /// The same of the keys.
    pub key: &'a [f32],
    /// The same of the values.
    pub value: &'a [f32],
    /// From one token to the next.
    pub width: usize,
    /// Numbers of each token.
    pub head_dim: usize,
    /// With it, a token sees itself and those before it.
    pub causal: bool,
}

/// Writes what the tokens see, `[tokens, head_dim]`.
#[inline(always)]
pub fn attend<L: Lanes>(head: Head<'_>, output: &mut [f32]) {
    let Head {
        width, head_dim, ..
    } = head;
    let tokens = output.len() / head_dim;
    let padded = tokens.next_multiple_of(L::COUNT);
    let rows = |values| Rows {
        values,
        count: tokens,
        stride: width,
    };
    // A score that no token has is so small that its softmax is nothing.
    let mut scores = vec![f32::MIN; tokens * padded];
    multiply::<L>(
        rows(head.query),
        rows(head.key),
        head_dim,
        &mut scores,
        padded,
    );
    let scale = (head_dim as f32).powf(-0.5);
    for (token, row) in scores.chunks_exact_mut(padded).enumerate() {
        if head.causal {
            row[token + 1..].fill(f32::MIN);
        }
        softmax::<L>(row, scale);
    }
    let mut across = vec![0.0; head_dim * padded];
    for (token, value) in head.value.chunks(width).enumerate() {
        for (row, &number) in across.chunks_exact_mut(padded).zip(value) {
            row[token] = number;
        }
    }
    let weights = Rows {
        values: &scores,
        count: tokens,
        stride: padded,
    };
    let across = Rows {
        values: &across,
        count: head_dim,
        stride: padded,
    };
    multiply::<L>(weights, across, padded, output, head_dim);
}
