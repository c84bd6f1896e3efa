//! `glimpse convert`: a copy of a model with smaller numbers, and what that costs.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;

use glimpse::hub::is_weights;
use glimpse::{ModelSource, Precision};
use serde::Serialize;

use crate::args::ConvertArgs;
use crate::failure::Failure;
use crate::probe::{self, Answers, cosine, largest_difference};
use crate::source::Source;
use crate::whole_file::{beside, cannot_write, write_whole};
use crate::{Outcome, output, units};

/// What was done, for JSON.
#[derive(Serialize)]
struct Converted {
    model: String,
    to: &'static str,
    out: String,
    file: &'static str,
    bytes_before: u64,
    bytes: u64,
    loss: Loss,
}

/// How far the copy's answers are from the original's, on the same random pictures and prompts.
#[derive(Serialize)]
struct Loss {
    image_cosine: Cosines,
    text_cosine: Cosines,
    /// Of any picture and prompt.
    largest_logit_difference: f32,
    pictures: usize,
    prompts: usize,
}

/// Cosines of embeddings with the original's; 1 is no loss at all.
#[derive(Serialize)]
struct Cosines {
    mean: f64,
    worst: f64,
}

/// Measures the original, writes the copy, measures it.
pub async fn run(args: &ConvertArgs) -> Result<Outcome, Failure> {
    let source = Source::find(&args.model)?;
    let files = glimpse::model_files(&source).await?;
    let (weights, small): (Vec<&String>, Vec<&String>) =
        files.iter().partition(|file| is_weights(file));
    let mut bytes_before = 0;
    for file in &weights {
        bytes_before += source.size_of(file)?;
    }
    // An index names shards, and the copy is one file.
    let small: Vec<&String> = small
        .into_iter()
        .filter(|file| !file.ends_with(".index.json"))
        .collect();
    prepare(&args.out, &small, args.force)?;

    let before = measure(&source, args).await?;
    for file in small {
        copy(&source, file, &args.out).await?;
    }
    let converted = write_weights(&source, args.to.into(), &args.out).await?;
    let after = measure(&Source::Folder(args.out.clone()), args).await?;

    let report = Converted {
        model: source.name(),
        to: Precision::from(args.to).as_str(),
        out: args.out.display().to_string(),
        file: converted.file,
        bytes_before,
        bytes: converted.bytes,
        loss: Loss::between(&before, &after),
    };
    if args.json {
        output::json(&report)?;
    } else {
        output::text(&report.for_people())?;
    }
    Ok(Outcome::Done)
}

/// Makes the folder, in which no weights may be, nor files of the names that are `copied` unless they may be replaced.
fn prepare(out: &Path, copied: &[&String], force: bool) -> Result<(), Failure> {
    fs::create_dir_all(out)
        .map_err(|error| Failure::File(format!("{} cannot be made: {error}", out.display())))?;
    let entries = fs::read_dir(out).into_iter().flatten().flatten();
    let names: Vec<String> = entries
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    if let Some(file) = names.iter().find(|name| is_weights(name)) {
        return Err(Failure::Usage(format!(
            "--out {} holds {file} already: name another folder, or remove that file",
            out.display()
        )));
    }
    let in_the_way = names.iter().find(|name| copied.contains(name));
    if let Some(file) = in_the_way.filter(|_| !force) {
        return Err(Failure::Usage(format!(
            "--out {} holds {file} already: name another folder, remove that file, or add --force to replace it",
            out.display()
        )));
    }
    Ok(())
}

async fn measure(source: &Source, args: &ConvertArgs) -> Result<Answers, Failure> {
    probe::ask(&source.load(&args.device).await?).await
}

async fn copy(source: &Source, file: &str, out: &Path) -> Result<(), Failure> {
    let bytes = source.read(file).await.map_err(glimpse::Error::from)?;
    let path = out.join(file);
    write_whole(&path, &bytes.unwrap_or_default()).map_err(|error| cannot_write(&path, &error))
}

/// Writes the weights beside where they belong and moves them there when they are whole.
async fn write_weights(
    source: &Source,
    to: Precision,
    out: &Path,
) -> Result<glimpse::Converted, Failure> {
    let partial = beside(&out.join("weights"));
    let written = async {
        let file = File::create(&partial).map_err(|error| cannot_write(&partial, &error))?;
        let mut file = BufWriter::with_capacity(1 << 20, file);
        let converted = glimpse::convert(source, to, &mut file).await?;
        file.flush()
            .map_err(|error| cannot_write(&partial, &error))?;
        let path = out.join(converted.file);
        fs::rename(&partial, &path).map_err(|error| cannot_write(&path, &error))?;
        Ok(converted)
    };
    let written = written.await;
    if written.is_err() {
        // Not there if it could not be made; else it is of no use to anyone.
        let _gone = fs::remove_file(&partial);
    }
    written
}

impl Loss {
    fn between(before: &Answers, after: &Answers) -> Self {
        let logits = before.logits_per_image.iter().zip(&after.logits_per_image);
        Self {
            image_cosine: Cosines::between(&before.image_embeds, &after.image_embeds),
            text_cosine: Cosines::between(&before.text_embeds, &after.text_embeds),
            largest_logit_difference: logits
                .map(|(before, after)| largest_difference(after, before))
                .fold(0.0, f32::max),
            pictures: before.image_embeds.len(),
            prompts: before.text_embeds.len(),
        }
    }
}

impl Cosines {
    fn between(before: &[Vec<f32>], after: &[Vec<f32>]) -> Self {
        let pairs = before.iter().zip(after);
        let cosines: Vec<f64> = pairs.map(|(before, after)| cosine(before, after)).collect();
        Self {
            mean: cosines.iter().sum::<f64>() / cosines.len() as f64,
            worst: cosines.iter().copied().fold(f64::INFINITY, f64::min),
        }
    }
}

impl Converted {
    fn for_people(&self) -> String {
        let Loss {
            image_cosine,
            text_cosine,
            largest_logit_difference,
            pictures,
            prompts,
        } = &self.loss;
        format!(
            "{}/{}: {}, {} before ({} in {})\n\n\
             loss on {pictures} random pictures and {prompts} random prompts   mean      worst\n\
             \x20 cosine with the original's picture embeddings     {:.6}  {:.6}\n\
             \x20 cosine with the original's text embeddings        {:.6}  {:.6}\n\
             \x20 largest difference of a logit                               {:.4}\n\n\
             Use it with --model {}\n",
            output::printable(&self.out),
            self.file,
            units::bytes(self.bytes),
            units::bytes(self.bytes_before),
            self.to,
            output::printable(&self.model),
            image_cosine.mean,
            image_cosine.worst,
            text_cosine.mean,
            text_cosine.worst,
            largest_logit_difference,
            output::printable(&self.out),
        )
    }
}
