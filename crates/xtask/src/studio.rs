//! Makes and examines the built-in models: installs what they learn from, trains, asks, and writes the cards.

mod drawings;
mod exams;
mod photographs;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use clap::Args;

use crate::console::{Console, say};
use crate::materials::program;
use crate::project::Project;

pub use exams::{AttackArgs, ExamArgs, attack, exam};

/// The built-in model for drawings.
const MINI: &str = "mini";
/// The built-in model for photographs.
const MINI_PHOTO: &str = "mini-photo";

/// What a training leaves in its folder, and `--fresh` takes away.
const TRAINED: [&str; 3] = ["checkpoint.pt", "checkpoint.next", "tokenizer.json"];

/// What `studio` can be told.
#[derive(Args)]
pub struct StudioArgs {
    /// Which of the built-in models: mini knows drawings, mini-photo photographs
    #[arg(long, default_value = MINI, value_parser = [MINI, MINI_PHOTO])]
    pub model: String,
    /// How long to train, in minutes, earlier runs counted; 5 is enough to see that it all works
    #[arg(long, value_name = "MINUTES", default_value_t = 120.0, value_parser = minutes)]
    pub minutes: f64,
    /// For mini-photo: how long to train its twin, which the exam asks about what it was not shown; 0 for none [default: a third]
    #[arg(long, value_name = "MINUTES", value_parser = twin_minutes)]
    pub twin_minutes: Option<f64>,
    /// For mini-photo: what the exam shows [default: ../shared/assets/photos-dev, where it is there]
    #[arg(long, value_name = "DIR")]
    pub photos: Option<PathBuf>,
    /// For mini: how large a model; large wants a GPU
    #[arg(long, default_value = "small", value_parser = ["small", "large"])]
    pub size: String,
    /// The model's folder; web/models/mini replaces the built-in model [default: target/studio/ and the model's name]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Where the training is kept, so that it can go on [default: target/studio/run or photo-run]
    #[arg(long, value_name = "DIR")]
    pub work: Option<PathBuf>,
    /// Where the art is, or is installed now [default: target/studio/art]
    #[arg(long, value_name = "DIR")]
    pub art: Option<PathBuf>,
    /// Processes that train [default: one for each core; 1 with an NVIDIA GPU]
    #[arg(long, value_name = "N")]
    pub processes: Option<usize>,
    /// For mini: processes that draw for each of them [default: 1; with a GPU one for each core]
    #[arg(long, value_name = "N")]
    pub helpers: Option<usize>,
    /// Begin the training anew instead of going on
    #[arg(long)]
    pub fresh: bool,
}

fn minutes(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(minutes) if minutes > 0.0 && f64::is_finite(minutes) => Ok(minutes),
        _ => Err("give minutes as a number above 0, such as 5 or 120".into()),
    }
}

fn twin_minutes(text: &str) -> Result<f64, String> {
    if text == "0" { Ok(0.0) } else { minutes(text) }
}

/// Makes a model from nothing, or goes on with one.
pub fn studio(project: &Project, args: &StudioArgs) -> Result<()> {
    if args.model == MINI_PHOTO {
        photographs::make(project, args)
    } else {
        drawings::make(project, args)
    }
}

/// Builds glimpse-studio exactly as the native tests do: any other choice of packages would compile burn once more.
fn build(project: &Project, console: &mut Console) -> Result<PathBuf> {
    let studio = project
        .target
        .join("release")
        .join(program("glimpse-studio"));
    if !studio.is_file() {
        say(
            "compiling glimpse-studio and its engine (a quarter of an hour on 2 cores the first time)",
        );
    }
    let tests = ["test", "--quiet", "--workspace", "--exclude", "xtask"];
    console.run(project.cargo(&tests).args(["--release", "--no-run"]))?;
    ensure!(studio.is_file(), "cargo built no {}", studio.display());
    Ok(studio)
}

/// Takes away what an earlier training left, and nothing else.
fn forget(work: &Path) -> Result<()> {
    for file in TRAINED.map(|name| work.join(name)) {
        if file.is_file() {
            fs::remove_file(&file).with_context(|| format!("cannot remove {}", file.display()))?;
        }
    }
    Ok(())
}

/// The folder that was given, as seen from where the person stands, else the usual one.
fn folder(given: &Option<PathBuf>, usual: impl FnOnce() -> PathBuf) -> Result<PathBuf> {
    match given {
        Some(given) => std::path::absolute(given)
            .with_context(|| format!("there is no path {}", given.display())),
        None => Ok(usual()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::materials::create;
    use clap::Parser;
    use std::env;

    #[derive(Parser)]
    struct Typed {
        #[command(flatten)]
        args: StudioArgs,
    }

    pub(super) fn typed(arguments: &[&str]) -> Result<StudioArgs, clap::Error> {
        let all = ["studio"].iter().chain(arguments);
        Typed::try_parse_from(all).map(|typed| typed.args)
    }

    #[test]
    fn minutes_are_a_number_above_0() {
        for wrong in ["0", "-3", "NaN", "inf", "soon"] {
            assert!(typed(&[&format!("--minutes={wrong}")]).is_err(), "{wrong}");
        }
        assert_eq!(typed(&["--minutes", "0.5"]).unwrap().minutes, 0.5);
        assert!(typed(&["--size", "huge"]).is_err());
        assert!(typed(&["--model", "maxi"]).is_err());
        assert_eq!(
            typed(&["--twin-minutes", "0"]).unwrap().twin_minutes,
            Some(0.0)
        );
        assert!(typed(&["--twin-minutes=-1"]).is_err());
    }

    #[test]
    fn a_fresh_start_takes_away_the_training_and_nothing_else() {
        let work = env::temp_dir().join(format!("xtask-work-{}", std::process::id()));
        create(&work).unwrap();
        for name in TRAINED.iter().chain(&["notes.txt"]) {
            fs::write(work.join(name), "").unwrap();
        }
        forget(&work).unwrap();
        let left: Vec<_> = fs::read_dir(&work)
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        assert_eq!(left, ["notes.txt"]);
        fs::remove_dir_all(&work).unwrap();
    }
}
