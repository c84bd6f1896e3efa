//! Installs what the studio works with: art and fonts from npm, PyTorch in a virtual environment.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::console::{Console, answer, say};
use crate::project::{Project, npm_program};
use crate::setup::{self, find_on_path, is_newer};

/// What the package of art calls itself, so that no other `package.json` is written over.
const ART_PACKAGE: &str = "\"glimpse-studio-art\"";

/// Installs the art into the folder `art` unless that was done since the list last changed.
pub fn install_art(project: &Project, art: &Path, console: &mut Console) -> Result<()> {
    let list = project.path("crates/studio/art/package.json");
    // npm writes this file at the end of each install.
    if !is_newer(&list, &art.join("node_modules/.package-lock.json")) {
        return Ok(());
    }
    setup::node()?;
    say(&format!(
        "installing art and fonts into {} (a minute; half a GB)",
        art.display()
    ));
    create(art)?;
    copy_list(&list, &art.join("package.json"))?;
    let mut npm = project.command(npm_program());
    npm.arg("--prefix").arg(art);
    console.run(npm.args(["install", "--no-audit", "--no-fund"]))?;
    Ok(())
}

fn copy_list(list: &Path, copy: &Path) -> Result<()> {
    let other = fs::read_to_string(copy).is_ok_and(|text| !text.contains(ART_PACKAGE));
    ensure!(
        !other,
        "{} is another project's: name a folder of its own with --art",
        copy.display()
    );
    fs::copy(list, copy).with_context(|| format!("cannot write {}", copy.display()))?;
    Ok(())
}

/// A Python that can make virtual environments: only the user can install it.
pub fn find_python() -> Result<PathBuf> {
    let how = setup::how_to_install([
        "brew install python",
        "winget install Python.Python.3.12",
        "sudo apt-get install -y python3 python3-venv",
        "see https://www.python.org/downloads",
    ]);
    let names = if cfg!(windows) {
        ["python", "python3"]
    } else {
        ["python3", "python"]
    };
    let found = names
        .iter()
        .find_map(|name| find_on_path(name))
        .with_context(|| {
            format!(
                "Python is missing; PyTorch, which trains the model, needs it. Type:\n\n    {how}\n"
            )
        })?;
    let check = "import sys, venv, ensurepip; assert sys.version_info >= (3, 10)";
    ensure!(
        answer(Command::new(&found).args(["-c", check])).is_some(),
        "{} is older than 3.10 or cannot make virtual environments (venv). Type:\n\n    {how}\n",
        found.display()
    );
    Ok(found)
}

/// A virtual environment with what the training needs, unless it was made since the list last changed; gives its programs' folder.
pub fn install_python(
    project: &Project,
    python: &Path,
    venv: &Path,
    console: &mut Console,
) -> Result<PathBuf> {
    let bin = venv.join(if cfg!(windows) { "Scripts" } else { "bin" });
    let list = project.path("crates/studio/train/requirements.txt");
    let stamp = venv.join("installed.txt");
    if is_newer(&list, &stamp) {
        say(&format!(
            "installing PyTorch into {} (some minutes; some GB)",
            venv.display()
        ));
        console.run(project.command(python).args(["-m", "venv"]).arg(venv))?;
        let mut pip = project.command(bin.join(program("python")));
        pip.args([
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
        ]);
        console.run(pip.arg("--requirement").arg(&list))?;
        fs::copy(&list, &stamp).with_context(|| format!("cannot write {}", stamp.display()))?;
    }
    Ok(bin)
}

/// Makes a folder and those above it.
pub fn create(folder: &Path) -> Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))
}

/// What a program's file is called on this system.
pub fn program(name: &str) -> String {
    format!("{name}{}", env::consts::EXE_SUFFIX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_own_list_of_art_is_written_over() {
        let folder = env::temp_dir().join(format!("xtask-art-{}", std::process::id()));
        create(&folder).unwrap();
        let list = Project::find()
            .unwrap()
            .path("crates/studio/art/package.json");
        let copy = folder.join("package.json");
        copy_list(&list, &copy).unwrap();
        copy_list(&list, &copy).unwrap();
        fs::write(&copy, "{\"name\": \"another\"}").unwrap();
        let error = copy_list(&list, &copy).unwrap_err().to_string();
        assert!(error.contains("another project's"), "{error}");
        assert!(fs::read_to_string(&copy).unwrap().contains("another"));
        fs::remove_dir_all(&folder).unwrap();
    }
}
