//! WebP to RGB: lossy, lossless, and the first frame of an animation on a black canvas.
//!
//! `image-webp` (0.2.4) refuses files whose flags promise a chunk that is not there, and looks at chunks that no flag
//! promises. So the chunks are walked here, by the rules of libwebp's demuxer, and the decoder gets a file that holds
//! nothing but the picture.

use std::io::Cursor;

use image::RgbImage;
use image_webp::{DecodingError, WebPDecoder};

use crate::canvas::{Canvas, zeroed};
use crate::error::{DecodeError, from_io_error};
use crate::orientation::Orientation;
use crate::size::{check_size, check_worth};
use crate::transparency::Transparency;

const TRUNCATED: DecodeError = DecodeError::Truncated { format: "WebP" };

/// The flags of a `VP8X` chunk.
mod flag {
    pub(super) const ANIMATION: u8 = 0x02;
    pub(super) const XMP: u8 = 0x04;
    pub(super) const EXIF: u8 = 0x08;
    pub(super) const ALPHA: u8 = 0x10;
    pub(super) const KNOWN: u8 = 0x3e;
}

/// A chunk: its name and its bytes.
type Chunk<'a> = ([u8; 4], &'a [u8]);

/// What a file holds, as far as its first picture is concerned.
#[derive(Default)]
struct File<'a> {
    /// Width and height of the canvas, where the file tells them.
    canvas: Option<(u32, u32)>,
    flags: u8,
    exif: Option<&'a [u8]>,
    xmp: Option<&'a [u8]>,
    picture: Option<Picture<'a>>,
}

/// The first picture: its chunk of alpha, its chunk of colours, and its place on the canvas.
struct Picture<'a> {
    alpha: Option<Chunk<'a>>,
    colors: Chunk<'a>,
    place: Option<Place>,
}

/// Where a frame of an animation is.
#[derive(Clone, Copy)]
struct Place {
    left: u32,
    top: u32,
    width: u32,
    height: u32,
}

/// Decodes a WebP file.
pub(crate) fn decode(bytes: &[u8], transparency: Transparency) -> Result<RgbImage, DecodeError> {
    let file = File::read(bytes)?;
    let picture = file
        .picture
        .as_ref()
        .ok_or_else(|| corrupt("there is no picture"))?;
    let single = picture.as_file();
    let mut decoder = WebPDecoder::new(Cursor::new(&single)).map_err(from_webp_error)?;
    let (width, height) = decoder.dimensions();
    check_size("WebP", u64::from(width), u64::from(height))?;
    check_worth(u64::from(width), u64::from(height), bytes.len())?;
    let (canvas_width, canvas_height) = file.canvas.unwrap_or((width, height));
    let (left, top) = match picture.place {
        Some(place) if (place.width, place.height) != (width, height) => {
            return Err(corrupt("the first frame has another size than it says"));
        }
        Some(place) => (place.left, place.top),
        None if (canvas_width, canvas_height) != (width, height) => {
            return Err(corrupt("the picture has another size than its canvas"));
        }
        None => (0, 0),
    };
    let fits = |start: u32, length: u32, whole: u32| {
        start.checked_add(length).is_some_and(|end| end <= whole)
    };
    if !fits(left, width, canvas_width) || !fits(top, height, canvas_height) {
        return Err(corrupt("the first frame leaves the canvas"));
    }

    let samples = if decoder.has_alpha() { 4 } else { 3 };
    let stride = width as usize * samples;
    let mut pixels = zeroed(stride * height as usize, width, height)?;
    decoder.read_image(&mut pixels).map_err(from_webp_error)?;
    drop(decoder);

    let orientation = Orientation::from_metadata(file.exif, file.xmp);
    let mut canvas = Canvas::new("WebP", canvas_width, canvas_height, orientation)?;
    // What the frame leaves free is transparent black.
    let alpha_counts = file.canvas.is_none() || file.flags & flag::ALPHA != 0;
    if alpha_counts && (width, height) != (canvas_width, canvas_height) {
        let free = transparency.apply([0; 3], 0).repeat(canvas_width as usize);
        for y in 0..canvas_height as usize {
            canvas.put_row(y, &free);
        }
    }
    let mut rgb = vec![0; width as usize * 3];
    for (y, row) in pixels.chunks_exact(stride).enumerate() {
        for (rgb, pixel) in rgb
            .as_chunks_mut::<3>()
            .0
            .iter_mut()
            .zip(row.chunks_exact(samples))
        {
            let alpha = if alpha_counts {
                pixel.get(3).copied()
            } else {
                None
            };
            *rgb = transparency.apply([pixel[0], pixel[1], pixel[2]], alpha.unwrap_or(255));
        }
        canvas.put_span(left as usize, top as usize + y, &rgb);
    }
    Ok(canvas.finish())
}

