//! `cargo xtask bench`: does the set-up of the benchmark in `tests/bench` and runs it.

use anyhow::Result;
use clap::Args;

use crate::console::{Console, say};
use crate::project::Project;
use crate::{page, setup};

/// What `bench` can be told.
#[derive(Args)]
pub struct BenchArgs {
    /// Measure the most important figures alone, some two minutes long
    #[arg(long)]
    pub quick: bool,
    /// Measure this case alone; may be given again. An unknown one has all of them named
    #[arg(long, value_name = "CASE")]
    pub only: Vec<String>,
}

/// Builds the page, the package and the command as the tests do, installs the peers, and measures.
pub fn bench(project: &Project, args: &BenchArgs) -> Result<()> {
    let mut console = Console::terminal();
    setup::for_web()?;
    page::build_beside_trunk(project)?;
    say("building the command and the programs of the tests");
    // The same choice of packages as in the native tests: with any other, cargo would compile burn once more.
    let build = ["test", "--quiet", "--workspace", "--exclude", "xtask"];
    console.run(project.cargo(&build).args(["--release", "--no-run"]))?;
    for folder in ["tests", "tests/bench"] {
        setup::npm_packages(project, folder, &mut console)?;
    }
    let mut bench = project.command("node");
    bench
        .args(arguments(args))
        .env("CHROMIUM", project.chromium()?)
        .env("CARGO_TARGET_DIR", &project.target);
    console.run(&mut bench)
}

/// What node is told.
fn arguments(args: &BenchArgs) -> Vec<&str> {
    let mut arguments = vec!["tests/bench/bench.mjs"];
    if args.quick {
        arguments.push("--quick");
    }
    for case in &args.only {
        arguments.extend(["--only", case]);
    }
    arguments
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn choices_are_passed_on() {
        let args = BenchArgs {
            quick: true,
            only: vec!["size".to_owned(), "memory".to_owned()],
        };
        let passed = arguments(&args).join(" ");
        assert_eq!(
            passed,
            "tests/bench/bench.mjs --quick --only size --only memory"
        );
    }
}
