//! timm's towers in open_clip's layout: open_clip's numbers on both devices, copies, maps, and what needs heads refused.

use std::path::{Path, PathBuf};
use std::rc::Rc;

use glimpse::{
    Classifier, Defence, DevicePreference, Folder, LoadOptions, ModelSource, Occlusion, Pending,
    Precision,
};
use glimpse_model::{ClipConfig, Layout, LoadPlan, RangeReader, WeightFile};
use glimpse_tests::checkpoint::Checkpoint;
use glimpse_tests::fixture::Fixture;
use glimpse_tests::header::Header;
use glimpse_tests::left_out;
use glimpse_tests::parity::{Differences, dot, largest_difference};
use glimpse_tests::timm_towers::{TIMM_TOWERS, TimmTower};
use pollster::block_on;
use serde::Deserialize;

pub const CONFIG: &str = "open_clip_config.json";
pub const PREPROCESSOR: &str = "preprocessor_config.json";
pub const WEIGHTS: &str = "open_clip_model.safetensors";
/// Of f16 copies.
const F16_COSINE: f32 = 0.999_9;
/// Of q8 copies, through fifty layers of random weights.
const Q8_COSINE: f32 = 0.997;
/// Of a copy on the CPU, whose text tower multiplies whole numbers, from the same copy on a GPU, which multiplies what they stand for.
const COPY_ON_GPU: f32 = 1e-4;
/// What is promised of maps, in logits.
const PARTS: f32 = 1e-4;

/// The map of the first picture, as `make_towers.py` has it.
#[derive(Deserialize)]
struct Map {
    patches: Vec<Vec<f32>>,
    norm_bias: Vec<f32>,
}

/// Where the checkpoint is, written if it is not there from an earlier run.
pub fn folder(tower: &TimmTower) -> PathBuf {
    // CARGO_TARGET_TMPDIR is target/tmp.
    let temporary = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let target = temporary.parent().expect("the build folder");
    tower.write(target).expect("60 MB of room")
}

/// The first of them in memory: names as `open_clip.CLIP` has them, and a projection without a bias.
pub fn lite0() -> Checkpoint {
    Checkpoint::read(&folder(&TIMM_TOWERS[0]))
}

/// Loads it onto the CPU.
pub fn load(source: &impl ModelSource) -> Result<Classifier, glimpse::Error> {
    let options = LoadOptions {
        device: DevicePreference::Cpu,
        ..LoadOptions::default()
    };
    block_on(Classifier::load(source, options))
}

fn map_of(fixture: &Fixture) -> Map {
    serde_json::from_value(fixture.expected_json()["map"].clone()).expect("a map")
}

/// Fails where a tower's map is not open_clip's.
fn check_map(name: &str, classifier: &Classifier, fixture: &Fixture) {
    let map = map_of(fixture);
    let picture = glimpse::image::decode(&fixture.picture_bytes(&fixture.expected.images[0]))
        .expect("a picture");
    let labels = &fixture.expected.labels;
    let explained = block_on(classifier.explain(&picture, labels, &[])).expect("an explanation");
    assert_eq!((explained.layers, explained.heads), (0, 0), "{name}");
    assert!(explained.attention.is_empty());
    let places = explained.side * explained.side;
    for (row, label) in explained.labels.iter().enumerate() {
        let parts = &label.parts;
        let difference = largest_difference(&parts.patches, &map.patches[row]);
        println!(
            "{name}: {}: map {difference:e}, sum {:e}",
            label.label, label.error
        );
        assert!(difference <= PARTS, "{name}: {difference}");
        assert!(
            (parts.norm_bias - map.norm_bias[row]).abs() <= PARTS,
            "{name}"
        );
        assert!(label.error.abs() <= f64::from(PARTS), "{name}: {label:?}");
        assert_eq!(parts.heat(places), parts.patches, "{name}");
    }
}

#[test]
fn every_stage_is_open_clips() {
    for tower in TIMM_TOWERS {
        let fixture = Fixture::at(&folder(&tower));
        crate::parity::check(&fixture);
        let classifier = load(&Folder::new(&fixture.folder)).expect("a good checkpoint");
        check_map(tower.name, &classifier, &fixture);
    }
}

#[test]
fn the_built_in_model_for_photographs_is_open_clips() {
    let fixture = Fixture::built_in_photo();
    crate::parity::check(&fixture);
    let classifier = load(&Folder::new(&fixture.folder)).expect("the built-in model");
    check_map("mini-photo", &classifier, &fixture);
}

#[test]
fn a_gpu_gives_the_same_numbers() {
    let folders = TIMM_TOWERS.iter().map(folder);
    for folder in folders.chain([photo_with_its_expectations()]) {
        let answer = crate::gpu::on_gpu("parity", &folder);
        let found: Differences = serde_json::from_value(answer).expect("differences");
        if found.reason.contains("no GPU could be opened") {
            left_out(&found.reason);
            return;
        }
        crate::gpu::check(&folder.display().to_string(), &found);
    }
}