impl<'a> File<'a> {
    /// Walks the chunks. All that the file says it holds must be there; what is behind its end is left alone.
    fn read(bytes: &'a [u8]) -> Result<Self, DecodeError> {
        let (head, rest) = bytes.split_first_chunk::<12>().ok_or(TRUNCATED)?;
        let length = u32::from_le_bytes([head[4], head[5], head[6], head[7]]) as usize;
        let length = length
            .checked_sub(4)
            .ok_or_else(|| corrupt("its length is below 4"))?;
        let mut chunks = Chunks(rest.get(..length).ok_or(TRUNCATED)?);
        let first = chunks.next()?;
        let mut file = Self::default();
        match &first.0 {
            b"VP8 " | b"VP8L" => {
                if !chunks.0.is_empty() {
                    chunks.peek()?;
                }
                file.picture = Some(Picture::new(None, first));
            }
            b"VP8X" => file.read_extended(first.1, chunks)?,
            name => {
                return Err(corrupt(&format!(
                    "its first chunk is {:?}",
                    String::from_utf8_lossy(name)
                )));
            }
        }
        Ok(file)
    }

    fn read_extended(&mut self, head: &[u8], mut chunks: Chunks<'a>) -> Result<(), DecodeError> {
        let &[flags, _, _, _, w0, w1, w2, h0, h1, h2, ..] = head else {
            return Err(corrupt("its head is cut short"));
        };
        if flags & !flag::KNOWN != 0 {
            return Err(corrupt("it has flags that are not known"));
        }
        self.flags = flags;
        let edge = |bytes: [u8; 3]| u32::from_le_bytes([bytes[0], bytes[1], bytes[2], 0]) + 1;
        let (width, height) = (edge([w0, w1, w2]), edge([h0, h1, h2]));
        check_size("WebP", u64::from(width), u64::from(height))?;
        self.canvas = Some((width, height));
        let animated = flags & flag::ANIMATION != 0;
        let (mut stills, mut told_animation) = (0, false);
        while !chunks.0.is_empty() {
            let chunk = chunks.next()?;
            match &chunk.0 {
                b"VP8X" => return Err(corrupt("it has two heads")),
                b"ALPH" | b"VP8 " | b"VP8L" => {
                    stills += 1;
                    let picture = Picture::read(chunk, &mut chunks)?;
                    self.picture.get_or_insert(picture);
                }
                b"ANIM" => told_animation = true,
                b"ANMF" => {
                    let (place, inside) = chunk
                        .1
                        .split_first_chunk::<16>()
                        .ok_or_else(|| corrupt("a frame is cut short"))?;
                    let mut inside = Chunks(inside);
                    let first = inside.next()?;
                    let u24 = |at: usize| edge([place[at], place[at + 1], place[at + 2]]);
                    let mut picture = Picture::read(first, &mut inside)?;
                    picture.place = Some(Place {
                        left: (u24(0) - 1) * 2,
                        top: (u24(3) - 1) * 2,
                        width: u24(6),
                        height: u24(9),
                    });
                    if animated {
                        self.picture.get_or_insert(picture);
                    }
                }
                // Only what a flag promises is looked at, and the first of each.
                b"EXIF" if flags & flag::EXIF != 0 => {
                    self.exif.get_or_insert(chunk.1);
                }
                b"XMP " if flags & flag::XMP != 0 => {
                    self.xmp.get_or_insert(chunk.1);
                }
                _ => {}
            }
        }
        if stills > 1 || (animated && (stills > 0 || !told_animation)) {
            return Err(corrupt("its pictures and its head contradict each other"));
        }
        if !animated
            && flags & flag::ALPHA == 0
            && let Some(picture) = &mut self.picture
        {
            picture.alpha = None;
        }
        Ok(())
    }
}

