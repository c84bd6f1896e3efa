//! The cache of Hugging Face's own tools on this computer: read where it has what is wanted, never written.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use etcetera::base_strategy::{BaseStrategy, choose_base_strategy};
use glimpse::hub::PlannedFile;

/// The folders of one repository in it: `refs/{revision}` and `snapshots/{commit}/{file}`.
#[derive(Clone, Debug)]
pub struct HuggingFaceRepository(PathBuf);

/// Where the cache is: `$HF_HUB_CACHE`, `$HF_HOME/hub`, else `huggingface/hub` in the user's cache folder.
fn folder() -> Option<PathBuf> {
    let named = |name| env::var_os(name).filter(|value| !value.is_empty());
    if let Some(folder) = named("HF_HUB_CACHE") {
        return Some(folder.into());
    }
    if let Some(home) = named("HF_HOME") {
        return Some(Path::new(&home).join("hub"));
    }
    let folders = choose_base_strategy().ok()?;
    // Hugging Face's tools take ~/.cache on every system.
    let caches = match named("XDG_CACHE_HOME") {
        Some(folder) => folder.into(),
        None => folders.home_dir().join(".cache"),
    };
    Some(caches.join("huggingface/hub"))
}

/// Every repository that has a snapshot there, as `owner/name`.
pub fn repositories() -> Vec<(String, HuggingFaceRepository)> {
    let entries = folder().and_then(|folder| fs::read_dir(folder).ok());
    let mut found: Vec<_> = entries
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let name = entry.file_name().to_string_lossy().into_owned();
            let repository = name.strip_prefix("models--")?.replacen("--", "/", 1);
            glimpse::hub::parse_model_id(&repository).ok()?;
            let folders = HuggingFaceRepository(entry.path());
            folders
                .0
                .join("snapshots")
                .is_dir()
                .then_some((repository, folders))
        })
        .collect();
    found.sort_by(|a, b| a.0.cmp(&b.0));
    found
}

impl HuggingFaceRepository {
    /// The repository `owner/name`, whether or not there is anything of it.
    pub fn find(repository: &str) -> Option<Self> {
        let name = format!("models--{}", repository.replace('/', "--"));
        let folder = folder()?.join(name);
        folder.is_dir().then_some(Self(folder))
    }

    /// The commit that a revision was when it was last asked for.
    pub fn commit(&self, revision: &str) -> Option<String> {
        let commit = fs::read_to_string(self.0.join("refs").join(revision)).ok()?;
        let commit = commit.trim();
        glimpse::hub::is_commit(commit).then(|| commit.to_owned())
    }

    /// The folder of a commit's files, if there is one.
    pub fn snapshot(&self, commit: &str) -> Option<PathBuf> {
        let folder = self.0.join("snapshots").join(commit);
        folder.is_dir().then_some(folder)
    }

    /// Whether the snapshot has this file whole: of the size that the hub lists, and its blob named by the same hash.
    pub fn has(snapshot: &Path, file: &PlannedFile) -> bool {
        let path = snapshot.join(&file.path);
        let right_size = fs::metadata(&path).is_ok_and(|found| found.len() == file.size);
        let blob = fs::read_link(&path).ok();
        let blob = blob.and_then(|blob| Some(blob.file_name()?.to_string_lossy().into_owned()));
        // Where links cannot be made, the snapshot holds the files themselves, and their size has to do.
        let right_blob = match (&file.sha256, blob) {
            (Some(sha256), Some(blob)) if blob.len() == 64 => blob.eq_ignore_ascii_case(sha256),
            _ => true,
        };
        right_size && right_blob
    }
}
