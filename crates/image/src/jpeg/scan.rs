//! Walks the blocks of a scan: a band of MCUs straight into samples, or a whole scan into stored coefficients.

use super::arithmetic::Arithmetic;
use super::block_decoder::BlockDecoder;
use super::entropy::{self, Block};
use super::header::{Component, Frame, Header, Scan};
use super::huffman::BitReader;
use super::idct::idct;
use super::planes::Planes;
use super::smoothing::Precision;
use crate::error::DecodeError;

/// Decoding state that lasts from MCU to MCU within a scan.
pub(super) struct Progress<'a> {
    pub(super) reader: BitReader<'a>,
    pub(super) predictions: [i32; 4],
    /// The decoder of arithmetic coding, where that is the coding.
    pub(super) arithmetic: Option<Box<Arithmetic>>,
    /// Blocks left in an end-of-band run.
    pub(super) skip: u32,
    restart_interval: usize,
    until_restart: usize,
    next_restart: u8,
}

impl<'a> Progress<'a> {
    fn new(data: &'a [u8], header: &Header<'_>, frame: &Frame) -> Self {
        let arithmetic = || Box::new(Arithmetic::new(header.tables.conditioning));
        Self {
            reader: BitReader::new(data, header.position()),
            predictions: [0; 4],
            arithmetic: frame.arithmetic.then(arithmetic),
            skip: 0,
            restart_interval: header.restart_interval,
            until_restart: header.restart_interval,
            next_restart: 0,
        }
    }

    /// To be called before every MCU.
    fn begin_mcu(&mut self) -> Result<(), DecodeError> {
        self.reader.check_end()?;
        if self.restart_interval != 0 {
            if self.until_restart == 0 {
                self.reader.restart(self.next_restart)?;
                self.next_restart = (self.next_restart + 1) & 7;
                self.until_restart = self.restart_interval;
                self.predictions = [0; 4];
                self.skip = 0;
                if let Some(arithmetic) = &mut self.arithmetic {
                    arithmetic.restart();
                }
            }
            self.until_restart -= 1;
        }
        Ok(())
    }
}

/// A sequential image in one interleaved scan, decoded band by band.
pub(super) struct Bands<'a, 'h> {
    progress: Progress<'a>,
    decoder: BlockDecoder<'h>,
    /// By component of the scan: its index in the frame.
    parts: Vec<usize>,
}

impl<'a, 'h> Bands<'a, 'h> {
    pub(super) fn new(
        data: &'a [u8],
        header: &'h Header<'_>,
        frame: &Frame,
        scan: &Scan,
    ) -> Result<Self, DecodeError> {
        Ok(Self {
            progress: Progress::new(data, header, frame),
            decoder: BlockDecoder::new(header, frame, scan)?,
            parts: scan.components.iter().map(|part| part.index).collect(),
        })
    }

    /// Decodes the next row of MCUs into band `band` of `planes`.
    pub(super) fn decode(
        &mut self,
        frame: &Frame,
        band: usize,
        planes: &mut Planes,
    ) -> Result<(), DecodeError> {
        for mcu in 0..frame.mcus().0 {
            self.progress.begin_mcu()?;
            let sound = !self.progress.reader.exhausted;
            for (part, &index) in self.parts.iter().enumerate() {
                let component = &frame.components[index];
                let (samples, stride) = planes.band_mut(index, band);
                let samples = &mut samples[mcu * component.h * 8..];
                match &mut self.decoder {
                    _ if !sound => transform_mcu(component, samples, stride, |_| {}),
                    // What nearly every file is has a loop of its own.
                    BlockDecoder::Sequential(tables) => {
                        let (dc, ac) = tables[part];
                        let reader = &mut self.progress.reader;
                        let prediction = &mut self.progress.predictions[part];
                        transform_mcu(component, samples, stride, |block| {
                            entropy::sequential(reader, dc, ac, prediction, block);
                        });
                    }
                    decoder => transform_mcu(component, samples, stride, |block| {
                        decoder.decode(part, &mut self.progress, block);
                    }),
                }
            }
        }
        self.progress.reader.check_end()
    }

    /// Whether the file may end behind the scan without saying so.
    pub(super) fn ends_well(&self) -> bool {
        self.progress.reader.ends_well()
    }

    /// Where the bytes behind the scan start.
    pub(super) fn end(&self) -> usize {
        self.progress.reader.end()
    }
}

/// Decodes and transforms a component's blocks of one MCU; `samples` starts with the first of them.
#[inline]
fn transform_mcu(
    component: &Component,
    samples: &mut [u8],
    stride: usize,
    mut decode: impl FnMut(&mut Block),
) {
    let mut block: Block = [0; 64];
    for y in 0..component.v {
        for x in 0..component.h {
            block.fill(0);
            decode(&mut block);
            let at = (y * stride + x) * 8;
            idct(&block, &component.quantisation, &mut samples[at..], stride);
        }
    }
}

/// Blocks whose coefficients take 100 MB.
const MANY_BLOCKS: usize = 781_250;

/// All coefficients of an image whose scans cannot be decoded on their own.
pub(super) struct Coefficients {
    /// By component: blocks across (padded to whole MCUs) and the coefficients.
    planes: Vec<(usize, Vec<Block>)>,
    precision: Precision,
}

