//! The native GPU path gives the same numbers, where there is an adapter; software ones will do.

use std::ffi::OsString;
use std::path::Path;
use std::process::Command;

use glimpse_tests::attribution::AttributionDifferences;
use glimpse_tests::fixture::{CHECKPOINTS, fixtures};
use glimpse_tests::kernels::{CASES, KernelDifference};
use glimpse_tests::left_out;
use glimpse_tests::parity::Differences;
use serde_json::Value;

use crate::attribution;

/// What the project promises for GPUs.
const GPU: f32 = 1e-3;

/// What a kernel's sums may differ by, as a part of the largest: they add the same products in another order.
const KERNEL: f32 = 1e-5;

/// The folder of Debian's Chromium, which ships a Vulkan loader and a software adapter.
const CHROMIUM: &str = "/usr/lib/chromium";

/// `alone JOB gpu CHECKPOINT`, on this machine's adapter, or on Chromium's software one where it is installed and no other
/// driver was asked for.
pub fn on_gpu(job: &str, checkpoint: &Path) -> Value {
    let checkpoint = checkpoint.to_str().expect("a path of plain letters");
    alone(&[job, "gpu", checkpoint])
}

/// `alone` with these arguments, and with a driver.
fn alone(arguments: &[&str]) -> Value {
    let mut command = Command::new(env!("CARGO_BIN_EXE_alone"));
    command.args(arguments);
    let driver = Path::new(CHROMIUM).join("vk_swiftshader_icd.json");
    if std::env::var_os("VK_ICD_FILENAMES").is_none() && driver.exists() {
        let mut libraries = std::env::var_os("LD_LIBRARY_PATH").unwrap_or_default();
        if !libraries.is_empty() {
            libraries.push(OsString::from(":"));
        }
        libraries.push(CHROMIUM);
        command
            .env("VK_ICD_FILENAMES", driver)
            .env("LD_LIBRARY_PATH", libraries);
    }
    let output = command.output().expect("alone runs");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).expect("one JSON object")
}

#[test]
fn every_checkpoint_gives_the_same_numbers_on_the_gpu() {
    for name in CHECKPOINTS {
        let answer = on_gpu("parity", &fixtures().join(name));
        let found: Differences = serde_json::from_value(answer).expect("differences");
        if found.reason.contains("no GPU could be opened") {
            left_out(&found.reason);
            return;
        }
        check(name, &found);
    }
}

/// Fails where the GPU's numbers are not PyTorch's.
pub fn check(name: &str, found: &Differences) {
    println!("{name}: {found:?}");
    assert_eq!(found.device, "gpu", "{name}: {}", found.reason);
    assert!(found.image_embeds <= GPU, "{name}: {found:?}");
    assert!(found.text_embeds <= GPU, "{name}: {found:?}");
    assert!(found.cosines <= GPU, "{name}: {found:?}");
    assert!(found.probabilities <= GPU, "{name}: {found:?}");
}

#[test]
fn every_kernel_computes_what_the_plain_operations_do_with_either_kind_of_tiles() {
    let answer = alone(&["kernels"]);
    if answer["reason"] != "" {
        left_out(&answer["reason"].to_string());
        return;
    }
    let found: Vec<KernelDifference> =
        serde_json::from_value(answer["differences"].clone()).expect("differences");
    assert_eq!(found.len(), 2 * CASES);
    for one in &found {
        println!("{}: {:e} of {}", one.case, one.largest, one.scale);
        assert!(one.largest <= KERNEL * one.scale.max(1.0), "{one:?}");
    }
}

#[test]
fn logits_are_taken_apart_on_the_gpu_too() {
    for name in CHECKPOINTS {
        let answer = on_gpu("attribution", &fixtures().join(name));
        let found: AttributionDifferences = serde_json::from_value(answer).expect("differences");
        if found.reason.contains("no GPU could be opened") {
            left_out(&found.reason);
            return;
        }
        assert_eq!(found.device, "gpu", "{name}: {}", found.reason);
        attribution::check(name, &found, attribution::PARTS);
    }
}
