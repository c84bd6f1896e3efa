//! Draws pictures for fitting the photograph rule, and prints what the rule sees of pictures: see `train/photograph_rule`.

use std::fs;
use std::io::{self, BufRead, Write};
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, Result};
use glimpse::photograph;
use rand::RngExt;
use rand::seq::IndexedRandom;

use crate::art::{self, Drawing};
use crate::chance::rng;
use crate::fonts::Fonts;
use crate::paint::paint;
use crate::scene::{Finish, Ground, Item, Scene, Sprite};
use crate::scene_sampler::SceneSampler;
use crate::split::split;
use crate::svg::{Look, rasterise};

/// The sets that the rule is not fitted to: what it does on them is what it does on drawings.
const KEPT_BACK: [&str; 10] = [
    "noto-v1",
    "fluent-emoji",
    "emojione",
    "flat-color-icons",
    "streamline-plump-color",
    "tabler",
    "ph",
    "hugeicons",
    "game-icons",
    "openmoji",
];

/// The sides of the pictures that are drawn, in pixels.
const SIDES: [u32; 8] = [48, 64, 96, 128, 224, 320, 512, 800];

/// The side of a sprite, in pixels.
const SPRITE: u32 = 320;

/// What `glimpse-studio rule` can be told.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, clap::Subcommand)]
enum Task {
    /// Draws pictures in the styles that training has, a file each
    Draw(DrawArgs),
    /// Reads names of pictures from standard input and prints of each its name, the rule's evidence and its measures, between commas
    Measure,
}

#[derive(Debug, clap::Args)]
struct DrawArgs {
    /// The folder with node_modules, where crates/studio/art/package.json was installed
    #[arg(long, value_name = "DIR", default_value = "target/studio/art")]
    art: PathBuf,
    /// The page's own drawings
    #[arg(long, value_name = "DIR", default_value = "www/drawings")]
    drawings: PathBuf,
    /// The folder to write to
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// How many pictures
    #[arg(long, default_value_t = 2000)]
    n: u64,
    /// Of how many drawings, at most
    #[arg(long, default_value_t = 1500)]
    of: usize,
    /// Another seed makes other pictures
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Draws from the sets that the rule is not fitted to
    #[arg(long)]
    kept_back: bool,
}

/// Draws or measures.
///
/// # Errors
/// When the art or a picture cannot be read, or a picture not be written.
pub fn run(args: Args) -> Result<()> {
    match args.task {
        Task::Draw(args) => draw(&args),
        Task::Measure => measure(),
    }
}

fn draw(args: &DrawArgs) -> Result<()> {
    let sprites = sprites(args)?;
    let sampler = SceneSampler::new(sprites, Fonts::open(&args.art)?);
    fs::create_dir_all(&args.out).with_context(|| format!("cannot make {}", args.out.display()))?;
    for index in 0..args.n {
        let scene = sampler.scene(args.seed, index, 1.0);
        let side = *SIDES
            .choose(&mut rng(!args.seed, index))
            .context("there is a side")?;
        let file = args.out.join(name(index, side, &scene));
        paint(&scene, side)
            .pixels
            .save(&file)
            .with_context(|| format!("cannot write {}", file.display()))?;
    }
    Ok(())
}

/// Drawings by lot, those with outlines too.
fn sprites(args: &DrawArgs) -> Result<Vec<Arc<Sprite>>> {
    let mut drawings = art::taught_drawings(&args.art, &args.drawings)?;
    for set in &split().art.held_out {
        drawings.extend(art::exam_drawings(&args.art, set)?);
    }
    drawings.retain(|drawing| KEPT_BACK.contains(&drawing.set.as_str()) == args.kept_back);
    let mut chance = rng(args.seed, u64::MAX);
    let mut sprites = Vec::new();
    for drawing in drawings.sample(&mut chance, args.of) {
        let looks = art::looks(&drawing.set);
        let look = match looks.choose(&mut chance) {
            Some(look) if chance.random_bool(0.4) => *look,
            _ => Look::Plain,
        };
        sprites.extend(sprite(drawing, look));
    }
    Ok(sprites)
}

/// None where the drawing shows nothing, or cannot be painted.
fn sprite(drawing: &Drawing, look: Look) -> Option<Arc<Sprite>> {
    let pixmap = rasterise(&drawing.svg, SPRITE, look).ok().flatten()?;
    Some(Arc::new(Sprite {
        concept: drawing.concept,
        set: drawing.set.clone(),
        kind: drawing.kind,
        pixmap,
    }))
}

/// A file's name that tells what makes a picture hard: `17-64-slope-grain-jpeg-noto.png`.
fn name(index: u64, side: u32, scene: &Scene) -> String {
    let mut name = format!("{index}-{side}-{}", ground(&scene.ground));
    let Finish {
        grain, blur, jpeg, ..
    } = scene.finish;
    for (done, what) in [
        (grain > 0.0, "-grain"),
        (blur > 0.0, "-blur"),
        (jpeg.is_some(), "-jpeg"),
    ] {
        if done {
            name += what;
        }
    }
    let mut sets: Vec<&str> = Vec::new();
    for item in &scene.items {
        let set = match item {
            Item::Thing { sprite, .. } => &sprite.set,
            Item::Shape { .. } => "shape",
            Item::Word(_) => "word",
        };
        if !sets.contains(&set) {
            sets.push(set);
        }
    }
    format!("{name}-{}.png", sets.join("+"))
}

fn ground(ground: &Ground) -> &'static str {
    match ground {
        Ground::Plain([255, 255, 255]) => "white",
        Ground::Plain(_) => "plain",
        Ground::Slope(_) => "slope",
        Ground::Blots(_) => "blots",
    }
}

fn measure() -> Result<()> {
    let mut out = io::stdout().lock();
    for file in io::stdin().lock().lines() {
        let file = file?;
        let bytes = fs::read(&file).with_context(|| format!("cannot read {file}"))?;
        let picture =
            glimpse::image::decode(&bytes).with_context(|| format!("cannot decode {file}"))?;
        let measures = photograph::measures(&picture);
        let numbers: Vec<String> = measures.iter().map(f32::to_string).collect();
        let evidence = photograph::evidence(&measures);
        writeln!(out, "{file},{evidence},{}", numbers.join(","))?;
    }
    Ok(())
}
