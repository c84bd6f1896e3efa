//! `glimpse pack`: labels encoded once, into a file that belongs to the model.

use clap::ArgMatches;
use serde::Serialize;

use crate::args::PackArgs;
use crate::failure::Failure;
use crate::out_file::{Content, OutFile};
use crate::source::Source;
use crate::{Outcome, labels, output, units};

/// What was written, for JSON.
#[derive(Serialize)]
struct Written {
    file: String,
    bytes: usize,
    labels: usize,
    templates: Vec<String>,
    model: String,
    fingerprint: String,
}

/// Checks the command line, encodes the labels, writes the file.
pub async fn run(args: &PackArgs, matches: &ArgMatches) -> Result<Outcome, Failure> {
    let labels = labels::labels(matches)?;
    let templates = labels::templates(&args.templates)?;
    let out = OutFile::new(&args.out, Content::LabelPack, args.force)?;
    if args.json && matches!(out, OutFile::Stdout) {
        return Err(Failure::Usage(
            "--json and --out - would both write to standard output: leave one of them out"
                .to_owned(),
        ));
    }
    let classifier = Source::find(&args.model)?.load(&args.device).await?;
    let pack = classifier.embed_labels(&labels, &templates).await?;
    let bytes = pack.to_safetensors();
    out.write(&bytes)?;
    if matches!(out, OutFile::Stdout) {
        return Ok(Outcome::Done);
    }
    let written = Written {
        file: args.out.display().to_string(),
        bytes: bytes.len(),
        labels: pack.labels.len(),
        templates: pack.templates,
        model: pack.model,
        fingerprint: pack.fingerprint.image,
    };
    if args.json {
        output::json(&written)?;
    } else {
        output::text(&format!(
            "{}: {} labels for {}, {}\n",
            output::printable(&written.file),
            written.labels,
            output::printable(&written.model),
            units::bytes(bytes.len() as u64)
        ))?;
    }
    Ok(Outcome::Done)
}
