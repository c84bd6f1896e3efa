//! What differs between two reports: where they come from, what was asked, and the numbers.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Record, Report};
use crate::sweep::best;

/// How far a probability may lie from another device's or build's.
const SAME_SCORE: f32 = 1e-4;
/// How far a cosine may.
const SAME_COSINE: f32 = 1e-5;
/// How far the share of changed pixels may; pictures are drawn bit for bit, so only the rounding of its sum.
const SAME_AREA: f32 = 1e-6;

/// What kind of thing differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DifferenceKind {
    /// Where the numbers come from: versions, model, device, fonts, pictures. The numbers may be equal all the same.
    Provenance,
    /// What was asked for, so that the numbers cannot be compared one by one.
    Options,
    /// The numbers.
    Numbers,
}

/// One thing that differs between an older and a newer report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Difference {
    /// What kind of thing.
    pub kind: DifferenceKind,
    /// What it is, as in "the model's fingerprint".
    pub what: String,
    /// What the older report has.
    pub was: String,
    /// What the newer report has.
    pub is: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: was {}, is {}", self.what, self.was, self.is)
    }
}

/// Everything that differs, provenance first; nothing where the newer report says the same. The date may differ.
///
/// Numbers of other devices and builds are never equal to the last digit, so a probability may differ by 0.0001; every
/// variant whose best label is another is named all the same.
#[must_use]
pub fn compare(old: &Report, new: &Report) -> Vec<Difference> {
    let mut differences = Vec::new();
    provenance(old, new, &mut differences);
    options(old, new, &mut differences);
    numbers(old, new, &mut differences);
    differences
}

fn add(
    differences: &mut Vec<Difference>,
    kind: DifferenceKind,
    what: impl Into<String>,
    (was, is): (String, String),
) {
    if was != is {
        differences.push(Difference {
            kind,
            what: what.into(),
            was,
            is,
        });
    }
}

fn provenance(old: &Report, new: &Report, differences: &mut Vec<Difference>) {
    let (was, is) = (&old.provenance, &new.provenance);
    let mut differs = |what: &str, was: String, is: String| {
        add(differences, DifferenceKind::Provenance, what, (was, is));
    };
    let texts = |pick: fn(&super::Provenance) -> &String| (pick(was).clone(), pick(is).clone());
    for (what, (was, is)) in [
        ("Glimpse's version", texts(|from| &from.glimpse)),
        ("the model", texts(|from| &from.model)),
        ("the model's fingerprint", texts(|from| &from.fingerprint)),
        ("the device", texts(|from| &from.device)),
    ] {
        differs(what, was, is);
    }
    differs(
        "the picture size that the model sees",
        was.image_size.to_string(),
        is.image_size.to_string(),
    );
    differs(
        "the logit scale",
        was.logit_scale.to_string(),
        is.logit_scale.to_string(),
    );
    let fonts = |from: &super::Provenance| -> BTreeMap<String, String> {
        let fonts = from.fonts.iter();
        fonts
            .map(|font| (font.name.clone(), font.sha256.clone()))
            .collect()
    };
    let (fonts_were, fonts_are) = (fonts(was), fonts(is));
    for name in fonts_were.keys().chain(
        fonts_are
            .keys()
            .filter(|name| !fonts_were.contains_key(*name)),
    ) {
        let of = |fonts: &BTreeMap<String, String>| or_missing(fonts.get(name));
        differs(
            &format!("the font \"{name}\""),
            of(&fonts_were),
            of(&fonts_are),
        );
    }
    for at in 0..old.pictures.len().max(new.pictures.len()) {
        let of =
            |report: &Report| or_missing(report.pictures.get(at).map(|picture| &picture.sha256));
        let either = old.pictures.get(at).or(new.pictures.get(at));
        let name = either.map_or("", |picture| &picture.name);
        differs(
            &format!("picture {} (\"{name}\")", at + 1),
            of(old),
            of(new),
        );
    }
}

fn or_missing(value: Option<&String>) -> String {
    value.map_or("not there".to_owned(), Clone::clone)
}

