//! A checkpoint's fingerprint: what binds a label pack to the model whose labels it holds.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use crate::containers::header::Entry;
use crate::containers::reader::{Reader, base_name};
use crate::layouts::TOKEN_EMBEDDING;

/// What tells checkpoints apart, whatever their names: a hash for each part that may be loaded without the others, of 64 hexadecimal
/// digits.
///
/// Each is the SHA-256 of one entry a tensor, by name: the line `name dtype [shape]\n`, and behind it the XXH3 (128 bits, little-endian)
/// of all bytes that the file holds of the tensor, as they stream by. XXH3, since it keeps up with memory where SHA-256 would take longer
/// than the rest of a load: it is there against mistakes, and against nobody's intent. Buffers, which nobody needs, do not count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fingerprint {
    /// The image tower and `logit_scale`: their lines and bytes, and the lines of all other tensors.
    pub image: String,
    /// The text tower but for its token embedding; none where it was not loaded.
    pub text: Option<String>,
    /// The token embedding; none where it was not loaded, or its rows come as prompts need them.
    pub tokens: Option<String>,
}

impl Fingerprint {
    /// Of what `reader` has read.
    pub(crate) fn of(reader: &Reader) -> Self {
        let mut tensors = BTreeMap::new();
        for entry in reader.entries() {
            if let Some(spec) = reader.specs.get(base_name(&entry.name)) {
                let part = match (
                    spec.destination.is_text(),
                    spec.destination.is(TOKEN_EMBEDDING),
                ) {
                    (false, _) => Part::Image,
                    (true, false) => Part::Text,
                    (true, true) => Part::Tokens,
                };
                tensors.insert(entry.name.as_str(), (entry, part));
            }
        }
        let hash = |part: Part| {
            let mut hasher = Sha256::new();
            for (name, (entry, of)) in &tensors {
                if *of == part || part == Part::Image {
                    hasher.update(line(entry));
                }
                if *of == part {
                    hasher.update(reader.digests.get(*name)?.to_le_bytes());
                }
            }
            Some(hexadecimal(&hasher.finalize()))
        };
        Self {
            // The image tower is always loaded.
            image: hash(Part::Image).unwrap_or_default(),
            text: hash(Part::Text),
            tokens: hash(Part::Tokens),
        }
    }

    /// One hash of all weights, 64 hexadecimal digits: the SHA-256 of the three, one behind the other; none where a part was not loaded.
    #[must_use]
    pub fn whole(&self) -> Option<String> {
        let mut hasher = Sha256::new();
        for part in [Some(&self.image), self.text.as_ref(), self.tokens.as_ref()] {
            hasher.update(part?);
        }
        Some(hexadecimal(&hasher.finalize()))
    }
}

/// What a tensor belongs to.
#[derive(Clone, Copy, PartialEq)]
enum Part {
    Image,
    Text,
    Tokens,
}

fn line(entry: &Entry) -> String {
    format!("{} {} {:?}\n", entry.name, entry.dtype, entry.shape)
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
