//! Checks the exam of photographs with a judge whose answers are known: a picture's colour says what it makes of it.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::Result;
use glimpse_studio::exam::judge::{Embedding, Examiner, Judge, Marks};
use glimpse_studio::exam::photo::calibration::{Bin, Reliability};
use glimpse_studio::exam::photo::cases::{self, Cases};
use glimpse_studio::exam::photo::figures::Aim;
use glimpse_studio::exam::photo::report::{Classifier, ExamResults, Reference};
use glimpse_studio::exam::photo::taught::{Labels, Taught};
use glimpse_studio::exam::photo::twin::{HeldOut, ask};
use glimpse_studio::exam::photo::{Beside, examine, table};
use glimpse_studio::exam::report::{Figure, Weights};
use image::{Rgb, RgbImage};

/// Six classes; the last two share a name.
const CLASSES: [&str; 6] = [
    "husky",
    "beagle",
    "tabby cat",
    "sparrow",
    "missile",
    "missile",
];

fn labels() -> Labels {
    let owned = |pairs: &[(&str, &str)]| {
        let pairs = pairs.iter();
        pairs
            .map(|&(name, of)| (name.to_owned(), of.to_owned()))
            .collect()
    };
    let groups = [
        ("dog", vec![0, 1]),
        ("bird", vec![3]),
        ("weapon", vec![4, 5]),
        // No everyday word of the exam, but above two that are.
        ("animal", vec![0, 1, 2, 3]),
    ];
    Labels {
        concepts: CLASSES.map(String::from).into(),
        names: owned(&[
            ("sled dog", "husky"),
            ("Siberian", "husky"),
            ("tabby", "tabby cat"),
        ]),
        groups: groups
            .map(|(word, places)| (word.to_owned(), places))
            .into(),
        fillers: ["dog", "tabby cat", "bird", "weapon"]
            .map(String::from)
            .into(),
    }
}

fn taught() -> Taught {
    Taught::new(labels()).unwrap()
}

/// Where a text lies: at the class that it names, sentence and plural aside, or between those of its group; else beside all of them.
fn direction(text: &str) -> Embedding {
    let known = taught();
    let plain = text
        .trim_start_matches("This is a ")
        .trim_start_matches("a photo of a ");
    let plain = plain.trim_end_matches('.').to_lowercase();
    let singular = plain.strip_suffix("ies").map(|stem| format!("{stem}y"));
    let singular = singular.or_else(|| plain.strip_suffix('s').map(String::from));
    let mut classes = known.classes_of(&plain);
    if classes.is_empty() {
        classes = singular
            .map(|name| known.classes_of(&name))
            .unwrap_or_default();
    }
    let length = (classes.len().max(1) as f32).sqrt();
    (0..=CLASSES.len())
        .map(|class| {
            let named = classes.contains(&class) || (classes.is_empty() && class == CLASSES.len());
            if named { 1.0 / length } else { 0.0 }
        })
        .collect()
}

/// Sees in a picture the class that its red says.
struct Fake;

impl Judge for Fake {
    fn picture(&mut self, picture: &RgbImage) -> Result<Embedding> {
        let [class, ..] = picture.get_pixel(0, 0).0;
        let class = usize::from(class / 40);
        Ok((0..=CLASSES.len())
            .map(|at| f32::from(u8::from(at == class)))
            .collect())
    }

    fn text(&mut self, text: &str) -> Result<Embedding> {
        Ok(direction(text))
    }

    fn probabilities(&mut self, picture: &[f32], labels: &[String]) -> Result<Vec<f32>> {
        let weights = labels.iter().map(|label| {
            let products = direction(label)
                .into_iter()
                .zip(picture)
                .map(|(a, b)| a * b);
            (4.0 * products.sum::<f32>()).exp()
        });
        let weights: Vec<f32> = weights.collect();
        let sum: f32 = weights.iter().sum();
        Ok(weights.into_iter().map(|weight| weight / sum).collect())
    }
}

/// A folder with a picture for each pair of what it shows and what the judge takes it for.
fn photographs(folder: &Path, shown: &[(usize, usize)]) -> Cases {
    let picture = |file: &Path, class: usize| {
        let red = u8::try_from(40 * class + 20).unwrap();
        RgbImage::from_pixel(24, 16, Rgb([red, 0, 0]))
            .save(file)
            .unwrap();
    };
    let mut cases = Vec::new();
    for (at, &(class, taken_for)) in shown.iter().enumerate() {
        let file = format!("n{at}_{class}.png");
        picture(&folder.join(&file), taken_for);
        let others: Vec<&str> = CLASSES
            .into_iter()
            .filter(|name| *name != CLASSES[class])
            .collect();
        cases.push(serde_json::json!({
            "file": file,
            "name": CLASSES[class],
            "four": others[..2],
            "siblings": others[..3],
            "hundred": others,
        }));
    }
    fs::write(
        folder.join("cases.json"),
        serde_json::to_string(&cases).unwrap(),
    )
    .unwrap();
    let tutorial = folder.join("tutorial");
    fs::create_dir(&tutorial).unwrap();
    picture(&tutorial.join("husky.png"), 0);
    let typed = serde_json::json!([{
        "file": "husky.png", "labels": ["This is a beagle", "This is a Husky."], "name": "This is a Husky.",
    }]);
    fs::write(tutorial.join("cases.json"), typed.to_string()).unwrap();
    cases::read(folder).unwrap()
}

