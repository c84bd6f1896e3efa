//! `glimpse models`: what is offered by name and what is kept here; `get` downloads, `rm` removes.

mod get;
mod list;
mod remove;

use crate::Outcome;
use crate::args::{ModelsArgs, ModelsCommand};
use crate::failure::Failure;

/// Lists, or does what the subcommand says.
pub async fn run(args: &ModelsArgs) -> Result<Outcome, Failure> {
    match &args.command {
        None => list::run(args),
        Some(ModelsCommand::Get(args)) => get::run(args).await,
        Some(ModelsCommand::Rm(args)) => remove::run(args),
    }
}