impl Coefficients {
    /// Zeros for all blocks of a file of `bytes` bytes.
    pub(super) fn new(frame: &Frame, bytes: usize) -> Result<Self, DecodeError> {
        let (columns, rows) = frame.mcus();
        let of_components = frame.components.iter().map(|c| c.h * c.v);
        let blocks = columns * rows * of_components.sum::<usize>();
        if blocks > MANY_BLOCKS && blocks / 8 > bytes {
            // Less than a bit a block: next to nothing but its size.
            return Err(DecodeError::TooLarge {
                width: u64::from(frame.width),
                height: u64::from(frame.height),
                limit: (MANY_BLOCKS / 15_625) as u64,
            });
        }
        let planes = frame
            .components
            .iter()
            .map(|component| {
                let across = columns * component.h;
                let length = across * rows * component.v;
                Ok((across, blocks_of_zeros(length, frame)?))
            })
            .collect::<Result<_, DecodeError>>()?;
        Ok(Self {
            planes,
            precision: Precision::new(frame.components.len()),
        })
    }

    fn block_mut(&mut self, component: usize, x: usize, y: usize) -> &mut Block {
        let (across, coefficients) = &mut self.planes[component];
        &mut coefficients[y * *across + x]
    }

    /// Transforms one row of MCUs into band `band` of `planes`.
    pub(super) fn transform(&self, frame: &Frame, band: usize, planes: &mut Planes) {
        let smooth = frame.progressive && self.precision.is_useful(frame);
        for (index, component) in frame.components.iter().enumerate() {
            let (across, coefficients) = &self.planes[index];
            let (samples, stride) = planes.band_mut(index, band);
            for y in 0..component.v {
                let start = (band * component.v + y) * across;
                for (x, block) in coefficients[start..start + across].iter().enumerate() {
                    let out = &mut samples[y * 8 * stride + x * 8..];
                    let quantisation = &component.quantisation;
                    if smooth {
                        let around = self.dc_around(frame, index, (band, y), x);
                        let block =
                            self.precision
                                .smoothed(index, band, quantisation, &around, block);
                        idct(&block, quantisation, out, stride);
                    } else {
                        idct(block, quantisation, out, stride);
                    }
                }
            }
        }
    }

    /// The DC values of 5 x 5 blocks around block `x` of row `y` in a band; beyond the picture, those at its edge.
    fn dc_around(
        &self,
        frame: &Frame,
        index: usize,
        (band, y): (usize, usize),
        x: usize,
    ) -> [[i32; 5]; 5] {
        let component = &frame.components[index];
        let (across, coefficients) = &self.planes[index];
        let (columns, rows) = component.blocks();
        let bands = frame.mcus().1;
        // libjpeg counts the rows of the last band as if all bands had as few.
        let in_band = match rows % component.v {
            rest if rest > 0 && band + 1 == bands => rest,
            _ => component.v,
        };
        let (counted, all) = (band * in_band + y, bands * in_band);
        let row = band * component.v + y;
        let above = row - usize::from(counted > 0).min(row);
        let far_above = above - usize::from(counted > 1).min(above);
        let below = row + usize::from(counted + 1 < all);
        let far_below = below + usize::from(counted + 2 < all);
        [far_above, above, row, below, far_below].map(|row| {
            std::array::from_fn(|at| {
                let column = (x + at).saturating_sub(2).min(columns - 1);
                coefficients
                    .get(row * across + column)
                    .map_or(0, |block| i32::from(block[0]))
            })
        })
    }

    /// Decodes one scan; returns where the bytes behind it start.
    pub(super) fn decode(
        &mut self,
        data: &[u8],
        header: &Header<'_>,
        frame: &Frame,
        scan: &Scan,
    ) -> Result<usize, DecodeError> {
        let mut progress = Progress::new(data, header, frame);
        let (columns, rows) = match scan.components.as_slice() {
            [only] => frame.components[only.index].blocks(),
            _ => frame.mcus(),
        };
        let mut decoder = BlockDecoder::new(header, frame, scan)?;
        self.precision.note(scan);
        let rows_of_band = match scan.components.as_slice() {
            [only] => frame.components[only.index].v,
            _ => 1,
        };
        for y in 0..rows {
            for x in 0..columns {
                if !progress.reader.exhausted {
                    self.precision.last_good = y / rows_of_band;
                }
                if progress.reader.exhausted && progress.restart_interval == 0 {
                    progress.reader.check_end()?;
                    return Ok(progress.reader.end());
                }
                progress.begin_mcu()?;
                if progress.reader.exhausted {
                    continue;
                }
                if let [only] = scan.components.as_slice() {
                    let block = self.block_mut(only.index, x, y);
                    if !frame.progressive {
                        block.fill(0);
                    }
                    decoder.decode(0, &mut progress, block);
                    continue;
                }
                for (part, component) in scan.components.iter().enumerate() {
                    let (h, v) = (
                        frame.components[component.index].h,
                        frame.components[component.index].v,
                    );
                    for inner in 0..h * v {
                        let block =
                            self.block_mut(component.index, x * h + inner % h, y * v + inner / h);
                        if !frame.progressive {
                            block.fill(0);
                        }
                        decoder.decode(part, &mut progress, block);
                    }
                }
            }
        }
        progress.reader.check_end()?;
        Ok(progress.reader.end())
    }
}

fn blocks_of_zeros(length: usize, frame: &Frame) -> Result<Vec<Block>, DecodeError> {
    let mut blocks = Vec::new();
    blocks
        .try_reserve_exact(length)
        .map_err(|_| DecodeError::OutOfMemory {
            width: u64::from(frame.width),
            height: u64::from(frame.height),
        })?;
    blocks.resize(length, [0; 64]);
    Ok(blocks)
}
