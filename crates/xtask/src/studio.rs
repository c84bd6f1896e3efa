//! Makes and examines the built-in model: installs art and PyTorch, draws, trains, asks, and writes the card.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;

use anyhow::{Context, Result, ensure};
use clap::Args;

use crate::console::{Console, say};
use crate::materials::{create, find_python, install_art, install_python, program};
use crate::project::Project;
use crate::setup::{self, find_on_path, is_newer};

/// What a training leaves in its folder, and `--fresh` takes away.
const TRAINED: [&str; 3] = ["checkpoint.pt", "checkpoint.next", "tokenizer.json"];

/// What `exam` can be told.
#[derive(Args)]
pub struct ExamArgs {
    /// The model's folder, in Hugging Face's layout [default: web/models/mini]
    #[arg(long, value_name = "DIR")]
    pub model: Option<PathBuf>,
    /// Write the figures to exam.json in the model's folder, and its card if it has a training.json
    #[arg(long)]
    pub write: bool,
    /// Write a contact sheet of wrong answers to this picture
    #[arg(long, value_name = "PNG")]
    pub sheet: Option<PathBuf>,
    /// Where the art is, or is installed now [default: target/studio/art]
    #[arg(long, value_name = "DIR")]
    pub art: Option<PathBuf>,
}

/// What `attack` can be told.
#[derive(Args)]
pub struct AttackArgs {
    /// The model's folder, in Hugging Face's layout [default: web/models/mini]
    #[arg(long, value_name = "DIR")]
    pub model: Option<PathBuf>,
    /// How many drawings are attacked, each with one word
    #[arg(long, value_name = "N", default_value_t = 300)]
    pub cases: usize,
    /// Write the figures to defences.json and ATTACK.md in the model's folder
    #[arg(long)]
    pub write: bool,
    /// Where the art is, or is installed now [default: target/studio/art]
    #[arg(long, value_name = "DIR")]
    pub art: Option<PathBuf>,
}

/// What `studio` can be told.
#[derive(Args)]
pub struct StudioArgs {
    /// How long to train, in minutes, earlier runs counted; 5 is enough to see that it all works
    #[arg(long, value_name = "MINUTES", default_value_t = 120.0, value_parser = minutes)]
    pub minutes: f64,
    /// How large a model; large wants a GPU
    #[arg(long, default_value = "small", value_parser = ["small", "large"])]
    pub size: String,
    /// The model's folder; web/models/mini replaces the built-in model [default: target/studio/mini]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Where the training is kept, so that it can go on [default: target/studio/run]
    #[arg(long, value_name = "DIR")]
    pub work: Option<PathBuf>,
    /// Where the art is, or is installed now [default: target/studio/art]
    #[arg(long, value_name = "DIR")]
    pub art: Option<PathBuf>,
    /// Processes that train [default: one for each core; 1 with an NVIDIA GPU]
    #[arg(long, value_name = "N")]
    pub processes: Option<usize>,
    /// Processes that draw for each of them [default: 1; with a GPU one for each core]
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

/// Examines a model.
pub fn exam(project: &Project, args: &ExamArgs) -> Result<()> {
    let model = folder(&args.model, || project.path("web/models/mini"))?;
    let sheet = args.sheet.as_ref().map(std::path::absolute).transpose()?;
    let mut console = Console::terminal();
    let art = folder(&args.art, || project.target.join("studio/art"))?;
    install_art(project, &art, &mut console)?;
    let studio = build(project, &mut console)?;
    ask(
        project,
        &studio,
        &art,
        &model,
        args.write,
        sheet.as_deref(),
        &mut console,
    )?;
    if args.write && model.join("training.json").is_file() {
        write_card(project, &studio, &model, &mut console)?;
    }
    Ok(())
}

/// Measures what words on paper do to a model, and what helps.
pub fn attack(project: &Project, args: &AttackArgs) -> Result<()> {
    let model = folder(&args.model, || project.path("web/models/mini"))?;
    let mut console = Console::terminal();
    let art = folder(&args.art, || project.target.join("studio/art"))?;
    install_art(project, &art, &mut console)?;
    let studio = build(project, &mut console)?;
    say("attacking the model (some minutes)");
    let mut command = project.command(studio);
    command.arg("attack").arg("--art").arg(art);
    command.arg("--model").arg(model);
    command.args(["--cases", &args.cases.to_string()]);
    if args.write {
        command.arg("--write");
    }
    console.run(&mut command)
}

/// Makes a model from nothing, or goes on with one.
pub fn studio(project: &Project, args: &StudioArgs) -> Result<()> {
    let own = project.target.join("studio");
    let out = folder(&args.out, || own.join("mini"))?;
    let work = folder(&args.work, || own.join("run"))?;
    let mut console = Console::terminal();
    // What only the person can install is asked for before anything is done.
    setup::node()?;
    let python = find_python()?;
    let art = folder(&args.art, || project.target.join("studio/art"))?;
    install_art(project, &art, &mut console)?;
    let bin = install_python(project, &python, &own.join("venv"), &mut console)?;
    let studio = build(project, &mut console)?;
    let atlas = draw_atlas(
        project,
        &studio,
        &art,
        &own.join("atlas.safetensors"),
        &mut console,
    )?;
    if args.fresh {
        forget(&work)?;
    }
    for folder in [&work, &out] {
        create(folder)?;
    }
    say(&format!(
        "training for {} minutes, earlier runs counted; Ctrl-C ends it, and the same command goes on with it",
        args.minutes
    ));
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let team = Team::of(args, cores, find_on_path("nvidia-smi").is_some());
    let materials = [
        ("--studio", studio.as_path()),
        ("--art", &art),
        ("--atlas", &atlas),
        ("--work", &work),
        ("--out", &out),
    ];
    console.run(&mut train(project, &bin, args, team, &materials))?;
    let sheet = own.join("failures.png");
    ask(
        project,
        &studio,
        &art,
        &out,
        true,
        Some(&sheet),
        &mut console,
    )?;
    write_card(project, &studio, &out, &mut console)?;
    say(&format!("the model and its card: {}", out.display()));
    say(&format!("what it got wrong: {}", sheet.display()));
    Ok(())
}

/// How the work is divided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Team {
    processes: usize,
    helpers: usize,
}

