//! What the pipeline promises beside single numbers: order, ensembles, repeated labels, refusals, progress.

use glimpse::{
    Classifier, ClassifyOptions, DeviceKind, DevicePreference, Error, Folder, LoadOptions, Phase,
    Progress, Score,
};
use glimpse_tests::checkpoint::Checkpoint;
use glimpse_tests::fixture::{CHECKPOINTS, Fixture, fixtures};
use glimpse_tests::parity::{dot, largest_difference};
use pollster::block_on;

/// Sums in f32 over a few dozen numbers, done in another order.
const SAME: f32 = 1e-5;

fn load(name: &str) -> Classifier {
    let options = LoadOptions {
        device: DevicePreference::Cpu,
        ..LoadOptions::default()
    };
    block_on(Classifier::load(
        &Folder::new(fixtures().join(name)),
        options,
    ))
    .expect("a good checkpoint")
}

fn picture() -> Vec<u8> {
    Fixture::named("hf-quickgelu-f32").picture_bytes("gradient_97x64.png")
}

fn labels(labels: &[&str]) -> Vec<String> {
    labels.iter().map(ToString::to_string).collect()
}

fn classify(
    classifier: &Classifier,
    labels_: &[&str],
    options: &ClassifyOptions,
) -> Result<Vec<Score>, Error> {
    block_on(classifier.classify(&picture(), &labels(labels_), options))
}

#[test]
fn scores_come_best_first_and_sum_to_one() {
    let classifier = load("hf-quickgelu-f32");
    let scores = classify(
        &classifier,
        &["a cat", "a dog", "a red circle", "x"],
        &ClassifyOptions::default(),
    )
    .expect("scores");
    assert_eq!(scores.len(), 4);
    assert!(
        scores.windows(2).all(|pair| pair[0].score >= pair[1].score),
        "{scores:?}"
    );
    let sum: f32 = scores.iter().map(|score| score.score).sum();
    assert!((sum - 1.0).abs() < SAME, "{sum}");
}

#[test]
fn the_top_k_keep_the_probabilities_they_have_among_all() {
    let classifier = load("hf-quickgelu-f32");
    let names = ["a cat", "a dog", "a red circle"];
    let all = classify(&classifier, &names, &ClassifyOptions::default()).expect("scores");
    let options = ClassifyOptions {
        top_k: Some(2),
        ..ClassifyOptions::default()
    };
    let top = classify(&classifier, &names, &options).expect("scores");
    assert_eq!(top.len(), 2);
    for (top, all) in top.iter().zip(&all) {
        assert_eq!(top.label, all.label);
        assert!((top.score - all.score).abs() < SAME);
    }
}

#[test]
fn an_ensemble_is_the_mean_of_unit_embeddings_made_unit_again() {
    let classifier = load("hf-gelu-neweos-f16");
    let templates = ["a photo of a {}", "{} and {}", "the old {}"];
    let options = ClassifyOptions {
        templates: labels(&templates),
        ..ClassifyOptions::default()
    };
    let scores = classify(&classifier, &["cat", "house {}"], &options).expect("scores");

    let image = block_on(classifier.embed_image(&picture())).expect("an embedding");
    for (label, prompts) in [
        ("cat", ["a photo of a cat", "cat and cat", "the old cat"]),
        (
            "house {}",
            [
                "a photo of a house {}",
                "house {} and house {}",
                "the old house {}",
            ],
        ),
    ] {
        let mut mean = vec![0.0; image.len()];
        for prompt in prompts {
            let embedding = block_on(classifier.embed_text(prompt)).expect("an embedding");
            for (mean, value) in mean.iter_mut().zip(&embedding) {
                *mean += value / 3.0;
            }
        }
        let cosine = dot(&image, &mean) / dot(&mean, &mean).sqrt();
        let score = scores
            .iter()
            .find(|score| score.label == label)
            .expect("the label");
        assert!(
            (score.cosine - cosine).abs() < SAME,
            "{label}: {} against {cosine}",
            score.cosine
        );
    }
}

#[test]
fn the_same_label_twice_keeps_both_rows() {
    let classifier = load("hf-quickgelu-f32");
    let scores = classify(
        &classifier,
        &["a cat", "a dog", "a cat"],
        &ClassifyOptions::default(),
    )
    .expect("scores");
    let cats: Vec<f32> = scores
        .iter()
        .filter(|score| score.label == "a cat")
        .map(|score| score.score)
        .collect();
    assert_eq!(cats.len(), 2);
    assert_eq!(cats[0], cats[1]);
}

