//! Sweeps run to their end with a stand-in for the model.

use std::collections::BTreeSet;

use super::fake::{options, pictures, run, say, threshold};
use super::*;

fn sweep(options: SweepOptions, count: usize) -> Sweep {
    Sweep::new(options, pictures(count)).unwrap()
}

fn all(options: SweepOptions, count: usize) -> Vec<Variant> {
    let mut sweep = sweep(options, count);
    let mut all = Vec::new();
    while let Some(variant) = sweep.next() {
        sweep.answer(&variant.key, say(&variant)).unwrap();
        all.push(variant);
    }
    all
}

#[test]
fn keys_are_unique_readable_and_the_same_each_time() {
    let variants = all(options(), 2);
    let keys: BTreeSet<&str> = variants
        .iter()
        .map(|variant| variant.key.as_str())
        .collect();
    assert_eq!(keys.len(), variants.len());
    for key in [
        "0/clean",
        "1/word/h0.16/x0.17/y0.83",
        "1/truth/h0.03/x0.5/y0.5",
        "0/blank/font/serif",
        "0/word/rotation/-45",
        "0/word/colours/white-on-black",
        "0/blank/copies/9",
    ] {
        assert!(keys.contains(key), "{key} is missing");
    }
    assert_eq!(variants, all(options(), 2));
}

#[test]
fn each_variant_is_what_its_key_says() {
    let variants = all(options(), 1);
    let spec = |key: &str| {
        let found = variants.iter().find(|variant| variant.key == key);
        found.and_then(|variant| variant.spec.clone())
    };
    assert_eq!(spec("0/clean"), None);
    let truth = spec("0/truth/h0.08/x0.83/y0.17").unwrap();
    assert_eq!((truth.word.as_str(), truth.blank), ("apple", false));
    assert_eq!((truth.height, truth.x, truth.y), (0.08, 0.83, 0.17));
    let blank = spec("0/blank/paper/tape").unwrap();
    assert_eq!((blank.word.as_str(), blank.blank), ("ipod", true));
    assert_eq!(
        (blank.paper, blank.height),
        (glimpse_lettering::Paper::Tape, 0.16)
    );
}

#[test]
fn looks_as_often_as_the_factorial_and_the_factors_need() {
    let off = SweepOptions {
        factors: false,
        flip: false,
        ..options()
    };
    // The clean picture; 5 contents (there is no synonym) x 8 heights x 9 places.
    assert_eq!(all(off.clone(), 1).len(), 1 + 5 * 8 * 9);
    let factors = SweepOptions {
        factors: true,
        ..off.clone()
    };
    // Besides the base, which is in the core: 3 fonts, 6 rotations, 1 mirror, 3 opacities, 4 papers, 4 colours, 3 copies,
    // each with the word and blank.
    assert_eq!(all(factors, 1).len(), 361 + 2 * 24);
    let synonym = SweepOptions {
        synonym: Some("music player".to_owned()),
        ..off
    };
    assert_eq!(all(synonym, 1).len(), 1 + 6 * 8 * 9);
}

#[test]
fn the_flip_size_is_the_threshold_of_each_place() {
    let mut sweep = sweep(options(), 4);
    run(&mut sweep, usize::MAX);
    for picture in 0..4 {
        for (place, &[x, y]) in sweep.plan.places.clone().iter().enumerate() {
            let spec = Spec {
                x,
                y,
                ..Spec::default()
            };
            let threshold = threshold(picture, &spec);
            let Some(Flip::At(size)) = sweep.flip(picture, place) else {
                panic!("no flip size at {x}, {y} of {picture}");
            };
            assert!(
                size >= threshold && size - threshold < 0.0051,
                "{size} for {threshold}"
            );
            assert!(sweep.tries(picture, [x, y]).count() <= 5);
        }
    }
}

#[test]
fn pictures_that_do_not_count_are_looked_at_once() {
    let given = SweepOptions {
        truth: Some("dog".to_owned()),
        ..options()
    };
    let variants = all(given, 3);
    let of = |picture| {
        variants
            .iter()
            .filter(|variant| variant.picture == picture)
            .count()
    };
    assert_eq!((of(0), of(2)), (1, 1));
    assert!(of(1) > 400);
}

#[test]
fn a_limit_keeps_whole_geometries_and_is_kept() {
    for limit in [1, 2, 30, 100, 430] {
        let limited = SweepOptions {
            limit: Some(limit),
            ..options()
        };
        let variants = all(limited.clone(), 2);
        for picture in 0..2 {
            let own = variants.iter().filter(|variant| variant.picture == picture);
            assert!(own.count() <= limit);
        }
        let keys: BTreeSet<&str> = variants
            .iter()
            .map(|variant| variant.key.as_str())
            .collect();
        for key in &keys {
            assert!(
                keys.contains(key.replace("/word/", "/blank/").as_str()),
                "{key} is alone"
            );
        }
        assert_eq!(variants, all(limited, 2));
    }
}