fn weights() -> Weights {
    Weights {
        bytes: 15_856_516,
        crc32: "0badc0de".into(),
    }
}

fn examined(cases: Option<&Cases>, beside: &Beside) -> ExamResults {
    examine(&mut Fake, &taught(), cases, beside, weights(), |_| {})
        .unwrap()
        .0
}

fn marks(report: &ExamResults, key: &str) -> (u32, u32) {
    let figure = report
        .figure(key)
        .unwrap_or_else(|| panic!("no figure {key}"));
    (figure.right, figure.trials)
}

#[test]
fn photographs_are_asked_by_all_their_names() {
    let folder = tempfile::tempdir().unwrap();
    // A husky, a beagle taken for a husky, a cat, a bird, a missile.
    let cases = photographs(folder.path(), &[(0, 0), (1, 0), (2, 2), (3, 3), (4, 4)]);
    let report = examined(Some(&cases), &Beside::default());
    assert_eq!(marks(&report, "four"), (4, 5));
    assert_eq!(marks(&report, "siblings"), (4, 5));
    assert_eq!(marks(&report, "hundred"), (4, 5));
    assert_eq!(marks(&report, "thousand"), (4, 5));
    // Ties count against the beagle, and there are but four other names.
    assert_eq!(marks(&report, "thousand-five"), (5, 5));
    // Two other names of the husky, one of the cat.
    assert_eq!(marks(&report, "synonyms"), (3, 3));
    // The cat is in no group of the exam's words; "dog" is right of a beagle, even taken for a husky.
    assert_eq!(marks(&report, "everyday"), (4, 4));
    for said in ["said-photo", "said-this", "said-plural"] {
        assert_eq!(marks(&report, said), (4, 5), "{said}");
    }
    assert_eq!(marks(&report, "tutorial"), (1, 1));
    assert_eq!(report.photographs.unwrap().cases, 5);
    let failure = &report.failures[0];
    assert_eq!(
        (failure.asked.as_str(), failure.answered.as_str()),
        ("beagle", "husky")
    );
}

#[test]
fn texts_alone_are_asked_without_photographs() {
    let report = examined(None, &Beside::default());
    let keys: Vec<&str> = report
        .figures
        .iter()
        .map(|figure| figure.key.as_str())
        .collect();
    assert_eq!(
        keys,
        ["text-synonyms", "text-this", "text-plural", "text-capitals"]
    );
    assert_eq!(marks(&report, "text-synonyms"), (3, 3));
    // Five different names.
    assert_eq!(marks(&report, "text-plural"), (5, 5));
    assert!(report.photographs.is_none() && report.calibration.is_empty());
}

#[test]
fn fillers_that_share_a_class_with_a_label_are_dropped() {
    let taught = taught();
    let fillers = |labels: &[&str]| {
        taught.fillers(&labels.iter().map(|&label| label.into()).collect::<Vec<_>>())
    };
    assert_eq!(fillers(&["HUSKY"]), ["tabby cat", "bird", "weapon"]);
    assert_eq!(fillers(&["animal"]), ["weapon"]);
    assert_eq!(fillers(&["sled dog", "missile"]), ["tabby cat", "bird"]);
    assert_eq!(fillers(&["photosynthesis"]).len(), 4);
}

#[test]
fn a_name_of_no_class_is_told() {
    let mut labels = labels();
    labels.names.insert("lorry".into(), "truck".into());
    assert!(Taught::new(labels.clone()).is_err_and(|error| error.to_string().contains("truck")));
    labels.names.remove("lorry");
    labels.groups.insert("fish".into(), vec![6]);
    assert!(Taught::new(labels).is_err_and(|error| error.to_string().contains("fish")));
}

#[test]
fn none_of_these_is_measured_for_as_many_labels_as_there_are() {
    let folder = tempfile::tempdir().unwrap();
    let cases = photographs(folder.path(), &[(0, 0), (3, 3)]);
    let report = examined(Some(&cases), &Beside::default());
    let counts: Vec<usize> = report
        .none_of_these
        .iter()
        .map(|none| none.labels)
        .collect();
    // Four labels of five names leave no filler, and there are no eight.
    assert_eq!(counts, [2]);
    let two = &report.none_of_these[0];
    assert_eq!(
        (two.trials, two.wrongly_first, two.rightly_first, two.auroc),
        (2, 0.0, 100.0, 100.0)
    );
}

