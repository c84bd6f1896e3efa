//! Component lines to RGB: libjpeg's YCbCr conversion and Pillow's CMYK, both to the bit.

use super::header::Header;

/// What the components of a JPEG mean, by libjpeg's guess.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ColorModel {
    Grey,
    Rgb,
    YCbCr,
    Cmyk,
    Ycck,
    /// The components as they are, as TIFF holds them.
    Raw,
}

impl ColorModel {
    /// As `default_decompress_parms` of libjpeg's `jdapimin.c` guesses.
    pub(super) fn guess(header: &Header<'_>, ids: &[u8]) -> Self {
        match (ids, header.adobe) {
            ([_], _) => Self::Grey,
            ([_, _], _) => Self::Raw,
            ([_, _, _, _], Some(0) | None) => Self::Cmyk,
            ([_, _, _, _], Some(_)) => Self::Ycck,
            (_, _) if header.jfif => Self::YCbCr,
            (_, Some(0)) => Self::Rgb,
            (_, Some(_)) => Self::YCbCr,
            (b"RGB", None) => Self::Rgb,
            _ => Self::YCbCr,
        }
    }

    /// Converts one line; `lines` holds one full-width line per component. `rgb` has three bytes a pixel, or as many as
    /// there are components where they stay as they are.
    pub(super) fn convert(self, lines: &[Vec<u8>], rgb: &mut [u8]) {
        if self == Self::Raw {
            for (channel, line) in lines.iter().enumerate() {
                let samples = rgb.iter_mut().skip(channel).step_by(lines.len());
                for (sample, value) in samples.zip(line) {
                    *sample = *value;
                }
            }
            return;
        }
        let pixels = rgb.as_chunks_mut::<3>().0;
        match (self, lines) {
            (Self::Grey, [grey]) => {
                for (pixel, grey) in pixels.iter_mut().zip(grey) {
                    *pixel = [*grey; 3];
                }
            }
            (Self::Rgb, [red, green, blue]) => {
                for (((pixel, red), green), blue) in pixels.iter_mut().zip(red).zip(green).zip(blue)
                {
                    *pixel = [*red, *green, *blue];
                }
            }
            (Self::YCbCr, [y, cb, cr]) => {
                for (((pixel, y), cb), cr) in pixels.iter_mut().zip(y).zip(cb).zip(cr) {
                    *pixel = ycbcr(*y, *cb, *cr);
                }
            }
            (Self::Cmyk | Self::Ycck, [c, m, y, k]) => {
                for ((((pixel, c), m), y), k) in pixels.iter_mut().zip(c).zip(m).zip(y).zip(k) {
                    // Pillow takes every such file as Adobe writes them, with inverted inks.
                    let inverted = if self == Self::Ycck {
                        ycbcr(*c, *m, *y)
                    } else {
                        [255 - c, 255 - m, 255 - y]
                    };
                    *pixel = cmyk(inverted, 255 - k);
                }
            }
            _ => {}
        }
    }
}

/// One pixel with libjpeg's 16-bit fixed-point tables, written out.
#[inline]
fn ycbcr(y: u8, cb: u8, cr: u8) -> [u8; 3] {
    const HALF: i32 = 1 << 15;
    let (y, cb, cr) = (i32::from(y), i32::from(cb) - 128, i32::from(cr) - 128);
    let red = y + ((91881 * cr + HALF) >> 16);
    let green = y + ((-22554 * cb - 46802 * cr + HALF) >> 16);
    let blue = y + ((116130 * cb + HALF) >> 16);
    [red, green, blue].map(|value| value.clamp(0, 255) as u8)
}

/// One pixel as Pillow's `cmyk2rgb`; 255 is full ink.
#[inline]
pub(crate) fn cmyk(inks: [u8; 3], black: u8) -> [u8; 3] {
    let rest = 255 - i32::from(black);
    inks.map(|ink| {
        let product = i32::from(ink) * rest + 128;
        (rest - (((product >> 8) + product) >> 8)).clamp(0, 255) as u8
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn converts_known_pixels() {
        assert_eq!(ycbcr(76, 85, 255), [254, 0, 0]);
        assert_eq!(ycbcr(128, 128, 128), [128; 3]);
        assert_eq!(cmyk([0, 0, 0], 0), [255; 3]);
        assert_eq!(cmyk([255, 0, 128], 51), [0, 204, 102]);
    }
}
