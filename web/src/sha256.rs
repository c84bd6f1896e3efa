//! SHA-256 of bytes as they come: the browser's own `crypto.subtle` wants them all at once.

use sha2::Digest;
use wasm_bindgen::prelude::wasm_bindgen;

/// A SHA-256 in the making.
#[wasm_bindgen]
#[derive(Default)]
pub struct Sha256 {
    hasher: sha2::Sha256,
}

#[wasm_bindgen]
impl Sha256 {
    /// That of no bytes yet.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.hasher.update(bytes);
    }

    /// The 64 hexadecimal digits of all bytes so far; begins anew.
    pub fn finish(&mut self) -> String {
        let digest = self.hasher.finalize_reset();
        digest.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}
