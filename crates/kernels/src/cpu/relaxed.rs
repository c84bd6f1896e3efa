//! The products in wasm with relaxed-simd, which multiplies and adds in one instruction: a module of its own, so that a browser that does
//! not know these instructions still takes ours.
//!
//! It is built from the same source (`../../relaxed`) beside this crate, lies in it as bytes, and works on the same memory.

use js_sys::{Function, Object, Reflect, Uint8Array, WebAssembly};
use wasm_bindgen::{JsCast, JsValue};

use super::panel_products::PanelProduct;
use super::products::Product;

/// Imports the memory, exports a function for each kind of product; a few kilobytes.
static MODULE: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/relaxed.wasm"));

/// What the module exports.
struct Exports {
    products: Function,
    panel_products: Function,
}

thread_local! {
    static EXPORTS: Option<Exports> = start().ok();
}

/// Computes it; `false`, and nothing written, where the browser has no relaxed-simd.
pub fn products(product: &Product) -> bool {
    call(|exports| &exports.products, product)
}

/// As [`products`], with panels.
pub fn panel_products(product: &PanelProduct) -> bool {
    call(|exports| &exports.panel_products, product)
}

fn call<P>(function: impl Fn(&Exports) -> &Function, product: &P) -> bool {
    EXPORTS.with(|exports| {
        let Some(exports) = exports else {
            return false;
        };
        let address = JsValue::from(core::ptr::from_ref(product) as usize);
        let function = function(exports);
        function.call1(&JsValue::UNDEFINED, &address).is_ok()
    })
}

/// Compiles the module, if this browser can, onto our memory.
fn start() -> Result<Exports, JsValue> {
    let module = WebAssembly::Module::new(&Uint8Array::from(MODULE))?;
    let env = Object::new();
    Reflect::set(&env, &"memory".into(), &wasm_bindgen::memory())?;
    let imports = Object::new();
    Reflect::set(&imports, &"env".into(), &env)?;
    let instance = WebAssembly::Instance::new(&module, &imports)?;
    let export = |name: &str| Reflect::get(&instance.exports(), &name.into())?.dyn_into();
    Ok(Exports {
        products: export("products")?,
        panel_products: export("panel_products")?,
    })
}
