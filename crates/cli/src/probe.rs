//! Random pictures and prompts, the same ones every time, to measure a model with.

use glimpse::image::{Rgb, RgbImage};
use glimpse::{Classifier, ClassifyOptions, Embedding, Error};

use crate::failure::Failure;

const PICTURES: usize = 16;
const PROMPTS: usize = 16;
const WORDS: [&str; 24] = [
    "a", "photo", "of", "the", "red", "dog", "cat", "house", "two", "blue", "small", "old", "car",
    "tree", "drawing", "with", "and", "on", "water", "green", "person", "round", "night", "food",
];

/// What a model makes of them.
pub struct Answers {
    /// `[pictures][dim]`, of unit length.
    pub image_embeds: Vec<Embedding>,
    /// `[prompts][dim]`, of unit length.
    pub text_embeds: Vec<Embedding>,
    /// `[pictures][prompts]`.
    pub logits_per_image: Vec<Vec<f32>>,
}

/// Shows the model every picture and every prompt.
pub async fn ask(classifier: &Classifier) -> Result<Answers, Failure> {
    let prompts = prompts();
    let mut answers = Answers {
        image_embeds: Vec::new(),
        text_embeds: Vec::new(),
        logits_per_image: Vec::new(),
    };
    for prompt in &prompts {
        answers
            .text_embeds
            .push(classifier.embed_text(prompt).await?);
    }
    for picture in pictures() {
        let embedding = classifier.embed_pixels(&picture).await?;
        answers
            .logits_per_image
            .push(logits(classifier, &embedding, &prompts).await?);
        answers.image_embeds.push(embedding);
    }
    Ok(answers)
}

/// The logits of the prompts, in their order.
async fn logits(
    classifier: &Classifier,
    image_embeds: &[f32],
    prompts: &[String],
) -> Result<Vec<f32>, Error> {
    let options = ClassifyOptions::default();
    let scores = classifier
        .classify_embedded(image_embeds, prompts, &options)
        .await?;
    let logit = |prompt: &String| {
        let score = scores.iter().find(|score| score.label == *prompt);
        score.map_or(f32::NAN, |score| score.logit)
    };
    Ok(prompts.iter().map(logit).collect())
}

/// Coloured squares, from fine noise to a few large ones: pure noise looks all the same to a model.
fn pictures() -> Vec<RgbImage> {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let picture = |number: usize| {
        let cells = 2 << (number % 7);
        let colours: Vec<[u8; 3]> = (0..cells * cells)
            .map(|_| {
                [
                    random.next() as u8,
                    random.next() as u8,
                    random.next() as u8,
                ]
            })
            .collect();
        let side = 256;
        RgbImage::from_fn(side, side, |x, y| {
            let cell = |at: u32| at as usize * cells / side as usize;
            Rgb(colours[cell(y) * cells + cell(x)])
        })
    };
    (0..PICTURES).map(picture).collect()
}

/// One to eight words each, all different.
fn prompts() -> Vec<String> {
    let mut random = Random(0xd1b5_4a32_d192_ed03);
    let mut prompts: Vec<String> = Vec::new();
    while prompts.len() < PROMPTS {
        let count = 1 + prompts.len() % 8;
        let words: Vec<&str> = (0..count)
            .map(|_| WORDS[random.next() as usize % WORDS.len()])
            .collect();
        let prompt = words.join(" ");
        if !prompts.contains(&prompt) {
            prompts.push(prompt);
        }
    }
    prompts
}

/// A small xorshift generator: the same numbers on every machine.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 32) as u32
    }
}

/// The cosine of two unit vectors.
pub fn cosine(left: &[f32], right: &[f32]) -> f64 {
    let products = left.iter().zip(right);
    products
        .map(|(&left, &right)| f64::from(left) * f64::from(right))
        .sum()
}

/// The largest absolute difference of two arrays; infinite where their lengths or a value are wrong.
pub fn largest_difference(found: &[f32], expected: &[f32]) -> f32 {
    if found.len() != expected.len() {
        return f32::INFINITY;
    }
    let differences = found.iter().zip(expected).map(|(a, b)| (a - b).abs());
    differences.fold(0.0, |largest, difference| {
        if difference.is_nan() {
            f32::INFINITY
        } else {
            largest.max(difference)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_pictures_and_prompts_every_time_and_all_different() {
        let (first, second) = (pictures(), pictures());
        assert_eq!((first.len(), prompts().len()), (PICTURES, PROMPTS));
        for (number, picture) in first.iter().enumerate() {
            assert_eq!(picture.as_raw(), second[number].as_raw());
            assert!(
                first[..number]
                    .iter()
                    .all(|other| other.as_raw() != picture.as_raw())
            );
        }
        assert_eq!(prompts(), prompts());
        assert_eq!(prompts()[0], "tree");
    }

    #[test]
    fn a_difference_that_is_no_number_is_infinite() {
        assert_eq!(largest_difference(&[1.0, 2.0], &[1.5, 2.0]), 0.5);
        assert_eq!(largest_difference(&[f32::NAN], &[0.0]), f32::INFINITY);
        assert_eq!(largest_difference(&[], &[0.0]), f32::INFINITY);
    }
}
