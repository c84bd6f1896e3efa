//! The products alone, for wasm with relaxed-simd: a module without a stack or data of its own, on another's memory.

#![no_std]
#![no_main]

#[path = "../src/cpu/lanes.rs"]
#[expect(dead_code, reason = "products need only half of what a vector can")]
mod lanes;
#[path = "../src/cpu/panel_products.rs"]
mod panel_products;
#[path = "../src/cpu/products.rs"]
#[expect(dead_code, reason = "the caller makes what is computed here")]
mod products;

/// Computes what is at that address.
///
/// # Safety
/// As [`products::Product::compute`].
#[unsafe(no_mangle)]
unsafe extern "C" fn products(product: &products::Product) {
    // SAFETY: the caller's promise.
    unsafe { product.compute::<lanes::Simd128>() }
}

/// Computes what is at that address.
///
/// # Safety
/// As [`panel_products::PanelProduct::compute`].
#[unsafe(no_mangle)]
unsafe extern "C" fn panel_products(product: &panel_products::PanelProduct) {
    // SAFETY: the caller's promise.
    unsafe { product.compute::<lanes::Simd128>() }
}

/// Nothing here panics; the language wants it said.
#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    core::arch::wasm32::unreachable()
}
