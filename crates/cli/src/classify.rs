//! `glimpse classify`: the scores of every label for every picture.

use clap::ArgMatches;
use glimpse::{Classifier, ClassifyOptions, Error, LabelPack, Score};
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
    let question = Question::of(args, matches)?;
    let inputs = images::find(&args.images)?;
    let source = Source::find(&args.model)?;
    let text_tower = matches!(question, Question::Labels { .. });
    let classifier = source.load_with(&args.device, text_tower).await?;
    // Once, rather than as the error of every picture after it was embedded.
    if let Question::Pack { pack, .. } = &question {
        classifier.check_pack(pack)?;
    }
    let table = Table::for_standard_output();
    let bar = progress::over_images(inputs.len());

    let mut failed = 0;
    let mut entries = Vec::new();
    for input in &inputs {
        bar.set_message(output::printable(&input.name()));
        let entry = classify(&classifier, input, &question).await;
        if matches!(entry, Entry::Error { .. }) {
            failed += 1;
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
    Ok(Outcome::of_inputs(
        failed,
        inputs.len(),
        !args.json && !args.jsonl,
    ))
}

/// What is asked about every picture.
enum Question {
    Labels {
        labels: Vec<String>,
        options: ClassifyOptions,
    },
    Pack {
        pack: LabelPack,
        top_k: Option<usize>,
    },
}

impl Question {
    /// Labels from the command line, or from the file of `glimpse pack`.
    fn of(args: &ClassifyArgs, matches: &ArgMatches) -> Result<Self, Failure> {
        let top_k = args.top_k;
        let Some(file) = &args.pack else {
            let templates = labels::templates(&args.templates)?;
            return Ok(Self::Labels {
                labels: labels::labels(matches)?,
                options: ClassifyOptions { templates, top_k },
            });
        };
        let bytes = std::fs::read(file).map_err(|error| {
            Failure::File(format!("{} cannot be read: {error}", file.display()))
        })?;
        let pack = LabelPack::from_safetensors(&bytes).map_err(Error::from)?;
        Ok(Self::Pack { pack, top_k })
    }

    /// Its answer for one encoded picture.
    async fn ask(&self, classifier: &Classifier, picture: &[u8]) -> Result<Vec<Score>, Error> {
        match self {
            Self::Labels { labels, options } => classifier.classify(picture, labels, options).await,
            Self::Pack { pack, top_k } => {
                let image_embeds = classifier.embed_image(picture).await?;
                classifier.classify_with_pack(&image_embeds, pack, *top_k)
            }
        }
    }
}

/// One picture: its scores, or why there are none.
async fn classify(classifier: &Classifier, input: &Input, question: &Question) -> Entry {
    let image = input.name();
    let scores = match input.read() {
        Ok(bytes) => question
            .ask(classifier, &bytes)
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
