//! The set-up that every build needs: the wasm target, Node.js with npm, and the npm packages of a folder.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use anyhow::{Result, bail};

use crate::console::{Console, answer, say};
use crate::project::{Project, npm_program};

/// Rust's name for WebAssembly in a browser.
pub const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// The oldest Node.js that the tools and tests run on.
const NODE_MAJOR: u32 = 20;

/// What building the package needs beyond Rust itself.
pub fn for_web() -> Result<()> {
    wasm_target()?;
    node()
}

/// The standard library for WebAssembly, added by rustup where it is missing.
pub fn wasm_target() -> Result<()> {
    let sysroot = answer(Command::new("rustc").args(["--print", "sysroot"])).unwrap_or_default();
    let library = Path::new(&sysroot).join("lib/rustlib").join(WASM_TARGET);
    if library.is_dir() {
        return Ok(());
    }
    if find_on_path("rustup").is_none() {
        bail!(
            "Rust's {WASM_TARGET} library is missing and there is no rustup to add it: install Rust from https://rustup.rs"
        );
    }
    say("adding Rust's WebAssembly library (half a minute)");
    Console::terminal().run(Command::new("rustup").args(["target", "add", WASM_TARGET]))
}

/// Which of four ways to install something suits this machine: by Homebrew, by winget, by apt, or otherwise.
pub fn how_to_install([brew, winget, apt, otherwise]: [&'static str; 4]) -> &'static str {
    if cfg!(target_os = "macos") {
        brew
    } else if cfg!(windows) {
        winget
    } else if find_on_path("apt-get").is_some() {
        apt
    } else {
        otherwise
    }
}

/// Node.js and npm: only the user can install these.
pub fn node() -> Result<()> {
    let how = how_to_install([
        "brew install node",
        "winget install OpenJS.NodeJS.LTS",
        "sudo apt-get install -y nodejs npm",
        "see https://nodejs.org/en/download",
    ]);
    let Some(version) = answer(Command::new("node").arg("--version")) else {
        bail!(
            "Node.js is missing; it runs TypeScript's compiler and the page's bundler. Type:\n\n    {how}\n"
        );
    };
    if node_major(&version).is_none_or(|major| major < NODE_MAJOR) {
        bail!("Node.js is {version}, and {NODE_MAJOR} or newer is needed. Type:\n\n    {how}\n");
    }
    if answer(Command::new(npm_program()).arg("--version")).is_none() {
        bail!("npm is missing beside Node.js. Type:\n\n    {how}\n");
    }
    Ok(())
}

/// Installs a folder's npm packages as its lock file says, unless that was done since the lock file last changed.
pub fn npm_packages(project: &Project, folder: &str, console: &mut Console) -> Result<()> {
    let lock = project.path(folder).join("package-lock.json");
    // npm writes this file at the end of each install.
    let stamp = project.path(folder).join("node_modules/.package-lock.json");
    if !is_newer(&lock, &stamp) {
        return Ok(());
    }
    say(&format!(
        "installing the npm packages of {folder}/ (a quarter of a minute)"
    ));
    console.run(&mut project.npm(folder, &["ci", "--no-audit", "--no-fund"]))
}

/// Whether `input` was changed after `output` was written, or `output` is not there.
pub fn is_newer(input: &Path, output: &Path) -> bool {
    match (changed(input), changed(output)) {
        (_, None) => true,
        (None, Some(_)) => false,
        (Some(input), Some(output)) => input > output,
    }
}

fn changed(file: &Path) -> Option<SystemTime> {
    fs::metadata(file).and_then(|data| data.modified()).ok()
}

/// Where PATH has a program of this name.
pub fn find_on_path(program: &str) -> Option<PathBuf> {
    let name = format!("{program}{}", env::consts::EXE_SUFFIX);
    env::split_paths(&env::var_os("PATH")?)
        .map(|folder| folder.join(&name))
        .find(|file| file.is_file())
}

/// 20 from "v20.20.2".
fn node_major(version: &str) -> Option<u32> {
    version.strip_prefix('v')?.split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn node_says_its_version_with_a_v() {
        assert_eq!(node_major("v20.20.2"), Some(20));
        assert_eq!(node_major("v8.1.0"), Some(8));
        assert_eq!(node_major("20.1"), None);
    }

    #[test]
    fn a_changed_input_or_a_missing_output_is_newer() {
        let folder = env::temp_dir().join(format!("xtask-setup-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let [input, output] = ["input", "output"].map(|name| folder.join(name));
        let write = |file: &Path, age: u64| {
            let time = SystemTime::now() - Duration::from_secs(age);
            fs::File::create(file).unwrap().set_modified(time).unwrap();
        };
        write(&input, 60);
        assert!(is_newer(&input, &output), "a missing output");
        write(&output, 30);
        assert!(!is_newer(&input, &output), "an output made after its input");
        write(&input, 10);
        assert!(is_newer(&input, &output), "an input changed since");
        fs::remove_dir_all(&folder).unwrap();
    }
}
