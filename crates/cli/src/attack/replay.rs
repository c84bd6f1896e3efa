//! `glimpse attack --replay`: does what a report tells of again, and says whether the numbers are the same.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use clap::ArgMatches;
use clap::parser::ValueSource;
use glimpse_lettering::{Difference, Report, Sweep, compare};
use serde::Serialize;

use crate::args::{AttackArgs, Device, DeviceArg};
use crate::attack::ask::Model;
use crate::attack::pictures::{Picture, sha256, square};
use crate::attack::provenance;
use crate::attack::sweep::{self, Looked};
use crate::failure::Failure;
use crate::images::{self, Input};
use crate::source::Source;
use crate::{Outcome, output};

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
        false => device_named(&of_old.device),
    };
    let source = Source::named(name, &args.model.hub).map_err(|error| elsewhere(error, name))?;
    let classifier = source.load(&DeviceArg { device }).await?;
    let mut pictures = Vec::new();
    for (id, bytes) in report.provenance.pictures.iter().zip(files) {
        let square = square(&bytes, &classifier)
            .map_err(|error| Failure::File(format!("{}: {}", id.name, error.message)))?;
        pictures.push(Picture {
            id: id.clone(),
            square,
        });
    }

    let options = report.options.clone();
    let model = Model::with_labels(&classifier, &options.labels, &options.templates).await?;
    let first = pictures
        .first()
        .ok_or_else(|| damaged(path, "it has no pictures"))?;
    let provenance = provenance::of(&classifier, &model, first).await?;
    let mut sweep = Sweep::new(options, of_old.pictures.clone())
        .map_err(|error| damaged(path, &error.to_string()))?;
    sweep::stop_on_ctrl_c();
    let looked = sweep::look(&mut sweep, &model, &pictures, |_| Ok(())).await?;
    if let Looked::AtSome { done, expected } = looked {
        eprintln!("stopped after {done} of about {expected} variants; nothing was compared");
        return Ok(Outcome::Stopped);
    }

    let differences = compare(&report, &sweep.report(provenance));
    if args.json {
        output::json(&Found {
            same: differences.is_empty(),
            differences: &differences,
        })?;
    } else {
        output::text(&in_words(&report, &differences))?;
    }
    Ok(match differences.is_empty() {
        true => Outcome::Done,
        false => Outcome::SomeFailed,
    })
}

fn read(path: &Path) -> Result<Report, Failure> {
    let bytes = fs::read(path)
        .map_err(|error| Failure::File(format!("{} cannot be read: {error}", path.display())))?;
    serde_json::from_slice(&bytes).map_err(|error| damaged(path, &error.to_string()))
}

fn damaged(path: &Path, why: &str) -> Failure {
    Failure::File(format!(
        "{} is no report of glimpse attack, or it is damaged: {why}",
        path.display()
    ))
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

fn device_named(name: &str) -> Device {
    match name {
        "cpu" => Device::Cpu,
        "gpu" => Device::Gpu,
        _ => Device::Auto,
    }
}

/// The report's pictures, as files: those that were given, known by their content; else those at the report's paths.
fn find_pictures(report: &Report, path: &Path, given: &[PathBuf]) -> Result<Vec<Vec<u8>>, Failure> {
    let wanted = &report.provenance.pictures;
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
    let file = |id: &glimpse_lettering::PictureId| {
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

/// The differences for people.
fn in_words(_report: &Report, differences: &[Difference]) -> String {
    format!("{differences:?} {TOLD}")
}
