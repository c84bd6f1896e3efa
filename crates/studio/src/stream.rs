//! Feeds the training: answers each request on standard input with a batch of captioned pictures on standard output.
//!
//! A request is a line `first count hard`, as `7200 96 0.5`: the scenes 7200 to 7295 at this hardness. The answer is a u32
//! (little-endian, as all numbers) with the length of a JSON object, that object, and then raw arrays whose sizes it gives:
//! pixels u8 `[count, 64, 64, 3]`; letters, places u8 `[count, 64]`; things u16 `[count, 64]`; fits u8 `[count, texts]`.

use std::io::{self, BufRead, Write};

use anyhow::{Context, Result};
use rand::RngExt;
use serde::Serialize;

use crate::chance::rng;
use crate::concepts::taught_names;
use crate::paint::paint;
use crate::scene::{Caption, Scene};
use crate::scene_sampler::SceneSampler;
use crate::split::taught_words;

/// The side of the pictures in pixels: what the built-in model sees.
pub const SIDE: u32 = 64;
/// Texts of a batch that fit none of its pictures, for each picture.
const STRANGERS: f32 = 0.12;

/// What JSON says of a batch.
#[derive(Serialize)]
struct Batch<'a> {
    /// How many pictures there are.
    count: usize,
    /// The pictures' captions in their order, then wrong captions, then strangers.
    texts: Vec<&'a str>,
    /// For each picture whose caption is a bare label that it may be called: which of [`labels`]; else -1.
    labels: Vec<i32>,
}

/// Every label with a class of its own in training: taught concepts, then words that are none.
pub fn labels() -> Vec<&'static str> {
    let mut labels = taught_names();
    for word in taught_words() {
        if !labels.contains(&word.as_str()) {
            labels.push(word);
        }
    }
    labels
}

/// Answers requests until standard input ends; `strangers` are phrases for things that are never drawn.
///
/// # Errors
/// When a request cannot be read or an answer not written.
pub fn serve(sampler: &SceneSampler, seed: u64, strangers: &[String]) -> Result<()> {
    let labels = labels();
    let mut out = io::stdout().lock();
    for request in io::stdin().lock().lines() {
        let request = request?;
        let words: Vec<&str> = request.split_whitespace().collect();
        let &[first, count, hard] = words.as_slice() else {
            anyhow::bail!("`{request}` is no request; it must be `first count hard`");
        };
        let first: u64 = first
            .parse()
            .with_context(|| format!("`{first}` is no index"))?;
        let count: u64 = count
            .parse()
            .with_context(|| format!("`{count}` is no count"))?;
        let hard: f32 = hard
            .parse()
            .with_context(|| format!("`{hard}` is no number"))?;
        let scenes: Vec<Scene> = (first..first + count)
            .map(|index| sampler.scene(seed, index, hard))
            .collect();
        let unknown = unknown(strangers, scenes.len(), seed, first);
        match answer(&scenes, &labels, &unknown, &mut out) {
            // The training has ended with a batch in hand.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(()),
            answered => answered.context("the answer cannot be written")?,
        }
    }
    Ok(())
}

/// Strangers by lot, for a batch.
fn unknown(strangers: &[String], count: usize, seed: u64, first: u64) -> Vec<String> {
    let mut chance = rng(!seed, first);
    let wanted = if strangers.is_empty() {
        0
    } else {
        (count as f32 * STRANGERS) as usize
    };
    (0..wanted)
        .map(|_| strangers[chance.random_range(0..strangers.len())].clone())
        .collect()
}

fn answer(
    scenes: &[Scene],
    labels: &[&str],
    unknown: &[String],
    out: &mut impl Write,
) -> io::Result<()> {
    let captions: Vec<&Caption> = scenes
        .iter()
        .map(|scene| &scene.caption)
        .chain(scenes.iter().flat_map(|scene| &scene.wrong))
        .collect();
    let texts = captions
        .iter()
        .map(|caption| caption.text.as_str())
        .chain(unknown.iter().map(String::as_str));
    let batch = Batch {
        count: scenes.len(),
        texts: texts.collect(),
        labels: scenes
            .iter()
            .map(|scene| {
                let known = labels.iter().position(|label| *label == scene.caption.key);
                known.map_or(-1, |at| at as i32)
            })
            .collect(),
    };
    let json = serde_json::to_vec(&batch)?;
    out.write_all(&(json.len() as u32).to_le_bytes())?;
    out.write_all(&json)?;
    let painted: Vec<_> = scenes.iter().map(|scene| paint(scene, SIDE)).collect();
    for picture in &painted {
        out.write_all(picture.pixels.as_raw())?;
    }
    for picture in &painted {
        out.write_all(&picture.letters)?;
    }
    for picture in &painted {
        out.write_all(&picture.places)?;
    }
    for picture in &painted {
        for thing in picture.things {
            out.write_all(&thing.to_le_bytes())?;
        }
    }
    for scene in scenes {
        let fits = |caption: &&Caption| u8::from(scene.truth.contains(&caption.key));
        let mut row: Vec<u8> = captions.iter().map(fits).collect();
        row.resize(batch.texts.len(), 0);
        out.write_all(&row)?;
    }
    out.flush()
}
