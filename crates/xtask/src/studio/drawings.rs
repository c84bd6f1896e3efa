//! Makes the model for drawings: art, the atlas of sprites, training, exam and card.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;

use anyhow::Result;

use super::exams::{Asked, ask, write_card, write_grammar};
use super::{MINI, StudioArgs, build, folder, forget};
use crate::console::{Console, say};
use crate::materials::{ART, create, find_python, install_packages, install_python, program};
use crate::project::Project;
use crate::setup::{self, find_on_path, is_newer};

/// What it takes to train.
const PACKAGES: &str = "crates/studio/train/requirements.txt";

/// Makes a model from nothing, or goes on with one.
pub fn make(project: &Project, args: &StudioArgs) -> Result<()> {
    let own = project.target.join("studio");
    let out = folder(&args.out, || own.join("mini"))?;
    let work = folder(&args.work, || own.join("run"))?;
    let mut console = Console::terminal();
    // What only the person can install is asked for before anything is done.
    setup::node()?;
    let python = find_python()?;
    let art = folder(&args.art, || own.join("art"))?;
    install_packages(project, &ART, &art, &mut console)?;
    let venv = own.join("venv");
    let bin = install_python(project, &python, PACKAGES, &venv, &mut console)?;
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
    write_grammar(project, &studio, MINI, &out, &mut console)?;
    let sheet = own.join("failures.png");
    let asked = Asked {
        write: true,
        sheet: Some(sheet.clone()),
        ..Asked::default()
    };
    ask(project, &studio, &art, &out, &asked, &mut console)?;
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

#[cfg(test)]
mod tests {
    use super::super::tests::typed;
    use super::*;
    use std::env;

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
}
