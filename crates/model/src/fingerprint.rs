//! A checkpoint's fingerprint: what binds a label pack to the model whose labels it holds.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use crate::containers::header::Entry;
use crate::containers::values::Values;

/// Numbers of each tensor that count.
const SAMPLES: u64 = 64;

/// Gathers what a fingerprint is made of, in whatever order the files hold it.
///
/// The fingerprint is the SHA-256 of these bytes, in hexadecimal: for each tensor of the headers of all files, by name,
/// the line `name dtype [shape]\n`; behind the lines of `logit_scale` and of every tensor of the picture's side follow,
/// as little-endian f32, 64 of its numbers, those at `index * length / 64` (all of them where it has fewer). Tensors of the
/// text's side, and buffers that nobody needs, give their line alone: so a model has one fingerprint with and without its text tower in memory.
#[derive(Default)]
pub(crate) struct Fingerprint {
    /// By name: the line, and the numbers.
    tensors: BTreeMap<String, (String, Vec<f32>)>,
}

impl Fingerprint {
    pub fn tensor(&mut self, entry: &Entry) {
        let line = format!("{} {} {:?}\n", entry.name, entry.dtype, entry.shape);
        self.tensors.insert(entry.name.clone(), (line, Vec::new()));
    }

    /// Takes samples of the tensor `name`, which was announced by [`Fingerprint::tensor`].
    pub fn values(&mut self, name: &str, values: &Values) {
        if let Some((_, samples)) = self.tensors.get_mut(name) {
            // In u64: where usize has 32 bits, 64 times the length of a large tensor is more than it holds.
            let length = values.len() as u64;
            let count = length.min(SAMPLES);
            *samples = (0..count)
                .map(|index| values.at((index * length / count) as usize))
                .collect();
        }
    }

    pub fn finish(&self) -> String {
        let mut hasher = Sha256::new();
        for (line, samples) in self.tensors.values() {
            hasher.update(line);
            for value in samples {
                hasher.update(value.to_le_bytes());
            }
        }
        let digest = hasher.finalize();
        digest.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}