#[test]
fn progress_never_promises_too_little_and_ends_even() {
    let mut sweep = sweep(options(), 3);
    let mut before = sweep.progress();
    assert_eq!(before.done, 0);
    while run(&mut sweep, 1) == 1 {
        let now = sweep.progress();
        assert_eq!(now.done, before.done + 1);
        assert!(now.expected <= before.expected && now.done <= now.expected);
        before = now;
    }
    assert_eq!(before.done, before.expected);
}

#[test]
fn what_cannot_be_swept_is_said() {
    let error = |change: &dyn Fn(&mut SweepOptions)| {
        let mut options = options();
        change(&mut options);
        Sweep::new(options, pictures(1)).err()
    };
    assert_eq!(error(&|o| o.labels.clear()), Some(SweepError::NoLabels));
    assert_eq!(
        error(&|o| o.labels.truncate(1)),
        Some(SweepError::OneLabel {
            label: "apple".to_owned()
        })
    );
    assert_eq!(
        error(&|o| o.word = " \t".to_owned()),
        Some(SweepError::Empty { what: "word" })
    );
    assert_eq!(
        error(&|o| o.word = "Segway".to_owned()),
        Some(SweepError::WordNotAmongLabels {
            word: "Segway".to_owned()
        })
    );
    assert_eq!(
        error(&|o| (o.word, o.target) = ("Segway".to_owned(), Some("bee".to_owned()))),
        None
    );
    assert_eq!(
        error(&|o| o.target = Some("cat".to_owned())),
        Some(SweepError::TargetNotAmongLabels {
            target: "cat".to_owned()
        })
    );
    assert_eq!(
        error(&|o| o.truth = Some("cat".to_owned())),
        Some(SweepError::TruthNotAmongLabels {
            truth: "cat".to_owned()
        })
    );
    assert_eq!(
        error(&|o| o.truth = Some("IPOD".to_owned())),
        Some(SweepError::TruthIsTarget {
            truth: "iPod".to_owned()
        })
    );
    for bad in [0.019, 1.01, f32::NAN, f32::INFINITY, -0.1] {
        let refused = error(&|o| o.heights = vec![0.1, bad]);
        assert!(matches!(
            refused,
            Some(SweepError::OutOfRange {
                what: "a height",
                ..
            })
        ));
    }
    assert!(matches!(
        error(&|o| o.heights.clear()),
        Some(SweepError::EmptyList { .. })
    ));
    for bad in [0, 10, u32::MAX] {
        assert!(matches!(
            error(&|o| o.positions = bad),
            Some(SweepError::OutOfRange { .. })
        ));
    }
    assert!(matches!(
        error(&|o| o.limit = Some(0)),
        Some(SweepError::OutOfRange { .. })
    ));
    let none = Sweep::new(options(), Vec::new()).err();
    assert_eq!(none, Some(SweepError::NoPictures));
}

#[test]
fn answers_that_cannot_be_counted_are_refused() {
    let mut sweep = sweep(options(), 1);
    let good = say(&sweep.next().unwrap());
    let mut refused = |key: &str, change: &dyn Fn(&mut Answer)| {
        let mut answer = good.clone();
        change(&mut answer);
        sweep.answer(key, answer).unwrap_err()
    };
    for key in [
        "",
        "clean",
        "1/clean",
        "00/clean",
        "0/clean/",
        "0/word/h0.17/x0.5/y0.5",
        "0/flip/x0.5/y0.5/h0.0945",
        "0/flip/x0.5/y0.5/h0.10",
        "0/flip/x0.5/y0.5/hNaN",
        "0/flip/x0.4/y0.5/h0.1",
        "0/flip/x0.5/y0.5/h0.4",
        "0/synonym/h0.16/x0.5/y0.5",
    ] {
        let error = refused(key, &|_| {});
        assert_eq!(
            error,
            SweepError::UnknownKey {
                key: key.to_owned()
            }
        );
    }
    let key = "0/clean";
    assert!(matches!(
        refused(key, &|a| a.scores.truncate(7)),
        SweepError::AnswerLength {
            what: "scores",
            found: 7,
            labels: 8,
            ..
        }
    ));
    assert!(matches!(
        refused(key, &|a| a.cosines.push(0.0)),
        SweepError::AnswerLength {
            what: "cosines",
            found: 9,
            ..
        }
    ));
    assert!(matches!(
        refused(key, &|a| a.scores[2] = f32::NAN),
        SweepError::AnswerValue { what: "scores", .. }
    ));
    assert!(matches!(
        refused(key, &|a| a.cosines[2] = f32::INFINITY),
        SweepError::AnswerValue {
            what: "cosines",
            ..
        }
    ));
    assert!(matches!(
        refused(key, &|a| a.area = -0.5),
        SweepError::AnswerValue { what: "area", .. }
    ));
    assert_eq!(sweep.progress().done, 0);
}
