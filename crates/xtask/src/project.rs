//! Where things lie in the project, and the things that are made at most once in a run.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use anyhow::{Context, Result, anyhow};

use crate::console::Console;
use crate::{chromium, page, trunk, web};

/// Something made at most once in a run; a second asker waits for the first, and gets the same answer.
type Once<T> = OnceLock<Result<T, String>>;

/// The checkout that xtask works on.
pub struct Project {
    /// The repository root.
    pub root: PathBuf,
    /// Cargo's target folder.
    pub target: PathBuf,
    /// Whether clippy compiles the project's own crates, and a warning of its is an error.
    lints: bool,
    chromium: Once<PathBuf>,
    trunk: Once<PathBuf>,
    web: Once<()>,
    page: Once<()>,
}

impl Project {
    /// The checkout whose cargo started this xtask, and the target folder that it lies in.
    ///
    /// Asked at run time: a copied target folder has an xtask that was compiled in another checkout.
    pub fn find() -> Result<Self> {
        let package = env::var_os("CARGO_MANIFEST_DIR")
            .context("start it with `cargo xtask`, which tells it where the checkout is")?;
        let root = Path::new(&package)
            .ancestors()
            .nth(2)
            .context("crates/xtask is not two folders below the repository root")?;
        let executable = env::current_exe().context("cannot tell where xtask itself is")?;
        let target = executable
            .ancestors()
            .nth(2)
            .with_context(|| format!("{} is in no target folder", executable.display()))?;
        Ok(Self {
            root: root.to_owned(),
            target: target.to_owned(),
            lints: false,
            chromium: OnceLock::new(),
            trunk: OnceLock::new(),
            web: OnceLock::new(),
            page: OnceLock::new(),
        })
    }

    /// The same with clippy in the compiler's place. It makes the same programs, so linting costs no second round through
    /// the network's many crates, as `cargo clippy` would.
    pub fn with_lints(self) -> Self {
        Self {
            lints: true,
            ..self
        }
    }

    /// A path below the repository root.
    pub fn path(&self, below: &str) -> PathBuf {
        self.root.join(below)
    }

    /// A program started in the repository root, with what cargo and the tests want to know in its environment.
    pub fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.root);
        let shared = self.root.with_file_name("shared");
        if env::var_os("GLIMPSE_SHARED").is_none() && shared.join("parity").is_dir() {
            command.env("GLIMPSE_SHARED", shared);
        }
        if self.lints {
            // What `cargo clippy` sets; the tests' own calls of cargo inherit it, and so build nothing anew.
            command
                .env("RUSTC_WORKSPACE_WRAPPER", "clippy-driver")
                .env("CLIPPY_ARGS", "-Dwarnings__CLIPPY_HACKERY__");
        }
        command
    }

    /// `cargo` with the given arguments, building into the target folder that xtask lies in.
    pub fn cargo(&self, arguments: &[&str]) -> Command {
        let mut command = self.command(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        command
            .args(arguments)
            .env("CARGO_TARGET_DIR", &self.target);
        // `cargo run` describes xtask here; a build script that looks would be run again for nothing.
        for (name, _) in env::vars_os() {
            let told = name.to_string_lossy();
            if told.starts_with("CARGO_PKG_") || told.starts_with("CARGO_MANIFEST_") {
                command.env_remove(&name);
            }
        }
        command
    }

    /// `npm --prefix FOLDER` with the given arguments.
    pub fn npm(&self, folder: &str, arguments: &[&str]) -> Command {
        let mut command = self.command(npm_program());
        command.args(["--prefix", folder]).args(arguments);
        command
    }

    /// The browser for the tests, installed first where there is none and xtask may.
    pub fn chromium(&self) -> Result<PathBuf> {
        once(&self.chromium, || chromium::find_or_install(self))
    }

    /// The trunk to use, installed first where there is none.
    pub fn trunk(&self) -> Result<PathBuf> {
        once(&self.trunk, || trunk::find_or_install(self))
    }

    /// Builds the npm package in `web/`.
    pub fn build_web(&self, console: &mut Console) -> Result<()> {
        once(&self.web, || web::build(self, console))
    }

    /// Builds the static site in `dist/`, and the package before it.
    pub fn build_page(&self, console: &mut Console) -> Result<()> {
        self.build_web(console)?;
        once(&self.page, || page::build(self, console))
    }
}

/// npm's name on this system.
pub fn npm_program() -> &'static str {
    if cfg!(windows) { "npm.cmd" } else { "npm" }
}

fn once<T: Clone>(cell: &Once<T>, make: impl FnOnce() -> Result<T>) -> Result<T> {
    cell.get_or_init(|| make().map_err(|error| format!("{error:#}")))
        .clone()
        .map_err(|message| anyhow!(message))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thing_is_made_once_and_its_failure_kept() {
        let cell = Once::<u8>::new();
        let first = once(&cell, || anyhow::bail!("no luck")).unwrap_err();
        let second = once(&cell, || Ok(1)).unwrap_err();
        assert_eq!(first.to_string(), "no luck");
        assert_eq!(second.to_string(), "no luck");
    }

    #[test]
    fn npm_is_told_the_folder_before_its_command() {
        let project = Project::find().unwrap();
        let command = project.npm("web", &["run", "build"]);
        let arguments: Vec<_> = command.get_args().collect();
        assert_eq!(arguments, ["--prefix", "web", "run", "build"]);
        assert_eq!(command.get_current_dir(), Some(project.root.as_path()));
    }

    #[test]
    fn the_root_is_the_workspace() {
        let project = Project::find().unwrap();
        assert!(project.path("Cargo.lock").is_file());
    }
}
