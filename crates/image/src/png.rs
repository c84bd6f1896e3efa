//! PNG to RGB as Pillow converts it: 16-bit grey is clipped, 16-bit colour loses its low byte, alpha is dropped.

use std::cell::Cell;

use image::RgbImage;
use png::{
    BitDepth, ColorType, DecodeOptions, Decoder, DecodingError, Info, Limits, Transformations,
};

use crate::canvas::{Canvas, zeroed};
use crate::error::{DecodeError, from_io_error};
use crate::orientation::Orientation;
use crate::png_tail::{self, Counted};
use crate::size::{check_size, check_worth};
use crate::transparency::Transparency;

/// The most bytes of metadata that are looked through for an orientation.
const METADATA_LIMIT: usize = 1 << 20;

/// Decodes a PNG file; of an APNG the default picture, as Pillow shows it.
pub(crate) fn decode(bytes: &[u8], transparency: Transparency) -> Result<RgbImage, DecodeError> {
    decode_as(bytes, transparency, true)
}

/// Decodes a PNG file inside of an icon, where Pillow looks neither at its orientation nor at a transparent colour.
pub(crate) fn decode_in_icon(
    bytes: &[u8],
    transparency: Transparency,
) -> Result<RgbImage, DecodeError> {
    decode_as(bytes, transparency, false)
}

/// `alone` says that the file is no part of another one.
fn decode_as(
    bytes: &[u8],
    transparency: Transparency,
    alone: bool,
) -> Result<RgbImage, DecodeError> {
    let mut options = DecodeOptions::default();
    options.set_ignore_iccp_chunk(true);
    // Pillow's zlib looks at the checksum of the pixels.
    options.set_ignore_adler32(false);
    let consumed = Cell::new(0);
    let mut decoder = Decoder::new_with_options(Counted::new(bytes, &consumed), options);
    decoder.set_limits(Limits { bytes: 64 << 20 });
    let header = decoder.read_header_info().map_err(from_png_error)?;
    let (width, height) = header.size();
    let is_indexed = header.color_type == ColorType::Indexed;
    // The decoder (png 0.18.1) panics at a palette that does not end with a whole colour, so indices are looked up here.
    decoder.set_transformations(if is_indexed {
        Transformations::IDENTITY
    } else {
        Transformations::EXPAND
    });
    check_size("PNG", u64::from(width), u64::from(height))?;

    let mut reader = decoder.read_info().map_err(from_png_error)?;
    // Of a single frame, Pillow makes an animation too where the default picture is not that frame.
    let animated = reader.info().animation_control.is_some_and(|control| {
        control.num_frames > 1 || (control.num_frames == 1 && reader.info().frame_control.is_none())
    });
    let (color, depth) = reader.output_color_type();
    let stored = reader.info().color_type;
    let has_alpha = matches!(stored, ColorType::Rgba | ColorType::GrayscaleAlpha);
    let key = match stored {
        ColorType::Grayscale | ColorType::Rgb if alone => key(reader.info()),
        _ => None,
    };
    let to_rgb = Conversion {
        color,
        depth,
        grey16: stored == ColorType::Grayscale && depth == BitDepth::Sixteen,
        key,
        palette: (stored == ColorType::Indexed).then(|| palette(reader.info(), alone)),
        alpha: has_alpha,
        transparency,
    };
    // Deflate makes at most 1032 bytes of one: no memory is taken for a picture of which next to nothing is there.
    let row = (u64::from(width) * stored_bits(reader.info())).div_ceil(8);
    if !reader.info().interlaced && row * u64::from(height) / 1032 > bytes.len() as u64 {
        return Err(DecodeError::Truncated { format: "PNG" });
    }
    let turn = |info: &Info<'_>| match alone {
        true => orientation(info),
        false => Orientation::Upright,
    };
    let told = turn(reader.info());
    let mut rgb = vec![0; width as usize * 3];

    let canvas = if reader.info().interlaced {
        check_worth(u64::from(width), u64::from(height), bytes.len())?;
        let length = reader
            .output_buffer_size()
            .ok_or(DecodeError::OutOfMemory {
                width: u64::from(width),
                height: u64::from(height),
            })?;
        let mut buffer = zeroed(length, width, height)?;
        let frame = reader.next_frame(&mut buffer).map_err(from_png_error)?;
        let mut canvas = Canvas::new("PNG", width, height, told)?;
        for (y, row) in buffer.chunks_exact(frame.line_size).enumerate() {
            to_rgb.convert(row, &mut rgb);
            canvas.put_row(y, &rgb);
        }
        canvas
    } else {
        let mut canvas = Canvas::new("PNG", width, height, told)?;
        for y in 0..height as usize {
            let row = reader.next_row().map_err(from_png_error)?;
            let row = row.ok_or(DecodeError::Truncated { format: "PNG" })?;
            to_rgb.convert(row.data(), &mut rgb);
            canvas.put_row(y, &rgb);
        }
        canvas
    };

    png_tail::check(bytes, consumed.get(), animated)?;
    // Metadata may stand behind the pixels; other damage there is not the picture's, as in Pillow.
    let _ = reader.finish();
    let told_behind = turn(reader.info());
    if told_behind != told {
        check_worth(u64::from(width), u64::from(height), bytes.len())?;
    }
    canvas.turned("PNG", told_behind).map(Canvas::finish)
}

/// All 256 colours: those of the file, black for what it does not have, and their transparency where `tRNS` counts.
fn palette(info: &Info<'_>, keyed: bool) -> Box<[[u8; 4]; 256]> {
    let mut colors = Box::new([[0, 0, 0, 255]; 256]);
    let told = info.palette.as_deref().unwrap_or_default();
    for (color, rgb) in colors.iter_mut().zip(told.chunks_exact(3)) {
        color[..3].copy_from_slice(rgb);
    }
    let alphas = info.trns.as_deref().filter(|_| keyed).unwrap_or_default();
    for (color, alpha) in colors.iter_mut().zip(alphas) {
        color[3] = *alpha;
    }
    colors
}

