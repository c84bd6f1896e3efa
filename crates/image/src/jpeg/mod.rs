//! JPEG, decoded to the bit as Pillow's libjpeg-turbo does it, one band of the picture at a time.
//!
//! The pure-Rust decoders use another IDCT and other upsampling, which moves `pixel_values` by several grey levels; this
//! one follows libjpeg's integer arithmetic. A sequential file needs its pixels and two rows of MCUs; a progressive one,
//! as in libjpeg, also all of its coefficients.

mod arithmetic;
mod block_decoder;
mod color;
mod entropy;
mod estimates;
mod header;
mod huffman;
mod idct;
mod planes;
mod scan;
mod smoothing;
mod standard;
mod tables;

use image::RgbImage;

use self::color::ColorModel;
use self::header::{Frame, Header, Scan};
use self::planes::Planes;
use self::scan::{Bands, Coefficients};
use crate::canvas::{Canvas, zeroed};
use crate::error::DecodeError;
use crate::orientation::Orientation;

pub(crate) use self::color::cmyk;

/// More scans than any encoder writes (a progressive file has about ten): beyond it lies only an attack on our time.
const MAX_SCANS: usize = 200;

/// How often a coefficient can be named by scans: for its first bits and for each of 13 further ones.
const MAX_VISITS: u64 = 14;

/// Decodes a JPEG file.
pub(crate) fn decode(data: &[u8]) -> Result<RgbImage, DecodeError> {
    let mut header = Header::new(data);
    let (frame, first) = start(&mut header)?;
    let model = ColorModel::guess(&header, &frame.ids());
    let orientation = Orientation::from_metadata(header.exif, header.xmp);
    let mut canvas = Canvas::new("JPEG", frame.width, frame.height, orientation)?;
    let painter = Painter::new(&frame, model, frame.width as usize * 3);
    decode_scans(data, header, frame, first, painter, |y, row| {
        canvas.put_row(y, row)
    })?;
    Ok(canvas.finish())
}

/// A JPEG stream inside of another file: its samples, interleaved.
pub(crate) struct Part {
    pub(crate) width: usize,
    pub(crate) height: usize,
    /// Samples of a pixel.
    pub(crate) samples: usize,
    pub(crate) data: Vec<u8>,
}

/// Decodes one strip of a TIFF file. `tables` is a stream that holds tables alone, `to_rgb` says that three components
/// are YCbCr and to become RGB; otherwise they are left as they are.
pub(crate) fn decode_part(
    tables: Option<&[u8]>,
    data: &[u8],
    to_rgb: bool,
) -> Result<Part, DecodeError> {
    if !data.starts_with(b"\xff\xd8") {
        return Err(corrupt("a stream inside does not start as one"));
    }
    let mut header = Header::new(tables.unwrap_or(data));
    if tables.is_some() {
        if header.next_scan()?.is_some() {
            return Err(corrupt("there is a picture among the tables"));
        }
        header.go_on_with(data);
    }
    let (frame, first) = start(&mut header)?;
    let samples = frame.components.len();
    let model = match samples {
        3 if to_rgb => ColorModel::YCbCr,
        _ => ColorModel::Raw,
    };
    let (width, height) = (frame.width as usize, frame.height as usize);
    let stride = width * samples;
    let mut samples_of_all = zeroed(stride * height, frame.width, frame.height)?;
    let painter = Painter::new(&frame, model, stride);
    decode_scans(data, header, frame, first, painter, |y, row| {
        samples_of_all[y * stride..][..stride].copy_from_slice(row);
    })?;
    Ok(Part {
        width,
        height,
        samples,
        data: samples_of_all,
    })
}

/// Reads up to and with the first scan header.
fn start(header: &mut Header<'_>) -> Result<(Frame, Scan), DecodeError> {
    let first = header
        .next_scan()?
        .ok_or_else(|| corrupt("there is no scan"))?;
    let frame = header
        .frame
        .clone()
        .ok_or_else(|| corrupt("there is no frame header"))?;
    if !frame.progressive && !frame.arithmetic {
        header.tables.fill_with_standard()?;
    }
    Ok((frame, first))
}

