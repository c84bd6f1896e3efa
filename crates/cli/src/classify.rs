//! `glimpse classify`: the scores of every label for every picture.

use clap::ArgMatches;
use glimpse::{Classifier, ClassifyOptions, Score};
use serde::Serialize;

use crate::args::ClassifyArgs;
use crate::failure::Failure;
use crate::images::{self, Input};
use crate::output::{self, InputError};
use crate::source::Source;
use crate::table::Table;
use crate::{Outcome, labels, progress};

/// One picture's entry in the JSON.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Entry {
    Scores {
        image: String,
        model: String,
        device: String,
        scores: Vec<Score>,
    },
    Error {
        image: String,
        error: InputError,
    },
}

/// Checks the whole command line, loads the model, then classifies picture after picture.
pub async fn run(args: &ClassifyArgs, matches: &ArgMatches) -> Result<Outcome, Failure> {
    let labels = labels::labels(matches)?;
    let options = ClassifyOptions {
        templates: labels::templates(&args.templates)?,
        top_k: args.top_k,
    };
    let inputs = images::find(&args.images)?;
    let source = Source::find(&args.model)?;
    let classifier = source.load(&args.device).await?;
    let table = Table::for_standard_output();
    let bar = progress::over_images(inputs.len());

    let mut outcome = Outcome::Done;
    let mut entries = Vec::new();
    for input in &inputs {
        bar.set_message(output::printable(&input.name()));
        let entry = classify(&classifier, input, &labels, &options).await;
        if matches!(entry, Entry::Error { .. }) {
            outcome = Outcome::SomeFailed;
        }
        if args.json {
            entries.push(entry);
        } else if args.jsonl {
            bar.suspend(|| output::json(&entry))?;
        } else {
            bar.suspend(|| output::text(&table.entry(&entry)))?;
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    if args.json {
        output::json(&entries)?;
    }
    Ok(outcome)
}

/// One picture: its scores, or why there are none.
async fn classify(
    classifier: &Classifier,
    input: &Input,
    labels: &[String],
    options: &ClassifyOptions,
) -> Entry {
    let image = input.name();
    let scores = match input.read() {
        Ok(bytes) => classifier
            .classify(&bytes, labels, options)
            .await
            .map_err(InputError::from),
        Err(error) => Err(error),
    };
    match scores {
        Ok(scores) => {
            let info = classifier.info();
            Entry::Scores {
                image,
                model: info.model.clone(),
                device: info.device.to_string(),
                scores,
            }
        }
        Err(error) => Entry::Error { image, error },
    }
}
