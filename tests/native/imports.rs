//! Who may import whom among the crates, as ARCHITECTURE.md draws it; the package's and the page's side is tests/package/imports.test.mjs.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// Each crate with the crates of this project that it may import. Nothing imports a door (studio, cli, web), nor the tests.
const ALLOWED: [(&str, &[&str]); 12] = [
    ("glimpse-image", &[]),
    ("glimpse-text", &[]),
    ("glimpse-kernels", &[]),
    ("glimpse-model", &["glimpse-kernels"]),
    (
        "glimpse",
        &["glimpse-image", "glimpse-text", "glimpse-model"],
    ),
    ("glimpse-lettering", &["glimpse-image"]),
    ("glimpse-attack", &["glimpse-image", "glimpse-lettering"]),
    ("glimpse-studio", DOORS_MAY),
    ("glimpse-cli", DOORS_MAY),
    ("glimpse-web", DOORS_MAY),
    (
        "glimpse-tests",
        &["glimpse", "glimpse-model", "glimpse-kernels"],
    ),
    ("xtask", &[]),
];

/// What a door may import.
const DOORS_MAY: &[&str] = &["glimpse", "glimpse-lettering", "glimpse-attack"];

/// Packages of others that only some crates may name, and why.
const RESERVED: [(&str, &[&str], &str); 6] = [
    (
        "burn",
        &["glimpse-kernels", "glimpse-model", "glimpse-tests"],
        "pictures and text know no network",
    ),
    ("wgpu", &["glimpse-model"], "one file opens the device"),
    (
        "web-sys",
        &["glimpse-web"],
        "the browser is known to the package alone",
    ),
    // An exception: relaxed SIMD is a second module of WebAssembly, and only JavaScript can instantiate one (cpu/relaxed.rs).
    (
        "js-sys",
        &["glimpse-web", "glimpse-kernels"],
        "JavaScript is known to the package alone",
    ),
    (
        "wasm-bindgen",
        &["glimpse-web", "glimpse-kernels"],
        "JavaScript is known to the package alone",
    ),
    (
        "tokenizers",
        &["glimpse-text"],
        "labels are tokenised in one place",
    ),
];

/// Names that only some files may use, whatever their crate may.
const FILES: [(&str, &str); 4] = [
    ("wgpu::", "crates/model/src/device.rs"),
    ("js_sys", "crates/kernels/src/cpu/relaxed.rs"),
    ("wasm_bindgen::", "crates/kernels/src/cpu/relaxed.rs"),
    ("web_sys", "nowhere in crates/"),
];

/// A crate and the names of what it depends on, tests aside.
struct Crate {
    name: String,
    imports: Vec<String>,
}

/// A sentence for each arrow that is not allowed.
fn forbidden(crates: &[Crate]) -> Vec<String> {
    let mut told = Vec::new();
    for Crate { name, imports } in crates {
        let Some((_, allowed)) = ALLOWED.iter().find(|(of, _)| of == name) else {
            told.push(format!("{name} is a new crate: say in tests/native/imports.rs and ARCHITECTURE.md whom it may import"));
            continue;
        };
        for import in imports {
            let is_ours =
                import == "glimpse" || import.starts_with("glimpse-") || import == "xtask";
            if is_ours && !allowed.contains(&import.as_str()) {
                told.push(format!(
                    "{name} must not import {import}; it may import {allowed:?}"
                ));
            }
            let reserved = RESERVED.iter().find(|(package, ..)| package == import);
            if let Some((_, holders, why)) = reserved
                && !holders.contains(&name.as_str())
            {
                told.push(format!("{name} must not depend on {import}, since {why}"));
            }
        }
    }
    told
}

/// A sentence for a file that names what is another file's to name. Comments name what they like.
fn misnamed(path: &str, text: &str) -> Vec<String> {
    let code = || {
        text.lines()
            .filter(|line| !line.trim_start().starts_with("//"))
    };
    let told = |(name, holder): &(&str, &str)| {
        (path != *holder && code().any(|line| line.contains(name)))
            .then(|| format!("{path} must not name {name}: that is for {holder}"))
    };
    FILES.iter().filter_map(told).collect()
}

fn crates_of_this_project() -> Vec<Crate> {
    let output = Command::new(env!("CARGO"))
        .args([
            "metadata",
            "--no-deps",
            "--offline",
            "--format-version",
            "1",
        ])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs");
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("cargo prints JSON");
    let name = |package: &Value| package["name"].as_str().unwrap().to_owned();
    let packages = metadata["packages"].as_array().expect("packages");
    packages
        .iter()
        .map(|package| {
            let dependencies = package["dependencies"].as_array().unwrap();
            let used = dependencies.iter().filter(|one| one["kind"].is_null());
            Crate {
                name: name(package),
                imports: used.map(name).collect(),
            }
        })
        .collect()
}

#[test]
fn no_crate_imports_what_it_must_not() {
    let crates = crates_of_this_project();
    assert_eq!(crates.len(), ALLOWED.len());
    assert_eq!(forbidden(&crates), [""; 0]);
}

#[test]
fn browser_and_device_are_named_where_they_may_be() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let files = glimpse_tests::fixture::files_under(&root.join("crates"));
    let sources = files.iter().filter(|file| {
        let is_rust = file.extension().is_some_and(|end| end == "rs");
        // xtask binds the wasm, and its library has the name in its own.
        is_rust && !file.starts_with(root.join("crates/xtask"))
    });
    let mut told = Vec::new();
    for file in sources {
        let path = file
            .strip_prefix(root)
            .unwrap()
            .to_str()
            .unwrap()
            .replace('\\', "/");
        told.extend(misnamed(&path, &fs::read_to_string(file).unwrap()));
    }
    assert_eq!(told, [""; 0]);
}

#[test]
fn every_kind_of_forbidden_arrow_is_found() {
    let found = |name: &str, import: &str| {
        let one = Crate {
            name: name.to_owned(),
            imports: vec![import.to_owned()],
        };
        forbidden(&[one]).concat()
    };
    assert_eq!(found("glimpse-model", "glimpse-kernels"), "");
    for (name, import) in [
        ("glimpse-image", "glimpse-text"),
        ("glimpse-model", "glimpse-image"),
        ("glimpse", "glimpse-kernels"),
        ("glimpse", "glimpse-lettering"),
        ("glimpse-lettering", "glimpse-attack"),
        ("glimpse-attack", "glimpse"),
        ("glimpse-studio", "glimpse-cli"),
        ("glimpse-cli", "glimpse-tests"),
        ("glimpse-cli", "xtask"),
    ] {
        assert!(found(name, import).starts_with(&format!("{name} must not import {import}")));
    }
    for (name, package) in [
        ("glimpse-image", "burn"),
        ("glimpse-kernels", "wgpu"),
        ("glimpse-model", "js-sys"),
        ("glimpse", "wasm-bindgen"),
        ("glimpse-kernels", "web-sys"),
        ("glimpse", "tokenizers"),
    ] {
        assert!(found(name, package).starts_with(&format!("{name} must not depend on {package}")));
    }
    assert!(found("glimpse-new", "burn").contains("is a new crate"));
    let told = misnamed(
        "crates/kernels/src/cpu/linear.rs",
        "// wgpu::Device is for others\nuse js_sys::Object;\n",
    );
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].contains("must not name js_sys"));
    assert_eq!(
        misnamed("crates/kernels/src/cpu/relaxed.rs", "use js_sys::Object;"),
        [""; 0]
    );
}
