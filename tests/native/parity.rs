//! Every stage of every small checkpoint equals PyTorch's numbers on the CPU.

use glimpse::DevicePreference;
use glimpse_tests::fixture::{CHECKPOINTS, Fixture, shared};
use glimpse_tests::parity::{Differences, differences};

/// Resizing is Pillow's to the bit, so only the rounding of `(value - mean) / std` is left.
const PIXEL_VALUES: f32 = 1e-6;
/// What the project promises for the CPU: of cosines and probabilities, and so of the embeddings behind them.
const CPU: f32 = 1e-4;

/// Fails where a stage is not what PyTorch says.
pub fn check(fixture: &Fixture) -> Differences {
    let name = fixture.folder.display();
    let found = differences(fixture, DevicePreference::Cpu)
        .unwrap_or_else(|error| panic!("{name}: {}: {error}", error.code().as_str()));
    println!("{name}: {found:?}");
    assert_eq!(found.device, "cpu");
    if let Some(pixel_values) = found.pixel_values {
        assert!(pixel_values <= PIXEL_VALUES, "{name}: {found:?}");
    }
    assert_eq!(found.wrong_input_ids, Vec::<String>::new(), "{name}");
    assert!(found.image_embeds <= CPU, "{name}: {found:?}");
    assert!(found.text_embeds <= CPU, "{name}: {found:?}");
    assert!(found.cosines <= CPU, "{name}: {found:?}");
    assert!(found.probabilities <= CPU, "{name}: {found:?}");
    // Logits are cosines times a scale of at most 100.
    assert!(found.logits <= 100.0 * CPU, "{name}: {found:?}");
    found
}

fn check_own(name: &str) {
    let found = check(&Fixture::named(name));
    assert!(
        found.pixel_values.is_some(),
        "{name} has reference pixel values"
    );
}

#[test]
fn hugging_face_quickgelu_f32() {
    check_own("hf-quickgelu-f32");
}

#[test]
fn hugging_face_gelu_f16_with_the_new_end_of_text_id() {
    check_own("hf-gelu-neweos-f16");
}

#[test]
fn hugging_face_gelu_bf16_in_shards() {
    check_own("hf-gelu-bf16-shards");
}

#[test]
fn open_clip_gelu_f32() {
    check_own("openclip-gelu-f32");
}

#[test]
fn the_built_in_model() {
    check(&Fixture::built_in());
}

#[test]
fn every_fixture_is_checked() {
    let mut folders: Vec<String> = std::fs::read_dir(glimpse_tests::fixture::fixtures())
        .expect("tests/fixtures")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.join("expected.json").exists())
        .map(|path| {
            path.file_name()
                .expect("a name")
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    folders.sort();
    let mut checked = CHECKPOINTS;
    checked.sort_unstable();
    assert_eq!(folders, checked);
}

#[test]
fn the_shared_checkpoints() {
    let Some(shared) = shared() else { return };
    let mut checked = 0;
    for entry in std::fs::read_dir(shared.join("parity")).expect("the shared parity folder") {
        check(&Fixture::at(&entry.expect("an entry").path()));
        checked += 1;
    }
    assert!(checked > 0);
}