fn options(old: &Report, new: &Report, differences: &mut Vec<Difference>) {
    let fields = |report: &Report| match serde_json::to_value(&report.options) {
        Ok(serde_json::Value::Object(fields)) => fields,
        _ => serde_json::Map::new(),
    };
    let (was, is) = (fields(old), fields(new));
    for (name, value) in &was {
        let now = is
            .get(name)
            .map_or("nothing".to_owned(), ToString::to_string);
        add(
            differences,
            DifferenceKind::Options,
            format!("the option \"{name}\""),
            (value.to_string(), now),
        );
    }
    add(
        differences,
        DifferenceKind::Options,
        "whether the sweep was finished",
        (yes(old.finished), yes(new.finished)),
    );
}

fn yes(value: bool) -> String {
    if value { "yes" } else { "no" }.to_owned()
}

/// How far two answers lie apart, and where most.
#[derive(Default)]
struct Furthest {
    variants: usize,
    gap: f32,
    key: String,
    row: usize,
    was: f32,
    is: f32,
}

impl Furthest {
    fn see(&mut self, key: &str, was: &[f32], is: &[f32], same: f32) {
        let pairs = was.iter().zip(is).enumerate();
        let gaps = pairs.map(|(row, (was, is))| (row, (was - is).abs()));
        let Some((row, gap)) = gaps.max_by(|one, other| one.1.total_cmp(&other.1)) else {
            return;
        };
        if gap <= same {
            return;
        }
        self.variants += 1;
        if gap > self.gap {
            *self = Self {
                variants: self.variants,
                gap,
                key: key.to_owned(),
                row,
                was: was[row],
                is: is[row],
            };
        }
    }
}

fn numbers(old: &Report, new: &Report, differences: &mut Vec<Difference>) {
    if old.options.labels != new.options.labels {
        // Rows of other labels are other numbers; that the labels differ is said already.
        return;
    }
    let keyed = |report| -> BTreeMap<&str, &Record> { by_key(report) };
    let (was, is) = (keyed(old), keyed(new));
    let labels = &old.options.labels;
    let mut only_old = Vec::new();
    let (mut scores, mut cosines, mut areas) = (
        Furthest::default(),
        Furthest::default(),
        Furthest::default(),
    );
    for record in &old.variants {
        let key = record.key.as_str();
        let Some(now) = is.get(key) else {
            only_old.push(key);
            continue;
        };
        let (a, b) = (&record.answer, &now.answer);
        add(
            differences,
            DifferenceKind::Numbers,
            format!("the best label of {key}"),
            (quoted(&labels[best(a)]), quoted(&labels[best(b)])),
        );
        scores.see(key, &a.scores, &b.scores, SAME_SCORE);
        cosines.see(key, &a.cosines, &b.cosines, SAME_COSINE);
        areas.see(key, &[a.area], &[b.area], SAME_AREA);
    }
    let new_keys = new.variants.iter().map(|record| record.key.as_str());
    let only_new: Vec<&str> = new_keys.filter(|key| !was.contains_key(key)).collect();
    add(
        differences,
        DifferenceKind::Numbers,
        "variants that only one of the reports has",
        (listed(&only_old), listed(&only_new)),
    );
    let all = old.variants.len();
    for (what, furthest) in [
        ("probabilities", scores),
        ("cosines", cosines),
        ("changed area", areas),
    ] {
        if furthest.variants == 0 {
            continue;
        }
        let of = if what == "changed area" {
            String::new()
        } else {
            format!(" for {}", quoted(&labels[furthest.row]))
        };
        differences.push(Difference {
            kind: DifferenceKind::Numbers,
            what: format!(
                "the {what} of {} of {all} variants, furthest at {}{of}",
                furthest.variants, furthest.key
            ),
            was: furthest.was.to_string(),
            is: furthest.is.to_string(),
        });
    }
}

fn by_key(report: &Report) -> BTreeMap<&str, &Record> {
    let records = report.variants.iter();
    records
        .map(|record| (record.key.as_str(), record))
        .collect()
}

fn quoted(text: &str) -> String {
    format!("\"{text}\"")
}

/// The first few of a list, and how many there are.
fn listed(keys: &[&str]) -> String {
    match keys {
        [] => "none".to_owned(),
        [first] => (*first).to_owned(),
        [first, ..] => format!("{} of them, {first} the first", keys.len()),
    }
}
