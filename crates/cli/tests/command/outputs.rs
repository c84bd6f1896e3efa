//! Where --out may write: over nothing but an earlier output of its kind, unless --force is given.

use std::fs;
use std::process::Command;

use safetensors::SafeTensors;

use crate::support::{Desk, mini_folder};

const RED: [u8; 3] = [220, 20, 30];

/// Runs a command that would destroy `victim`, which must refuse and leave it, and then the same with --force, which may.
fn spares(desk: &Desk, arguments: &[&str], victim: &str, told: &str) {
    let before = fs::read(desk.path(victim)).unwrap();
    desk.run(arguments).is_usage_error(told);
    assert_eq!(
        fs::read(desk.path(victim)).unwrap(),
        before,
        "{arguments:?}"
    );
    let forced = desk.run(&[arguments, &["--force"]].concat());
    assert_eq!(forced.code(), 0, "{}", forced.stderr());
    assert_ne!(fs::read(desk.path(victim)).unwrap(), before);
}

#[test]
fn a_photograph_a_models_weights_and_other_peoples_files_are_not_written_over() {
    let desk = Desk::new();
    desk.picture("red.png", RED);
    let weights = fs::read(mini_folder().join("model.safetensors")).unwrap();
    desk.write("m/model.safetensors", &weights);
    desk.write("report.json", b"{\"of\": \"somebody else\"}");
    desk.write("page.html", b"<title>somebody else's</title>");
    let preprocess = ["preprocess", "red.png", "--out", "red.png"];
    spares(&desk, &preprocess, "red.png", "red.png is there already");
    desk.picture("red.png", RED);
    let pack = [
        "pack", "--model", "mini", "--labels", "a,b", "--device", "cpu", "--out",
    ];
    let over_weights = [&pack[..], &["m/model.safetensors"]].concat();
    spares(
        &desk,
        &over_weights,
        "m/model.safetensors",
        "is not a label pack of Glimpse",
    );
    let attack = |out| {
        [
            "attack",
            "red.png",
            "--word",
            "iPod",
            "--labels",
            "apple,iPod",
            "--quick",
            "--device",
            "cpu",
            "--out",
            out,
        ]
    };
    spares(
        &desk,
        &attack("report.html"),
        "report.json",
        "is not the JSON of a report",
    );
    spares(
        &desk,
        &attack("page.html"),
        "page.html",
        "is not a report of Glimpse",
    );
    // What Glimpse wrote itself may be written anew.
    assert_eq!(desk.run(&attack("page.html")).code(), 0);
    assert_eq!(desk.run(&over_weights).code(), 0);
}

#[test]
fn a_copy_of_a_model_replaces_no_file_of_the_folder() {
    let desk = Desk::new();
    desk.write("out/config.json", b"{}");
    let convert = [
        "convert", "--model", "mini", "--to", "q8", "--device", "cpu", "--out", "out",
    ];
    spares(
        &desk,
        &convert,
        "out/config.json",
        "out holds config.json already",
    );
    desk.run(&[&convert[..], &["--force"]].concat())
        .is_usage_error("out holds model.safetensors already");
}

#[test]
fn a_dash_is_standard_output() {
    let desk = Desk::new();
    desk.picture("red.png", RED);
    let piped = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_glimpse"))
            .args(arguments)
            .current_dir(desk.path(""))
            .output()
            .unwrap();
        assert!(output.status.success());
        output.stdout
    };
    let pixels = piped(&["preprocess", "red.png", "--out", "-"]);
    assert_eq!(
        SafeTensors::deserialize(&pixels).unwrap().names(),
        ["pixel_values"]
    );
    let pack = [
        "pack", "--model", "mini", "--labels", "a,b", "--device", "cpu", "--out", "-",
    ];
    let bytes = piped(&pack);
    assert_eq!(
        glimpse::LabelPack::from_safetensors(&bytes).unwrap().labels,
        ["a", "b"]
    );
    desk.run(&[&pack[..], &["--json"]].concat())
        .is_usage_error("would both write to standard output");
    assert!(!desk.path("-").exists());
}
