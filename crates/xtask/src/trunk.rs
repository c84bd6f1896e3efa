//! Finds trunk, which builds and serves the page, or installs it into the target folder.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::console::{Console, answer, say};
use crate::project::Project;
use crate::setup::find_on_path;

/// The version that is installed where there is none.
const VERSION: &str = "0.21.14";

/// Every release of this series reads our Trunk.toml.
const SERIES: &str = "0.21.";

/// The trunk on PATH if it is of the right series, else the one in the target folder, installed first if need be.
pub fn find_or_install(project: &Project) -> Result<PathBuf> {
    let tools = project.target.join("tools");
    let own = tools
        .join("bin")
        .join(format!("trunk{}", std::env::consts::EXE_SUFFIX));
    let on_path = find_on_path("trunk");
    let found = on_path.into_iter().chain([own.clone()]).find(|trunk| {
        answer(Command::new(trunk).arg("--version")).is_some_and(|version| is_usable(&version))
    });
    if let Some(found) = found {
        return Ok(found);
    }
    say(&format!(
        "installing trunk {VERSION} into {} beside the other builds (5 minutes of two cores)",
        tools.display()
    ));
    let mut console = Console::file(&project.target.join("xtask/trunk.log"))?;
    let build = tools.join("build");
    if let Err(error) = console.run(&mut install(project, &tools, &build)) {
        console.print_collected();
        return Err(error.context("trunk could not be installed"));
    }
    fs::remove_dir_all(&build).with_context(|| format!("cannot clear away {}", build.display()))?;
    say("trunk is installed");
    Ok(own)
}

/// An unoptimised trunk without TLS and update checks, which we do not use; it yields to the builds beside it.
fn install(project: &Project, tools: &Path, build: &Path) -> Command {
    let arguments = [
        "install",
        "trunk",
        "--version",
        VERSION,
        "--locked",
        "--debug",
        "--no-default-features",
    ];
    let cargo = project.cargo(&arguments);
    let mut command = match find_on_path("nice") {
        Some(nice) => {
            let mut command = project.command(nice);
            command.args(["-n", "10"]).arg(cargo.get_program());
            command.args(cargo.get_args());
            command
        }
        None => cargo,
    };
    command.arg("--root").arg(tools);
    command.env("CARGO_TARGET_DIR", build);
    command
}

/// Whether "trunk 0.21.14" is of the series that we use.
fn is_usable(version: &str) -> bool {
    version
        .strip_prefix("trunk ")
        .is_some_and(|number| number.starts_with(SERIES))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_release_of_the_series_is_used() {
        assert!(is_usable("trunk 0.21.14"));
        assert!(is_usable("trunk 0.21.2"));
        assert!(!is_usable("trunk 0.22.1"));
        assert!(!is_usable("trunk 0.2.1"));
        assert!(!is_usable("another 0.21.14"));
    }

    #[test]
    fn trunk_is_installed_into_the_target_folder_and_built_apart() {
        let project = Project::find().unwrap();
        let command = install(&project, Path::new("tools"), Path::new("tools/build"));
        let line = crate::console::shown(&command);
        assert!(line.ends_with(
            "install trunk --version 0.21.14 --locked --debug --no-default-features --root tools"
        ));
        let folder = command
            .get_envs()
            .find(|(name, _)| *name == "CARGO_TARGET_DIR")
            .and_then(|(_, value)| value);
        assert_eq!(folder, Some("tools/build".as_ref()));
    }
}
