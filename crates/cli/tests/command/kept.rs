//! What is kept: listed, removed, noticed when it is damaged; and Hugging Face's cache, which is only read.

use std::fs;
use std::path::PathBuf;

use glimpse_tests::hub::Origin;
use serde_json::Value;

use crate::stage::{
    REPOSITORY, Stage, WEIGHTS, classify, fails, fixture, is_gone, is_whole, scores, snapshot,
};
use crate::support::Run;

/// The list's line of a model.
fn listed(stage: &Stage, name: &str) -> Option<Value> {
    let list = stage.run(&["models", "--json"]).json(0);
    let models = list.as_array().unwrap();
    models.iter().find(|model| model["name"] == name).cloned()
}

#[test]
fn what_is_kept_is_listed_and_rm_frees_its_bytes() {
    let stage = Stage::new();
    assert!(listed(&stage, REPOSITORY).is_none());
    assert_eq!(stage.get().code(), 0);
    let kept = listed(&stage, REPOSITORY).unwrap()["kept"].clone();
    let bytes = kept["bytes"].as_u64().unwrap();
    assert!(bytes > stage.size(WEIGHTS), "{bytes}");
    assert_eq!(kept["complete"], true);
    assert_eq!(kept["place"], "glimpse");
    assert_eq!(kept["revision"], stage.version.commit.as_str());
    let table = stage.run(&["models"]).stdout();
    assert!(table.contains("Kept as well:\n  acme/clip  "), "{table}");

    let removed = stage.run(&["models", "rm", REPOSITORY, "--json"]).json(0);
    assert_eq!(removed[0]["bytes"], bytes);
    let left = snapshot(&stage.desk.path("kept/models"));
    assert_eq!(left, [], "nothing is left of it");
    assert!(listed(&stage, REPOSITORY).is_none());

    let run = stage.run(&["models", "rm", REPOSITORY, "mini", "mini-photo", "auto"]);
    assert_eq!((run.code(), run.stdout().as_str()), (1, ""));
    assert!(
        run.stderr().contains("nothing of acme/clip is kept"),
        "{}",
        run.stderr()
    );
    assert!(
        run.stderr().contains("mini is built in"),
        "{}",
        run.stderr()
    );
}

#[test]
fn what_is_kept_of_another_hub_is_said() {
    let stage = Stage::new();
    assert_eq!(stage.get().code(), 0);
    let other = stage.run(&["models", "--hub", "http://other.example"]);
    let host = stage.hub.url().replace("http://", "").replace(':', "-");
    let words = format!("of another hub, {host}; name it by --hub");
    assert!(other.stdout().contains(&words), "{}", other.stdout());
    assert!(!stage.run(&["models"]).stdout().contains("another hub"));
}

#[test]
fn an_offered_name_is_its_repository() {
    let stage = Stage::new();
    let photo = "laion/CLIP-ViT-B-32-256x256-DataComp-s34B-b86K";
    stage
        .hub
        .mount(photo, &fixture("openclip-gelu-f32"))
        .unwrap();
    let run = stage.run(&classify("photo"));
    assert_eq!(run.json(0)[0]["model"], "photo");
    let kept = listed(&stage, "photo").unwrap()["kept"].clone();
    assert_eq!(kept["complete"], true);
    assert!(listed(&stage, photo).is_none(), "it is listed once");
    assert_eq!(stage.run(&["models", "rm", "photo"]).code(), 0);
    assert!(listed(&stage, "photo").unwrap()["kept"].is_null());
}

