//! Checks that nothing which the exam asks is taught, and that all of what the split names exists.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use glimpse_studio::art::{exam_drawings, taught_drawings};
use glimpse_studio::concepts::{concepts, is_taught, strangers, taught};
use glimpse_studio::shapes::{COLOURS, Shape};
use glimpse_studio::split::{split, taught_words};

/// The folder with the installed packages of art; they are too large to be there always.
fn art() -> Option<PathBuf> {
    let folder = std::env::var_os("GLIMPSE_ART").map(PathBuf::from);
    let folder = folder.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("art"));
    folder.join("node_modules").exists().then_some(folder)
}

/// What is in both lists.
fn shared<'a>(
    one: impl IntoIterator<Item = &'a String>,
    other: impl IntoIterator<Item = &'a String>,
) -> Vec<&'a String> {
    let one: HashSet<&String> = one.into_iter().collect();
    other
        .into_iter()
        .filter(|name| one.contains(name))
        .collect()
}

/// What is in a list more than once.
fn repeated(list: &[String]) -> Vec<&String> {
    let mut seen = HashSet::new();
    list.iter().filter(|name| !seen.insert(*name)).collect()
}

const NONE: Vec<&String> = Vec::new();

#[test]
fn art_sets_are_taught_or_held_out() {
    let sets = &split().art;
    let taught = [
        &sets.taught.emoji,
        &sets.taught.coloured,
        &sets.taught.icons,
    ]
    .map(Clone::clone)
    .concat();
    assert_eq!(shared(&taught, &sets.held_out), NONE);
    assert_eq!(repeated(&taught), NONE);
    assert!(sets.held_out.contains(&"openmoji".to_owned()));
    assert!(!taught.is_empty());
}

#[test]
fn fonts_are_taught_or_held_out() {
    let fonts = &split().fonts;
    let taught = [fonts.easy.clone(), fonts.taught.clone()].concat();
    assert_eq!(shared(&taught, &fonts.held_out), NONE);
    assert_eq!(repeated(&taught), NONE);
    // A family that is held out is so in all its weights.
    let family = |name: &String| name.split(['-', '_']).next().unwrap_or_default().to_owned();
    let families: Vec<String> = taught.iter().map(family).collect();
    let held_out: Vec<String> = fonts.held_out.iter().map(family).collect();
    assert_eq!(shared(&families, &held_out), NONE);
}

#[test]
fn concepts_are_taught_or_held_out() {
    let names: Vec<String> = concepts()
        .iter()
        .map(|concept| concept.name.clone())
        .collect();
    assert_eq!(repeated(&names), NONE);
    assert_eq!(repeated(&split().held_out_concepts), NONE);
    for name in &split().held_out_concepts {
        let place = names.iter().position(|known| known == name);
        let place =
            place.unwrap_or_else(|| panic!("{name} is held out but is not in concepts.txt"));
        assert!(!is_taught(place), "{name}");
        assert!(!taught().contains(&place), "{name}");
    }
    assert_eq!(
        taught().len() + split().held_out_concepts.len(),
        names.len()
    );
    assert!(!is_taught(names.len()));
}

#[test]
fn taught_concepts_share_no_emoji_and_no_name_with_others() {
    let emoji: Vec<String> = concepts()
        .iter()
        .flat_map(|concept| concept.emoji.clone())
        .collect();
    assert_eq!(repeated(&emoji), NONE);
    let held_out = concepts()
        .iter()
        .enumerate()
        .filter(|(place, _)| !is_taught(*place));
    let asked: Vec<String> = held_out
        .flat_map(|(_, concept)| concept.names.clone())
        .collect();
    let known: Vec<String> = taught()
        .iter()
        .flat_map(|&place| [&concepts()[place].names[..], &concepts()[place].icons[..]].concat())
        .collect();
    assert_eq!(shared(&asked, &known), NONE);
}

