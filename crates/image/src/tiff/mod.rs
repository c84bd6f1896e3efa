//! The first page of a TIFF to RGB as Pillow and its libtiff convert it.
//!
//! The `tiff` crate (0.11.3) drops extra samples before it undoes the predictor, and knows neither palettes nor JPEG
//! with tables of its own nor fax group 3; so the directory, the layouts and the strips are read here.

mod compression;
mod fax;
mod fax_rows;
mod layout;
mod samples;
mod tags;
mod ycbcr;

use image::RgbImage;

use self::compression::Compression;
use self::layout::{JPEG, Layout, Model, RAW};
use self::samples::{Palette, Samples};
use self::tags::Directory;
use crate::canvas::Canvas;
use crate::error::DecodeError;
use crate::orientation::Orientation;
use crate::size::{MAX_EDGE, check_size};
use crate::transparency::Transparency;

/// The numbers of the tags that are looked at.
mod tag {
    pub(super) const WIDTH: u16 = 256;
    pub(super) const HEIGHT: u16 = 257;
    pub(super) const BITS: u16 = 258;
    pub(super) const COMPRESSION: u16 = 259;
    pub(super) const PHOTOMETRIC: u16 = 262;
    pub(super) const FILL_ORDER: u16 = 266;
    pub(super) const STRIP_OFFSETS: u16 = 273;
    pub(super) const ORIENTATION: u16 = crate::orientation::ORIENTATION_TAG;
    pub(super) const SAMPLES: u16 = 277;
    pub(super) const ROWS_PER_STRIP: u16 = 278;
    pub(super) const STRIP_BYTES: u16 = 279;
    pub(super) const PLANAR: u16 = 284;
    pub(super) const GROUP3_OPTIONS: u16 = 292;
    pub(super) const PREDICTOR: u16 = 317;
    pub(super) const COLOR_MAP: u16 = 320;
    pub(super) const TILE_WIDTH: u16 = 322;
    pub(super) const TILE_HEIGHT: u16 = 323;
    pub(super) const TILE_OFFSETS: u16 = 324;
    pub(super) const TILE_BYTES: u16 = 325;
    pub(super) const EXTRA_SAMPLES: u16 = 338;
    pub(super) const SAMPLE_FORMAT: u16 = 339;
    pub(super) const JPEG_TABLES: u16 = 347;
    pub(super) const YCBCR_COEFFICIENTS: u16 = 529;
    pub(super) const YCBCR_SUBSAMPLING: u16 = 530;
    pub(super) const REFERENCE_BLACK_WHITE: u16 = 532;
    pub(super) const XMP: u16 = 700;
}

/// Decodes a TIFF file.
pub(crate) fn decode(bytes: &[u8], transparency: Transparency) -> Result<RgbImage, DecodeError> {
    let directory = Directory::read(bytes)?;
    let dimension = |tag: u16| {
        let number = directory.number(tag).unwrap_or(0);
        u32::try_from(number).map_err(|_| corrupt("its size is not one"))
    };
    let (width, height) = (dimension(tag::WIDTH)?, dimension(tag::HEIGHT)?);
    check_size("TIFF", u64::from(width), u64::from(height))?;
    let layout = Layout::read(&directory)?;
    let raw = layout.compression == RAW;
    if directory.odd_header && !raw {
        return Err(corrupt("its version is written in the other byte order"));
    }
    let palette = match layout.model {
        Model::Palette => Some(palette(&directory)?),
        _ => None,
    };
    let orientation = match directory.number(tag::ORIENTATION) {
        Some(number) => Orientation::from_tag(u16::try_from(number).unwrap_or(0)),
        None => Orientation::from_metadata(None, directory.bytes(tag::XMP)),
    };
    let samples = Samples {
        layout: &layout,
        palette: palette.as_ref(),
        transparency,
    };
    let mut canvas = Canvas::new("TIFF", width, height, orientation)?;
    let size = (width as usize, height as usize);
    let shared_chroma = layout.model == Model::YCbCr && layout.compression != JPEG;
    if shared_chroma && !layout.planar {
        ycbcr::paint(bytes, &directory, &layout, size, &mut canvas)?;
    } else {
        if shared_chroma {
            ycbcr::sharing(&directory, &layout)?;
        }
        let chunks = Chunks::read(&directory, &layout, size)?;
        paint(bytes, &directory, &samples, &chunks, &mut canvas)?;
    }
    Ok(canvas.finish())
}