#[test]
fn the_other_repository_is_taken_where_the_first_has_no_weights_that_are_read() {
    let stage = Stage::new();
    let others = tempfile::tempdir().unwrap();
    fs::write(others.path().join("open_clip_config.json"), "{}").unwrap();
    fs::write(others.path().join("model.onnx"), "x").unwrap();
    let first = "timm/vit_base_patch32_clip_224.openai";
    stage.hub.mount(first, others.path()).unwrap();
    let other = "openai/clip-vit-base-patch32";
    stage
        .hub
        .mount(other, &fixture("hf-quickgelu-f32"))
        .unwrap();
    let run = stage.run(&["models", "get", "openai-b32", "--json"]);
    assert_eq!(run.json(0)[0]["repository"], other);
    assert!(
        run.stderr().contains("deployment out of scope"),
        "{}",
        run.stderr()
    );
}

#[test]
fn the_other_repository_is_taken_where_the_first_is_gone() {
    let stage = Stage::new();
    let other = "openai/clip-vit-base-patch32";
    stage
        .hub
        .mount(other, &fixture("hf-quickgelu-f32"))
        .unwrap();
    let got = stage
        .run(&["models", "get", "openai-b32", "--json"])
        .json(0);
    assert_eq!(got[0]["repository"], other);
    // Neither of them: the first is spoken of.
    let none = Stage::new();
    let run = none.run(&["models", "get", "openai-b32"]);
    assert_eq!((run.code(), run.stdout().as_str()), (1, ""));
    assert!(
        run.stderr()
            .contains("timm/vit_base_patch32_clip_224.openai, revision main"),
        "{}",
        run.stderr()
    );
}

#[test]
fn a_kept_file_that_was_cut_is_noticed_and_fetched_again() {
    let stage = Stage::new();
    let expected = stage.scores(REPOSITORY);
    let file = fs::File::options()
        .write(true)
        .open(stage.kept(WEIGHTS))
        .unwrap();
    file.set_len(1234).unwrap();
    stage.hub.clear_log();
    assert_eq!(stage.scores(REPOSITORY), expected);
    assert_eq!(
        stage.begins(WEIGHTS),
        [1234],
        "what is there is gone on with"
    );
}

#[test]
fn a_kept_file_that_is_gone_is_noticed_and_fetched_again() {
    let stage = Stage::new();
    let expected = stage.scores(REPOSITORY);
    fs::remove_file(stage.kept(WEIGHTS)).unwrap();
    stage.hub.clear_log();
    assert_eq!(stage.scores(REPOSITORY), expected);
    assert_eq!(stage.begins(WEIGHTS), [0]);
    is_whole(&stage);
}

#[test]
fn a_kept_part_that_is_damaged_is_found_out_at_the_end() {
    let stage = Stage::new();
    assert_eq!(stage.get().code(), 0);
    let mut part = fs::read(stage.kept(WEIGHTS)).unwrap();
    part.truncate(1234);
    part[100] ^= 1;
    fs::write(stage.kept(WEIGHTS), part).unwrap();
    stage.hub.clear_log();
    fails(&stage.get(), &["arrived damaged", "deleted"]);
    assert_eq!(stage.begins(WEIGHTS), [1234]);
    is_gone(&stage);
    assert_eq!(stage.get().code(), 0);
    is_whole(&stage);
}

#[cfg(target_os = "linux")]
#[test]
fn models_are_kept_in_the_users_cache_folder() {
    let stage = Stage::new();
    let caches = stage.desk.path("caches");
    let mut get = stage.command(&["models", "get", REPOSITORY, "--json"]);
    get.env_remove("GLIMPSE_CACHE")
        .env("XDG_CACHE_HOME", &caches);
    let got = Run::of(&mut get).json(0);
    let path = PathBuf::from(got[0]["path"].as_str().unwrap());
    assert!(
        path.starts_with(caches.join("glimpse")),
        "{}",
        path.display()
    );
}