#[test]
fn the_twin_is_asked_about_what_it_was_not_shown_alone() {
    let folder = tempfile::tempdir().unwrap();
    let cases = photographs(folder.path(), &[(0, 0), (1, 2), (2, 2), (3, 3)]);
    let held = HeldOut {
        classes: vec![1, 2],
        names: BTreeMap::from([("siberian".into(), 0)]),
    };
    let mut own = Fake;
    let mut examiner = Examiner::new(&mut own);
    ask(&mut examiner, &mut Fake, &held, &taught(), &cases).unwrap();
    let marks = |right, trials| Marks { right, trials };
    assert_eq!(examiner.marks("held-classes"), marks(1, 2));
    assert_eq!(examiner.marks("held-names"), marks(1, 1));
}

#[test]
fn sureness_is_set_against_what_was_right() {
    let answers = [
        (0.95, true),
        (0.91, false),
        (1.0, true),
        (0.25, false),
        (0.35, true),
    ];
    let table = Reliability::of("3 labels", &answers).unwrap();
    let bin = |from, answers, sure, right| Bin {
        from,
        answers,
        sure,
        right,
    };
    assert_eq!(
        table.bins,
        [
            bin(20, 1, 25.0, 0.0),
            bin(30, 1, 35.0, 100.0),
            bin(90, 3, 95.3, 66.7)
        ]
    );
    // (25 + 65 + 3 * 28.67) / 5
    assert_eq!(table.error, 35.2);
    assert_eq!(Reliability::of("none", &[]), None);
}

#[test]
fn a_share_of_the_classifiers_right_answers_is_taken() {
    let reference = Reference {
        tower: "tf_efficientnet_lite0".into(),
        pictures: 400,
        right: 350,
        cases_crc32: "0".into(),
    };
    let thousand = Figure {
        key: "thousand".into(),
        exam: String::new(),
        what: String::new(),
        percent: 82.5,
        right: 330,
        trials: 400,
    };
    let beside = Classifier::beside(reference.clone(), &thousand).unwrap();
    assert_eq!(
        (beside.percent, beside.share, beside.is_reached()),
        (87.5, 0.943, true)
    );
    let none = Reference {
        right: 0,
        ..reference
    };
    assert_eq!(Classifier::beside(none, &thousand), None);
}

#[test]
fn the_table_shows_bars_both_ways() {
    let folder = tempfile::tempdir().unwrap();
    let cases = photographs(folder.path(), &[(0, 0), (1, 0)]);
    let beside = Beside {
        reference: Some(Reference {
            tower: "tf_efficientnet_lite0".into(),
            pictures: 2,
            right: 2,
            cases_crc32: cases.crc32.clone(),
        }),
        ..Beside::default()
    };
    let table = table(&examined(Some(&cases), &beside));
    let line = |what: &str| -> Vec<&str> {
        let line = table.lines().find(|line| line.contains(what));
        line.unwrap_or_else(|| panic!("{what}\n{table}"))
            .split_whitespace()
            .collect()
    };
    assert!(line("one of 4 labels").ends_with(&["50.0", "98", "no", "99.7", "25.0", "2"]));
    assert!(line("as a share").ends_with(&["100.0", "%", "0.500", "0.93", "no", "0.97", "2"]));
    assert!(
        line("sent to mini")
            .windows(2)
            .any(|pair| pair == ["<=", "1"])
    );
    assert!(line("the weights, MB").ends_with(&["15.9", "<=", "16", "yes"]));
}

#[test]
fn a_bar_is_a_least_or_a_most() {
    let reached = |key: &str, percent| Aim::of(key).unwrap().is_reached(percent);
    assert_eq!(reached("four", 98.0), Some(true));
    assert_eq!(reached("four", 97.9), Some(false));
    assert_eq!(reached("photo-to-mini", 1.0), Some(true));
    assert_eq!(reached("photo-to-mini", 1.1), Some(false));
    assert_eq!(reached("synonyms", 0.0), None);
}

#[test]
fn who_has_no_photographs_is_told_what_is_needed() {
    let folder = tempfile::tempdir().unwrap();
    for (content, expected) in [
        (None, "cannot read"),
        (Some("{}"), "is no list of cases"),
        (Some("[]"), "no case"),
    ] {
        if let Some(content) = content {
            fs::write(folder.path().join("cases.json"), content).unwrap();
        }
        let error = format!("{:#}", cases::read(folder.path()).unwrap_err());
        assert!(error.contains(expected), "{error}");
        assert!(
            expected == "no case" || error.contains("\"siblings\": [4 look-alikes]"),
            "{error}"
        );
    }
    let error = cases::read(&folder.path().join("none")).unwrap_err();
    assert!(error.to_string().contains("there are no photographs in"));
}
