//! The `glimpse-studio` command: draws the built-in model's pictures, feeds its training, examines it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::{Args, Parser, Subcommand};
use glimpse_studio::concepts::{concepts, strangers, taught, taught_names};
use glimpse_studio::fonts::Fonts;
use glimpse_studio::paint::paint;
use glimpse_studio::scene_sampler::SceneSampler;
use glimpse_studio::shapes::{COLOURED, COLOURS, Shape};
use glimpse_studio::split::taught_words;
use glimpse_studio::{atlas, attack, card, exam, grammar, rule, sheet, stream};
use serde::Serialize;

/// Draws the captioned pictures that the built-in model learns from, and examines what it learned.
///
/// `cargo xtask studio` runs all of it from nothing; these are its parts.
#[derive(Parser)]
#[command(name = "glimpse-studio", arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Rasterises the art into one file of sprites
    Atlas(AtlasArgs),
    /// Draws scenes on a contact sheet with their captions
    Draw(DrawArgs),
    /// Answers requests for batches of pictures; for the training
    Stream(StreamArgs),
    /// Prints captions, one a line; for the tokenizer
    Captions(CaptionArgs),
    /// Prints what the model is taught as JSON: concepts, other names, words, colours, shapes
    Labels,
    /// Writes a built-in model's grammar.json: how labels are read as the captions that it learned
    Grammar(grammar::Args),
    /// Examines a model on pictures and words that training never saw
    Exam(exam::Args),
    /// Measures what words on paper do to a model, and what each defence gives and costs
    Attack(attack::Args),
    /// Writes a model's card from its exam and its training's log
    Card(card::Args),
    /// Draws for the photograph rule, and prints what it sees of pictures
    Rule(rule::Args),
}

#[derive(Args)]
struct AtlasArgs {
    /// The folder with node_modules, where crates/studio/art/package.json was installed
    #[arg(long)]
    art: PathBuf,
    /// The page's own drawings
    #[arg(long, default_value = "www/drawings")]
    drawings: PathBuf,
    /// The file to write
    #[arg(long)]
    out: PathBuf,
}

#[derive(Args)]
struct Materials {
    /// The folder with node_modules, where crates/studio/art/package.json was installed
    #[arg(long)]
    art: PathBuf,
    /// The sprites that `glimpse-studio atlas` wrote
    #[arg(long)]
    atlas: PathBuf,
    /// Another seed makes other pictures
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

#[derive(Args)]
struct DrawArgs {
    #[command(flatten)]
    materials: Materials,
    /// How many pictures
    #[arg(long, default_value_t = 64)]
    n: u64,
    /// The index of the first
    #[arg(long, default_value_t = 0)]
    first: u64,
    /// How varied they are, from 0 (as training begins) to 1
    #[arg(long, default_value_t = 1.0)]
    hard: f32,
    /// Their side in pixels; training sees 64
    #[arg(long, default_value_t = stream::SIDE)]
    side: u32,
    /// The picture to write
    #[arg(long)]
    sheet: PathBuf,
}

#[derive(Args)]
struct StreamArgs {
    #[command(flatten)]
    materials: Materials,
}

#[derive(Args)]
struct CaptionArgs {
    #[command(flatten)]
    materials: Materials,
    /// How many scenes
    #[arg(long, default_value_t = 20000)]
    n: u64,
}

/// What the model is taught.
#[derive(Serialize)]
struct Labels {
    /// How many answers there are to what a patch shows; for the training alone.
    patch_classes: usize,
    concepts: Vec<&'static str>,
    names: BTreeMap<&'static str, &'static str>,
    words: &'static [String],
    colours: Vec<&'static str>,
    shapes: Vec<&'static str>,
}

fn main() -> ExitCode {
    match run(Cli::parse().task) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(task: Task) -> Result<()> {
    match task {
        Task::Atlas(args) => {
            let sprites = atlas::build(&args.art, &args.drawings, |done, all| {
                if done % 500 == 0 || done == all {
                    eprintln!("drawn {done} of {all}");
                }
            })?;
            atlas::write(&args.out, &sprites)?;
            println!("{} sprites in {}", sprites.len(), args.out.display());
            Ok(())
        }
        Task::Draw(args) => draw(&args),
        Task::Stream(args) => {
            let unknown = unknown(&args.materials.art)?;
            stream::serve(&sampler(&args.materials)?, args.materials.seed, &unknown)
        }
        Task::Captions(args) => {
            let sampler = sampler(&args.materials)?;
            for index in 0..args.n {
                println!(
                    "{}",
                    sampler.scene(args.materials.seed, index, 1.0).caption.text
                );
            }
            for phrase in unknown(&args.materials.art)? {
                println!("{phrase}");
            }
            Ok(())
        }
        Task::Labels => {
            println!("{}", serde_json::to_string_pretty(&labels())?);
            Ok(())
        }
        Task::Grammar(args) => grammar::run(&args),
        Task::Exam(args) => exam::run(args),
        Task::Attack(args) => attack::run(args),
        Task::Card(args) => card::run(args),
        Task::Rule(args) => rule::run(args),
    }
}

fn sampler(materials: &Materials) -> Result<SceneSampler> {
    Ok(SceneSampler::new(
        atlas::read(&materials.atlas)?,
        Fonts::open(&materials.art)?,
    ))
}

/// Phrases for things that are never drawn.
fn unknown(art: &Path) -> Result<Vec<String>> {
    let annotations = "node_modules/cldr-annotations-full/annotations/en/annotations.json";
    Ok(strangers(&art.join(annotations))?)
}

fn draw(args: &DrawArgs) -> Result<()> {
    let sampler = sampler(&args.materials)?;
    let pictures: Vec<_> = (args.first..args.first + args.n)
        .map(|index| {
            let scene = sampler.scene(args.materials.seed, index, args.hard);
            (paint(&scene, args.side.max(8)).pixels, scene.caption.text)
        })
        .collect();
    let font = &Fonts::open(&args.materials.art)?.easy[1];
    sheet::sheet(&pictures, 8, font)
        .save(&args.sheet)
        .with_context(|| format!("{} cannot be written", args.sheet.display()))
}

fn labels() -> Labels {
    let others = taught().into_iter().flat_map(|index| {
        let concept = &concepts()[index];
        let others = concept.names.iter().skip(1);
        others.map(|other| (other.as_str(), concept.name.as_str()))
    });
    Labels {
        patch_classes: concepts().len() + COLOURED,
        concepts: taught_names(),
        names: others.collect(),
        words: taught_words(),
        colours: COLOURS.iter().map(|(name, _)| *name).collect(),
        shapes: Shape::ALL.iter().map(|shape| shape.name()).collect(),
    }
}