/// The built-in model in a folder as those of the other checkpoints are.
fn photo_with_its_expectations() -> PathBuf {
    let fixture = Fixture::built_in_photo();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("mini-photo");
    let images = folder.join("images");
    std::fs::create_dir_all(&images).expect("a folder");
    for file in [CONFIG, PREPROCESSOR, "tokenizer.json", WEIGHTS] {
        std::fs::copy(fixture.folder.join(file), folder.join(file)).expect("a copied file");
    }
    for image in &fixture.expected.images {
        std::fs::copy(fixture.picture(image), images.join(image)).expect("a copied picture");
    }
    let expected = fixture.expected_json().to_string();
    std::fs::write(folder.join("expected.json"), expected).expect("expected.json");
    folder
}

#[test]
fn copies_give_nearly_the_same_embeddings_and_windows_stay_whole() {
    for tower in [TIMM_TOWERS[0], TIMM_TOWERS[1]] {
        let fixture = Fixture::at(&folder(&tower));
        let source = Checkpoint::read(&fixture.folder);
        let original = load(&source).expect("a good checkpoint");
        for (to, least) in [(Precision::F16, F16_COSINE), (Precision::Q8, Q8_COSINE)] {
            let mut bytes = Vec::new();
            block_on(glimpse::convert(&source, to, &mut bytes)).expect("a conversion");
            let header = Header::read(&bytes);
            let dtype = |tensor: &str| header.entries[tensor]["dtype"].clone();
            let (stem, linear) = (
                "visual.trunk.conv_stem.weight",
                "visual.trunk.conv_head.weight",
            );
            let window = "visual.trunk.blocks.3.1.conv_dw.weight";
            let expected = match to {
                Precision::F16 => ["F16", "F16", "F16"],
                Precision::Q8 => ["F32", "F32", "I8"],
            };
            assert_eq!([dtype(stem), dtype(window), dtype(linear)], expected);
            let copy = load(&source.with(WEIGHTS, bytes)).expect("a good copy");
            let mut smallest = 1.0_f32;
            for image in &fixture.expected.images {
                let picture = fixture.picture_bytes(image);
                let embed = |classifier: &Classifier| block_on(classifier.embed_image(&picture));
                let (one, other) = (embed(&original).expect("one"), embed(&copy).expect("other"));
                smallest = smallest.min(dot(&one, &other));
            }
            println!("{}, {}: cosine {smallest}", tower.name, to.as_str());
            assert!(
                smallest > least,
                "{}, {}: {smallest}",
                tower.name,
                to.as_str()
            );
        }
    }
}

/// On a GPU halves stay packed too, with what the batch norm has to say in their rows' scales.
#[test]
fn a_gpu_gives_the_numbers_of_copies_that_stay_packed() {
    let fixture = Fixture::at(&folder(&TIMM_TOWERS[0]));
    let source = Folder::new(&fixture.folder);
    for to in [Precision::F16, Precision::Q8] {
        let temporary = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let copy = temporary.join(format!("timm-tower-{}", to.as_str()));
        std::fs::create_dir_all(&copy).expect("a folder");
        for file in [CONFIG, PREPROCESSOR, "tokenizer.json"] {
            std::fs::copy(fixture.folder.join(file), copy.join(file)).expect("a copied file");
        }
        let mut out = Vec::new();
        block_on(glimpse::convert(&source, to, &mut out)).expect("a conversion");
        std::fs::write(copy.join(WEIGHTS), out).expect("the weights");
        let on_cpu = load(&Folder::new(&copy)).expect("a good copy");
        let mut expected = fixture.expected_json();
        let pictures = fixture.expected.images.iter();
        expected["image_embeds"] = pictures
            .map(|image| block_on(on_cpu.embed_image(&fixture.picture_bytes(image))).expect(image))
            .collect();
        let labels = fixture.expected.labels.iter();
        expected["text_embeds"] = labels
            .map(|label| block_on(on_cpu.embed_text(label)).expect(label))
            .collect();
        std::fs::write(copy.join("expected.json"), expected.to_string()).expect("expected.json");
        let answer = crate::gpu::on_gpu("parity", &copy);
        let found: Differences = serde_json::from_value(answer).expect("differences");
        if found.reason.contains("no GPU could be opened") {
            left_out(&found.reason);
            return;
        }
        println!("{}: {found:?}", to.as_str());
        assert_eq!(found.device, "gpu", "{}", found.reason);
        assert!(
            found.image_embeds <= COPY_ON_GPU,
            "{}: {found:?}",
            to.as_str()
        );
        assert!(
            found.text_embeds <= COPY_ON_GPU,
            "{}: {found:?}",
            to.as_str()
        );
    }
}