/// What Hugging Face's tools leave of the fixture: blobs by hash, links to them by name.
fn hugging_face_cache(stage: &Stage) -> PathBuf {
    let folder = stage.desk.path("huggingface/hub/models--acme--clip");
    let commit = &stage.version.commit;
    let files = [
        "config.json",
        "preprocessor_config.json",
        "tokenizer.json",
        WEIGHTS,
    ];
    for name in files {
        let file = stage
            .version
            .files
            .iter()
            .find(|file| file.path == name)
            .unwrap();
        let bytes = fs::read(&file.on_disk).unwrap();
        let blob = format!("huggingface/hub/models--acme--clip/blobs/{}", file.sha256);
        stage.desk.write(&blob, &bytes);
        let snapshot = folder.join("snapshots").join(commit);
        fs::create_dir_all(&snapshot).unwrap();
        let target = format!("../../blobs/{}", file.sha256);
        std::os::unix::fs::symlink(target, snapshot.join(name)).unwrap();
    }
    fs::create_dir_all(folder.join("refs")).unwrap();
    fs::write(folder.join("refs/main"), commit).unwrap();
    folder
}

#[cfg(unix)]
#[test]
fn hugging_faces_cache_is_read_and_not_written() {
    let stage = Stage::new();
    let expected = stage.scores(fixture("hf-quickgelu-f32").to_str().unwrap());
    let folder = hugging_face_cache(&stage);
    let before = snapshot(&folder);

    assert_eq!(stage.scores(REPOSITORY), expected);
    let log = stage.hub.log();
    assert!(log.iter().all(|entry| entry.origin == Some(Origin::Hub)));
    let asked: Vec<&str> = log.iter().map(|entry| entry.file.as_str()).collect();
    assert_eq!(asked, ["revision", "tree"], "no file is fetched");

    let run = stage.run(&["models", "rm", REPOSITORY]);
    assert_eq!(
        run.code(),
        0,
        "our own list of its files is removed: {}",
        run.stderr()
    );
    let kept = listed(&stage, REPOSITORY).unwrap()["kept"].clone();
    assert_eq!(kept["place"], "hugging-face");
    let run = stage.run(&["models", "rm", REPOSITORY]);
    assert_eq!(run.code(), 1);
    assert!(
        run.stderr().contains("Hugging Face's own cache"),
        "{}",
        run.stderr()
    );

    let mut offline = stage.command(&classify(REPOSITORY));
    drop(stage.hub);
    assert_eq!(scores(&Run::of(&mut offline)), expected);
    assert_eq!(snapshot(&folder), before);
}

#[cfg(unix)]
#[test]
fn a_model_in_hugging_faces_cache_needs_no_cache_of_ours() {
    let stage = Stage::new();
    hugging_face_cache(&stage);
    // No folder can be made inside a file, whoever runs the tests.
    stage.desk.write("file", b"");
    let nowhere = stage.desk.path("file/kept");
    let mut command = stage.command(&classify(REPOSITORY));
    scores(&Run::of(command.env("GLIMPSE_CACHE", &nowhere)));

    fs::remove_dir_all(stage.desk.path("huggingface")).unwrap();
    let mut command = stage.command(&classify(REPOSITORY));
    let run = Run::of(command.env("GLIMPSE_CACHE", &nowhere));
    fails(&run, &["file/kept", "GLIMPSE_CACHE"]);
    assert!(stage.requests(WEIGHTS).is_empty());
}

#[cfg(unix)]
#[test]
fn a_blob_of_another_hash_in_it_is_not_taken() {
    let stage = Stage::new();
    let folder = hugging_face_cache(&stage);
    let link = folder
        .join("snapshots")
        .join(&stage.version.commit)
        .join(WEIGHTS);
    fs::remove_file(&link).unwrap();
    let other = "0".repeat(64);
    let size = usize::try_from(stage.size(WEIGHTS)).unwrap();
    stage.desk.write(
        &format!("huggingface/hub/models--acme--clip/blobs/{other}"),
        &vec![0; size],
    );
    std::os::unix::fs::symlink(format!("../../blobs/{other}"), link).unwrap();
    assert_eq!(stage.get().code(), 0);
    assert_eq!(stage.requests(WEIGHTS).len(), 1);
}
