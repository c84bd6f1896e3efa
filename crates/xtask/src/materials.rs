//! Installs what the studio works with: packages of art and words from npm, PyTorch in a virtual environment.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::console::{Console, answer, say};
use crate::project::{Project, npm_program};
use crate::setup::{self, find_on_path, is_newer};

/// A list of npm packages that is installed into a folder of its own.
pub struct List {
    /// Its `package.json`, below the repository root.
    file: &'static str,
    /// What it calls itself, so that no other `package.json` is written over.
    name: &'static str,
    /// What is installed, and what that takes.
    about: &'static str,
}

/// Art and fonts, of which drawings are made.
pub const ART: List = List {
    file: "crates/studio/art/package.json",
    name: "\"glimpse-studio-art\"",
    about: "art and fonts (a minute; half a GB)",
};

/// The dictionary that the model for photographs learns from.
pub const WORDNET: List = List {
    file: "crates/studio/train/photo/package.json",
    name: "\"glimpse-studio-wordnet\"",
    about: "WordNet (seconds; 40 MB)",
};

/// Installs a list's packages into `folder` unless that was done since the list last changed.
pub fn install_packages(
    project: &Project,
    list: &List,
    folder: &Path,
    console: &mut Console,
) -> Result<()> {
    let file = project.path(list.file);
    // npm writes this file at the end of each install.
    if !is_newer(&file, &folder.join("node_modules/.package-lock.json")) {
        return Ok(());
    }
    setup::node()?;
    say(&format!(
        "installing {} into {}",
        list.about,
        folder.display()
    ));
    create(folder)?;
    copy_list(list, &file, &folder.join("package.json"))?;
    let mut npm = project.command(npm_program());
    npm.arg("--prefix").arg(folder);
    console.run(npm.args(["install", "--no-audit", "--no-fund"]))?;
    Ok(())
}

fn copy_list(list: &List, file: &Path, copy: &Path) -> Result<()> {
    let other = fs::read_to_string(copy).is_ok_and(|text| !text.contains(list.name));
    ensure!(
        !other,
        "{} is another project's: name a folder of its own",
        copy.display()
    );
    fs::copy(file, copy).with_context(|| format!("cannot write {}", copy.display()))?;
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

/// A virtual environment with the packages of `list`, a file below the repository root, unless it was made since that last changed; gives
/// its programs' folder.
pub fn install_python(
    project: &Project,
    python: &Path,
    list: &str,
    venv: &Path,
    console: &mut Console,
) -> Result<PathBuf> {
    let bin = venv.join(if cfg!(windows) { "Scripts" } else { "bin" });
    let list = project.path(list);
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
    fn only_the_own_list_is_written_over() {
        let folder = env::temp_dir().join(format!("xtask-art-{}", std::process::id()));
        create(&folder).unwrap();
        let copy = folder.join("package.json");
        for list in [&ART, &WORDNET] {
            let file = Project::find().unwrap().path(list.file);
            copy_list(list, &file, &copy).unwrap();
            copy_list(list, &file, &copy).unwrap();
            fs::remove_file(&copy).unwrap();
        }
        let file = Project::find().unwrap().path(ART.file);
        fs::write(&copy, "{\"name\": \"another\"}").unwrap();
        let error = copy_list(&ART, &file, &copy).unwrap_err().to_string();
        assert!(error.contains("another project's"), "{error}");
        assert!(fs::read_to_string(&copy).unwrap().contains("another"));
        fs::remove_dir_all(&folder).unwrap();
    }
}
