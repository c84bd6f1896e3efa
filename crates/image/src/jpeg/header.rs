//! The segments of a JPEG file: frame, tables, scan headers and the metadata that decides on colour and orientation.

use super::corrupt;
use super::tables::Tables;
use crate::error::DecodeError;
use crate::size::check_size;

/// One colour component as the frame header describes it.
#[derive(Clone, Debug)]
pub(super) struct Component {
    id: u8,
    /// Horizontal and vertical sampling factors, 1..=4.
    pub(super) h: usize,
    pub(super) v: usize,
    quantisation_index: usize,
    /// Natural order; latched when the component's first scan starts, zeros until then.
    pub(super) quantisation: [u16; 64],
    /// Size in samples, without padding.
    pub(super) width: usize,
    pub(super) height: usize,
}

impl Component {
    /// Blocks across and down that hold real samples.
    pub(super) fn blocks(&self) -> (usize, usize) {
        (self.width.div_ceil(8), self.height.div_ceil(8))
    }
}

/// The frame header.
#[derive(Clone, Debug)]
pub(super) struct Frame {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) progressive: bool,
    /// Whether the coefficients are coded arithmetically, not in Huffman codes.
    pub(super) arithmetic: bool,
    pub(super) components: Vec<Component>,
    pub(super) max_h: usize,
    pub(super) max_v: usize,
}

impl Frame {
    /// The components' identifiers, in order.
    pub(super) fn ids(&self) -> Vec<u8> {
        self.components
            .iter()
            .map(|component| component.id)
            .collect()
    }

    /// Columns and rows of interleaved MCUs.
    pub(super) fn mcus(&self) -> (usize, usize) {
        (
            (self.width as usize).div_ceil(self.max_h * 8),
            (self.height as usize).div_ceil(self.max_v * 8),
        )
    }
}

/// One component's part in a scan.
#[derive(Clone, Copy, Debug)]
pub(super) struct ScanComponent {
    pub(super) index: usize,
    pub(super) dc: usize,
    pub(super) ac: usize,
}

/// A scan header.
#[derive(Clone, Debug)]
pub(super) struct Scan {
    pub(super) components: Vec<ScanComponent>,
    /// Spectral selection, inclusive.
    pub(super) start: usize,
    pub(super) end: usize,
    /// Successive approximation: the bit before (0 in a first scan) and the bit now.
    pub(super) high: u32,
    pub(super) low: u32,
}

/// What the segments have said so far.
pub(super) struct Header<'a> {
    data: &'a [u8],
    position: usize,
    pub(super) frame: Option<Frame>,
    pub(super) tables: Tables,
    pub(super) restart_interval: usize,
    pub(super) jfif: bool,
    /// The colour transform that Adobe's segment names, where there is one.
    pub(super) adobe: Option<u8>,
    pub(super) exif: Option<&'a [u8]>,
    pub(super) xmp: Option<&'a [u8]>,
}

impl<'a> Header<'a> {
    /// Starts behind the SOI marker that `sniff` has seen.
    pub(super) fn new(data: &'a [u8]) -> Self {
        Self {
            data,
            position: 2,
            frame: None,
            tables: Tables::default(),
            restart_interval: 0,
            jfif: false,
            adobe: None,
            exif: None,
            xmp: None,
        }
    }

    /// Goes on with a further stream, whose tables may be those that this one has told: JPEG inside TIFF.
    pub(super) fn go_on_with(&mut self, data: &'a [u8]) {
        self.data = data;
        self.position = 2;
    }

    /// Goes on reading segments at `position`.
    pub(super) fn seek(&mut self, position: usize) {
        self.position = position;
    }

    /// Where the entropy-coded data behind the last scan header starts.
    pub(super) fn position(&self) -> usize {
        self.position
    }

    /// Reads segments up to and with the next scan header; `None` at the end of the image.
    pub(super) fn next_scan(&mut self) -> Result<Option<Scan>, DecodeError> {
        loop {
            match self.next_marker()? {
                0xd9 => return Ok(None),
                0x01 | 0xd0..=0xd7 => {}
                0xd8 => return Err(corrupt("a second start of image")),
                0xda => return self.scan_header().map(Some),
                marker => {
                    let segment = self.segment()?;
                    self.read_segment(marker, segment)?;
                }
            }
        }
    }

