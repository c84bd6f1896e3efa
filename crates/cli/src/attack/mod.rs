//! `glimpse attack`: a word written onto pictures in many ways, and how often it changes what the model takes them for.

mod ask;
mod journal;
mod options;
mod out;
mod pictures;
mod provenance;
mod replay;
mod summary;
mod sweep;

use std::path::PathBuf;

use clap::ArgMatches;
use glimpse_attack::{Sweep, SweepOptions};

use crate::args::AttackArgs;
use crate::attack::ask::Model;
use crate::attack::journal::{Journal, Question};
use crate::attack::out::Out;
use crate::attack::pictures::Pictures;
use crate::attack::sweep::Looked;
use crate::failure::Failure;
use crate::source::Source;
use crate::{Outcome, images, output};

/// Checks the whole command line, loads the model, looks at every variant, reports.
pub async fn run(args: &AttackArgs, matches: &ArgMatches) -> Result<Outcome, Failure> {
    if let Some(report) = &args.replay {
        return replay::run(report, args, matches).await;
    }
    let options = options::of(args, matches)?;
    let inputs = images::find(&args.images)?;
    let out = args
        .out
        .as_deref()
        .map(|html| Out::new(html, args.force))
        .transpose()?;
    let source = Source::named(&args.model.name, &args.model.hub)?;
    let classifier = source.load(&args.device).await?;
    let pictures = Pictures::read(&inputs, &classifier);
    if args.json || pictures.pictures.is_empty() {
        pictures.tell_of_unread();
    }
    if pictures.pictures.is_empty() {
        return Err(Failure::File("there is no picture to write on".to_owned()));
    }

    let model = Model::with_labels(&classifier, &options.labels, &options.templates).await?;
    let provenance = provenance::of(&classifier, &options);
    let question = Question {
        glimpse: provenance.glimpse.clone(),
        model: provenance.model.clone(),
        fingerprint: provenance.fingerprint.clone(),
        device: provenance.device.clone(),
        pictures: pictures.ids(),
        options,
    };
    let mut sweep = plan(question.options.clone(), &pictures)?;
    let mut journal = open_journal(args, out.as_ref(), &question, &mut sweep)?;
    sweep::stop_on_ctrl_c();
    let looked = sweep::look(&mut sweep, &model, &pictures.pictures, |line| {
        journal
            .as_mut()
            .map_or(Ok(()), |journal| journal.keep(line))
    });
    if let Looked::AtSome { done, expected } = looked.await? {
        eprintln!(
            "stopped after {done} of at most {expected} variants; {}",
            match &journal {
                Some(journal) => format!(
                    "their answers are kept in {}, and the same command goes on from there",
                    journal.path().display()
                ),
                None => "with --out or --resume their answers would have been kept".to_owned(),
            }
        );
        return Ok(Outcome::Stopped);
    }

    let report = sweep.report(provenance);
    if let Some(out) = &out {
        out.write(&report)?;
    }
    // Its answers are in the report now; a file that was asked for stays.
    if let Some(journal) = journal.filter(|_| args.resume.is_none()) {
        journal.remove()?;
    }
    if args.json {
        output::json(&report)?;
    } else {
        output::text(&summary::of(&report, &pictures))?;
    }
    let unread = pictures.unread().count();
    Ok(Outcome::of_inputs(unread, inputs.len(), !args.json))
}

/// The sweep over these pictures.
fn plan(options: SweepOptions, pictures: &Pictures) -> Result<Sweep, Failure> {
    Sweep::new(options, pictures.ids()).map_err(|error| Failure::Usage(error.to_string()))
}

/// Opens the file that keeps the answers, if there is to be one, and tells the sweep those that it holds.
fn open_journal(
    args: &AttackArgs,
    out: Option<&Out>,
    question: &Question,
    sweep: &mut Sweep,
) -> Result<Option<Journal>, Failure> {
    let path: Option<PathBuf> = args.resume.clone().or_else(|| out.map(Out::journal));
    let Some(path) = path else {
        return Ok(None);
    };
    let (journal, lines) = Journal::open(&path, question)?;
    for line in lines {
        sweep
            .answer(&line.key, line.answer)
            .map_err(|error| Failure::File(format!("{} is damaged: {error}", path.display())))?;
    }
    let done = sweep.progress().done;
    if done > 0 {
        eprintln!(
            "going on after {done} variants, whose answers are in {}",
            path.display()
        );
    }
    Ok(Some(journal))
}
