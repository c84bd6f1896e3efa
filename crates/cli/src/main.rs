//! The `glimpse` command: reads the arguments, runs one subcommand, turns its outcome into an exit code.

mod answerer;
mod args;
mod attack;
mod built_in;
mod classify;
mod convert;
mod embed;
mod failure;
mod hub;
mod images;
mod labels;
mod models;
mod out_file;
mod output;
mod pack;
mod preprocess;
mod probe;
mod progress;
mod source;
mod table;
mod tokenize;
mod units;
mod verify;
mod whole_file;

use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches};

use args::{Cli, Command};
use failure::Failure;

/// Whether everything that was asked for was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    /// All of it.
    Done,
    /// Some inputs could not be read; what was wrong is in the output.
    SomeFailed,
    /// Someone ended it on the way, and was told what is kept.
    Stopped,
}

impl Outcome {
    /// Of so many inputs, so many failed; says so `for_people`, whose standard output may go elsewhere.
    fn of_inputs(failed: usize, all: usize, for_people: bool) -> Self {
        if failed == 0 {
            return Self::Done;
        }
        if for_people {
            eprintln!("{failed} of {all} could not be read; the output says why");
        }
        Self::SomeFailed
    }
}

fn main() -> ExitCode {
    let matches = Cli::command().get_matches();
    let cli = Cli::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    let (_, matches) = matches.subcommand().expect("clap requires a subcommand");
    let outcome = pollster::block_on(async {
        match cli.command {
            Command::Classify(args) => classify::run(&args, matches).await,
            Command::Embed(args) => embed::run(&args, matches).await,
            Command::Tokenize(args) => tokenize::run(&args).await,
            Command::Preprocess(args) => preprocess::run(&args).await,
            Command::Pack(args) => pack::run(&args, matches).await,
            Command::Attack(args) => attack::run(&args, matches).await,
            Command::Models(args) => models::run(&args).await,
            Command::Convert(args) => convert::run(&args).await,
            Command::Verify(args) => verify::run(&args).await,
        }
    });
    match outcome {
        Ok(Outcome::Done) | Err(Failure::ReaderGone) => ExitCode::SUCCESS,
        Ok(Outcome::SomeFailed) => ExitCode::from(1),
        // 128 and the number of the signal, as shells have it.
        Ok(Outcome::Stopped) => ExitCode::from(130),
        Err(failure) => {
            // It may name files as a stranger's repository calls them.
            eprintln!("error: {}", output::printable_lines(&failure.to_string()));
            ExitCode::from(failure.exit_code())
        }
    }
}