#[test]
fn many_pictures_are_each_as_if_alone() {
    let checkpoint = lite0();
    let json = String::from_utf8_lossy(&checkpoint.files[CONFIG]).into_owned();
    let config = ClipConfig::from_open_clip(&json).expect("a sound configuration");
    let stream = block_on(checkpoint.open(WEIGHTS)).expect("the weights");
    let file = WeightFile {
        name: WEIGHTS.to_owned(),
        stream: stream.expect("the weights"),
        ranges: Rc::new(NoParts),
        indexed: Vec::new(),
    };
    let plan = LoadPlan {
        device: &glimpse_model::cpu(),
        self_test: false,
        text_tower: false,
        rows_on_demand: false,
    };
    let on_bytes = &mut |_: &str, _, _| {};
    let loading = glimpse_model::load(&config, Layout::OpenClip, vec![file], &plan, on_bytes);
    let clip = block_on(loading).expect("a good checkpoint").clip;
    // More than go through at once.
    const PICTURES: usize = 70;
    let length = 3 * config.vision.image_size.pow(2);
    let pictures: Vec<f32> = (0..PICTURES * length)
        .map(|at| (at as f32 * 0.61).sin() + 1.5 * ((at / length) as f32 * 1.3).cos())
        .collect();
    let together = block_on(clip.image_embeds_of_many(&pictures)).expect("embeddings");
    assert_eq!(together.len(), PICTURES);
    for at in [0, 1, 21, 22, 60, PICTURES - 1] {
        let alone = block_on(clip.image_embeds(&pictures[at * length..][..length]));
        let difference = largest_difference(&together[at], &alone.expect("an embedding"));
        assert!(difference <= 1e-5, "{at}: {difference}");
    }
    assert!(
        largest_difference(&together[0], &together[1]) > 1e-2,
        "nothing to tell apart"
    );
    assert!(
        block_on(clip.image_embeds_of_many(&[]))
            .expect("none")
            .is_empty()
    );
}

/// A place that cannot give parts of its file.
struct NoParts;

impl RangeReader for NoParts {
    fn read_range(&self, _: u64, _: u64) -> Pending<'_, Option<Vec<u8>>> {
        Box::pin(std::future::ready(Ok(None)))
    }
}

#[test]
fn occlusion_greys_what_a_place_stands_for() {
    let fixture = Fixture::at(&folder(&TIMM_TOWERS[0]));
    let classifier = load(&Folder::new(&fixture.folder)).expect("a good checkpoint");
    let picture = fixture.picture_bytes(&fixture.expected.images[0]);
    let square = classifier.preprocess(&picture).expect("a picture");
    let labels = &fixture.expected.labels[..2];
    let occlusion = Occlusion::begin(&classifier, &square, labels, &[], 1);
    let mut occlusion = block_on(occlusion).expect("a good picture");
    // 75 pixels in places of 32, the last of which reach beyond them.
    assert_eq!((occlusion.side(), occlusion.progress()), (3, (0, 9)));
    while occlusion.progress().0 < 9 {
        block_on(occlusion.step(&classifier)).expect("a step");
    }
    let drops = occlusion.drops();
    assert!(
        drops
            .iter()
            .flatten()
            .all(|drop| drop.is_finite() && *drop != 0.0),
        "{drops:?}"
    );
}

#[test]
fn without_attention_heads_what_asks_for_them_is_refused_in_words() {
    let fixture = Fixture::at(&folder(&TIMM_TOWERS[0]));
    let classifier = load(&Folder::new(&fixture.folder)).expect("a good checkpoint");
    let picture = fixture.picture_bytes(&fixture.expected.images[0]);
    let picture = glimpse::image::decode(&picture).expect("a picture");
    let labels = &fixture.expected.labels[..2];
    let defend = |defence: Defence| block_on(classifier.defend(&defence, &picture, labels, &[]));
    let heads = |heads| Defence::Heads { heads, alpha: 0.9 };
    let erase = |boxes| Defence::Erase { gate: None, boxes };
    let corners = [[[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]]];
    for refused in [
        block_on(classifier.head_shares(&picture, &corners)).err(),
        defend(heads(vec![[0, 0]])).err(),
        defend(heads(Vec::new())).err(),
        defend(erase(None)).err(),
    ] {
        let error = refused.expect("a refusal");
        assert_eq!(error.code().as_str(), "unsupported-model");
        assert!(error.to_string().contains("no attention heads"), "{error}");
    }
    for works in [Defence::None, Defence::Mirror, erase(Some(Vec::new()))] {
        defend(works).expect("needs no heads");
    }
}