impl Team {
    /// A GPU wants one process that many draw for; cores want one process each.
    fn of(args: &StudioArgs, cores: usize, gpu: bool) -> Self {
        let (processes, helpers) = if gpu { (1, cores) } else { (cores, 1) };
        Self {
            processes: args.processes.unwrap_or(processes).max(1),
            helpers: args.helpers.unwrap_or(helpers).max(1),
        }
    }
}

fn train(
    project: &Project,
    bin: &Path,
    args: &StudioArgs,
    team: Team,
    materials: &[(&str, &Path)],
) -> Command {
    let mut command = project.command(bin.join(program("torchrun")));
    command.args(["--nproc-per-node", &team.processes.to_string()]);
    command.arg("crates/studio/train/train.py");
    for (name, path) in materials {
        command.arg(name).arg(path);
    }
    command.args(["--minutes", &args.minutes.to_string(), "--size", &args.size]);
    command.args(["--helpers", &team.helpers.to_string()]);
    command
}

fn ask(
    project: &Project,
    studio: &Path,
    art: &Path,
    model: &Path,
    write: bool,
    sheet: Option<&Path>,
    console: &mut Console,
) -> Result<()> {
    say("examining the model (a few minutes)");
    let mut command = project.command(studio);
    command
        .arg("exam")
        .arg("--art")
        .arg(art)
        .arg("--model")
        .arg(model);
    if write {
        command.arg("--write");
    }
    if let Some(sheet) = sheet {
        command.arg("--sheet").arg(sheet);
    }
    console.run(&mut command)
}

fn write_card(project: &Project, studio: &Path, model: &Path, console: &mut Console) -> Result<()> {
    let mut command = project.command(studio);
    console.run(command.arg("card").arg("--model").arg(model))
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

/// The atlas of sprites, drawn again when the art or the program that draws it is younger.
fn draw_atlas(
    project: &Project,
    studio: &Path,
    art: &Path,
    atlas: &Path,
    console: &mut Console,
) -> Result<PathBuf> {
    let installed = art.join("node_modules/.package-lock.json");
    if is_newer(studio, atlas) || is_newer(&installed, atlas) {
        say("drawing the atlas of sprites (a minute)");
        let mut command = project.command(studio);
        command
            .arg("atlas")
            .arg("--art")
            .arg(art)
            .arg("--out")
            .arg(atlas);
        console.run(&mut command)?;
    }
    Ok(atlas.to_owned())
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
    use clap::Parser;
    use std::env;

    #[derive(Parser)]
    struct Typed {
        #[command(flatten)]
        args: StudioArgs,
    }

    fn typed(arguments: &[&str]) -> Result<StudioArgs, clap::Error> {
        let all = ["studio"].iter().chain(arguments);
        Typed::try_parse_from(all).map(|typed| typed.args)
    }

    #[test]
    fn every_core_trains_and_a_gpu_is_drawn_for() {
        let usual = typed(&[]).unwrap();
        let team = |processes, helpers| Team { processes, helpers };
        assert_eq!(Team::of(&usual, 2, false), team(2, 1));
        assert_eq!(Team::of(&usual, 16, true), team(1, 16));
        let asked = typed(&["--processes", "3", "--helpers", "2"]).unwrap();
        assert_eq!(Team::of(&asked, 16, true), team(3, 2));
    }

    #[test]
    fn the_training_is_told_everything() {
        let project = Project::find().unwrap();
        let args = typed(&["--minutes", "2.5", "--size", "large"]).unwrap();
        let team = Team {
            processes: 2,
            helpers: 1,
        };
        let materials = [("--art", Path::new("art")), ("--out", Path::new("out"))];
        let line = crate::console::shown(&train(
            &project,
            Path::new("venv/bin"),
            &args,
            team,
            &materials,
        ));
        let expected = "torchrun --nproc-per-node 2 crates/studio/train/train.py --art art --out out \
                        --minutes 2.5 --size large --helpers 1";
        assert_eq!(line.replace(env::consts::EXE_SUFFIX, ""), expected);
    }

    #[test]
    fn minutes_are_a_number_above_0() {
        for wrong in ["0", "-3", "NaN", "inf", "soon"] {
            assert!(typed(&[&format!("--minutes={wrong}")]).is_err(), "{wrong}");
        }
        assert_eq!(typed(&["--minutes", "0.5"]).unwrap().minutes, 0.5);
        assert!(typed(&["--size", "huge"]).is_err());
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
