//! The checks that need no reference: files, hashes, tokenizer, numbers, and one device against another.

use std::fs::File;
use std::io;

use glimpse::text::Tokenizer;
use sha2::{Digest, Sha256};

use crate::failure::Failure;
use crate::hub::Sidecar;
use crate::probe::{Answers, largest_difference};
use crate::source::Source;
use crate::units;

/// What an embedding's length may be off 1 by.
const UNIT: f64 = 1e-3;
/// What the project promises for GPUs, of embeddings and so of cosines.
const GPU: f32 = 1e-3;
/// Texts that a tokenizer must bring through: punctuation, other scripts, an emoji.
const TEXTS: [&str; 5] = [
    "a photo of a cat",
    "don't: 1,234 pizzas!!",
    "naïve café ☕",
    "כלב ישן",
    "小さな犬 🐶",
];

/// Their names and sizes.
pub fn files(source: &Source, files: &[String]) -> Result<String, String> {
    let mut found = Vec::new();
    for file in files {
        let size = source.size_of(file).map_err(|error| error.to_string())?;
        if size == 0 {
            return Err(format!("{file} is empty"));
        }
        found.push(format!("{file} {}", units::bytes(size)));
    }
    Ok(found.join(", "))
}

/// The hash of all weights, beside what it should be where that is known.
pub fn weights(found: &str, expected: Option<&str>) -> Result<String, String> {
    match expected {
        None => Ok(format!("hash {found}")),
        Some(expected) if expected.eq_ignore_ascii_case(found) => {
            Ok(format!("hash {found}, as expected"))
        }
        Some(expected) => Err(format!(
            "their hash is {found}, and --weights says {expected}: they are another model's, or damaged"
        )),
    }
}

/// Downloaded files are hashed again; of others, nobody has said what their hash should be.
pub fn hashes(source: &Source, files: &[String]) -> Result<Result<String, String>, Failure> {
    let mut right = 0;
    for file in files {
        let Some(path) = source.path_of(file)? else {
            continue;
        };
        let Some(expected) = Sidecar::of_whole(&path).and_then(|note| note.sha256) else {
            continue;
        };
        let mut hash = Sha256::new();
        let read = File::open(&path).and_then(|mut file| io::copy(&mut file, &mut hash));
        let found = match read {
            Ok(_) => format!("{:x}", hash.finalize()),
            Err(error) => return Ok(Err(format!("{file} cannot be read: {error}"))),
        };
        if found != expected {
            return Ok(Err(format!(
                "{file} has changed since it was downloaded: its SHA-256 is {found}, and was {expected}; remove the model \
                 (`glimpse models rm`) and get it again"
            )));
        }
        right += 1;
    }
    Ok(Ok(match right {
        0 => "nothing was downloaded by glimpse, so there is no hash to compare with".to_owned(),
        count => format!("{count} files are what was downloaded"),
    }))
}

/// Text to ids to text to the same ids; and long texts are cut.
pub fn tokenizer(tokenizer: &Tokenizer) -> Result<String, String> {
    let mut whole = 0;
    for text in TEXTS {
        let ids = tokenizer.encode(text).map_err(|error| error.to_string())?;
        // A text that fills the context may have been cut inside a word, whose first half has other tokens.
        if ids.len() >= tokenizer.context_length() {
            continue;
        }
        whole += 1;
        let back = tokenizer.decode(&ids).map_err(|error| error.to_string())?;
        let again = tokenizer.encode(&back).map_err(|error| error.to_string())?;
        if ids != again {
            return Err(format!(
                "{text:?} became {back:?}, whose tokens are others: {again:?}, not {ids:?}"
            ));
        }
    }
    let long = "a photo of a cat and ".repeat(200);
    let length = tokenizer
        .encode(&long)
        .map_err(|error| error.to_string())?
        .len();
    if length != tokenizer.context_length() {
        return Err(format!(
            "a long text has {length} tokens, the context {}",
            tokenizer.context_length()
        ));
    }
    Ok(format!(
        "{whole} texts survive it, long ones are cut to {length} tokens"
    ))
}

/// Finite, of unit length, and not all the same.
pub fn numbers(answers: &Answers) -> Result<String, String> {
    for (what, embeddings) in [
        ("picture", &answers.image_embeds),
        ("text", &answers.text_embeds),
    ] {
        for embedding in embeddings {
            let squares = embedding.iter().map(|&value| f64::from(value).powi(2));
            let length = squares.sum::<f64>().sqrt();
            if length.is_nan() || (length - 1.0).abs() > UNIT {
                return Err(format!(
                    "a {what}'s embedding has the length {length}, not 1"
                ));
            }
        }
        let first = &embeddings[0];
        if embeddings
            .iter()
            .all(|other| largest_difference(first, other) < 1e-6)
        {
            return Err(format!(
                "every {what} has the same embedding: the weights are not those of a trained model"
            ));
        }
    }
    let mut logits = answers.logits_per_image.iter().flatten();
    if let Some(wrong) = logits.find(|logit| !logit.is_finite()) {
        return Err(format!("a logit is {wrong}"));
    }
    Ok(format!(
        "{} pictures and {} prompts have finite embeddings of {} numbers and of length 1",
        answers.image_embeds.len(),
        answers.text_embeds.len(),
        answers.image_embeds[0].len()
    ))
}

/// Whether another device computes the same.
pub fn same(of_cpu: &Answers, of_gpu: &Answers) -> Result<String, String> {
    let embeds = |answers: &Answers| -> Vec<f32> {
        let all = answers.image_embeds.iter().chain(&answers.text_embeds);
        all.flatten().copied().collect()
    };
    let difference = largest_difference(&embeds(of_gpu), &embeds(of_cpu));
    let found = format!(
        "the largest difference of an embedding from the CPU's is {difference:.1e}, allowed is {GPU:.0e}"
    );
    if difference <= GPU {
        Ok(found)
    } else {
        Err(found)
    }
}