/// Paints every strip or tile of every plane.
fn paint(
    bytes: &[u8],
    directory: &Directory<'_>,
    samples: &Samples<'_>,
    chunks: &Chunks,
    canvas: &mut Canvas,
) -> Result<(), DecodeError> {
    let layout = samples.layout;
    let compression = Compression::read(directory, layout, layout.model == Model::YCbCr)?;
    let planes = layout.planes_read();
    let in_chunk = if layout.planar { 1 } else { layout.samples };
    let mut rgb = vec![0; chunks.shown_width() * 3];
    for plane in 0..planes {
        for chunk in chunks.of_plane(plane)? {
            let stored = (chunks.width * in_chunk * layout.bits).div_ceil(8);
            let mut row = crate::canvas::zeroed(stored, chunks.width as u32, 1)?;
            let data = chunks.data(bytes, &chunk)?;
            let size = (chunks.width, chunk.rows, in_chunk);
            let mut rows = compression.rows(data, layout, size, chunk.last)?;
            let rgb = &mut rgb[..chunk.width * 3];
            for y in 0..chunk.height {
                rows.read(&mut row)?;
                if layout.planar {
                    canvas.copy_span(chunk.x, chunk.y + y, rgb);
                    samples.convert_plane(plane, &row, rgb);
                } else {
                    samples.convert(&row, rgb);
                }
                canvas.put_span(chunk.x, chunk.y + y, rgb);
            }
        }
    }
    Ok(())
}

/// Where the strips or tiles are, in the file and in the picture.
struct Chunks {
    offsets: Vec<u64>,
    lengths: Option<Vec<u64>>,
    /// Width and height of a whole one.
    width: usize,
    height: usize,
    tiled: bool,
    raw: bool,
    /// Width and height of the picture.
    size: (usize, usize),
}

/// One strip or tile.
struct Chunk {
    index: usize,
    x: usize,
    y: usize,
    /// What of it is in the picture.
    width: usize,
    height: usize,
    /// Rows that are stored.
    rows: usize,
    /// It is the last strip.
    last: bool,
}

impl Chunks {
    fn read(
        directory: &Directory<'_>,
        layout: &Layout,
        size: (usize, usize),
    ) -> Result<Self, DecodeError> {
        let edge = |tag: u16| {
            let number = directory.number(tag).unwrap_or(0);
            usize::try_from(number).ok().filter(|number| *number > 0)
        };
        let tile_edge = |tag: u16| edge(tag).filter(|edge| *edge <= MAX_EDGE as usize);
        // Pillow looks for strips first, libtiff for tiles.
        let strips = directory.numbers(tag::STRIP_OFFSETS);
        let tiled = match layout.compression {
            RAW => strips.is_none(),
            _ => directory.number(tag::TILE_WIDTH).is_some(),
        };
        let damaged = || corrupt("its strips or tiles have no size or no place");
        let (offsets, lengths, width, height) = if tiled {
            (
                directory.numbers(tag::TILE_OFFSETS).or(strips),
                tag::TILE_BYTES,
                tile_edge(tag::TILE_WIDTH).ok_or_else(damaged)?,
                tile_edge(tag::TILE_HEIGHT).ok_or_else(damaged)?,
            )
        } else {
            let rows = match directory.number(tag::ROWS_PER_STRIP) {
                Some(_) => edge(tag::ROWS_PER_STRIP).ok_or_else(damaged)?,
                None => size.1,
            };
            (strips, tag::STRIP_BYTES, size.0, rows.min(size.1))
        };
        let mut offsets = offsets.ok_or_else(damaged)?;
        if layout.compression == RAW {
            let whole = width == size.0 && height == size.1 && !layout.planar;
            if whole {
                // Of several that all cover the picture, the last counts.
                offsets = offsets.split_off(offsets.len() - 1);
            }
            let in_plane = size.0.div_ceil(width) * size.1.div_ceil(height);
            if layout.planar && offsets.len() > layout.planes_read() * in_plane {
                return Err(corrupt("it has more planes than samples"));
            }
        }
        let lengths = directory
            .numbers(lengths)
            .or_else(|| directory.numbers(tag::STRIP_BYTES));
        Ok(Self {
            offsets,
            lengths,
            width,
            height,
            tiled,
            raw: layout.compression == RAW,
            size,
        })
    }

