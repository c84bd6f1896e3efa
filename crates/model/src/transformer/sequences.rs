//! Which rows of a batch are whose tokens: pictures side by side, or prompts whose shared prefixes are computed once.

use std::collections::HashMap;

use burn::tensor::{Device, Tensor};
use glimpse_kernels::{Picks, attention, reshape, rows};

/// Rows of tokens, and how they make up sequences.
pub(crate) struct Sequences {
    batch: usize,
    /// Of the longest.
    tokens: usize,
    /// Whether a token sees only itself and those before it.
    causal: bool,
    shared: Option<Shared>,
    ends: Ends,
}

/// Where sequences have rows in common.
struct Shared {
    /// [`Prompts::read`]
    read: Picks,
    /// [`Prompts::written`]
    written: Picks,
}

/// The tokens that leave the tower, one of each sequence: among the rows, and among the places that rows are read at.
struct Ends {
    rows: Picks,
    places: Picks,
}

/// Prompts, in which a token sees those before it: so tokens with the same before them are the same everywhere, and are one row.
pub(crate) struct Prompts {
    batch: usize,
    /// Of the longest.
    tokens: usize,
    /// Each row's token and place.
    pub unique: Vec<(u32, usize)>,
    /// For each sequence's each token its row, `[batch, tokens]`; what is behind a shorter one's last token is any row, which nothing
    /// before it sees.
    read: Vec<usize>,
    /// For each row one of the places that it is read at.
    written: Vec<usize>,
    /// Each prompt's last row.
    ends: Vec<usize>,
}

impl Prompts {
    /// Finds what these prompts have in common.
    pub fn of(prompts: &[&[u32]]) -> Self {
        let tokens = prompts.iter().map(|ids| ids.len()).max().unwrap_or(0);
        let mut known = HashMap::new();
        let mut unique = Vec::new();
        let mut read = Vec::with_capacity(prompts.len() * tokens);
        let mut written = Vec::new();
        let mut ends = Vec::with_capacity(prompts.len());
        for ids in prompts {
            let mut last = None;
            for (place, &id) in ids.iter().enumerate() {
                let row = *known.entry((last, id)).or_insert_with(|| {
                    unique.push((id, place));
                    written.push(read.len());
                    unique.len() - 1
                });
                read.push(row);
                last = Some(row);
            }
            let last = last.unwrap_or(0);
            ends.push(last);
            read.resize(read.len().next_multiple_of(tokens.max(1)), last);
        }
        Self {
            batch: prompts.len(),
            tokens,
            unique,
            read,
            written,
            ends,
        }
    }

    /// Whether some row is read at several places.
    fn are_shared(&self) -> bool {
        self.unique.len() < self.read.len()
    }
}

impl Sequences {
    /// Sequences one after another, in which every token sees all others and the first leaves the tower.
    pub fn side_by_side(batch: usize, tokens: usize, device: &Device) -> Self {
        let first: Vec<usize> = (0..batch).map(|sequence| sequence * tokens).collect();
        let rows = Picks::new(&first, device);
        Self {
            batch,
            tokens,
            causal: false,
            shared: None,
            ends: Ends {
                places: rows.clone(),
                rows,
            },
        }
    }

    /// Prompts, whose last tokens leave the tower.
    pub fn of_prompts(prompts: &Prompts, device: &Device) -> Self {
        let rows = Picks::new(&prompts.ends, device);
        let (shared, places) = if prompts.are_shared() {
            let shared = Shared {
                read: Picks::new(&prompts.read, device),
                written: Picks::new(&prompts.written, device),
            };
            let places = prompts.ends.iter().map(|&row| prompts.written[row]);
            let places = Picks::new(&places.collect::<Vec<_>>(), device);
            (Some(shared), places)
        } else {
            (None, rows.clone())
        };
        Self {
            batch: prompts.batch,
            tokens: prompts.tokens,
            causal: true,
            shared,
            ends: Ends { rows, places },
        }
    }

    /// Of all rows those that leave the tower, `[batch, width]`.
    pub fn ends_of(&self, hidden: Tensor<2>) -> Tensor<2> {
        rows(hidden, &self.ends.rows)
    }

    /// What each row sees, or what those see that leave the tower.
    ///
    /// # Shapes
    /// - query, key and value: `[rows, width]`, the heads side by side
    /// - output: the same, or `[batch, width]`
    pub fn attend(&self, parts: [Tensor<2>; 3], heads: usize, ends_only: bool) -> Tensor<2> {
        let [query, key, value] = parts.map(|part| {
            let width = part.dims()[1];
            let part = match &self.shared {
                Some(shared) => rows(part, &shared.read),
                None => part,
            };
            reshape(part, [self.batch, self.tokens, width])
        });
        let width = query.dims()[2];
        let context = attention(query, key, value, heads, self.causal);
        match &self.shared {
            _ if ends_only => rows(context, &self.ends.places),
            Some(shared) => rows(context, &shared.written),
            None => reshape(context, [self.batch * self.tokens, width]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_common_beginning_is_one_row() {
        let prompts: [&[u32]; 3] = [&[9, 1, 2, 8], &[9, 1, 3, 4, 8], &[9, 8]];
        let prompts = Prompts::of(&prompts);
        let ids: Vec<u32> = prompts.unique.iter().map(|(id, _)| *id).collect();
        let places: Vec<usize> = prompts.unique.iter().map(|(_, place)| *place).collect();
        assert_eq!(ids, [9, 1, 2, 8, 3, 4, 8, 8]);
        assert_eq!(places, [0, 1, 2, 3, 2, 3, 4, 1]);
        assert_eq!(prompts.ends, [3, 6, 7]);
        assert!(prompts.are_shared());
        assert_eq!(prompts.read, [0, 1, 2, 3, 3, 0, 1, 4, 5, 6, 0, 7, 7, 7, 7]);
        assert_eq!(prompts.written, [0, 1, 2, 3, 7, 8, 9, 11]);
    }

    #[test]
    fn the_same_token_behind_another_is_another_row() {
        let prompts: [&[u32]; 2] = [&[1, 2, 3], &[2, 2, 3]];
        let prompts = Prompts::of(&prompts);
        assert_eq!(prompts.unique.len(), 6);
        assert!(!prompts.are_shared());
    }
}
