//! What goes well: downloaded once, used without a network, of every layout.

use glimpse_tests::hub::{Entry, Fault, Mischief, Origin};

use crate::stage::{REPOSITORY, Stage, WEIGHTS, classify, fixture, scores};
use crate::support::Run;

#[test]
fn a_model_is_downloaded_once_and_gives_the_numbers_of_its_folder() {
    let stage = Stage::new();
    let folder = fixture("hf-quickgelu-f32");
    let expected = stage.scores(folder.to_str().unwrap());
    assert!(stage.hub.log().is_empty(), "a folder asks nobody");

    assert_eq!(stage.scores(REPOSITORY), expected);
    assert_eq!(stage.asked()[..2], ["revision", "tree"]);
    let weights = stage.requests(WEIGHTS);
    assert_eq!(weights.len(), 1);
    assert!(weights[0].complete && weights[0].bytes_sent == stage.size(WEIGHTS));
    for file in ["pixel_values.safetensors", "expected.json"] {
        assert!(stage.requests(file).is_empty(), "{file} is no part of it");
    }
    let original = std::fs::read(folder.join(WEIGHTS)).unwrap();
    assert_eq!(std::fs::read(stage.kept(WEIGHTS)).unwrap(), original);

    stage.hub.clear_log();
    assert_eq!(stage.scores(REPOSITORY), expected);
    assert_eq!(
        stage.asked(),
        ["revision"],
        "a second start asks for the commit alone"
    );

    stage.hub.clear_log();
    let pinned = format!("{REPOSITORY}@{}", stage.version.commit);
    assert_eq!(stage.scores(&pinned), expected);
    assert!(stage.hub.log().is_empty(), "a commit needs no question");
}

#[test]
fn a_kept_copy_works_without_a_network() {
    let stage = Stage::new();
    let expected = stage.scores(REPOSITORY);
    // The hub answers that it is broken, then it is not there at all.
    stage
        .hub
        .fault(Fault::on("revision", Mischief::status(503)).at(Origin::Hub));
    let run = stage.run(&classify(REPOSITORY));
    assert_eq!(scores(&run), expected);
    assert!(
        run.stderr().contains("taking the kept copy") && run.stderr().contains("503"),
        "{}",
        run.stderr()
    );
    let mut offline = stage.command(&classify(REPOSITORY));
    drop(stage.hub);
    let run = Run::of(&mut offline);
    assert_eq!(scores(&run), expected);
    assert!(
        run.stderr().contains("taking the kept copy"),
        "{}",
        run.stderr()
    );
}

#[test]
fn pytorchs_files_are_taken_where_there_are_no_safetensors() {
    let twin = fixture("hf-quickgelu-f32");
    let folder = tempfile::tempdir().unwrap();
    for file in ["config.json", "preprocessor_config.json", "tokenizer.json"] {
        std::fs::copy(twin.join(file), folder.path().join(file)).unwrap();
    }
    let pickle = fixture("pytorch").join("hf-quickgelu-f32.bin");
    std::fs::copy(pickle, folder.path().join("pytorch_model.bin")).unwrap();
    let stage = Stage::with(folder.path());
    let expected = stage.scores(twin.to_str().unwrap());
    assert_eq!(stage.scores(folder.path().to_str().unwrap()), expected);
    assert!(stage.hub.log().is_empty(), "a folder asks nobody");

    assert_eq!(stage.scores(REPOSITORY), expected);
    let weights = stage.requests("pytorch_model.bin");
    assert_eq!(weights.len(), 1);
    assert!(weights[0].complete && weights[0].bytes_sent == stage.size("pytorch_model.bin"));

    // Beside safetensors it is no part of the model.
    std::fs::copy(twin.join(WEIGHTS), folder.path().join(WEIGHTS)).unwrap();
    let both = Stage::with(folder.path());
    assert_eq!(both.scores(REPOSITORY), expected);
    assert_eq!(both.requests(WEIGHTS).len(), 1);
    assert!(both.requests("pytorch_model.bin").is_empty());
}

#[test]
fn every_layout_arrives() {
    for (name, files) in [
        ("openclip-gelu-f32", 3),
        ("hf-gelu-bf16-shards", 7),
        ("hf-gelu-neweos-f16", 4),
    ] {
        let stage = Stage::with(&fixture(name));
        let folder = fixture(name);
        let expected = stage.scores(folder.to_str().unwrap());
        let got = stage.get().json(0);
        assert_eq!(got[0]["name"], REPOSITORY);
        assert_eq!(got[0]["revision"], stage.version.commit.as_str());
        let asked = |entry: &&Entry| entry.status == 200;
        // Beside the two questions about the repository.
        let fetched = stage.hub.log().iter().filter(asked).count() - 2;
        assert_eq!(fetched, files, "{name}");
        stage.hub.clear_log();
        assert_eq!(stage.scores(REPOSITORY), expected, "{name}");
        assert_eq!(stage.hub.log().len(), 1, "{name}");
    }
}

#[test]
fn a_new_commit_with_the_same_weights_does_not_fetch_them_again() {
    let stage = Stage::new();
    assert_eq!(stage.get().code(), 0);
    let folder = stage.desk.path("changed");
    std::fs::create_dir(&folder).unwrap();
    for file in [
        "config.json",
        "preprocessor_config.json",
        "tokenizer.json",
        WEIGHTS,
    ] {
        std::fs::copy(fixture("hf-quickgelu-f32").join(file), folder.join(file)).unwrap();
    }
    std::fs::write(folder.join("README.md"), "A new word about it.").unwrap();
    let version = stage.hub.mount(REPOSITORY, &folder).unwrap();
    assert_ne!(version.commit, stage.version.commit);
    stage.hub.clear_log();
    let got = stage.get().json(0);
    assert_eq!(got[0]["revision"], version.commit.as_str());
    assert!(stage.requests(WEIGHTS).is_empty());
    assert_eq!(stage.requests("config.json").len(), 1);
}

#[test]
fn the_page_of_a_repository_is_its_name() {
    let stage = Stage::new();
    for page in ["", "/tree/main"] {
        let address = format!("{}/{REPOSITORY}{page}", stage.hub.url());
        assert_eq!(stage.run(&["models", "get", &address]).code(), 0);
    }
    assert_eq!(stage.requests(WEIGHTS).len(), 1);
    let address = format!("{}/{REPOSITORY}", stage.hub.url());
    assert_eq!(stage.run(&["models", "rm", &address]).code(), 0);
    assert!(!stage.kept(WEIGHTS).exists());
}