impl<'a> Picture<'a> {
    fn new(alpha: Option<Chunk<'a>>, colors: Chunk<'a>) -> Self {
        Self {
            alpha,
            colors,
            place: None,
        }
    }

    /// A picture that starts with `first`: colours, or alpha right in front of them.
    fn read(first: Chunk<'a>, chunks: &mut Chunks<'a>) -> Result<Self, DecodeError> {
        let colors = |chunk: &Chunk<'_>| matches!(&chunk.0, b"VP8 " | b"VP8L");
        if colors(&first) {
            if let Ok((name, _)) = chunks.peek()
                && name == *b"ALPH"
            {
                return Err(corrupt("alpha stands behind its colours"));
            }
            return Ok(Self::new(None, first));
        }
        if first.0 == *b"ALPH" {
            let second = chunks.next()?;
            if colors(&second) {
                return Ok(Self::new(Some(first), second));
            }
        }
        Err(corrupt("a picture has no colours"))
    }

    /// A file that holds this picture and nothing else.
    fn as_file(&self) -> Vec<u8> {
        let mut body = b"WEBP".to_vec();
        let mut add = |(name, data): Chunk<'_>| {
            body.extend_from_slice(&name);
            body.extend_from_slice(&(data.len() as u32).to_le_bytes());
            body.extend_from_slice(data);
            body.resize(body.len().next_multiple_of(2), 0);
        };
        let size = match self.colors {
            ([b'V', b'P', b'8', b' '], data) => lossy_size(data),
            _ => None,
        };
        if let (Some(alpha), Some(size)) = (self.alpha, size) {
            let head = [&[flag::ALPHA, 0, 0, 0], size.as_slice()].concat();
            add((*b"VP8X", &head));
            add(alpha);
        }
        add(self.colors);
        let length = body.len() as u32;
        [b"RIFF".as_slice(), &length.to_le_bytes(), &body].concat()
    }
}

/// Width and height of a lossy picture, less one and in three bytes each, as a head has them.
fn lossy_size(data: &[u8]) -> Option<[u8; 6]> {
    let edge = |at: usize| {
        let edge = u16::from_le_bytes([*data.get(at)?, *data.get(at + 1)?]) & 0x3fff;
        Some(edge.checked_sub(1)?.to_le_bytes())
    };
    let ([w0, w1], [h0, h1]) = (edge(6)?, edge(8)?);
    Some([w0, w1, 0, h0, h1, 0])
}

/// The chunks of a RIFF body.
struct Chunks<'a>(&'a [u8]);

impl<'a> Chunks<'a> {
    /// The next chunk, which must be there as a whole with the byte that makes its length even.
    fn next(&mut self) -> Result<Chunk<'a>, DecodeError> {
        let chunk = self.peek()?;
        let length = 8 + chunk.1.len().next_multiple_of(2);
        self.0 = &self.0[length..];
        Ok(chunk)
    }

    fn peek(&self) -> Result<Chunk<'a>, DecodeError> {
        let (name, rest) = self.0.split_first_chunk::<4>().ok_or(TRUNCATED)?;
        let (length, rest) = rest.split_first_chunk::<4>().ok_or(TRUNCATED)?;
        let length = u32::from_le_bytes(*length) as usize;
        let padded = length.checked_next_multiple_of(2).ok_or(TRUNCATED)?;
        let data = rest.get(..padded).ok_or(TRUNCATED)?;
        Ok((*name, &data[..length]))
    }
}

fn from_webp_error(error: DecodingError) -> DecodeError {
    match error {
        DecodingError::IoError(error) => from_io_error("WebP", &error),
        other => corrupt(&other.to_string()),
    }
}

fn corrupt(detail: &str) -> DecodeError {
    DecodeError::Corrupt {
        format: "WebP",
        detail: detail.to_owned(),
    }
}
