//! `glimpse embed`: unit-length embeddings of pictures and texts, in the order given.

use std::path::PathBuf;

use clap::ArgMatches;
use glimpse::{Classifier, Embedding};
use serde::Serialize;

use crate::Outcome;
use crate::args::EmbedArgs;
use crate::failure::Failure;
use crate::images::Input;
use crate::labels::with_position;
use crate::output::{self, InputError};
use crate::source::Source;

/// One thing to embed.
enum Item {
    Image(Input),
    Text(String),
}

/// One input's entry in the JSON.
#[derive(Serialize)]
#[serde(untagged)]
enum Entry {
    Embedding { input: String, embedding: Embedding },
    Error { input: String, error: InputError },
}

/// Loads the model, embeds every input, prints.
pub async fn run(args: &EmbedArgs, matches: &ArgMatches) -> Result<Outcome, Failure> {
    let items = in_order(matches)?;
    let classifier = Source::find(&args.model)?.load(&args.device).await?;
    let mut entries = Vec::new();
    for item in &items {
        let entry = embed(&classifier, item).await;
        if !args.json {
            output::text(&line(&entry))?;
        }
        entries.push(entry);
    }
    if args.json {
        output::json(&entries)?;
    }
    let failed = entries
        .iter()
        .filter(|entry| matches!(entry, Entry::Error { .. }))
        .count();
    Ok(Outcome::of_inputs(failed, entries.len(), !args.json))
}

/// The `--image`s and `--text`s as they were typed.
fn in_order(matches: &ArgMatches) -> Result<Vec<Item>, Failure> {
    let images = with_position::<PathBuf>(matches, "images").into_iter();
    let images = images.map(|(index, path)| (index, Item::Image(Input::from_path(&path))));
    let texts = with_position::<String>(matches, "texts").into_iter();
    let texts = texts.map(|(index, text)| (index, Item::Text(text)));
    let mut items: Vec<(usize, Item)> = images.chain(texts).collect();
    items.sort_by_key(|(index, _)| *index);
    let from_standard_input = items
        .iter()
        .filter(|(_, item)| matches!(item, Item::Image(Input::Stdin)));
    if from_standard_input.count() > 1 {
        return Err(Failure::Usage(
            "standard input (-) can be read only once".to_string(),
        ));
    }
    Ok(items.into_iter().map(|(_, item)| item).collect())
}

async fn embed(classifier: &Classifier, item: &Item) -> Entry {
    let (input, embedding) = match item {
        Item::Text(text) => (
            text.clone(),
            classifier.embed_text(text).await.map_err(InputError::from),
        ),
        Item::Image(image) => {
            let embedding = match image.read() {
                Ok(bytes) => classifier
                    .embed_image(&bytes)
                    .await
                    .map_err(InputError::from),
                Err(error) => Err(error),
            };
            (image.name(), embedding)
        }
    };
    match embedding {
        Ok(embedding) => Entry::Embedding { input, embedding },
        Err(error) => Entry::Error { input, error },
    }
}

/// An entry for people: how many numbers, and the first few.
fn line(entry: &Entry) -> String {
    match entry {
        Entry::Embedding { input, embedding } => {
            let first: Vec<String> = embedding
                .iter()
                .take(4)
                .map(|number| format!("{number:.4}"))
                .collect();
            let (count, first) = (embedding.len(), first.join(", "));
            format!(
                "{}: {count} numbers, {first}, … (all with --json)\n",
                output::printable(input)
            )
        }
        Entry::Error { input, error } => {
            format!(
                "{}: {}\n",
                output::printable(input),
                output::printable(&error.message)
            )
        }
    }
}
