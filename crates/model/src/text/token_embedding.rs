//! The token embedding: whole on the host, or row by row from its file as prompts need them.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::future::ready;
use std::ops::Range;
use std::rc::Rc;

use futures_util::stream::{self, StreamExt, TryStreamExt};

use crate::containers::header::{Dtype, Entry};
use crate::containers::numbers::decode;
use crate::containers::weight_file::RangeReader;
use crate::error::{ForwardError, SourceError, WeightsError};
use crate::layouts::TOKEN_EMBEDDING;

/// Ranges that are asked for at once; browsers open six connections to a server.
const AT_ONCE: usize = 6;

/// `[vocab_size, width]` on the host: a prompt needs a few rows of tens of thousands.
pub(crate) struct TokenEmbedding {
    pub vocab_size: usize,
    pub width: usize,
    pub rows: Rows,
}

/// Where the rows are.
pub(crate) enum Rows {
    Whole(Vec<f32>),
    OnDemand(RowsOnDemand),
}

/// Rows that are fetched from a weight file, each once.
pub(crate) struct RowsOnDemand {
    pub file: String,
    pub ranges: Rc<dyn RangeReader>,
    /// The tensor's first byte, counted from the file's start.
    pub begin: u64,
    pub dtype: Dtype,
    /// One number a row where the dtype is I8.
    pub scales: Vec<f32>,
    pub known: RefCell<BTreeMap<u32, Vec<f32>>>,
}

impl TokenEmbedding {
    /// Makes sure that the rows of these prompts are here.
    pub async fn fetch(&self, prompts: &[Vec<u32>]) -> Result<(), ForwardError> {
        let Rows::OnDemand(rows) = &self.rows else {
            return Ok(());
        };
        let missing: BTreeSet<u32> = {
            let known = rows.known.borrow();
            let ids = prompts.iter().flatten().copied();
            ids.filter(|id| !known.contains_key(id)).collect()
        };
        if let Some(&id) = missing.iter().find(|&&id| id as usize >= self.vocab_size) {
            return Err(self.unknown(id));
        }
        stream::iter(runs(&missing))
            .map(|run| rows.fetch(run, self.width))
            .buffer_unordered(AT_ONCE)
            .try_for_each(|possible| ready(if possible { Ok(()) } else { Err(rows.gone()) }))
            .await
    }

    /// Copies the row of `id` to `values`.
    pub fn copy_row(&self, id: u32, values: &mut [f32]) -> Result<(), ForwardError> {
        match &self.rows {
            Rows::Whole(rows) => {
                let start = id as usize * self.width;
                let row = rows.get(start..start + self.width);
                values.copy_from_slice(row.ok_or_else(|| self.unknown(id))?);
            }
            Rows::OnDemand(rows) => {
                let known = rows.known.borrow();
                values.copy_from_slice(known.get(&id).ok_or_else(|| self.unknown(id))?);
            }
        }
        Ok(())
    }

    fn unknown(&self, id: u32) -> ForwardError {
        ForwardError::TokenId {
            id,
            vocab_size: self.vocab_size,
        }
    }
}

impl RowsOnDemand {
    /// Reads rows that stand one after the other, and remembers them; false where the file's place cannot give parts.
    pub async fn fetch(&self, run: Range<u32>, width: usize) -> Result<bool, ForwardError> {
        let row_bytes = width * self.dtype.size();
        let at = |row: u32| self.begin + u64::from(row) * row_bytes as u64;
        let Some(bytes) = self.read(at(run.start), at(run.end)).await? else {
            return Ok(false);
        };
        for (id, bytes) in run.zip(bytes.chunks_exact(row_bytes)) {
            let scale = self.scales.get(id as usize..=id as usize);
            let mut row = vec![0.0; width];
            decode(self.dtype, bytes, scale.unwrap_or_default(), &mut row);
            WeightsError::check_finite(&format!("{TOKEN_EMBEDDING}, row {id}"), &row)?;
            self.known.borrow_mut().insert(id, row);
        }
        Ok(true)
    }

    /// Reads a whole f32 tensor, which begins at byte `begin` of the file; none where its place cannot give parts.
    pub async fn numbers(
        &self,
        begin: u64,
        entry: &Entry,
    ) -> Result<Option<Vec<f32>>, ForwardError> {
        let end = begin + (entry.end - entry.begin);
        let Some(bytes) = self.read(begin, end).await? else {
            return Ok(None);
        };
        let mut values = vec![0.0; bytes.len() / Dtype::F32.size()];
        decode(Dtype::F32, &bytes, &[], &mut values);
        WeightsError::check_finite(&entry.name, &values)?;
        Ok(Some(values))
    }

    async fn read(&self, begin: u64, end: u64) -> Result<Option<Vec<u8>>, ForwardError> {
        let bytes = self.ranges.read_range(begin, end).await?;
        match bytes.as_ref().map(|bytes| bytes.len() as u64) {
            Some(found) if found != end - begin => Err(ForwardError::Weights(WeightsError::Cut {
                file: self.file.clone(),
                expected: end,
                found: begin + found,
            })),
            _ => Ok(bytes),
        }
    }

    /// A place that gave parts of the file, and gives none now.
    fn gone(&self) -> ForwardError {
        ForwardError::Source(SourceError::Network {
            file: self.file.clone(),
            detail: format!(
                "{} can no longer be read in parts, which a new label needs; load the model again",
                self.file
            ),
        })
    }
}

/// Neighbours together.
fn runs(ids: &BTreeSet<u32>) -> Vec<Range<u32>> {
    let mut runs: Vec<Range<u32>> = Vec::new();
    for &id in ids {
        match runs.last_mut() {
            Some(run) if run.end == id => run.end = id + 1,
            _ => runs.push(id..id + 1),
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_are_read_together() {
        let ids = BTreeSet::from([7, 3, 4, 5, 9, 10]);
        assert_eq!(runs(&ids), [3..6, 7..8, 9..11]);
        assert!(runs(&BTreeSet::new()).is_empty());
    }
}
