//! JPEG, decoded to the bit as Pillow's libjpeg-turbo does it, one band of the picture at a time.
//!
//! The pure-Rust decoders use another IDCT and other upsampling, which moves `pixel_values` by several grey levels; this
//! one follows libjpeg's integer arithmetic. A sequential file needs its pixels and two rows of MCUs; a progressive one,
//! as in libjpeg, also all of its coefficients.

mod color;
mod entropy;
mod header;
mod huffman;
mod idct;
mod planes;
mod scan;

use image::RgbImage;

use self::color::ColorModel;
use self::header::{Frame, Header};
use self::planes::Planes;
use self::scan::{Bands, Coefficients};
use crate::canvas::Canvas;
use crate::error::DecodeError;
use crate::orientation::Orientation;

pub(crate) use self::color::cmyk;

/// More scans than any encoder writes (a progressive file has about ten): beyond it lies only an attack on our time.
const MAX_SCANS: usize = 200;

/// Decodes a JPEG file.
pub(crate) fn decode(data: &[u8]) -> Result<RgbImage, DecodeError> {
    let mut header = Header::new(data);
    let first = header
        .next_scan()?
        .ok_or_else(|| corrupt("there is no scan"))?;
    let frame = header
        .frame
        .clone()
        .ok_or_else(|| corrupt("there is no frame header"))?;
    let model = ColorModel::guess(&header, &frame.ids());
    let orientation = Orientation::from_metadata(header.exif, header.xmp);

    let mut painter = Painter {
        canvas: Canvas::new("JPEG", frame.width, frame.height, orientation)?,
        model,
        lines: vec![vec![0; frame.mcus().0 * frame.max_h * 8]; frame.components.len()],
        rgb: vec![0; frame.width as usize * 3],
    };
    let mut planes = Planes::new(&frame);

    if frame.progressive || first.components.len() < frame.components.len() {
        let mut coefficients = Coefficients::new(&frame)?;
        let mut scan = Some(first);
        let mut count = 0;
        while let Some(current) = scan {
            count += 1;
            if count > MAX_SCANS {
                return Err(corrupt("there are more than 200 scans"));
            }
            let end = coefficients.decode(data, &header, &frame, &current)?;
            header.seek(end);
            scan = header.next_scan()?;
        }
        // The quantisation tables were latched scan by scan.
        let frame = header.frame.take().unwrap_or(frame);
        painter.paint(&frame, &mut planes, |band, planes| {
            coefficients.transform(&frame, band, planes);
            Ok(())
        })?;
    } else {
        let mut bands = Bands::new(data, &header, &first)?;
        painter.paint(&frame, &mut planes, |band, planes| {
            bands.decode(&frame, band, planes)
        })?;
        let end = bands.end();
        header.seek(end);
        if header.next_scan()?.is_some() {
            return Err(corrupt("a second scan where the first was complete"));
        }
    }
    Ok(painter.canvas.finish())
}

/// Takes bands of samples to rows of the canvas.
struct Painter {
    canvas: Canvas,
    model: ColorModel,
    /// One full-width line per component.
    lines: Vec<Vec<u8>>,
    rgb: Vec<u8>,
}

impl Painter {
    /// Asks `fill` for band after band and paints each as soon as the one below it is there.
    fn paint(
        &mut self,
        frame: &Frame,
        planes: &mut Planes,
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
                self.model.convert(&self.lines, &mut self.rgb);
                self.canvas.put_row(y, &self.rgb);
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
