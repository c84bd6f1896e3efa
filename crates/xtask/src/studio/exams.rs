//! Examines a model, attacks it, and writes its card: what a person asks of one that is there already.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;
use clap::Args;

use super::{MINI, MINI_PHOTO, build, folder};
use crate::console::{Console, say};
use crate::materials::{ART, install_packages};
use crate::project::Project;

/// What `exam` can be told.
#[derive(Args)]
pub struct ExamArgs {
    /// mini, mini-photo, or a model's folder: in open_clip's layout it is asked about photographs, else about drawings
    #[arg(long, value_name = "NAME|DIR", default_value = MINI)]
    pub model: PathBuf,
    /// For mini-photo: a folder of pictures with a cases.json [default: ../shared/assets/photos-dev]
    #[arg(long, value_name = "DIR")]
    pub photos: Option<PathBuf>,
    /// For mini-photo: its twin, trained with --hold-out [default: target/studio/mini-photo-twin, where it is there]
    #[arg(long, value_name = "DIR")]
    pub twin: Option<PathBuf>,
    /// For mini-photo: what reference.py measured on the photographs [default: as in the model's training.json or exam.json]
    #[arg(long, value_name = "JSON")]
    pub reference: Option<PathBuf>,
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

/// Examines a model.
pub fn exam(project: &Project, args: &ExamArgs) -> Result<()> {
    let own = project.target.join("studio");
    let model = named(project, &args.model)?;
    let given = |path: &Option<PathBuf>| path.as_ref().map(std::path::absolute).transpose();
    let twin = own.join("mini-photo-twin");
    let asked = Asked {
        photos: given(&args.photos)?,
        twin: given(&args.twin)?.or_else(|| twin.join("training.json").is_file().then_some(twin)),
        reference: given(&args.reference)?,
        write: args.write,
        sheet: given(&args.sheet)?,
        ..Asked::default()
    };
    let mut console = Console::terminal();
    let art = folder(&args.art, || own.join("art"))?;
    install_packages(project, &ART, &art, &mut console)?;
    let studio = build(project, &mut console)?;
    ask(project, &studio, &art, &model, &asked, &mut console)?;
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
    install_packages(project, &ART, &art, &mut console)?;
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

/// What an exam is asked for beside the model and the art.
#[derive(Debug, Default)]
pub(super) struct Asked {
    pub photos: Option<PathBuf>,
    pub without_photos: bool,
    pub twin: Option<PathBuf>,
    pub reference: Option<PathBuf>,
    pub write: bool,
    pub sheet: Option<PathBuf>,
}

pub(super) fn ask(
    project: &Project,
    studio: &Path,
    art: &Path,
    model: &Path,
    asked: &Asked,
    console: &mut Console,
) -> Result<()> {
    say("examining the model (a few minutes)");
    console.run(&mut exam_command(project, studio, art, model, asked))
}

fn exam_command(
    project: &Project,
    studio: &Path,
    art: &Path,
    model: &Path,
    asked: &Asked,
) -> Command {
    let mut command = project.command(studio);
    command.arg("exam").arg("--art").arg(art);
    command.arg("--model").arg(model);
    let paths = [
        ("--photos", &asked.photos),
        ("--twin", &asked.twin),
        ("--reference", &asked.reference),
        ("--sheet", &asked.sheet),
    ];
    for (name, path) in paths {
        if let Some(path) = path {
            command.arg(name).arg(path);
        }
    }
    for (name, wanted) in [
        ("--without-photos", asked.without_photos),
        ("--write", asked.write),
    ] {
        if wanted {
            command.arg(name);
        }
    }
    command
}

pub(super) fn write_card(
    project: &Project,
    studio: &Path,
    model: &Path,
    console: &mut Console,
) -> Result<()> {
    let mut command = project.command(studio);
    console.run(command.arg("card").arg("--model").arg(model))
}

/// Writes how labels are read as the captions that a model learned.
pub(super) fn write_grammar(
    project: &Project,
    studio: &Path,
    name: &str,
    model: &Path,
    console: &mut Console,
) -> Result<()> {
    let mut command = project.command(studio);
    command.args(["grammar", "--model", name]);
    console.run(command.arg("--out").arg(model))
}

/// The folder of a built-in model by its name, else the folder that was given.
fn named(project: &Project, model: &Path) -> Result<PathBuf> {
    if [MINI, MINI_PHOTO]
        .iter()
        .any(|name| model == Path::new(name))
    {
        return Ok(project.path("web/models").join(model));
    }
    folder(&Some(model.to_owned()), PathBuf::new)
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Typed {
        #[command(flatten)]
        args: ExamArgs,
    }

    #[test]
    fn a_model_has_a_name_or_a_folder() {
        let project = Project::find().unwrap();
        let of = |typed: &[&str]| {
            let typed = Typed::try_parse_from(["exam"].iter().chain(typed)).unwrap();
            named(&project, &typed.args.model).unwrap()
        };
        assert_eq!(of(&[]), project.path("web/models/mini"));
        assert_eq!(
            of(&["--model", "mini-photo"]),
            project.path("web/models/mini-photo")
        );
        let here = std::path::absolute("target/mine").unwrap();
        assert_eq!(of(&["--model", "target/mine"]), here);
    }

    #[test]
    fn the_exam_is_told_what_was_asked_for() {
        let project = Project::find().unwrap();
        let line = |asked: &Asked| {
            let [studio, art, model] = ["glimpse-studio", "art", "mini-photo"].map(Path::new);
            crate::console::shown(&exam_command(&project, studio, art, model, asked))
        };
        let usual = "glimpse-studio exam --art art --model mini-photo";
        assert_eq!(line(&Asked::default()), usual);
        let all = Asked {
            photos: Some("photos".into()),
            twin: Some("twin".into()),
            reference: Some("top1.json".into()),
            sheet: Some("wrong.png".into()),
            without_photos: false,
            write: true,
        };
        assert_eq!(
            line(&all),
            format!(
                "{usual} --photos photos --twin twin --reference top1.json --sheet wrong.png --write"
            )
        );
        let none = Asked {
            without_photos: true,
            ..Asked::default()
        };
        assert_eq!(line(&none), format!("{usual} --without-photos"));
    }
}
