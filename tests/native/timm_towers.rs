//! timm's towers in open_clip's layout: open_clip's numbers on both devices, copies, maps, and what is refused.

use std::path::{Path, PathBuf};
use std::rc::Rc;

use glimpse::{
    Classifier, Defence, DevicePreference, Folder, LoadOptions, ModelSource, Occlusion, Pending,
    Precision, TokenRows,
};
use glimpse_model::{ClipConfig, Layout, LoadPlan, RangeReader, WeightFile};
use glimpse_tests::checkpoint::Checkpoint;
use glimpse_tests::fixture::Fixture;
use glimpse_tests::header::Header;
use glimpse_tests::parity::{Differences, dot, largest_difference};
use glimpse_tests::timm_towers::{TIMM_TOWERS, TimmTower};
use pollster::block_on;
use serde::Deserialize;
use serde_json::json;

const CONFIG: &str = "open_clip_config.json";
const PREPROCESSOR: &str = "preprocessor_config.json";
const WEIGHTS: &str = "open_clip_model.safetensors";
/// Of f16 copies.
const F16_COSINE: f32 = 0.999_9;
/// Of q8 copies, through fifty layers of random weights.
const Q8_COSINE: f32 = 0.997;
/// Of a copy on the CPU, which multiplies whole numbers, from the same copy on a GPU, which multiplies what they stand for.
const COPY_ON_GPU: f32 = 1e-3;
/// What is promised of maps, in logits.
const PARTS: f32 = 1e-4;

/// The map of one picture, as `make_towers.py` has it.
#[derive(Deserialize)]
struct Map {
    picture: String,
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

/// The first of them in memory.
fn lite0() -> Checkpoint {
    Checkpoint::read(&folder(&TIMM_TOWERS[0]))
}

fn load(source: &impl ModelSource) -> Result<Classifier, glimpse::Error> {
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
    let picture = glimpse::image::decode(&fixture.picture_bytes(&map.picture)).expect("a picture");
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
fn a_gpu_gives_the_same_numbers() {
    for tower in TIMM_TOWERS {
        let answer = crate::gpu::on_gpu("parity", &folder(&tower));
        let found: Differences = serde_json::from_value(answer).expect("differences");
        if found.reason.contains("no GPU could be opened") {
            println!("left out: {}", found.reason);
            return;
        }
        crate::gpu::check(tower.name, &found);
    }
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
            println!("left out: {}", found.reason);
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
        witness: false,
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
    for at in [0, 1, 35, 59, 60, PICTURES - 1] {
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

/// The picture as the model sees it, with `preprocessor_config.json` as it is given.
fn seen(checkpoint: &Checkpoint) -> Vec<u8> {
    let classifier = load(checkpoint).expect("a good checkpoint");
    let picture = Fixture::named("openclip-gelu-f32").picture_bytes("gradient_97x64.png");
    classifier
        .preprocess(&picture)
        .expect("a picture")
        .into_raw()
}

#[test]
fn a_preprocessor_of_another_model_is_passed_over() {
    let sound = lite0();
    let own = seen(&sound);
    let open_clips = seen(&sound.without(PREPROCESSOR));
    assert_ne!(own, open_clips, "a larger resize shows more of the middle");
    let crop = |crop: usize| json!({"size": 224, "crop_size": crop}).to_string();
    for other in [String::new(), "not json".to_owned(), crop(224), crop(0)] {
        assert_eq!(
            seen(&sound.with(PREPROCESSOR, other.clone())),
            open_clips,
            "{other}"
        );
    }
    // A ViT's is not asked for: open_clip's configuration says all of it.
    let vit = Checkpoint::read(&Fixture::named("openclip-gelu-f32").folder);
    assert_eq!(seen(&vit.with(PREPROCESSOR, crop(40))), seen(&vit));
}

#[test]
fn the_files_of_a_model_have_its_preprocessor_among_them() {
    let sound = lite0();
    let files =
        |checkpoint: &Checkpoint| block_on(glimpse::model_files(checkpoint)).expect("files");
    let expected = [CONFIG, PREPROCESSOR, "tokenizer.json", WEIGHTS];
    assert_eq!(files(&sound), expected);
    let without = sound.without(PREPROCESSOR);
    assert_eq!(files(&without), [CONFIG, "tokenizer.json", WEIGHTS]);
}

#[test]
fn the_text_tower_may_be_left_out_and_rows_fetched_on_demand() {
    for tower in [TIMM_TOWERS[0], TIMM_TOWERS[1]] {
        let fixture = Fixture::at(&folder(&tower));
        let source = Folder::new(&fixture.folder);
        let load = |text_tower, token_rows| {
            let options = LoadOptions {
                device: DevicePreference::Cpu,
                text_tower,
                token_rows,
                ..LoadOptions::default()
            };
            block_on(Classifier::load(&source, options)).expect("a good checkpoint")
        };
        let whole = load(true, TokenRows::Whole);
        let without = load(false, TokenRows::Whole);
        let on_demand = load(true, TokenRows::OnDemand);
        let picture = fixture.picture_bytes(&fixture.expected.images[0]);
        let embed = |classifier: &Classifier| block_on(classifier.embed_image(&picture));
        assert_eq!(embed(&whole).expect("one"), embed(&without).expect("other"));
        let label = &fixture.expected.labels[0];
        let embed = |classifier: &Classifier| block_on(classifier.embed_text(label));
        assert_eq!(
            embed(&whole).expect("one"),
            embed(&on_demand).expect("other")
        );
        let fingerprint = &whole.info().fingerprint;
        assert_eq!(&without.info().fingerprint, fingerprint, "{}", tower.name);
        assert_eq!(&on_demand.info().fingerprint, fingerprint, "{}", tower.name);
    }
}
