//! Builds the products for wasm with relaxed-simd as a module of their own, where this crate is built for wasm.

use std::env;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

/// The module, and what it is made of.
const SOURCES: [&str; 4] = [
    "relaxed/lib.rs",
    "src/cpu/lanes.rs",
    "src/cpu/panel_products.rs",
    "src/cpu/products.rs",
];

/// A stack of no size: whatever would use one ends in an error, and never writes over the memory that it shares.
const FLAGS: [&str; 12] = [
    "--edition=2024",
    "--crate-type=cdylib",
    "--crate-name=relaxed",
    "--target=wasm32-unknown-unknown",
    "-Copt-level=3",
    "-Cpanic=abort",
    "-Cstrip=symbols",
    "-Ctarget-feature=+simd128,+relaxed-simd",
    "-Clink-arg=--import-memory",
    "-Clink-arg=-zstack-size=0",
    "-Clink-arg=-O2",
    "-Dwarnings",
];

/// What the compiler's text calls the place where a stack ends.
const STACK: &str = "__stack_pointer";

fn main() {
    for source in SOURCES.into_iter().chain(["build.rs"]) {
        println!("cargo::rerun-if-changed={source}");
    }
    if env::var("CARGO_CFG_TARGET_ARCH").as_deref() != Ok("wasm32") {
        return;
    }
    let of_cargo = |name: &str| PathBuf::from(env::var_os(name).expect("cargo sets it"));
    let output = of_cargo("OUT_DIR");
    let (module, text) = (output.join("relaxed.wasm"), output.join("relaxed.s"));
    let status = Command::new(of_cargo("RUSTC"))
        .args(FLAGS)
        .arg(format!(
            "--emit=link={},asm={}",
            module.display(),
            text.display()
        ))
        .arg(SOURCES[0])
        .status();
    assert!(
        status.is_ok_and(|status| status.success()),
        "the module with relaxed-simd, crates/kernels/relaxed, could not be built; what rustc said stands above"
    );
    let text = fs::read_to_string(text).expect("rustc wrote it");
    assert!(
        !text.contains(STACK),
        "the module with relaxed-simd wants a stack: an array in it is in no registers"
    );
}
