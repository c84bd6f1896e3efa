//! Decodes one block of a scan, of whichever of the kinds of scans.

use super::corrupt;
use super::entropy::{self, Block};
use super::header::{Frame, Header, Scan, ScanComponent};
use super::huffman::Table;
use super::scan::Progress;
use crate::error::DecodeError;

/// The kind of a scan, with the tables that it needs, one per component.
pub(super) enum BlockDecoder<'h> {
    Sequential(Vec<(&'h Table, &'h Table)>),
    DcFirst(Vec<&'h Table>, u32),
    DcRefine(u32),
    AcFirst(&'h Table, (usize, usize), u32),
    AcRefine(&'h Table, (usize, usize), u32),
    Arithmetic(Scan, bool),
}

impl<'h> BlockDecoder<'h> {
    /// # Errors
    /// [`DecodeError::Corrupt`] where the scan names a table that is not there.
    pub(super) fn new(
        header: &'h Header<'_>,
        frame: &Frame,
        scan: &Scan,
    ) -> Result<Self, DecodeError> {
        let first = scan.components[0];
        let range = (scan.start, scan.end);
        Ok(if frame.arithmetic {
            Self::Arithmetic(scan.clone(), frame.progressive)
        } else if !frame.progressive {
            let pair = |part: &ScanComponent| {
                Ok((
                    dc_table(header, part.dc)?,
                    table(&header.tables.ac, part.ac)?,
                ))
            };
            Self::Sequential(
                scan.components
                    .iter()
                    .map(pair)
                    .collect::<Result<_, DecodeError>>()?,
            )
        } else if scan.start == 0 && scan.high == 0 {
            let tables = scan.components.iter().map(|part| dc_table(header, part.dc));
            Self::DcFirst(tables.collect::<Result<_, _>>()?, scan.low)
        } else if scan.start == 0 {
            Self::DcRefine(scan.low)
        } else if scan.high == 0 {
            Self::AcFirst(table(&header.tables.ac, first.ac)?, range, scan.low)
        } else {
            Self::AcRefine(table(&header.tables.ac, first.ac)?, range, scan.low)
        })
    }

    /// Decodes one block of the scan's component number `part`; of a sequential scan, `block` must be zeros.
    #[inline]
    pub(super) fn decode(&mut self, part: usize, progress: &mut Progress<'_>, block: &mut Block) {
        let reader = &mut progress.reader;
        match self {
            Self::Sequential(tables) => {
                let (dc, ac) = tables[part];
                entropy::sequential(reader, dc, ac, &mut progress.predictions[part], block);
            }
            Self::DcFirst(tables, low) => {
                entropy::dc_first(
                    reader,
                    tables[part],
                    *low,
                    &mut progress.predictions[part],
                    block,
                );
            }
            Self::DcRefine(low) => entropy::dc_refine(reader, *low, block),
            Self::AcFirst(_, _, _) if progress.skip > 0 => progress.skip -= 1,
            Self::AcFirst(ac, range, low) => {
                progress.skip = entropy::ac_first(reader, ac, *range, *low, block);
            }
            Self::AcRefine(ac, range, low) => {
                progress.skip = entropy::ac_refine(reader, ac, *range, *low, progress.skip, block);
            }
            Self::Arithmetic(scan, progressive) => {
                let Some(decoder) = &mut progress.arithmetic else {
                    return;
                };
                let (range, low) = ((scan.start, scan.end), scan.low);
                let tables = scan.components[part];
                match (*progressive, scan.start, scan.high) {
                    (false, _, _) => {
                        decoder.sequential(reader, part, (tables.dc, tables.ac), block);
                    }
                    (true, 0, 0) => decoder.dc_first(reader, part, tables.dc, low, block),
                    (true, 0, _) => decoder.dc_refine(reader, low, block),
                    (true, _, 0) => decoder.ac_first(reader, tables.ac, range, low, block),
                    (true, _, _) => decoder.ac_refine(reader, tables.ac, range, low, block),
                }
            }
        }
    }
}

fn table(tables: &[Option<Table>; 4], index: usize) -> Result<&Table, DecodeError> {
    tables[index]
        .as_ref()
        .ok_or_else(|| corrupt("a Huffman table is missing"))
}

fn dc_table<'t>(header: &'t Header<'_>, index: usize) -> Result<&'t Table, DecodeError> {
    let table = table(&header.tables.dc, index)?;
    if table.fits_dc() {
        Ok(table)
    } else {
        Err(corrupt("a DC table holds an impossible length"))
    }
}
