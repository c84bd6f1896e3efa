//! `glimpse classify`: the scores of every label for every picture.

use std::collections::HashMap;
use std::path::Path;

use clap::ArgMatches;
use glimpse::image::RgbImage;
use glimpse::{
    BuiltIn, Candidates, Classifier, Code, Error, LabelPack, Question, Score, usual_fillers,
};
use serde::Serialize;

use crate::answerer::{Answerer, Answering};
use crate::args::ClassifyArgs;
use crate::failure::Failure;
use crate::images::{self, Decoded};
use crate::output::{self, InputError};
use crate::table::Table;
use crate::{Outcome, built_in, labels, progress};

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
    let mut asked = Asked::of(args, matches)?;
    let inputs = images::find(&args.images)?;
    let mut answerer = match &asked.pack {
        None => Answerer::open(&args.model, &args.device).await?,
        Some(pack) => {
            let others = args.none_of_these;
            Answerer::of_pack(&args.model, &args.device, pack, others).await?
        }
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
                let model = answerer.of(&picture).await?;
                asked.answer(model, image, &picture.pixels).await
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
struct Asked {
    labels: Vec<String>,
    templates: Vec<String>,
    /// Labels and templates, encoded before.
    pack: Option<LabelPack>,
    /// Whether "none of these" has a score of its own, and what stands for it with each model that was asked so far.
    fillers: Option<HashMap<Option<BuiltIn>, Vec<String>>>,
    top_k: Option<usize>,
}

impl Asked {
    /// Labels from the command line, or from the file of `glimpse pack`.
    fn of(args: &ClassifyArgs, matches: &ArgMatches) -> Result<Self, Failure> {
        let pack = args.pack.as_deref().map(read_pack).transpose()?;
        let (labels, templates) = match &pack {
            Some(pack) => (pack.labels.clone(), pack.templates.clone()),
            None => {
                let templates = labels::templates(&args.templates)?;
                (labels::labels(matches)?, templates)
            }
        };
        Ok(Self {
            labels,
            templates,
            pack,
            fillers: args.none_of_these.then(HashMap::new),
            top_k: args.top_k,
        })
    }

    /// One picture's scores, or why there are none.
    async fn answer(
        &mut self,
        model: Answering<&Classifier>,
        image: String,
        picture: &RgbImage,
    ) -> Entry {
        let info = model.classifier.info();
        match self.ask(&model, picture).await {
            Ok(scores) => Entry::Scores {
                image,
                model: info.model.clone(),
                device: info.device.to_string(),
                scores,
            },
            Err(error) => Entry::Error { image, error },
        }
    }

    async fn ask(
        &mut self,
        model: &Answering<&Classifier>,
        picture: &RgbImage,
    ) -> Result<Vec<Score>, InputError> {
        let fillers = match &mut self.fillers {
            Some(known) => Some(fillers_of(known, model, &self.labels)?),
            None => None,
        };
        let texts = |labels| Candidates::Texts {
            labels,
            templates: &self.templates,
        };
        let question = Question {
            labels: match &self.pack {
                Some(pack) => Candidates::Pack(pack),
                None => texts(self.labels.as_slice()),
            },
            fillers: fillers.map(texts),
            top_k: self.top_k,
        };
        let image_embeds = model.classifier.embed_pixels(picture).await?;
        Ok(model.classifier.answer(&image_embeds, &question).await?)
    }
}

/// What stands for "none of these" with a model.
fn fillers_of<'a>(
    known: &'a mut HashMap<Option<BuiltIn>, Vec<String>>,
    model: &Answering<&Classifier>,
    labels: &[String],
) -> Result<&'a [String], InputError> {
    let fillers = known.entry(model.built_in).or_insert_with(|| {
        let taught = model.built_in.map(built_in::taught);
        usual_fillers(taught.as_ref(), labels)
    });
    if !fillers.is_empty() {
        return Ok(fillers);
    }
    Err(InputError {
        kind: Code::NoLabels.as_str().to_owned(),
        message: format!(
            "the labels name all that {:?} could have in their place: leave out --none-of-these",
            model.classifier.info().model
        ),
    })
}

fn read_pack(file: &Path) -> Result<LabelPack, Failure> {
    let bytes = std::fs::read(file)
        .map_err(|error| Failure::File(format!("{} cannot be read: {error}", file.display())))?;
    Ok(LabelPack::from_safetensors(&bytes).map_err(Error::from)?)
}
