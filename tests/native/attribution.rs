//! A logit's parts add up to it and equal PyTorch's, on every small checkpoint and the built-in model.

use glimpse::DevicePreference;
use glimpse_tests::attribution::{AttributionDifferences, differences};
use glimpse_tests::fixture::{CHECKPOINTS, Fixture};

/// What is promised of the sum, on both devices.
pub const SUM: f64 = 1e-3;
/// What is promised of the map, in logits.
pub const PARTS: f32 = 1e-4;

/// Fails where a part is not what PyTorch says.
pub fn check(name: &str, found: &AttributionDifferences, parts: f32) {
    println!("{name}: {found:?}");
    assert!(found.sum <= SUM, "{name}: {found:?}");
    assert!(found.patches <= parts, "{name}: {found:?}");
    assert!(found.other_parts <= 10.0 * parts, "{name}: {found:?}");
    assert!(found.attention <= parts, "{name}: {found:?}");
    assert!(found.ablated <= parts, "{name}: {found:?}");
    assert!(
        found.largest > 0.01,
        "{name}: nothing to compare: {found:?}"
    );
}

fn check_on_cpu(name: &str, fixture: &Fixture) {
    let found = differences(fixture, DevicePreference::Cpu)
        .unwrap_or_else(|error| panic!("{name}: {}: {error}", error.code().as_str()));
    check(name, &found, PARTS);
}

#[test]
fn every_small_checkpoint() {
    for name in CHECKPOINTS {
        check_on_cpu(name, &Fixture::named(name));
    }
}

#[test]
fn the_built_in_model() {
    check_on_cpu("mini", &Fixture::built_in());
}