#[test]
fn words_are_taught_or_held_out() {
    let words = split();
    assert_eq!(shared(taught_words(), &words.held_out_words), NONE);
    assert_eq!(shared(taught_words(), &words.held_out_concepts), NONE);
    assert_eq!(repeated(&words.held_out_words), NONE);
    assert_eq!(repeated(taught_words()), NONE);
    let names: Vec<String> = concepts()
        .iter()
        .flat_map(|concept| concept.names.clone())
        .collect();
    assert_eq!(shared(&names, &words.held_out_words), NONE);
    for word in &words.held_out_words {
        assert!(
            word.bytes().all(|letter| letter.is_ascii_lowercase()),
            "{word}"
        );
    }
    assert!(taught_words().contains(&"dog".to_owned()));
    assert!(taught_words().contains(&"library".to_owned()));
    assert!(
        !taught_words().contains(&"watermelon".to_owned()),
        "it has ten letters"
    );
}

#[test]
fn held_out_shapes_exist_and_leave_enough() {
    assert_eq!(repeated(&split().held_out_shapes), NONE);
    for name in &split().held_out_shapes {
        let (colour, shape) = name
            .split_once(' ')
            .unwrap_or_else(|| panic!("{name} is no colour and shape"));
        assert!(COLOURS.iter().any(|known| known.0 == colour), "{name}");
        assert!(
            Shape::ALL.iter().any(|known| known.name() == shape),
            "{name}"
        );
    }
    // Each colour and each shape is taught in some pair.
    let held_out = |colour: &str, shape: &str| {
        split()
            .held_out_shapes
            .contains(&format!("{colour} {shape}"))
    };
    for (colour, _) in COLOURS {
        assert!(
            Shape::ALL
                .iter()
                .any(|shape| !held_out(colour, shape.name())),
            "{colour}"
        );
    }
    for shape in Shape::ALL {
        assert!(
            COLOURS
                .iter()
                .any(|colour| !held_out(colour.0, shape.name())),
            "{}",
            shape.name()
        );
    }
}

#[test]
fn the_art_keeps_the_split() {
    let Some(art) = art() else {
        eprintln!(
            "skipped: no art; run npm install in crates/studio/art, or set GLIMPSE_ART to a folder with node_modules"
        );
        return;
    };
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../www/drawings");
    let drawings = taught_drawings(&art, &own).expect("the art is there");
    for drawing in &drawings {
        assert!(
            is_taught(drawing.concept),
            "{}:{}",
            drawing.set,
            drawing.name
        );
        assert!(
            !split().art.held_out.contains(&drawing.set),
            "{}:{}",
            drawing.set,
            drawing.name
        );
    }
    for place in taught() {
        let coloured = |set: &String| !split().art.taught.icons.contains(set);
        let count = drawings
            .iter()
            .filter(|drawing| drawing.concept == place && coloured(&drawing.set))
            .count();
        assert!(
            count >= 4,
            "{} has {count} coloured drawings",
            concepts()[place].name
        );
    }
    for set in &split().art.held_out {
        let exam = exam_drawings(&art, set).expect("the art is there");
        let shown: HashSet<usize> = exam.iter().map(|drawing| drawing.concept).collect();
        assert_eq!(shown.len(), concepts().len(), "{set} shows every concept");
    }
}

#[test]
fn every_named_font_is_installed() {
    let Some(art) = art() else {
        eprintln!(
            "skipped: no fonts; run npm install in crates/studio/art, or set GLIMPSE_ART to a folder with node_modules"
        );
        return;
    };
    let fonts = glimpse_studio::fonts::Fonts::open(&art).expect("all fonts are there");
    assert_eq!(fonts.held_out.len(), split().fonts.held_out.len());
    assert_eq!(
        fonts.taught.len(),
        split().fonts.easy.len() + split().fonts.taught.len()
    );
}

#[test]
fn strangers_share_no_word_with_what_is_taught_or_asked() {
    let Some(art) = art() else {
        eprintln!(
            "skipped: no annotations; run npm install in crates/studio/art, or set GLIMPSE_ART to a folder with node_modules"
        );
        return;
    };
    let cldr = art.join("node_modules/cldr-annotations-full/annotations/en/annotations.json");
    let strangers = strangers(&cldr).expect("the annotations are there");
    assert!(strangers.len() > 300, "{}", strangers.len());
    let words: HashSet<&str> = strangers
        .iter()
        .flat_map(|phrase| phrase.split(' '))
        .collect();
    for name in concepts().iter().flat_map(|concept| &concept.names) {
        assert!(name.split(' ').all(|word| !words.contains(word)), "{name}");
    }
    for word in taught_words().iter().chain(&split().held_out_words) {
        assert!(!words.contains(word.as_str()), "{word}");
    }
}
