//! The inverse DCT of libjpeg's `jidctint.c` ("islow"), to the bit: what Pillow's JPEG pixels come from.

/// Fraction bits of the constants below.
const CONST_BITS: i32 = 13;
/// Extra fraction bits kept between the two passes.
const PASS1_BITS: i32 = 2;

/// One 8-point inverse transform; `shift` fraction bits are rounded away at the end.
///
/// The sums that libjpeg-turbo's SIMD code forms in 16 bits wrap here too. No sound picture comes near that, but a
/// damaged one shows what Pillow shows, and nothing panics.
#[inline(always)]
fn transform(input: [i16; 8], shift: i32) -> [i32; 8] {
    let round = 1 << (shift - 1);
    let wide = input.map(i32::from);
    let sum = |a: usize, b: usize| i32::from(input[a].wrapping_add(input[b]));
    let difference = |a: usize, b: usize| i32::from(input[a].wrapping_sub(input[b]));

    let z1 = (wide[2] + wide[6]) * 4433;
    let tmp2 = z1 - wide[6] * 15137;
    let tmp3 = z1 + wide[2] * 6270;
    let tmp0 = (sum(0, 4) << CONST_BITS) + round;
    let tmp1 = (difference(0, 4) << CONST_BITS) + round;
    let even = [tmp0 + tmp3, tmp1 + tmp2, tmp1 - tmp2, tmp0 - tmp3];

    let [a, b, c, d] = [wide[7], wide[5], wide[3], wide[1]];
    let (ac, bd) = (sum(7, 3), sum(5, 1));
    let z5 = (ac + bd).wrapping_mul(9633);
    let z1 = (a + d).wrapping_mul(-7373);
    let z2 = (b + c).wrapping_mul(-20995);
    let z3 = ac.wrapping_mul(-16069).wrapping_add(z5);
    let z4 = bd.wrapping_mul(-3196).wrapping_add(z5);
    let odd = [
        (d * 12299).wrapping_add(z1).wrapping_add(z4),
        c.wrapping_mul(25172).wrapping_add(z2).wrapping_add(z3),
        (b * 16819).wrapping_add(z2).wrapping_add(z4),
        (a * 2446).wrapping_add(z1).wrapping_add(z3),
    ];
    [
        even[0].wrapping_add(odd[0]) >> shift,
        even[1].wrapping_add(odd[1]) >> shift,
        even[2].wrapping_add(odd[2]) >> shift,
        even[3].wrapping_add(odd[3]) >> shift,
        even[3].wrapping_sub(odd[3]) >> shift,
        even[2].wrapping_sub(odd[2]) >> shift,
        even[1].wrapping_sub(odd[1]) >> shift,
        even[0].wrapping_sub(odd[0]) >> shift,
    ]
}

/// Dequantises and transforms one block (natural order) into 8 x 8 samples at `out[..]`, rows `stride` apart.
pub(super) fn idct(
    coefficients: &[i16; 64],
    quantisation: &[u16; 64],
    out: &mut [u8],
    stride: usize,
) {
    // As in the SIMD versions of libjpeg-turbo, products wrap at 16 bits and the values between the passes saturate
    // there, except that they wrap where the first row of the block is its only one.
    let value = |at: usize| coefficients[at].wrapping_mul(quantisation[at] as i16);
    let flat = coefficients[8..].iter().all(|value| *value == 0);
    if flat && coefficients[1..8].iter().all(|value| *value == 0) {
        let dc = i32::from(value(0) << PASS1_BITS);
        let sample = (((dc + 16) >> 5) + 128).clamp(0, 255) as u8;
        for row in 0..8 {
            out[row * stride..row * stride + 8].fill(sample);
        }
        return;
    }
    let mut columns = [[0i16; 8]; 8];
    for (x, column) in columns.iter_mut().enumerate() {
        *column = if flat {
            [value(x) << PASS1_BITS; 8]
        } else {
            let input = std::array::from_fn(|row| value(row * 8 + x));
            transform(input, CONST_BITS - PASS1_BITS)
                .map(|value| value.clamp(i32::from(i16::MIN), i32::from(i16::MAX)) as i16)
        };
    }
    for row in 0..8 {
        let input = std::array::from_fn(|column| columns[column][row]);
        let samples = transform(input, CONST_BITS + PASS1_BITS + 3);
        let line = &mut out[row * stride..row * stride + 8];
        for (sample, value) in line.iter_mut().zip(samples) {
            *sample = (value + 128).clamp(0, 255) as u8;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lone_dc_fills_the_block() {
        let mut block = [0; 64];
        block[0] = -5;
        let mut out = [0; 64];
        idct(&block, &[16; 64], &mut out, 8);
        assert_eq!(out, [118; 64]);
    }

    #[test]
    fn extreme_coefficients_do_not_overflow() {
        for value in [i16::MIN, i16::MAX] {
            for quantiser in [1, 255, u16::MAX] {
                let mut out = [0; 64];
                idct(&[value; 64], &[quantiser; 64], &mut out, 8);
                let mixed: [i16; 64] =
                    std::array::from_fn(|at| if at % 3 == 0 { value } else { !value });
                idct(&mixed, &[quantiser; 64], &mut out, 8);
            }
        }
    }
}
