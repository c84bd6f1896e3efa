//! The steps of `cargo xtask test`, in their order.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::Result;

use crate::console::Console;
use crate::project::Project;
use crate::setup;
use crate::step_table::minutes;

/// Which of the two sequences a step belongs to. They run side by side, since cargo leaves a core idle now and then: the
/// front builds with the release profile and shows its output as it comes; the back builds with the dev profile, which
/// has a lock of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lane {
    /// In sequence on the terminal.
    Front,
    /// In sequence beside it, shown when a step fails.
    Back,
}

/// What has to be on the machine before a step makes sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// Node.js and npm.
    Node,
    /// Rust's library for WebAssembly.
    WasmTarget,
    /// A browser to drive.
    Chromium,
    /// trunk, which may be installed while earlier steps run.
    Trunk,
}

/// One named step.
pub struct Step {
    /// What `--only` and `--skip` call it.
    pub name: &'static str,
    /// What it checks.
    pub about: &'static str,
    /// Where it runs.
    pub lane: Lane,
    /// What it needs.
    pub needs: &'static [Need],
    /// Does it.
    pub run: fn(&Project, &mut Console) -> Result<()>,
}

use Lane::{Back, Front};
use Need::{Chromium, Node, Trunk, WasmTarget};

/// Every step; what is cheap stands first.
pub const STEPS: &[Step] = &[
    Step {
        name: "rustfmt",
        about: "Rust is formatted",
        lane: Front,
        needs: &[],
        run: |project, console| console.run(&mut project.cargo(&["fmt", "--all", "--check"])),
    },
    Step {
        name: "prettier",
        about: "TypeScript, JavaScript, CSS, HTML and JSON are formatted",
        lane: Front,
        needs: &[Node],
        run: prettier,
    },
    Step {
        name: "xtask",
        about: "tests of xtask itself",
        lane: Back,
        needs: &[],
        run: |project, console| console.run(&mut project.cargo(&["test", "--package", "xtask"])),
    },
    Step {
        name: "native",
        about: "unit, parity, hostile-input and command-line tests; clippy compiles them, and no warning is let through",
        lane: Front,
        needs: &[],
        run: |project, console| {
            let tests = ["test", "--workspace", "--exclude", "xtask"];
            console.run(project.cargo(&tests).args(["--release", "--no-fail-fast"]))
        },
    },
    Step {
        name: "build-web",
        about: "the npm package builds, its Rust without a warning, its TypeScript without an error",
        lane: Front,
        needs: &[Node, WasmTarget],
        run: |project, console| project.build_web(console),
    },
    Step {
        name: "types",
        about: "the page's TypeScript has no error",
        lane: Front,
        needs: &[Node, WasmTarget],
        run: |project, console| {
            project.build_web(console)?;
            setup::npm_packages(project, "www", console)?;
            console.run(&mut project.npm("www", &["run", "check"]))
        },
    },
    Step {
        name: "page",
        about: "trunk builds the static site",
        lane: Front,
        needs: &[Node, WasmTarget, Trunk],
        run: |project, console| project.build_page(console),
    },
    Step {
        name: "browser",
        about: "package and page in Chromium, on the CPU and on WebGPU",
        lane: Front,
        needs: &[Node, WasmTarget, Trunk, Chromium],
        run: |project, console| in_chromium(project, console, "browser"),
    },
    Step {
        name: "package",
        about: "the packed package in six projects: no bundler, Vite, webpack, esbuild, Next, Node.js",
        lane: Front,
        needs: &[Node, WasmTarget, Trunk, Chromium],
        run: |project, console| in_chromium(project, console, "package"),
    },
];

/// The steps' names, for `--only` and `--skip`.
pub fn names() -> Vec<&'static str> {
    STEPS.iter().map(|step| step.name).collect()
}

/// Prints the steps, with what they took the last time.
pub fn list(last: &BTreeMap<String, Duration>) {
    for step in STEPS {
        let took = last
            .get(step.name)
            .copied()
            .map(minutes)
            .unwrap_or_default();
        println!("{:<12} {took:>6}  {}", step.name, step.about);
    }
}

fn prettier(project: &Project, console: &mut Console) -> Result<()> {
    setup::npm_packages(project, "web", console)?;
    let mut prettier = project.command("node");
    prettier.arg("web/node_modules/prettier/bin/prettier.cjs");
    console.run(prettier.args(["--check", "web", "www", "tests"]))
}

fn in_chromium(project: &Project, console: &mut Console, script: &str) -> Result<()> {
    project.build_page(console)?;
    setup::npm_packages(project, "tests", console)?;
    let mut tests = project.npm("tests", &["run", script]);
    tests.env("CHROMIUM", project.chromium()?);
    tests.env("CARGO_TARGET_DIR", &project.target);
    console.run(&mut tests)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_apart() {
        let mut names = names();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), STEPS.len());
    }
}
