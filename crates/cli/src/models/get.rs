//! `glimpse models get`: downloads models, so that they can be used without a network.

use glimpse::hub::offered;
use serde::Serialize;

use crate::args::GetArgs;
use crate::failure::Failure;
use crate::source::Source;
use crate::{Outcome, output, units};

/// One model that is here now.
#[derive(Serialize)]
struct Got {
    name: String,
    repository: Option<String>,
    /// The commit.
    revision: Option<String>,
    /// Of the files that the model is loaded from.
    bytes: u64,
    /// The folder of its weights.
    path: Option<String>,
}

/// Downloads one after another; what cannot be had ends the command.
pub async fn run(args: &GetArgs) -> Result<Outcome, Failure> {
    let mut all = Vec::new();
    for name in &args.names {
        if let Some(caution) = offered(name).and_then(|model| model.caution) {
            eprintln!("note: {name}: {caution}");
        }
        let got = get(name, args).await?;
        if !args.json {
            let place = got.path.as_deref().unwrap_or("this program");
            output::text(&format!(
                "{}: {} in {}\n",
                output::printable(name),
                units::bytes(got.bytes),
                output::printable(place)
            ))?;
        }
        all.push(got);
    }
    if args.json {
        output::json(&all)?;
    }
    Ok(Outcome::Done)
}

async fn get(name: &str, args: &GetArgs) -> Result<Got, Failure> {
    let source = Source::named(name, &args.hub)?;
    let files = glimpse::model_files(&source).await?;
    let mut bytes = 0;
    for file in &files {
        bytes += source.size_of(file)?;
    }
    let weights = files.last().map_or("", String::as_str);
    let path = source.path_of(weights)?;
    let folder = path.and_then(|path| Some(path.parent()?.display().to_string()));
    let (repository, revision) = match &source {
        Source::Repository(repository) => (
            Some(repository.repository().to_owned()),
            Some(repository.commit().to_owned()),
        ),
        _ => (None, None),
    };
    Ok(Got {
        name: name.to_owned(),
        repository,
        revision,
        bytes,
        path: folder,
    })
}
