//! Which picture format some bytes are in, from their content alone.

/// A picture format that is recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Format {
    /// JPEG, and MPO, which is JPEG with further pictures behind the first.
    Jpeg,
    /// PNG and APNG.
    Png,
    /// WebP.
    WebP,
    /// GIF.
    Gif,
    /// Windows bitmap.
    Bmp,
    /// TIFF and BigTIFF.
    Tiff,
    /// AVIF: recognised, not decoded here.
    Avif,
    /// HEIC and HEIF: recognised, not decoded here.
    Heic,
    /// JPEG XL: recognised, not decoded here.
    JpegXl,
    /// SVG: recognised, not decoded here.
    Svg,
    /// Windows icon or cursor.
    Ico,
}

impl Format {
    /// The name that people know, for example "JPEG".
    pub fn name(self) -> &'static str {
        match self {
            Self::Jpeg => "JPEG",
            Self::Png => "PNG",
            Self::WebP => "WebP",
            Self::Gif => "GIF",
            Self::Bmp => "BMP",
            Self::Tiff => "TIFF",
            Self::Avif => "AVIF",
            Self::Heic => "HEIC",
            Self::JpegXl => "JPEG XL",
            Self::Svg => "SVG",
            Self::Ico => "ICO",
        }
    }

    /// Whether [`decode`](crate::decode) decodes it. The others are left to whoever can, for example a browser.
    pub fn decodable(self) -> bool {
        matches!(
            self,
            Self::Jpeg | Self::Png | Self::WebP | Self::Gif | Self::Bmp | Self::Tiff | Self::Ico
        )
    }
}

/// The format of `bytes`, or `None` where it is not a known one.
pub fn sniff(bytes: &[u8]) -> Option<Format> {
    let at =
        |offset: usize, magic: &[u8]| bytes.get(offset..).is_some_and(|b| b.starts_with(magic));
    if at(0, b"\xff\xd8\xff") {
        Some(Format::Jpeg)
    } else if at(0, b"\x89PNG\r\n\x1a\n") {
        Some(Format::Png)
    } else if at(0, b"RIFF") && at(8, b"WEBP") {
        Some(Format::WebP)
    } else if at(0, b"GIF87a") || at(0, b"GIF89a") {
        Some(Format::Gif)
    } else if [b"II*\0", b"MM\0*", b"II+\0", b"MM\0+", b"II\0*", b"MM*\0"]
        .iter()
        .any(|magic| at(0, *magic))
    {
        // The last two are a mistake that some writers make.
        Some(Format::Tiff)
    } else if at(4, b"ftyp") {
        iso_media(bytes)
    } else if at(0, b"\xff\x0a") || at(0, b"\0\0\0\x0cJXL \r\n\x87\n") {
        Some(Format::JpegXl)
    } else if (at(0, b"\0\0\x01\0") || at(0, b"\0\0\x02\0")) && bytes.len() >= 22 {
        Some(Format::Ico)
    } else if at(0, b"BM") && bytes.len() >= 18 {
        Some(Format::Bmp)
    } else if is_svg(bytes) {
        Some(Format::Svg)
    } else {
        None
    }
}

/// AVIF or HEIC by the brands in the `ftyp` box, or `None` for a film or anything else in that container.
fn iso_media(bytes: &[u8]) -> Option<Format> {
    let length = u32::from_be_bytes(bytes.get(..4)?.try_into().ok()?) as usize;
    let brands = bytes.get(8..length.clamp(12, 256).min(bytes.len()))?;
    brands.chunks_exact(4).find_map(|brand| match brand {
        b"avif" | b"avis" => Some(Format::Avif),
        b"heic" | b"heix" | b"hevc" | b"hevx" | b"heim" | b"heis" => Some(Format::Heic),
        _ => None,
    })
}

/// Whether the text starts as SVG does: `<svg`, possibly behind a byte order mark, an XML head or comments.
fn is_svg(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(1024)];
    let head = head
        .strip_prefix(b"\xef\xbb\xbf")
        .unwrap_or(head)
        .trim_ascii_start();
    head.starts_with(b"<svg")
        || ((head.starts_with(b"<?xml") || head.starts_with(b"<!"))
            && head.windows(4).any(|window| window == b"<svg"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_formats_by_their_first_bytes() {
        let cases: [(&[u8], Option<Format>); 12] = [
            (b"\xff\xd8\xff\xe0", Some(Format::Jpeg)),
            (b"\x89PNG\r\n\x1a\n", Some(Format::Png)),
            (b"RIFF\x10\0\0\0WEBPVP8 ", Some(Format::WebP)),
            (b"RIFF\x10\0\0\0WAVEfmt ", None),
            (b"GIF89a", Some(Format::Gif)),
            (b"II*\0\x08\0\0\0", Some(Format::Tiff)),
            (b"\0\0\0\x18ftypmif1\0\0\0\0avifmif1", Some(Format::Avif)),
            (b"\0\0\0\x18ftypisom\0\0\0\0isommp42", None),
            (b"<?xml version='1.0'?>\n<svg xmlns=''>", Some(Format::Svg)),
            (b"<!doctype html><html>", None),
            (b"BM", None),
            (b"", None),
        ];
        for (bytes, expected) in cases {
            assert_eq!(sniff(bytes), expected, "{bytes:?}");
        }
    }
}
