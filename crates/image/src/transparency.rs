//! What becomes of a picture's transparency: dropped, or laid on white, each as its reference does it.

use std::str::FromStr;

use crate::error::PreprocessorError;

/// What is done with transparent pixels.
///
/// open_clip, OpenAI's CLIP and transformers before 5 drop alpha (`convert("RGB")`): pixels show the colours that the
/// file holds for them, which nobody sees elsewhere. transformers 5 lays RGBA, grey with alpha, palettes and colour keys
/// on white (`convert_to_rgb`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Transparency {
    /// Alpha is dropped.
    #[default]
    Drop,
    /// The picture is laid on white.
    White,
}

impl FromStr for Transparency {
    type Err = PreprocessorError;

    /// "drop" or "white".
    fn from_str(name: &str) -> Result<Self, PreprocessorError> {
        match name {
            "drop" => Ok(Self::Drop),
            "white" => Ok(Self::White),
            other => Err(PreprocessorError::Value {
                file: "the options",
                field: "transparency",
                found: format!("{other:?}"),
                expected: "\"drop\" or \"white\"",
            }),
        }
    }
}

impl Transparency {
    /// One pixel as it is shown.
    #[inline]
    pub(crate) fn apply(self, rgb: [u8; 3], alpha: u8) -> [u8; 3] {
        match self {
            Self::Drop => rgb,
            Self::White => over_white(rgb, alpha),
        }
    }
}

/// One pixel as Pillow's `alpha_composite` on opaque white, with its seven bits beyond the byte.
fn over_white(rgb: [u8; 3], alpha: u8) -> [u8; 3] {
    if alpha == 0 {
        return [255; 3];
    }
    let source = u32::from(alpha) << 7;
    let ground = (255 << 7) - source;
    rgb.map(|value| {
        let sum = u32::from(value) * source + 255 * ground + (0x80 << 7);
        ((((sum >> 8) + sum) >> 8) >> 7) as u8
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_told_by_name() {
        assert_eq!("drop".parse(), Ok(Transparency::Drop));
        assert_eq!("white".parse(), Ok(Transparency::White));
        let error = "black".parse::<Transparency>().expect_err("no such way");
        let expected = "the options: `transparency` is \"black\", expected \"drop\" or \"white\"";
        assert_eq!(error.to_string(), expected);
    }

    /// `Image.alpha_composite(Image.new("RGBA", size, "white"), image)` of Pillow 12.2.
    #[test]
    fn lies_on_white_as_in_pillow() {
        for (rgb, alpha, expected) in [
            ([10, 200, 77], 0, [255, 255, 255]),
            ([10, 200, 77], 255, [10, 200, 77]),
            ([10, 200, 77], 128, [132, 227, 166]),
            ([0, 0, 0], 1, [254, 254, 254]),
            ([255, 3, 128], 99, [255, 157, 206]),
        ] {
            assert_eq!(
                Transparency::White.apply(rgb, alpha),
                expected,
                "{rgb:?} {alpha}"
            );
            assert_eq!(Transparency::Drop.apply(rgb, alpha), rgb);
        }
    }
}
