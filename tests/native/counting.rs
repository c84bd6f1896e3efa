//! Nothing is computed twice: an edited label leaves the image tower alone, a new picture the text tower.

use glimpse::{Classifier, ClassifyOptions, DevicePreference, Folder, LoadOptions};
use glimpse_tests::fixture::{Fixture, fixtures};
use pollster::block_on;

struct Run {
    classifier: Classifier,
    pictures: Vec<Vec<u8>>,
}

/// How often each tower ran while something was done.
#[derive(Debug, PartialEq, Eq)]
struct Ran {
    image_tower: u64,
    text_tower: u64,
}

impl Run {
    fn new() -> Self {
        let fixture = Fixture::named("hf-quickgelu-f32");
        let options = LoadOptions {
            device: DevicePreference::Cpu,
            ..LoadOptions::default()
        };
        let source = Folder::new(fixtures().join("hf-quickgelu-f32"));
        let images = &fixture.expected.images;
        Self {
            classifier: block_on(Classifier::load(&source, options)).expect("a good checkpoint"),
            pictures: images
                .iter()
                .map(|name| fixture.picture_bytes(name))
                .collect(),
        }
    }

    /// Classifies and says how often each tower ran for it.
    fn classify(&self, picture: usize, labels: &[&str], templates: &[&str]) -> Ran {
        let before = self.classifier.runs();
        let labels: Vec<String> = labels.iter().map(ToString::to_string).collect();
        let options = ClassifyOptions {
            templates: templates.iter().map(ToString::to_string).collect(),
            ..ClassifyOptions::default()
        };
        let scores = block_on(
            self.classifier
                .classify(&self.pictures[picture], &labels, &options),
        )
        .expect("scores");
        assert_eq!(scores.len(), labels.len());
        let after = self.classifier.runs();
        Ran {
            image_tower: after.image_tower - before.image_tower,
            text_tower: after.text_tower - before.text_tower,
        }
    }
}

#[test]
fn the_same_question_runs_nothing() {
    let run = Run::new();
    let first = run.classify(0, &["a cat", "a dog"], &[]);
    assert_eq!(first.image_tower, 1);
    assert!(first.text_tower >= 1);
    let again = run.classify(0, &["a cat", "a dog"], &[]);
    assert_eq!(
        again,
        Ran {
            image_tower: 0,
            text_tower: 0
        }
    );
}

#[test]
fn an_edited_label_does_not_run_the_image_tower() {
    let run = Run::new();
    run.classify(0, &["a cat", "a dog"], &[]);
    let edited = run.classify(0, &["a cat", "a horse"], &[]);
    assert_eq!(
        edited,
        Ran {
            image_tower: 0,
            text_tower: 1
        }
    );
    let back = run.classify(0, &["a cat", "a dog"], &[]);
    assert_eq!(
        back,
        Ran {
            image_tower: 0,
            text_tower: 0
        }
    );
}

#[test]
fn moved_and_removed_labels_run_nothing() {
    let run = Run::new();
    run.classify(0, &["a cat", "a dog", "a horse"], &[]);
    let fewer = run.classify(0, &["a horse", "a cat"], &[]);
    assert_eq!(
        fewer,
        Ran {
            image_tower: 0,
            text_tower: 0
        }
    );
}

#[test]
fn a_new_picture_does_not_run_the_text_tower() {
    let run = Run::new();
    run.classify(0, &["a cat", "a dog"], &[]);
    let other = run.classify(1, &["a cat", "a dog"], &[]);
    assert_eq!(
        other,
        Ran {
            image_tower: 1,
            text_tower: 0
        }
    );
    let first_again = run.classify(0, &["a cat", "a dog"], &[]);
    assert_eq!(
        first_again,
        Ran {
            image_tower: 0,
            text_tower: 0
        }
    );
}

#[test]
fn a_template_is_part_of_what_is_remembered() {
    let run = Run::new();
    run.classify(0, &["cat"], &["a photo of a {}"]);
    let other = run.classify(0, &["cat"], &["a drawing of a {}"]);
    assert_eq!(other.image_tower, 0);
    assert!(other.text_tower >= 1);
    let both_known = run.classify(0, &["cat"], &["a photo of a {}"]);
    assert_eq!(
        both_known,
        Ran {
            image_tower: 0,
            text_tower: 0
        }
    );
}
