//! `glimpse attack --replay`: does what a report tells of again, and says whether the numbers are the same.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use clap::ArgMatches;
use clap::parser::ValueSource;
use glimpse_attack::report::{Difference, DifferenceKind, compare};
use glimpse_attack::{PictureId, Report, Sweep};
use serde::Serialize;

use crate::Outcome;
use crate::args::{AttackArgs, DeviceArg};
use crate::attack::ask::Model;
use crate::attack::pictures::{Picture, sha256, square};
use crate::attack::provenance;
use crate::attack::sweep::{self, Looked};
use crate::failure::Failure;
use crate::images::{self, Input};
use crate::output::{self, printable};
use crate::source::Source;

/// How many differences are told of; the others are counted.
const TOLD: usize = 20;

/// What was found, as JSON.
#[derive(Serialize)]
struct Found<'a> {
    same: bool,
    differences: &'a [Difference],
}

/// Reads the report, finds its pictures and its model, and looks at the same variants.
pub async fn run(path: &Path, args: &AttackArgs, matches: &ArgMatches) -> Result<Outcome, Failure> {
    let report = read(path)?;
    let files = find_pictures(&report, path, &args.images)?;
    let of_old = &report.provenance;
    let was_given = |name| matches.value_source(name) == Some(ValueSource::CommandLine);
    let name = match was_given("name") {
        true => &args.model.name,
        false => &of_old.model,
    };
    let device = match was_given("device") {
        true => args.device.device,
        false => provenance::device_named(&of_old.device),
    };
    let source = Source::named(name, &args.model.hub).map_err(|error| elsewhere(error, name))?;
    let classifier = source.load(&DeviceArg { device }).await?;
    let mut pictures = Vec::new();
    for (id, bytes) in report.pictures.iter().zip(files) {
        let square = square(&bytes, &classifier)
            .map_err(|error| Failure::File(format!("{}: {}", id.name, error.message)))?;
        pictures.push(Picture {
            id: id.clone(),
            square,
        });
    }

    let options = report.options.clone();
    let model = Model::with_labels(&classifier, &options.labels, &options.templates).await?;
    let provenance = provenance::of(&classifier, &options);
    let mut sweep = Sweep::new(options, report.pictures.clone())
        .map_err(|error| Failure::File(format!("{}: {error}", path.display())))?;
    sweep::stop_on_ctrl_c();
    let looked = sweep::look(&mut sweep, &model, &pictures, |_| Ok(())).await?;
    if let Looked::AtSome { done, expected } = looked {
        eprintln!("stopped after {done} of at most {expected} variants; nothing was compared");
        return Ok(Outcome::Stopped);
    }

    let differences = compare(&report, &sweep.report(provenance));
    // Another version or device may well give the same numbers, and that is what was asked.
    let same = differences
        .iter()
        .all(|difference| difference.kind == DifferenceKind::Provenance);
    if args.json {
        output::json(&Found {
            same,
            differences: &differences,
        })?;
    } else {
        output::text(&in_words(&report, same, &differences))?;
    }
    Ok(if same {
        Outcome::Done
    } else {
        Outcome::SomeFailed
    })
}

fn read(path: &Path) -> Result<Report, Failure> {
    let bytes = fs::read(path)
        .map_err(|error| Failure::File(format!("{} cannot be read: {error}", path.display())))?;
    // What is no UTF-8 is no report either; its reader says so.
    Report::from_json(&String::from_utf8_lossy(&bytes))
        .map_err(|error| Failure::File(format!("{}: {error}", path.display())))
}

/// The model's name leads nowhere; the report may come from another computer.
fn elsewhere(error: Failure, name: &str) -> Failure {
    match error {
        Failure::Usage(words) => Failure::Usage(format!(
            "{words}\n\nThe report's model is {name:?}; say with --model where it is now."
        )),
        other => other,
    }
}

/// The report's pictures, as files: those that were given, known by their content; else those at the report's paths.
fn find_pictures(report: &Report, path: &Path, given: &[PathBuf]) -> Result<Vec<Vec<u8>>, Failure> {
    let wanted = &report.pictures;
    if given.is_empty() {
        return wanted
            .iter()
            .map(|id| at_its_path(&id.name, &id.sha256, path))
            .collect();
    }
    let mut files: HashMap<String, Vec<u8>> = HashMap::new();
    for input in images::find(given)? {
        let bytes = input.read().map_err(|error| Failure::File(error.message))?;
        let hash = sha256(&bytes);
        if wanted.iter().any(|id| id.sha256 == hash) {
            files.insert(hash, bytes);
        }
    }
    let file = |id: &PictureId| {
        files.get(&id.sha256).cloned().ok_or_else(|| {
            Failure::File(format!(
                "none of the pictures given is the report's {}: its SHA-256 is {}",
                id.name, id.sha256
            ))
        })
    };
    wanted.iter().map(file).collect()
}

/// A picture where the report has it: seen from here, else from the report's folder.
fn at_its_path(name: &str, hash: &str, report: &Path) -> Result<Vec<u8>, Failure> {
    const GIVE: &str = "name the pictures after --replay REPORT.json if they have moved";
    let here = PathBuf::from(name);
    let beside = report.parent().unwrap_or(Path::new("")).join(name);
    let mut other = None;
    for path in [here, beside] {
        match Input::File(path.clone()).read() {
            Ok(bytes) if sha256(&bytes) == hash => return Ok(bytes),
            Ok(bytes) => other = other.or(Some((path, sha256(&bytes)))),
            Err(_) => {}
        }
    }
    Err(Failure::File(match other {
        Some((path, found)) => format!(
            "{} is not the picture that the report tells of: its SHA-256 is {found}, not {hash}; {GIVE}",
            path.display()
        ),
        None => format!("the report's picture {name} is not there; {GIVE}"),
    }))
}

/// What was found, for people.
fn in_words(report: &Report, same: bool, differences: &[Difference]) -> String {
    let count = report.variants.len();
    let mut words = match (same, differences) {
        (true, []) => format!("the same numbers: {count} variants\n"),
        (true, _) => format!("the same numbers: {count} variants; but not from the same place:\n"),
        (false, _) => format!("not the same as the report's {count} variants:\n"),
    };
    for difference in differences.iter().take(TOLD) {
        words += &format!("  {}\n", printable(&difference.to_string()));
    }
    if differences.len() > TOLD {
        let more = differences.len() - TOLD;
        words += &format!("  and {more} more, all of them with --json\n");
    }
    words
}
