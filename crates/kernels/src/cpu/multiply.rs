//! Products by the quickest way this machine has: in a browser with relaxed-simd a small module of its own, else those of the caller's
//! vector unit.

use super::lanes::Lanes;
use super::panel_products::PanelProduct;
use super::products::{Product, Rows};

/// Writes the products; the arguments and the panics are those of [`Product::new`].
#[inline(always)]
pub fn multiply<L: Lanes>(
    left: Rows<'_>,
    right: Rows<'_>,
    length: usize,
    out: &mut [f32],
    out_stride: usize,
) {
    let product = Product::new(left, right, length, out, out_stride);
    #[cfg(target_arch = "wasm32")]
    if super::relaxed::products(&product) {
        return;
    }
    // SAFETY: the slices live until this function ends.
    unsafe { product.compute::<L>() }
}

/// Computes a product with panels.
///
/// # Safety
/// As [`PanelProduct::compute`].
#[inline(always)]
pub unsafe fn multiply_panels<L: Lanes>(product: &PanelProduct) {
    #[cfg(target_arch = "wasm32")]
    if super::relaxed::panel_products(product) {
        return;
    }
    // SAFETY: the caller's promise.
    unsafe { product.compute::<L>() }
}