    fn next_marker(&mut self) -> Result<u8, DecodeError> {
        loop {
            let rest = self.data.get(self.position..).unwrap_or_default();
            let at = rest
                .iter()
                .position(|byte| *byte == 0xff)
                .ok_or(TRUNCATED)?;
            let code = rest[at..]
                .iter()
                .position(|byte| *byte != 0xff)
                .ok_or(TRUNCATED)?;
            self.position += at + code + 1;
            match rest[at + code] {
                0 => {}
                marker => return Ok(marker),
            }
        }
    }

    /// The payload of the segment that starts here.
    fn segment(&mut self) -> Result<&'a [u8], DecodeError> {
        let rest = self.data.get(self.position..).unwrap_or_default();
        let [high, low, ..] = *rest else {
            return Err(TRUNCATED);
        };
        let length = usize::from(u16::from_be_bytes([high, low]));
        if length < 2 {
            return Err(corrupt("a segment's length is below 2"));
        }
        self.position += length;
        rest.get(2..length).ok_or(TRUNCATED)
    }

    fn read_segment(&mut self, marker: u8, segment: &'a [u8]) -> Result<(), DecodeError> {
        match marker {
            0xc0..=0xc2 | 0xc9 | 0xca => {
                self.frame_header(segment, marker & 7 == 2, marker > 0xc8)?;
            }
            0xc4 => self.tables.read_huffman(segment)?,
            0xcc => self.tables.read_conditioning(segment)?,
            0xc3 | 0xc5..=0xc7 | 0xcb | 0xcd..=0xcf => {
                return Err(unsupported("a lossless or hierarchical frame"));
            }
            0xdb => self.tables.read_quantisation(segment)?,
            0xdd => {
                let [high, low, ..] = *segment else {
                    return Err(corrupt("a short restart interval"));
                };
                self.restart_interval = usize::from(u16::from_be_bytes([high, low]));
            }
            0xe0 if segment.starts_with(b"JFIF\0") && segment.len() >= 14 => self.jfif = true,
            0xe1 if segment.starts_with(b"Exif\0\0") => {
                self.exif.get_or_insert(segment);
            }
            0xe1 => {
                if let Some(xmp) = segment.strip_prefix(b"http://ns.adobe.com/xap/1.0/\0") {
                    self.xmp = Some(xmp);
                }
            }
            0xee if segment.starts_with(b"Adobe") && segment.len() >= 12 => {
                self.adobe = Some(segment[11])
            }
            _ => {}
        }
        Ok(())
    }

    fn frame_header(
        &mut self,
        segment: &[u8],
        progressive: bool,
        arithmetic: bool,
    ) -> Result<(), DecodeError> {
        if self.frame.is_some() {
            return Err(corrupt("a second frame header"));
        }
        let [precision, h1, h0, w1, w0, count, ref entries @ ..] = *segment else {
            return Err(corrupt("a short frame header"));
        };
        if precision != 8 {
            return Err(unsupported(&format!("{precision} bits a sample")));
        }
        let (width, height) = (u16::from_be_bytes([w1, w0]), u16::from_be_bytes([h1, h0]));
        check_size("JPEG", u64::from(width), u64::from(height))?;
        if !matches!(count, 1 | 3 | 4) {
            return Err(unsupported(&format!("{count} colour components")));
        }
        if entries.len() != usize::from(count) * 3 {
            return Err(corrupt("the frame header has the wrong length"));
        }
        let mut components: Vec<Component> = entries
            .chunks_exact(3)
            .map(|entry| Component {
                id: entry[0],
                h: usize::from(entry[1] >> 4),
                v: usize::from(entry[1] & 15),
                quantisation_index: usize::from(entry[2]),
                quantisation: [0; 64],
                width: 0,
                height: 0,
            })
            .collect();
        if components
            .iter()
            .any(|c| !(1..=4).contains(&c.h) || !(1..=4).contains(&c.v))
        {
            return Err(corrupt("a sampling factor is not in 1..=4"));
        }
        if let [only] = components.as_mut_slice() {
            // The factors of a lone component mean nothing.
            (only.h, only.v) = (1, 1);
        }
        let max_h = components.iter().map(|c| c.h).max().unwrap_or(1);
        let max_v = components.iter().map(|c| c.v).max().unwrap_or(1);
        for component in &mut components {
            if !max_h.is_multiple_of(component.h) || !max_v.is_multiple_of(component.v) {
                return Err(unsupported("a fractional sampling factor"));
            }
            component.width = (usize::from(width) * component.h).div_ceil(max_h);
            component.height = (usize::from(height) * component.v).div_ceil(max_v);
        }
        self.frame = Some(Frame {
            width: u32::from(width),
            height: u32::from(height),
            progressive,
            arithmetic,
            components,
            max_h,
            max_v,
        });
        Ok(())
    }

    fn scan_header(&mut self) -> Result<Scan, DecodeError> {
        let segment = self.segment()?;
        let frame = self
            .frame
            .as_mut()
            .ok_or_else(|| corrupt("a scan before the frame header"))?;
        let (count, rest) = segment
            .split_first()
            .ok_or_else(|| corrupt("a short scan header"))?;
        let count = usize::from(*count);
        if !(1..=frame.components.len()).contains(&count) || rest.len() != count * 2 + 3 {
            return Err(corrupt("the scan header has the wrong length"));
        }
        let (entries, parameters) = rest.split_at(count * 2);
        let mut components: Vec<ScanComponent> = Vec::with_capacity(count);
        for entry in entries.chunks_exact(2) {
            let index = (0..frame.components.len())
                .find(|index| {
                    frame.components[*index].id == entry[0]
                        && components.iter().all(|other| other.index != *index)
                })
                .ok_or_else(|| corrupt("a scan names an unknown component"))?;
            let (dc, ac) = (usize::from(entry[1] >> 4), usize::from(entry[1] & 15));
            if !frame.arithmetic && (dc > 3 || ac > 3) {
                return Err(corrupt("a scan names a Huffman table above 3"));
            }
            components.push(ScanComponent { index, dc, ac });
        }
        let blocks: usize = components
            .iter()
            .map(|c| frame.components[c.index].h * frame.components[c.index].v)
            .sum();
        if count > 1 && blocks > 10 {
            return Err(corrupt("an MCU has more than 10 blocks"));
        }
        let scan = Scan {
            components,
            start: usize::from(parameters[0]),
            end: usize::from(parameters[1]),
            high: u32::from(parameters[2] >> 4),
            low: u32::from(parameters[2] & 15),
        };
        if frame.progressive {
            check_progression(&scan)?;
        }
        for part in &scan.components {
            let component = &mut frame.components[part.index];
            if component.quantisation[0] == 0 {
                component.quantisation = self
                    .tables
                    .quantisation
                    .get(component.quantisation_index)
                    .copied()
                    .flatten()
                    .ok_or_else(|| corrupt("a quantisation table is missing"))?;
            }
        }
        Ok(scan)
    }
}

/// The limits that libjpeg's `jdphuff.c` puts on a progressive scan's parameters.
fn check_progression(scan: &Scan) -> Result<(), DecodeError> {
    let band = if scan.start == 0 {
        scan.end == 0
    } else {
        scan.start <= scan.end && scan.end < 64 && scan.components.len() == 1
    };
    let bits = scan.low <= 13 && (scan.high == 0 || scan.high == scan.low + 1);
    if band && bits {
        Ok(())
    } else {
        Err(corrupt(
            "a progressive scan's parameters contradict each other",
        ))
    }
}

const TRUNCATED: DecodeError = DecodeError::Truncated { format: "JPEG" };

fn unsupported(feature: &str) -> DecodeError {
    DecodeError::Unsupported {
        format: "JPEG",
        feature: feature.to_owned(),
    }
}