#[test]
fn empty_labels_are_refused_by_row() {
    let classifier = load("hf-quickgelu-f32");
    let error = classify(&classifier, &[], &ClassifyOptions::default()).expect_err("no labels");
    assert_eq!(error.code().as_str(), "no-labels");
    for empty in ["", "  ", "\t\n", "\u{3000}"] {
        let error = classify(
            &classifier,
            &["a cat", empty, "a dog"],
            &ClassifyOptions::default(),
        )
        .expect_err("an empty label");
        assert_eq!(error.code().as_str(), "no-labels");
        assert!(
            error.to_string().contains('2'),
            "names the second row: {error}"
        );
    }
}

#[test]
fn a_known_embedding_gives_the_same_scores_as_its_picture() {
    let classifier = load("openclip-gelu-f32");
    let names = labels(&["a cat", "a red circle"]);
    let options = ClassifyOptions::default();
    let image = block_on(classifier.embed_image(&picture())).expect("an embedding");
    let from_picture = block_on(classifier.classify(&picture(), &names, &options)).expect("scores");
    let from_embedding =
        block_on(classifier.classify_embedded(&image, &names, &options)).expect("scores");
    for (left, right) in from_picture.iter().zip(&from_embedding) {
        assert_eq!(left.label, right.label);
        assert!((left.score - right.score).abs() < SAME);
    }
}

#[test]
fn pixels_give_the_same_embedding_as_their_file() {
    let classifier = load("hf-gelu-bf16-shards");
    let from_file = block_on(classifier.embed_image(&picture())).expect("an embedding");
    let pixels = glimpse::image::decode(&picture()).expect("a good picture");
    let from_pixels = block_on(classifier.embed_pixels(&pixels)).expect("an embedding");
    assert!(largest_difference(&from_pixels, &from_file) < SAME);
}

#[test]
fn info_tells_what_the_model_is() {
    for (name, image_size, context_length) in [
        ("hf-quickgelu-f32", 48, 16),
        ("hf-gelu-neweos-f16", 32, 12),
        ("hf-gelu-bf16-shards", 56, 20),
        ("openclip-gelu-f32", 40, 14),
    ] {
        let classifier = load(name);
        let info = classifier.info();
        assert!(info.model.contains(name), "{}", info.model);
        assert_eq!(info.device, DeviceKind::Cpu);
        let json = serde_json::to_value(info).expect("JSON");
        assert_eq!(json["device"], "cpu");
        assert_eq!(json["imageSize"], image_size);
        assert_eq!(json["contextLength"], context_length);
        assert!(json["reason"].is_string());
    }
}

#[test]
fn a_stream_that_does_not_tell_its_length_loads_alike() {
    for name in CHECKPOINTS {
        let mut source = Checkpoint::read(&fixtures().join(name));
        source.tells_total = false;
        let options = LoadOptions {
            device: DevicePreference::Cpu,
            ..LoadOptions::default()
        };
        let classifier = block_on(Classifier::load(&source, options)).expect("a good checkpoint");
        let found = block_on(classifier.embed_text("a photo of two cats")).expect("an embedding");
        let expected = &Fixture::named(name).expected.text_embeds[0];
        assert!(largest_difference(&found, expected) < 1e-4, "{name}");
    }
}

#[test]
fn progress_goes_forward_and_ends_ready() {
    let mut seen: Vec<Progress> = Vec::new();
    let mut on_progress = |progress: Progress| seen.push(progress);
    let options = LoadOptions {
        device: DevicePreference::Cpu,
        on_progress: Some(&mut on_progress),
        ..LoadOptions::default()
    };
    let folder = Folder::new(fixtures().join("hf-gelu-bf16-shards"));
    block_on(Classifier::load(&folder, options)).expect("a good checkpoint");

    assert!(matches!(seen.last().expect("progress").phase, Phase::Ready));
    for shard in 1..=3 {
        let file = format!("model-{shard:05}-of-00003.safetensors");
        let of_shard: Vec<&Progress> = seen
            .iter()
            .filter(|progress| progress.file == file && matches!(progress.phase, Phase::Upload))
            .collect();
        assert!(
            of_shard
                .windows(2)
                .all(|pair| pair[0].loaded <= pair[1].loaded),
            "{file}"
        );
        let size = std::fs::metadata(fixtures().join("hf-gelu-bf16-shards").join(&file))
            .expect("a shard")
            .len();
        let last = of_shard
            .last()
            .unwrap_or_else(|| panic!("progress of {file}"));
        assert_eq!((last.loaded, last.total), (size, Some(size)), "{file}");
    }
}
