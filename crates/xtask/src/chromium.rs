//! Finds the browser that the tests drive, and installs Debian's where there is none and xtask may.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};

use crate::console::{Console, answer, say};
use crate::project::Project;
use crate::setup::find_on_path;

/// The names that Chromium and Chrome go by.
const NAMES: [&str; 5] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
];

/// Where macOS keeps them.
const APPLICATIONS: [&str; 2] = [
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/// The browser named by the variable CHROMIUM, else one that is installed, else Debian's, installed now.
pub fn find_or_install(project: &Project) -> Result<PathBuf> {
    if let Some(named) = env::var_os("CHROMIUM") {
        let named = PathBuf::from(named);
        if !named.is_file() {
            bail!("CHROMIUM names {}, which is not there", named.display());
        }
        return Ok(named);
    }
    if let Some(found) = find() {
        return Ok(found);
    }
    install(project)?;
    match find() {
        Some(found) => Ok(found),
        None => bail!("Chromium was installed but is not on PATH: set CHROMIUM to its path"),
    }
}

fn find() -> Option<PathBuf> {
    let applications = APPLICATIONS.iter().map(Path::new);
    NAMES
        .iter()
        .find_map(|name| find_on_path(name))
        .or_else(|| {
            applications
                .filter(|file| file.is_file())
                .map(Path::to_owned)
                .next()
        })
}

fn install(project: &Project) -> Result<()> {
    let apt = find_on_path("apt-get").is_some();
    let rights = rights();
    let (true, Some(prefix)) = (apt, rights) else {
        bail!(
            "the browser tests need Chromium or Chrome. Type:\n\n    {}\n\n\
             or leave them out: cargo xtask test --skip browser --skip package",
            advice(apt)
        );
    };
    say("installing Chromium from the system's packages for the browser tests (a minute)");
    let mut console = Console::terminal();
    for arguments in [
        &["update"][..],
        &["install", "--yes", "--no-install-recommends", "chromium"],
    ] {
        let mut words = prefix.iter().copied().chain(["apt-get"]);
        let mut command = project.command(words.next().unwrap_or("apt-get"));
        command.args(words).args(arguments);
        command.env("DEBIAN_FRONTEND", "noninteractive");
        console.run(&mut command)?;
    }
    Ok(())
}

/// What to put before `apt-get`, or `None` where installing needs the user's password.
fn rights() -> Option<&'static [&'static str]> {
    if answer(Command::new("id").arg("-u")).as_deref() == Some("0") {
        return Some(&[]);
    }
    answer(Command::new("sudo").args(["-n", "true"])).map(|_| &["sudo", "-n"][..])
}

fn advice(apt: bool) -> &'static str {
    if apt {
        "sudo apt-get install -y chromium"
    } else if cfg!(target_os = "macos") {
        "brew install --cask chromium"
    } else if cfg!(windows) {
        "winget install Google.Chrome"
    } else {
        "CHROMIUM=/path/to/chrome cargo xtask test"
    }
}
