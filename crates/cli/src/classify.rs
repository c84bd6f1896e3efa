//! `glimpse classify`: the scores of every label for every picture.

use clap::ArgMatches;
use glimpse::image::RgbImage;
use glimpse::{Classifier, ClassifyOptions, Error, LabelPack, Score};
use serde::Serialize;

use crate::answerer::Answerer;
use crate::args::ClassifyArgs;
use crate::failure::Failure;
use crate::images::{self, Decoded};
use crate::output::{self, InputError};
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

/// Checks the whole command line, loads the model, then classifies picture after picture; under `auto` a model is loaded when a
/// picture needs it.
pub async fn run(args: &ClassifyArgs, matches: &ArgMatches) -> Result<Outcome, Failure> {
    let question = Question::of(args, matches)?;
    let inputs = images::find(&args.images)?;
    let mut answerer = match &question {
        Question::Labels { .. } => Answerer::open(&args.model, &args.device).await?,
        Question::Pack { pack, .. } => Answerer::of_pack(&args.model, &args.device, pack).await?,
    };
    let table = Table::for_standard_output();
    let count = inputs.len();
    let bar = progress::over_images(count);

    let mut failed = 0;
    let mut entries = Vec::new();
    for Decoded { image, picture } in images::decoded(inputs, answerer.chooses()) {
        bar.set_message(output::printable(&image));
        let entry = match picture {
            Ok(picture) => {
                let classifier = answerer.of(&picture).await?;
                question.answer(classifier, image, &picture.pixels).await
            }
            Err(error) => Entry::Error { image, error },
        };
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
    Ok(Outcome::of_inputs(failed, count, !args.json && !args.jsonl))
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

    /// One picture's scores, or why there are none.
    async fn answer(&self, classifier: &Classifier, image: String, picture: &RgbImage) -> Entry {
        match self.ask(classifier, picture).await {
            Ok(scores) => {
                let info = classifier.info();
                Entry::Scores {
                    image,
                    model: info.model.clone(),
                    device: info.device.to_string(),
                    scores,
                }
            }
            Err(error) => Entry::Error {
                image,
                error: error.into(),
            },
        }
    }

    async fn ask(&self, classifier: &Classifier, picture: &RgbImage) -> Result<Vec<Score>, Error> {
        let image_embeds = classifier.embed_pixels(picture).await?;
        match self {
            Self::Labels { labels, options } => {
                let asked = classifier.classify_embedded(&image_embeds, labels, options);
                asked.await
            }
            Self::Pack { pack, top_k } => {
                classifier.classify_with_pack(&image_embeds, pack, *top_k)
            }
        }
    }
}
