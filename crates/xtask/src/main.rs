//! `cargo xtask`: what a person types to serve, test and package Glimpse and to make its models, with all set-up that is missing.

mod bench;
mod children;
mod chromium;
mod console;
mod failures;
mod lanes;
mod materials;
mod package;
mod page;
mod project;
mod setup;
mod step_table;
mod steps;
mod studio;
mod tally;
mod times;
mod trunk;
mod web;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, Parser, Subcommand};

use console::Console;
use project::Project;

/// Serves, tests and packages Glimpse, and makes its built-in models. Each command first does whatever set-up is missing and says so.
#[derive(Parser)]
#[command(
    bin_name = "cargo xtask",
    arg_required_else_help = true,
    after_help = "On a new machine you need Rust (rustup) and Node.js 20 or newer with npm; the rest is installed into\n\
                  this folder, but for Chromium, which the tests drive."
)]
struct Cli {
    #[command(subcommand)]
    command: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Builds the page and serves it on http://localhost:8080 until Ctrl-C
    ///
    /// The page is built again when something under www/ changes. After a change in Rust or in web/ts, run
    /// `cargo xtask build-web` in a second terminal: the page picks it up.
    Serve(ServeArgs),
    /// Runs every check and test: formats, types, clippy, native, browser and package tests
    ///
    /// A failing step does not stop the others, so that one run shows everything. The last line says how many tests and
    /// checks passed. Exits 1 when one failed.
    Test(TestArgs),
    /// Measures Glimpse beside transformers.js and ONNX Runtime, and prints a table of ratios
    ///
    /// The peers are installed below tests/bench, and a random ViT-B/32 is written below target/ for both sides: 3 GB. The table
    /// and every sample are written to tests/bench/results. Let nothing else run meanwhile.
    Bench(bench::BenchArgs),
    /// Makes the npm tarball in web/dist and the static site in dist
    Package,
    /// Builds the npm package in web/: Rust to WebAssembly, its JavaScript glue, and the TypeScript around it
    BuildWeb,
    /// Examines a built-in model and prints the figures beside the bars
    ///
    /// mini is asked about pictures and words that its training never saw, mini-photo about the photographs in a folder
    /// (--photos). The art is installed first, and the engine compiled, where that is still to be done.
    Exam(studio::ExamArgs),
    /// Measures what words on paper do to the built-in model, and what each defence gives and costs
    ///
    /// Art is installed below target/studio first. `--write` renews the figures that the page shows (defences.json) and
    /// their table (ATTACK.md) in the model's folder.
    Attack(studio::AttackArgs),
    /// Makes a built-in model from nothing: packages, PyTorch, training, exam and card
    ///
    /// Everything is installed and kept below target/studio. Given again, the command goes on where it was ended. A
    /// built-in model is replaced only with `--out web/models/mini` (or mini-photo). Needs Python 3.10 or newer with venv, and Node.js.
    Studio(studio::StudioArgs),
}

/// What `serve` can be told.
#[derive(Args)]
pub struct ServeArgs {
    /// The port on this machine to serve on
    #[arg(long, default_value_t = 8080)]
    pub port: u16,
    /// Open the page in your browser once it is there
    #[arg(long)]
    pub open: bool,
}

/// What `test` can be told.
#[derive(Args)]
pub struct TestArgs {
    /// Run this step alone; may be given again. `--list` names them
    #[arg(long, value_name = "STEP", value_parser = steps::names())]
    pub only: Vec<String>,
    /// Leave this step out; may be given again
    #[arg(long, value_name = "STEP", value_parser = steps::names())]
    pub skip: Vec<String>,
    /// Print the steps in their order, with the minutes that each took the last time, and run none
    #[arg(long)]
    pub list: bool,
}

fn main() -> ExitCode {
    let outcome = run(Cli::parse().command);
    children::end_all();
    match outcome {
        Ok(code) => code,
        Err(error) => {
            eprintln!("\nxtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(task: Task) -> Result<ExitCode> {
    children::end_all_on_signals()?;
    let project = Project::find()?;
    match task {
        Task::Serve(args) => page::serve(&project, &args)?,
        Task::Test(args) if args.list => steps::list(&times::last(&project)),
        Task::Test(args) => return lanes::test(&project.with_lints(), &args),
        Task::Bench(args) => bench::bench(&project.with_lints(), &args)?,
        Task::Package => package::package(&project)?,
        Task::BuildWeb => {
            setup::for_web()?;
            project.build_web(&mut Console::terminal())?;
        }
        Task::Exam(args) => studio::exam(&project, &args)?,
        Task::Attack(args) => studio::attack(&project, &args)?,
        Task::Studio(args) => studio::studio(&project, &args)?,
    }
    Ok(ExitCode::SUCCESS)
}
