//! Packed weights as f32: by arithmetic that every device has, without its own halves.

use burn::backend::tensor::{FloatTensor, IntTensor};
use burn::tensor::Shape;
use burn_cubecl::CubeBackend;
use cubecl::prelude::*;
use cubecl::{CubeCount, CubeDim};

use super::launch::{contiguous, empty};
use crate::Packing;

/// Invocations in a workgroup.
const GROUP: u32 = 32;

/// The numbers of what is stored, without their row's scale.
#[cube]
pub fn unpacked<W: Scalar, N: Size, M: Size>(
    stored: Vector<W, M>,
    #[comptime] packing: Option<Packing>,
) -> Vector<f32, N> {
    if comptime!(packing.is_none()) {
        Vector::cast_from(stored)
    } else if comptime!(packing == Some(Packing::I8)) {
        let word = i32::cast_from(stored.extract(0usize));
        let mut numbers = Vector::<f32, N>::new(0.0f32);
        #[unroll]
        for at in 0..4usize {
            // Its sign to the highest bit, and all of it down again.
            let number = (word << comptime!(24 - 8 * at as i32)) >> 24i32;
            numbers.insert(at, f32::cast_from(number));
        }
        numbers
    } else {
        let mut numbers = Vector::<f32, N>::new(0.0f32);
        #[unroll]
        for at in 0..2usize {
            let word = u32::reinterpret(stored.extract(at));
            numbers.insert(comptime!(2 * at), widened(word));
            numbers.insert(comptime!(2 * at + 1), widened(word >> 16u32));
        }
        numbers
    }
}

/// The half in the lower bits as f32, and no number in between that a device may take for 0.
#[cube]
fn widened(bits: u32) -> f32 {
    let mantissa = f32::cast_from(bits & 0x3ffu32);
    // 2^-24, the step of halves that have no exponent.
    let small = mantissa * 5.960_464_5e-8f32;
    // The difference of the two formats' exponent biases.
    let normal = f32::reinterpret(((bits & 0x7fffu32) << 13u32) + 0x3800_0000u32);
    let size = select((bits & 0x7c00u32) == 0u32, small, normal);
    select((bits & 0x8000u32) == 0u32, size, -size)
}

/// Each invocation unpacks a word, or two.
#[cube(launch_unchecked)]
fn unpack<M: Size, N: Size>(
    words: &[Vector<i32, M>],
    scales: &[f32],
    output: &mut [Vector<f32, N>],
    #[comptime] vectors: usize,
    #[comptime] packing: Packing,
) {
    let at = ABSOLUTE_POS_X as usize;
    let row = ABSOLUTE_POS_Y as usize;
    if at >= vectors {
        terminate!();
    }
    let place = row * vectors + at;
    let numbers = unpacked::<i32, N, M>(words[place], comptime!(Some(packing)));
    output[place] = numbers * Vector::new(scales[row]);
}

pub fn launch(
    words: IntTensor<CubeBackend>,
    scales: FloatTensor<CubeBackend>,
    packing: Packing,
) -> FloatTensor<CubeBackend> {
    let (words, scales) = (contiguous(words), contiguous(scales));
    let [rows, length] = [words.meta.shape()[0], words.meta.shape()[1]];
    let columns = length * packing.per_word();
    let shape = Shape::new([rows, columns]);
    let output = empty(&scales, shape);
    let (client, vectors) = (output.client.clone(), columns / 4);
    #[expect(
        unsafe_code,
        reason = "launching without bounds checks: rows and vectors are the buffers' own"
    )]
    unsafe {
        unpack::launch_unchecked(
            &client,
            CubeCount::Static(vectors.div_ceil(GROUP as usize) as u32, rows as u32, 1),
            CubeDim::new_2d(GROUP, 1),
            4 / packing.per_word(),
            4,
            words.into_buffer_arg(),
            scales.into_buffer_arg(),
            output.clone().into_buffer_arg(),
            vectors,
            packing,
        );
    }
    output
}
