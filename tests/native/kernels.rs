//! The CPU's kernels compute what burn's plain operations do.

use burn::tensor::Device;
use glimpse_tests::kernels::{CASES, differences};

/// Sums of products in another order, and a Φ that is 1.5e-7 off at most.
const CPU: f32 = 2e-6;

#[test]
fn every_kernel_computes_what_the_plain_operations_do() {
    let found = pollster::block_on(differences(&Device::flex()));
    assert_eq!(found.len(), CASES);
    for one in &found {
        println!("{}: {:e} of {}", one.case, one.largest, one.scale);
        let allowed = CPU * one.scale.max(1.0) + one.rounding;
        assert!(one.largest <= allowed, "{one:?}");
    }
}