/// Decodes all scans and gives the converted rows to `put_row`.
fn decode_scans(
    data: &[u8],
    mut header: Header<'_>,
    frame: Frame,
    first: Scan,
    mut painter: Painter,
    mut put_row: impl FnMut(usize, &[u8]),
) -> Result<(), DecodeError> {
    let mut planes = Planes::new(&frame);
    if frame.progressive || first.components.len() < frame.components.len() {
        let mut coefficients = Coefficients::new(&frame, data.len())?;
        let mut scan = Some(first);
        let (mut count, mut visits) = (0, 0u64);
        let blocks = |index: usize| {
            let (across, down) = frame.components[index].blocks();
            (across * down) as u64
        };
        let all: u64 = (0..frame.components.len()).map(blocks).sum();
        while let Some(current) = scan {
            count += 1;
            if count > MAX_SCANS {
                return Err(corrupt("there are more than 200 scans"));
            }
            let named: u64 = current
                .components
                .iter()
                .map(|part| blocks(part.index))
                .sum();
            visits += named * (current.end + 1).saturating_sub(current.start).min(64) as u64;
            if visits > all * 64 * MAX_VISITS {
                return Err(corrupt(
                    "its scans name coefficients more often than they have bits",
                ));
            }
            let end = coefficients.decode(data, &header, &frame, &current)?;
            header.seek(end);
            scan = header.next_scan()?;
        }
        // The quantisation tables were latched scan by scan.
        let frame = header.frame.take().unwrap_or(frame);
        painter.paint(&frame, &mut planes, &mut put_row, |band, planes| {
            coefficients.transform(&frame, band, planes);
            Ok(())
        })
    } else {
        let mut bands = Bands::new(data, &header, &frame, &first)?;
        painter.paint(&frame, &mut planes, &mut put_row, |band, planes| {
            bands.decode(&frame, band, planes)
        })?;
        let (end, ends_well) = (bands.end(), bands.ends_well());
        header.seek(end);
        match header.next_scan() {
            Ok(Some(_)) => Err(corrupt("a second scan where the first was complete")),
            Ok(None) => Ok(()),
            // All rows are there.
            Err(DecodeError::Truncated { .. }) if ends_well => Ok(()),
            Err(error) => Err(error),
        }
    }
}

/// Takes bands of samples to converted rows.
struct Painter {
    model: ColorModel,
    /// One full-width line per component.
    lines: Vec<Vec<u8>>,
    row: Vec<u8>,
}

impl Painter {
    /// For rows of `stride` bytes.
    fn new(frame: &Frame, model: ColorModel, stride: usize) -> Self {
        Self {
            model,
            lines: vec![vec![0; frame.mcus().0 * frame.max_h * 8]; frame.components.len()],
            row: vec![0; stride],
        }
    }

    /// Asks `fill` for band after band and paints each as soon as the one below it is there.
    fn paint(
        &mut self,
        frame: &Frame,
        planes: &mut Planes,
        put_row: &mut impl FnMut(usize, &[u8]),
        mut fill: impl FnMut(usize, &mut Planes) -> Result<(), DecodeError>,
    ) -> Result<(), DecodeError> {
        let count = frame.mcus().1;
        fill(0, planes)?;
        for band in 0..count {
            if band > 0 {
                planes.keep_last_row(band - 1);
            }
            if band + 1 < count {
                fill(band + 1, planes)?;
            }
            let rows = frame.max_v * 8;
            for y in band * rows..((band + 1) * rows).min(frame.height as usize) {
                for (component, line) in self.lines.iter_mut().enumerate() {
                    planes.upsample(component, band, y, line);
                }
                self.model.convert(&self.lines, &mut self.row);
                put_row(y, &self.row);
            }
        }
        Ok(())
    }
}

/// A damaged JPEG file.
fn corrupt(detail: &str) -> DecodeError {
    DecodeError::Corrupt {
        format: "JPEG",
        detail: detail.to_owned(),
    }
}
