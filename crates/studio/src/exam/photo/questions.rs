//! Asks which name a photograph has: among few and many, by other names, as a group, and said otherwise.

use anyhow::Result;
use glimpse::text::{IMAGENET_TEMPLATES, fill_template};

use super::super::judge::{Embedding, Examiner, Seen, cosine, rank};
use super::Shown;
use super::calibration::Reliability;
use super::cases::Typed;
use super::taught::Taught;

/// Everyday words for groups of classes, fixed before any was measured: all in lower case, no word above another.
pub const EVERYDAY: [&str; 19] = [
    "dog",
    "cat",
    "bird",
    "fish",
    "snake",
    "lizard",
    "turtle",
    "monkey",
    "insect",
    "vehicle",
    "furniture",
    "clothing",
    "musical instrument",
    "fruit",
    "vegetable",
    "tool",
    "building",
    "ball",
    "weapon",
];

/// Templates whose ensemble a label is said in, and the figure that it counts for.
const SAID: [(&str, &[&str]); 3] = [
    ("said-photo", &["a photo of a {}"]),
    ("said-this", &["This is a {}."]),
    ("said-seven", &IMAGENET_TEMPLATES),
];

/// The lists of each case, and all names; gives how far the probabilities of two of them can be believed.
///
/// # Errors
/// When the model cannot be run.
pub fn names(
    examiner: &mut Examiner,
    shown: &[Shown],
    taught: &Taught,
) -> Result<Vec<Reliability>> {
    let (mut of_siblings, mut of_hundred) = (Vec::new(), Vec::new());
    for Shown { case, seen } in shown {
        examiner.ask("four", seen, &case.labels(&case.four), 0)?;
        for (key, wrong, sure) in [
            ("siblings", &case.siblings, &mut of_siblings),
            ("hundred", &case.hundred, &mut of_hundred),
        ] {
            let labels = case.labels(wrong);
            let before = examiner.ask(key, seen, &labels, 0)?;
            let shares = examiner.probabilities(seen, &labels)?;
            sure.push((shares.into_iter().fold(0.0, f32::max), before == 0));
        }
        if let Some(right) = taught.distinct.iter().position(|name| *name == case.name) {
            let before = examiner.ask("thousand", seen, &taught.distinct, right)?;
            examiner.mark("thousand-five", before < 5);
        }
    }
    let tables = [
        Reliability::of("5 look-alikes", &of_siblings),
        Reliability::of("100 labels", &of_hundred),
    ];
    Ok(tables.into_iter().flatten().collect())
}

/// Each other name of a photograph's class in its class's place, among all others.
///
/// # Errors
/// When the model cannot be run.
pub fn synonyms(examiner: &mut Examiner, shown: &[Shown], taught: &Taught) -> Result<()> {
    for Shown { case, seen } in shown {
        for synonym in taught.synonyms(&case.name) {
            examiner.ask("synonyms", seen, &taught.renamed(&case.name, synonym), 0)?;
        }
    }
    Ok(())
}

/// Which of the everyday words; a photograph counts where its class is in exactly one of their groups.
///
/// # Errors
/// When the model cannot be run.
pub fn everyday(examiner: &mut Examiner, shown: &[Shown], taught: &Taught) -> Result<()> {
    let labels = EVERYDAY.map(String::from);
    for Shown { case, seen } in shown {
        let classes = taught.classes_of(&case.name);
        let is_in = |word: &String| !taught.classes_of(word).is_disjoint(&classes);
        let mut within = labels.iter().enumerate().filter(|(_, word)| is_in(word));
        if let (Some((right, _)), None) = (within.next(), within.next()) {
            examiner.ask("everyday", seen, &labels, right)?;
        }
    }
    Ok(())
}

/// The lists of 100 once more, in templates and in the plural.
///
/// # Errors
/// When the model cannot be run.
pub fn said_otherwise(examiner: &mut Examiner, shown: &[Shown]) -> Result<()> {
    for Shown { case, seen } in shown {
        let labels = case.labels(&case.hundred);
        for (key, templates) in SAID {
            let mut cosines = Vec::with_capacity(labels.len());
            for label in &labels {
                let said: Vec<String> = templates
                    .iter()
                    .map(|template| fill_template(template, label))
                    .collect();
                cosines.push(cosine(&together(&examiner.texts(&said)?), &seen.embedding));
            }
            examiner.settle(key, seen, &cosines, &labels, 0);
        }
        let plural: Vec<String> = labels.iter().map(|label| plural(label)).collect();
        examiner.ask("said-plural", seen, &plural, 0)?;
    }
    Ok(())
}

/// Lists as people typed them.
///
/// # Errors
/// When the model cannot be run.
pub fn tutorial(examiner: &mut Examiner, shown: &[(&Typed, Seen)]) -> Result<()> {
    for (typed, seen) in shown {
        if let Some(right) = typed.labels.iter().position(|label| *label == typed.name) {
            examiner.ask("tutorial", seen, &typed.labels, right)?;
        }
    }
    Ok(())
}

/// What needs no photograph: whether other ways to say a class's name are nearest to that name, of all names.
///
/// # Errors
/// When the model cannot be run.
pub fn texts(examiner: &mut Examiner, taught: &Taught) -> Result<()> {
    let names = &taught.distinct;
    let synonyms = taught.labels.names.iter();
    let synonyms = synonyms.filter_map(|(synonym, of)| {
        let right = names.iter().position(|name| name == of)?;
        Some((synonym.clone(), right))
    });
    let said = |say: fn(&str) -> String| -> Vec<(String, usize)> {
        let said = names.iter().enumerate();
        said.map(|(right, name)| (say(name), right)).collect()
    };
    let asked = [
        ("text-synonyms", synonyms.collect()),
        ("text-this", said(|name| format!("This is a {name}."))),
        ("text-plural", said(plural)),
        ("text-capitals", said(str::to_uppercase)),
    ];
    for (key, asked) in asked {
        let (said, right): (Vec<String>, Vec<usize>) = asked.into_iter().unzip();
        for (embedding, right) in examiner.texts(&said)?.iter().zip(right) {
            let cosines = examiner.cosines_of(embedding, names)?;
            examiner.mark(key, rank(&cosines, right) == 0);
        }
    }
    Ok(())
}

/// The mean of embeddings, brought to unit length: what the pipeline makes of several templates.
fn together(embeddings: &[Embedding]) -> Embedding {
    let length = embeddings.first().map_or(0, Vec::len);
    let mut sum = vec![0.0; length];
    for embedding in embeddings {
        sum.iter_mut()
            .zip(embedding)
            .for_each(|(sum, value)| *sum += value);
    }
    let norm = cosine(&sum, &sum).sqrt().max(f32::MIN_POSITIVE);
    sum.iter().map(|value| value / norm).collect()
}

fn plural(name: &str) -> String {
    pluralizer::pluralize(name, 2, false)
}
