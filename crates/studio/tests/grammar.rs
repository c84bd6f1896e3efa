//! Checks that the built-in models' grammars are those that the studio writes, and that they read what the captions say.

use std::fs;
use std::path::{Path, PathBuf};

use glimpse::{BuiltIn, Taught};
use glimpse_studio::captions::{
    Side, in_sentence, of_both, of_count, of_pair, of_relation, of_word,
};
use glimpse_studio::chance::rng;
use glimpse_studio::concepts::taught_names;
use glimpse_studio::grammar::{json, of};
use glimpse_studio::scene::Kind;
use glimpse_studio::split::taught_words;

fn folder(model: BuiltIn) -> PathBuf {
    let models = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../web/models");
    models.join(model.name())
}

fn read(model: BuiltIn, file: &str) -> String {
    let file = folder(model).join(file);
    fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

#[test]
fn the_models_hold_what_the_studio_writes() {
    for model in BuiltIn::ALL {
        assert_eq!(
            read(model, "grammar.json"),
            json(&of(model)).unwrap(),
            "write it again: glimpse-studio grammar --model {0} --out web/models/{0}",
            model.name()
        );
    }
}

#[test]
fn every_kind_of_caption_is_read_as_taught_and_names_its_thing() {
    let labels = read(BuiltIn::Mini, "labels.json");
    let grammar = json(&of(BuiltIn::Mini)).unwrap();
    let mini = Taught::read(labels.as_bytes(), grammar.as_bytes()).unwrap();
    let mut chance = rng(1, 0);
    let words = taught_words();
    let kinds = [
        None,
        Some(Kind::Emoji),
        Some(Kind::Coloured),
        Some(Kind::Icon),
    ];
    let named = |label: &str| -> Vec<String> { mini.concepts_in(label).into_iter().collect() };
    let names = taught_names();
    let other = names[0];
    for (place, &name) in names.iter().enumerate() {
        let word = &words[place % words.len()];
        let mut captions: Vec<String> = (0..40)
            .map(|turn| in_sentence(name, kinds[turn % kinds.len()], &mut chance))
            .collect();
        captions.push(of_both(name, word, &mut chance));
        captions.extend((1..=5).map(|count| of_count(count, name, count % 2 == 0)));
        for caption in captions {
            assert!(mini.is_taught(&caption), "{caption}");
            assert_eq!(named(&caption), [name], "{caption}");
        }
        let relations = (0..4).flat_map(|way| {
            [Side::Left, Side::Above].map(|side| of_relation(name, side, other, way))
        });
        let pairs = [true, false].map(|bare| of_pair(name, other, bare));
        for caption in relations.chain(pairs) {
            assert!(mini.is_taught(&caption), "{caption}");
        }
        let caption = of_word(word, &mut chance);
        assert!(mini.is_taught(&caption), "{caption}");
        assert!(named(&caption).is_empty(), "{caption}");
    }
}