    /// The most pixels of a row of a strip or tile that are shown.
    fn shown_width(&self) -> usize {
        self.width.min(self.size.0)
    }

    /// The strips or tiles of a plane, in their order.
    fn of_plane(&self, plane: usize) -> Result<impl Iterator<Item = Chunk> + '_, DecodeError> {
        let across = self.size.0.div_ceil(self.width);
        let down = self.size.1.div_ceil(self.height);
        let first = plane * across * down;
        let mut count = self.offsets.len().saturating_sub(first);
        if count < across * down && !self.raw {
            return Err(DecodeError::Truncated { format: "TIFF" });
        }
        // What is not compressed and not there stays black.
        count = count.min(across * down);
        Ok((0..count).map(move |at| {
            let (x, y) = (at % across * self.width, at / across * self.height);
            let height = self.height.min(self.size.1 - y);
            Chunk {
                index: first + at,
                x,
                y,
                width: self.width.min(self.size.0 - x),
                height,
                rows: if self.tiled { self.height } else { height },
                last: !self.tiled && at + 1 == across * down,
            }
        }))
    }

    /// The bytes of a strip or tile; of one that is not compressed, Pillow reads as many as it needs.
    fn data<'b>(&self, bytes: &'b [u8], chunk: &Chunk) -> Result<&'b [u8], DecodeError> {
        const TRUNCATED: DecodeError = DecodeError::Truncated { format: "TIFF" };
        let offset = usize::try_from(self.offsets[chunk.index]).map_err(|_| TRUNCATED)?;
        let rest = bytes.get(offset..).ok_or(TRUNCATED)?;
        match self
            .lengths
            .as_ref()
            .and_then(|lengths| lengths.get(chunk.index))
        {
            Some(length) if !self.raw => {
                let length = usize::try_from(*length).map_err(|_| TRUNCATED)?;
                rest.get(..length).ok_or(TRUNCATED)
            }
            _ => Ok(rest),
        }
    }
}

/// The high bytes of a map that holds all reds, all greens, all blues; black for what it does not have.
fn palette(directory: &Directory<'_>) -> Result<Palette, DecodeError> {
    let map = directory
        .numbers(tag::COLOR_MAP)
        .ok_or_else(|| corrupt("its palette is missing"))?;
    let count = map.len() / 3;
    if count > 256 {
        return Err(corrupt("its palette has more than 256 colours"));
    }
    Ok(std::array::from_fn(|index| {
        if index < count {
            [0, 1, 2].map(|channel| (map[channel * count + index] >> 8) as u8)
        } else {
            [0; 3]
        }
    }))
}

fn unsupported(feature: &str) -> DecodeError {
    DecodeError::Unsupported {
        format: "TIFF",
        feature: feature.to_owned(),
    }
}

fn corrupt(detail: &str) -> DecodeError {
    DecodeError::Corrupt {
        format: "TIFF",
        detail: detail.to_owned(),
    }
}
