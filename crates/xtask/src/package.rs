//! Makes what is handed out: the npm tarball and the static site.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::console::{Console, say};
use crate::project::Project;
use crate::{page, setup};

/// Builds both from clean folders, so that nothing of an earlier build is handed out.
pub fn package(project: &Project) -> Result<()> {
    setup::for_web()?;
    let dist = project.path("web/dist");
    if dist.exists() {
        fs::remove_dir_all(&dist).with_context(|| format!("cannot clear {}", dist.display()))?;
    }
    page::build_beside_trunk(project)?;
    let tarball = pack(project, &dist)?;
    say(&format!("the npm package: {}", tarball.display()));
    say(&format!(
        "the static site: {} (any static host serves it, under any path)",
        project.path("dist").display()
    ));
    Ok(())
}

/// Packs outside `dist`, which is itself packed, and moves the tarball there.
fn pack(project: &Project, dist: &Path) -> Result<PathBuf> {
    let outside = project.target.join("xtask/package");
    if outside.exists() {
        fs::remove_dir_all(&outside)
            .with_context(|| format!("cannot clear {}", outside.display()))?;
    }
    fs::create_dir_all(&outside).with_context(|| format!("cannot create {}", outside.display()))?;
    let mut npm = project.command(crate::project::npm_program());
    npm.args(["pack", "./web", "--pack-destination"])
        .arg(&outside);
    Console::terminal().run(&mut npm)?;
    let packed = only_file(&outside)?;
    let tarball = dist.join(
        packed
            .file_name()
            .context("npm pack wrote a nameless file")?,
    );
    fs::copy(&packed, &tarball).with_context(|| format!("cannot write {}", tarball.display()))?;
    Ok(tarball)
}

fn only_file(folder: &Path) -> Result<PathBuf> {
    let mut files = fs::read_dir(folder)
        .with_context(|| format!("cannot look into {}", folder.display()))?
        .collect::<Result<Vec<_>, _>>()
        .with_context(|| format!("cannot look into {}", folder.display()))?;
    match (files.pop(), files.is_empty()) {
        (Some(file), true) => Ok(file.path()),
        _ => bail!("npm pack wrote not one file into {}", folder.display()),
    }
}
