//! The products in wasm with relaxed-simd, which multiplies and adds in one instruction: a module of its own, so that a browser that does
//! not know these instructions still takes ours.
//!
//! It is built from the same source (`../../relaxed`) beside this crate, lies in it as bytes, and works on the same memory.

use js_sys::{Function, Object, Reflect, Uint8Array, WebAssembly};
use wasm_bindgen::{JsCast, JsValue};

use super::products::Product;

/// Imports the memory, exports `compute`; a few kilobytes.
static MODULE: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/relaxed.wasm"));

thread_local! {
    static PRODUCTS: Option<Function> = start().ok();
}

/// Computes it; `false`, and nothing written, where the browser has no relaxed-simd.
pub fn compute(product: &Product) -> bool {
    PRODUCTS.with(|products| {
        let Some(products) = products else {
            return false;
        };
        let address = JsValue::from(core::ptr::from_ref(product) as usize);
        products.call1(&JsValue::UNDEFINED, &address).is_ok()
    })
}

/// Compiles the module, if this browser can, onto our memory.
fn start() -> Result<Function, JsValue> {
    let module = WebAssembly::Module::new(&Uint8Array::from(MODULE))?;
    let env = Object::new();
    Reflect::set(&env, &"memory".into(), &wasm_bindgen::memory())?;
    let imports = Object::new();
    Reflect::set(&imports, &"env".into(), &env)?;
    let instance = WebAssembly::Instance::new(&module, &imports)?;
    Reflect::get(&instance.exports(), &"compute".into())?.dyn_into()
}
