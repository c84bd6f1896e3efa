//! Builds the npm package: Rust to WebAssembly, the JavaScript glue around it, and the TypeScript around that.

use std::env;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use wasm_bindgen_cli_support::Bindgen;

use crate::console::{Console, say};
use crate::project::Project;
use crate::setup::{WASM_TARGET, is_newer, npm_packages};

/// Builds `web/dist`, doing again only what its inputs ask for.
pub fn build(project: &Project, console: &mut Console) -> Result<()> {
    check_versions(&project.path("Cargo.lock"))?;
    npm_packages(project, "web", console)?;
    copy_licences(project)?;
    copy_fonts(
        &project.path("crates/lettering/fonts"),
        &project.path("web/dist/fonts"),
    )?;
    let wasm = project
        .target
        .join(WASM_TARGET)
        .join("release/glimpse_web.wasm");
    if !wasm.is_file() {
        say("compiling the network to WebAssembly (10 minutes on 2 cores the first time)");
    }
    let arguments = [
        "build",
        "--release",
        "--target",
        WASM_TARGET,
        "--package",
        "glimpse-web",
    ];
    console.run(&mut project.cargo(&arguments))?;
    bind(&wasm, &project.path("web/dist"))?;
    console.run(&mut project.npm("web", &["run", "build"]))
}

/// Writes the JavaScript glue and the slimmed wasm, unless they are younger than both the wasm and this program.
fn bind(wasm: &Path, dist: &Path) -> Result<()> {
    let output = dist.join("glimpse_bg.wasm");
    let program = env::current_exe().context("cannot tell where xtask itself is")?;
    if !is_newer(wasm, &output) && !is_newer(&program, &output) {
        return Ok(());
    }
    say("writing the JavaScript around the wasm (a quarter of a minute)");
    Bindgen::new()
        .input_path(wasm)
        .web(true)?
        .typescript(true)
        .out_name("glimpse")
        .omit_default_module_path(false)
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate(dist)
        .with_context(|| format!("wasm-bindgen cannot read {}", wasm.display()))
}

/// npm packs only what lies in its own folder, and the licences must travel with the package.
fn copy_licences(project: &Project) -> Result<()> {
    for name in ["LICENSE-MIT", "LICENSE-APACHE"] {
        let copy = project.path("web").join(name);
        fs::copy(project.path(name), &copy)
            .with_context(|| format!("cannot write {}", copy.display()))?;
    }
    Ok(())
}

/// The fonts that labels are written in, each with its licence; the worker fetches one when a label asks for it.
fn copy_fonts(fonts: &Path, copies: &Path) -> Result<()> {
    for (folder, kind) in [("", "ttf"), ("licences", "txt")] {
        let (from, to) = (fonts.join(folder), copies.join(folder));
        fs::create_dir_all(&to).with_context(|| format!("cannot make {}", to.display()))?;
        let entries =
            fs::read_dir(&from).with_context(|| format!("cannot read {}", from.display()))?;
        for entry in entries {
            let file = entry?.path();
            let copy = to.join(file.file_name().unwrap_or_default());
            if file.extension().is_some_and(|found| found == kind) && is_newer(&file, &copy) {
                fs::copy(&file, &copy)
                    .with_context(|| format!("cannot write {}", copy.display()))?;
            }
        }
    }
    Ok(())
}

/// The glue's format changes with every release, so the library that writes it must equal the one compiled in.
fn check_versions(lock: &Path) -> Result<()> {
    let text =
        fs::read_to_string(lock).with_context(|| format!("cannot read {}", lock.display()))?;
    let compiled_in = locked_version(&text, "wasm-bindgen");
    let writes = locked_version(&text, "wasm-bindgen-cli-support");
    ensure!(
        compiled_in.is_some() && compiled_in == writes,
        "Cargo.lock has wasm-bindgen {} and wasm-bindgen-cli-support {}: give both the same version in Cargo.toml",
        compiled_in.unwrap_or("missing"),
        writes.unwrap_or("missing"),
    );
    Ok(())
}

/// The version that a lock file holds for a package.
fn locked_version<'a>(lock: &'a str, package: &str) -> Option<&'a str> {
    let (_, after) = lock.split_once(&format!("name = \"{package}\"\nversion = \""))?;
    after.split('"').next()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCK: &str = "[[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n\n\
        [[package]]\nname = \"wasm-bindgen-cli-support\"\nversion = \"0.2.129\"\n";

    #[test]
    fn a_lock_file_tells_versions() {
        assert_eq!(locked_version(LOCK, "wasm-bindgen"), Some("0.2.130"));
        assert_eq!(
            locked_version(LOCK, "wasm-bindgen-cli-support"),
            Some("0.2.129")
        );
        assert_eq!(locked_version(LOCK, "bindgen"), None);
    }

    #[test]
    fn fonts_are_copied_with_their_licences_and_nothing_else() {
        let project = Project::find().unwrap();
        let copies = env::temp_dir().join(format!("xtask-fonts-{}", std::process::id()));
        copy_fonts(&project.path("crates/lettering/fonts"), &copies).unwrap();
        let names = |folder: &Path| {
            let entries = fs::read_dir(folder).unwrap();
            let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
            names.collect::<Vec<_>>()
        };
        let fonts = names(&copies);
        let licences = names(&copies.join("licences"));
        fs::remove_dir_all(&copies).unwrap();
        assert!(fonts.contains(&"DejaVuSans.ttf".to_owned()), "{fonts:?}");
        assert!(
            fonts
                .iter()
                .all(|name| name.ends_with(".ttf") || name == "licences"),
            "{fonts:?}"
        );
        assert!(licences.contains(&"DejaVu.txt".to_owned()), "{licences:?}");
    }

    #[test]
    fn our_own_versions_are_equal_and_different_ones_are_told() {
        let project = Project::find().unwrap();
        check_versions(&project.path("Cargo.lock")).unwrap();
        let lock = env::temp_dir().join(format!("xtask-lock-{}", std::process::id()));
        fs::write(&lock, LOCK).unwrap();
        let error = check_versions(&lock).unwrap_err().to_string();
        fs::remove_file(&lock).unwrap();
        assert!(error.starts_with(
            "Cargo.lock has wasm-bindgen 0.2.130 and wasm-bindgen-cli-support 0.2.129"
        ));
    }
}
