//! How a picture is turned upright: the EXIF (or XMP) orientation, read as `PIL.ImageOps.exif_transpose` reads it.

/// One of the eight EXIF orientations; the default is upright.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Orientation {
    #[default]
    Upright,
    FlipHorizontal,
    Rotate180,
    FlipVertical,
    Transpose,
    Rotate270,
    Transverse,
    Rotate90,
}

/// EXIF's tag number of the orientation.
pub(crate) const ORIENTATION_TAG: u16 = 0x0112;

impl Orientation {
    /// The orientation of an EXIF value; everything outside 1..=8 is upright.
    pub(crate) fn from_tag(value: u16) -> Self {
        match value {
            2 => Self::FlipHorizontal,
            3 => Self::Rotate180,
            4 => Self::FlipVertical,
            5 => Self::Transpose,
            6 => Self::Rotate270,
            7 => Self::Transverse,
            8 => Self::Rotate90,
            _ => Self::Upright,
        }
    }

    /// From the EXIF block if it names one, else from the XMP packet, else upright. Broken metadata is ignored.
    pub(crate) fn from_metadata(exif: Option<&[u8]>, xmp: Option<&[u8]>) -> Self {
        exif.and_then(exif_orientation)
            .or_else(|| xmp.and_then(xmp_orientation))
            .map_or(Self::Upright, Self::from_tag)
    }

    /// Whether width and height change places.
    pub(crate) fn swaps_axes(self) -> bool {
        matches!(
            self,
            Self::Transpose | Self::Rotate270 | Self::Transverse | Self::Rotate90
        )
    }

    /// Where the first pixel of stored row `y` is shown, and how far apart the row's pixels are, both in pixels.
    pub(crate) fn walk(
        self,
        y: usize,
        (width, height): (usize, usize),
        shown_width: usize,
    ) -> (usize, isize) {
        let stride = shown_width as isize;
        match self {
            Self::Upright => (y * width, 1),
            Self::FlipHorizontal => (y * width + width - 1, -1),
            Self::Rotate180 => ((height - 1 - y) * width + width - 1, -1),
            Self::FlipVertical => ((height - 1 - y) * width, 1),
            Self::Transpose => (y, stride),
            Self::Rotate270 => (height - 1 - y, stride),
            Self::Transverse => ((width - 1) * shown_width + height - 1 - y, -stride),
            Self::Rotate90 => ((width - 1) * shown_width + y, -stride),
        }
    }
}

/// The orientation in an EXIF block (a TIFF header and its first directory, possibly behind "Exif\0\0").
fn exif_orientation(mut exif: &[u8]) -> Option<u16> {
    while let Some(rest) = exif.strip_prefix(b"Exif\0\0") {
        exif = rest;
    }
    let little = match exif.get(..2)? {
        b"II" => true,
        b"MM" => false,
        _ => return None,
    };
    let u16_at = |at: usize| {
        let bytes = exif.get(at..at.checked_add(2)?)?.try_into().ok()?;
        Some(if little {
            u16::from_le_bytes(bytes)
        } else {
            u16::from_be_bytes(bytes)
        })
    };
    let u32_at = |at: usize| {
        let bytes = exif.get(at..at.checked_add(4)?)?.try_into().ok()?;
        Some(if little {
            u32::from_le_bytes(bytes)
        } else {
            u32::from_be_bytes(bytes)
        })
    };
    if u16_at(2)? != 42 {
        return None;
    }
    let directory = u32_at(4)? as usize;
    (0..usize::from(u16_at(directory)?)).find_map(|index| {
        let entry = directory.checked_add(2 + index * 12)?;
        // Of several values Pillow makes a list, which is no orientation.
        if u16_at(entry)? != ORIENTATION_TAG || u32_at(entry + 4)? != 1 {
            return None;
        }
        match u16_at(entry + 2)? {
            1 => exif.get(entry + 8).map(|byte| u16::from(*byte)),
            3 => u16_at(entry + 8),
            4 => u16::try_from(u32_at(entry + 8)?).ok(),
            _ => None,
        }
    })
}

/// The orientation in an XMP packet, by Pillow's expression `tiff:Orientation(="|>)([0-9])`.
fn xmp_orientation(xmp: &[u8]) -> Option<u16> {
    let name = b"tiff:Orientation";
    xmp.windows(name.len())
        .enumerate()
        .find_map(|(at, window)| {
            let rest = if window == name {
                &xmp[at + name.len()..]
            } else {
                return None;
            };
            let rest = rest
                .strip_prefix(b"=\"")
                .or_else(|| rest.strip_prefix(b">"))?;
            rest.first()
                .filter(|byte| byte.is_ascii_digit())
                .map(|digit| u16::from(digit - b'0'))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_exif_in_both_byte_orders() {
        let little = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0";
        let big = b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x08\0\0";
        assert_eq!(exif_orientation(little), Some(6));
        assert_eq!(exif_orientation(big), Some(8));
    }

    #[test]
    fn ignores_broken_exif() {
        let little: &[u8] = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0";
        for cut in 0..18 {
            assert_eq!(exif_orientation(&little[..cut]), None, "cut at {cut}");
        }
        assert_eq!(exif_orientation(b"II*\0\xff\xff\xff\xff"), None);
        assert_eq!(
            Orientation::from_metadata(Some(b"Exif\0\0II*"), None),
            Orientation::Upright
        );
    }

    #[test]
    fn reads_xmp_as_attribute_and_as_element() {
        assert_eq!(xmp_orientation(b"<x tiff:Orientation=\"3\"/>"), Some(3));
        assert_eq!(
            xmp_orientation(b"<tiff:Orientation>7</tiff:Orientation>"),
            Some(7)
        );
        assert_eq!(xmp_orientation(b"tiff:Orientation"), None);
    }
}
