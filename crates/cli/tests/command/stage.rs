//! What the tests of arrival share: a hub with one repository, a desk, and the command pointed at both.

use std::path::{Path, PathBuf};
use std::process::Command;

use glimpse_tests::fixture::fixtures;
use glimpse_tests::hub::{Entry, Hub, Origin, Version};
use serde_json::Value;

use crate::support::{Desk, Run};

/// The repository of every test.
pub const REPOSITORY: &str = "acme/clip";
pub const WEIGHTS: &str = "model.safetensors";

/// A hub that has the checkpoint of a fixture, and a desk of its own.
pub struct Stage {
    pub hub: Hub,
    pub desk: Desk,
    pub version: Version,
}

impl Stage {
    /// With the fixture `hf-quickgelu-f32`.
    pub fn new() -> Self {
        Self::with(&fixture("hf-quickgelu-f32"))
    }

    /// With the files of a folder.
    pub fn with(folder: &Path) -> Self {
        let hub = Hub::start().unwrap();
        let version = hub.mount(REPOSITORY, folder).unwrap();
        let desk = Desk::new();
        desk.picture("red.png", [220, 30, 30]);
        Self { hub, desk, version }
    }

    /// `glimpse` with the hub of this stage.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.desk.command(arguments);
        command.env("HF_ENDPOINT", self.hub.url());
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Run {
        Run::of(&mut self.command(arguments))
    }

    /// Downloads the repository.
    pub fn get(&self) -> Run {
        self.run(&["models", "get", REPOSITORY, "--json"])
    }

    /// The scores of one picture.
    #[track_caller]
    pub fn scores(&self, model: &str) -> Value {
        scores(&self.run(&classify(model)))
    }

    /// Where the command keeps a file of the repository.
    pub fn kept(&self, file: &str) -> PathBuf {
        let host = self.hub.url().replace("http://", "").replace(':', "-");
        let folder = format!("kept/models/{host}/acme--clip/{}", self.version.commit);
        self.desk.path(&folder).join(file)
    }

    /// The length of a file of the repository.
    pub fn size(&self, file: &str) -> u64 {
        let files = &self.version.files;
        files.iter().find(|found| found.path == file).unwrap().size
    }

    /// The files that were asked about so far, in order; "revision" and "tree" are the hub's own answers.
    pub fn asked(&self) -> Vec<String> {
        self.hub.log().into_iter().map(|entry| entry.file).collect()
    }

    /// What was asked about a file where its bytes are.
    pub fn requests(&self, file: &str) -> Vec<Entry> {
        let asked =
            |entry: &Entry| entry.file == file && entry.origin == Some(Origin::of_bytes(file));
        self.hub.log().into_iter().filter(asked).collect()
    }

    /// Where each request for a file began, in bytes.
    pub fn begins(&self, file: &str) -> Vec<u64> {
        self.requests(file).iter().map(Entry::begins_at).collect()
    }
}

/// The arguments that classify the desk's picture.
pub fn classify(model: &str) -> [&str; 9] {
    [
        "classify",
        "red.png",
        "--labels",
        "a cat,a dog,x",
        "--model",
        model,
        "--device",
        "cpu",
        "--json",
    ]
}

#[track_caller]
pub fn scores(run: &Run) -> Value {
    run.json(0)[0]["scores"].clone()
}

/// A checkpoint of the tests.
pub fn fixture(name: &str) -> PathBuf {
    fixtures().join(name)
}

/// The files below a folder with their contents.
pub fn snapshot(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let files = glimpse_tests::fixture::files_under(folder).into_iter();
    files
        .map(|path| (path.clone(), std::fs::read(path).unwrap()))
        .collect()
}

/// The command fails, prints nothing, and says all of this.
#[track_caller]
pub fn fails(run: &Run, words: &[&str]) {
    assert_eq!(
        (run.code(), run.stdout().as_str()),
        (1, ""),
        "{}",
        run.stderr()
    );
    for word in words {
        assert!(run.stderr().contains(word), "{word:?}: {}", run.stderr());
    }
}

/// The weights are whole, right, and said to be so.
#[track_caller]
pub fn is_whole(stage: &Stage) {
    let original = std::fs::read(fixture("hf-quickgelu-f32").join(WEIGHTS)).unwrap();
    assert_eq!(std::fs::read(stage.kept(WEIGHTS)).unwrap(), original);
    let note = std::fs::read_to_string(stage.kept(&format!("{WEIGHTS}.json"))).unwrap();
    assert!(note.contains("\"verified\":true"), "{note}");
}

/// Neither the weights nor their note.
#[track_caller]
pub fn is_gone(stage: &Stage) {
    assert!(!stage.kept(WEIGHTS).exists());
    assert!(!stage.kept(&format!("{WEIGHTS}.json")).exists());
}
