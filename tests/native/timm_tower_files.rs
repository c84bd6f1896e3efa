//! Which files of a checkpoint with one of timm's towers are read, and which parts of them.

use glimpse::{Classifier, DevicePreference, Folder, LoadOptions, TokenRows};
use glimpse_tests::checkpoint::Checkpoint;
use glimpse_tests::fixture::Fixture;
use glimpse_tests::timm_towers::TIMM_TOWERS;
use pollster::block_on;
use serde_json::json;

use crate::timm_towers::{CONFIG, PREPROCESSOR, WEIGHTS, folder, lite0, load};

/// The fingerprint of the first of them, as in `parts.rs`: it depends on the weights as they are in the file, before batch norms are folded.
const PINNED: &str = "7ffe38af1b38a50101be946412a6e7c3893ecd5b54780d1d300f085f282e2d0d";

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
        if tower.name == TIMM_TOWERS[0].name {
            assert_eq!(fingerprint, PINNED);
        }
        assert_eq!(&without.info().fingerprint, fingerprint, "{}", tower.name);
        assert_eq!(&on_demand.info().fingerprint, fingerprint, "{}", tower.name);
    }
}