/// Bits of a pixel in the file.
fn stored_bits(info: &Info<'_>) -> u64 {
    (info.color_type.samples() * info.bit_depth as usize) as u64
}

/// The transparent colour as Pillow compares it with the pixels' 8 bits: the low byte of each sample that `tRNS` holds,
/// however many bits the file's have.
fn key(info: &Info<'_>) -> Option<[u8; 3]> {
    // Of 16 bits the decoder keeps both bytes, of fewer the low one.
    match *info.trns.as_deref()? {
        [grey] | [_, grey] if info.bit_depth == BitDepth::One => {
            Some([if grey == 0 { 0 } else { 255 }; 3])
        }
        [grey] | [_, grey] => Some([grey; 3]),
        [red, green, blue] | [_, red, _, green, _, blue] => Some([red, green, blue]),
        _ => None,
    }
}

/// How a line of this PNG becomes RGB.
struct Conversion {
    color: ColorType,
    depth: BitDepth,
    /// The file stores 16-bit grey without alpha, which Pillow reads as `I;16` and clips.
    grey16: bool,
    /// The colour that is transparent.
    key: Option<[u8; 3]>,
    /// The colours of indices, with their transparency.
    palette: Option<Box<[[u8; 4]; 256]>>,
    /// The last sample is transparency.
    alpha: bool,
    transparency: Transparency,
}

impl Conversion {
    fn convert(&self, row: &[u8], rgb: &mut [u8]) {
        if let Some(palette) = &self.palette {
            let bits = self.depth as usize;
            for (x, rgb) in rgb.as_chunks_mut::<3>().0.iter_mut().enumerate() {
                let shift = 8 - bits - x * bits % 8;
                let index = row[x * bits / 8] >> shift & (0xff >> (8 - bits));
                let [red, green, blue, alpha] = palette[usize::from(index)];
                *rgb = self.transparency.apply([red, green, blue], alpha);
            }
            return;
        }
        let sample_bytes = if self.depth == BitDepth::Sixteen {
            2
        } else {
            1
        };
        let stride = self.color.samples() * sample_bytes;
        let grey = matches!(self.color, ColorType::Grayscale | ColorType::GrayscaleAlpha);
        let pixels = row.chunks_exact(stride);
        for (rgb, pixel) in rgb.as_chunks_mut::<3>().0.iter_mut().zip(pixels) {
            // Big-endian, so that the first byte of a 16-bit sample is its high one.
            let color = if self.grey16 {
                [clip16(u16::from_be_bytes([pixel[0], pixel[1]])); 3]
            } else if grey {
                [pixel[0]; 3]
            } else {
                [pixel[0], pixel[sample_bytes], pixel[2 * sample_bytes]]
            };
            let alpha = match self.key {
                Some(key) if key == color => 0,
                None if self.alpha && self.color.samples().is_multiple_of(2) => {
                    pixel[stride - sample_bytes]
                }
                _ => 255,
            };
            *rgb = self.transparency.apply(color, alpha);
        }
    }
}

/// 16-bit grey to 8 bits by Pillow's `I;16` rule: everything above 255 is white.
pub(crate) fn clip16(value: u16) -> u8 {
    u8::try_from(value).unwrap_or(u8::MAX)
}

/// From `eXIf`, else ImageMagick's "Raw profile type exif", else XMP.
fn orientation(info: &Info<'_>) -> Orientation {
    let raw_profile = || {
        let text = text(info, "Raw profile type exif")?;
        let hex: String = text.split('\n').skip(3).collect();
        let digits: Option<Vec<u8>> = hex
            .bytes()
            .filter(|byte| !byte.is_ascii_whitespace())
            .map(|byte| char::from(byte).to_digit(16).map(|digit| digit as u8))
            .collect();
        Some(
            digits?
                .chunks_exact(2)
                .map(|pair| pair[0] << 4 | pair[1])
                .collect(),
        )
    };
    let exif: Option<Vec<u8>> = match &info.exif_metadata {
        Some(exif) => Some(exif.to_vec()),
        None => raw_profile(),
    };
    let xmp = text(info, "XML:com.adobe.xmp");
    Orientation::from_metadata(exif.as_deref(), xmp.as_deref().map(str::as_bytes))
}

/// The text behind a keyword, of whichever of the three kinds of text chunk.
fn text(info: &Info<'_>, keyword: &str) -> Option<String> {
    let plain = info
        .uncompressed_latin1_text
        .iter()
        .find(|chunk| chunk.keyword == keyword);
    if let Some(chunk) = plain {
        return Some(chunk.text.clone());
    }
    if let Some(chunk) = info
        .compressed_latin1_text
        .iter()
        .find(|chunk| chunk.keyword == keyword)
    {
        let mut chunk = chunk.clone();
        chunk.decompress_text_with_limit(METADATA_LIMIT).ok()?;
        return chunk.get_text().ok();
    }
    let mut chunk = info
        .utf8_text
        .iter()
        .find(|chunk| chunk.keyword == keyword)?
        .clone();
    chunk.decompress_text_with_limit(METADATA_LIMIT).ok()?;
    chunk.get_text().ok()
}

fn from_png_error(error: DecodingError) -> DecodeError {
    match error {
        DecodingError::IoError(error) => from_io_error("PNG", &error),
        other => DecodeError::Corrupt {
            format: "PNG",
            detail: other.to_string(),
        },
    }
}
