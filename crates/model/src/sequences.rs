//! Which rows of a batch are whose tokens: pictures side by side, or prompts whose common beginnings are computed once.

use std::collections::HashMap;

use burn::tensor::Tensor;
use glimpse_kernels::{attention, reshape, rows};

/// Rows of tokens, and how they make up sequences.
pub(crate) struct Sequences {
    batch: usize,
    /// Of the longest.
    tokens: usize,
    /// Whether a token sees only itself and those before it.
    causal: bool,
    shared: Option<Shared>,
}

/// Where sequences have rows in common.
struct Shared {
    /// For each sequence's each token its row, `[batch, tokens]`; what is behind a shorter one's last token is any row, which nothing
    /// before it sees.
    read: Vec<usize>,
    /// For each row one of the places that it is read at.
    written: Vec<usize>,
}

impl Sequences {
    /// Sequences one after another, in which every token sees all others.
    pub fn side_by_side(batch: usize, tokens: usize) -> Self {
        Self {
            batch,
            tokens,
            causal: false,
            shared: None,
        }
    }

    /// Prompts, in which a token sees those before it: so tokens with the same before them are the same everywhere, and are one row.
    ///
    /// Gives each row's token and place too, and each prompt's last row.
    pub fn of_prompts(prompts: &[&[u32]]) -> (Self, Vec<(u32, usize)>, Vec<usize>) {
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
        let shared = (unique.len() < read.len()).then_some(Shared { read, written });
        let sequences = Self {
            batch: prompts.len(),
            tokens,
            causal: true,
            shared,
        };
        (sequences, unique, ends)
    }

    /// What each row sees, or those of `picked`.
    ///
    /// # Shapes
    /// - query, key and value: `[rows, width]`, the heads side by side
    /// - output: the same, or `[picked.len(), width]`
    pub fn attend(
        &self,
        parts: [Tensor<2>; 3],
        heads: usize,
        picked: Option<&[usize]>,
    ) -> Tensor<2> {
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
        let place = |row: &usize| match &self.shared {
            Some(shared) => shared.written[*row],
            None => *row,
        };
        match (picked, &self.shared) {
            (Some(picked), _) => rows(context, &picked.iter().map(place).collect::<Vec<_>>()),
            (None, Some(shared)) => rows(context, &shared.written),
            (None, None) => reshape(context, [self.batch * self.tokens, width]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_common_beginning_is_one_row() {
        let prompts: [&[u32]; 3] = [&[9, 1, 2, 8], &[9, 1, 3, 4, 8], &[9, 8]];
        let (sequences, unique, ends) = Sequences::of_prompts(&prompts);
        let ids: Vec<u32> = unique.iter().map(|(id, _)| *id).collect();
        let places: Vec<usize> = unique.iter().map(|(_, place)| *place).collect();
        assert_eq!(ids, [9, 1, 2, 8, 3, 4, 8, 8]);
        assert_eq!(places, [0, 1, 2, 3, 2, 3, 4, 1]);
        assert_eq!(ends, [3, 6, 7]);
        let shared = sequences.shared.expect("two beginnings");
        assert_eq!(shared.read, [0, 1, 2, 3, 3, 0, 1, 4, 5, 6, 0, 7, 7, 7, 7]);
        assert_eq!(shared.written, [0, 1, 2, 3, 7, 8, 9, 11]);
    }

    #[test]
    fn the_same_token_behind_another_is_another_row() {
        let prompts: [&[u32]; 2] = [&[1, 2, 3], &[2, 2, 3]];
        let (sequences, unique, _) = Sequences::of_prompts(&prompts);
        assert_eq!(unique.len(), 6);
        assert!(sequences.shared.is_none());
    }
}
