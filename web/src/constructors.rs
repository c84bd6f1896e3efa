//! Runs the static constructors of the network's libraries once, when the module starts.
//!
//! cubecl registers thousands of items in constructors (by `inventory`). A WebAssembly module has no moment of its own for
//! them: unless somebody calls `__wasm_call_ctors`, the linker has every call from JavaScript run all of them again, an
//! allocation or a chunk of a download that arrived as well. That took most of the time of loading the built-in model.

use wasm_bindgen::prelude::wasm_bindgen;

#[cfg(target_family = "wasm")]
#[expect(
    unsafe_code,
    reason = "the linker's own function, which takes and gives nothing"
)]
mod linker {
    unsafe extern "C" {
        /// Runs all static constructors.
        safe fn __wasm_call_ctors();
    }

    pub fn run_constructors() {
        __wasm_call_ctors();
    }
}

/// What the module does when it starts.
#[wasm_bindgen(start)]
pub fn start() {
    #[cfg(target_family = "wasm")]
    linker::run_constructors();
}
