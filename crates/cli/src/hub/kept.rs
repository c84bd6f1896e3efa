//! Which models are cached on this computer, and how much room they take.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use glimpse::hub::{Plan, is_weights};
use serde::Serialize;
use url::Url;

use crate::hub::cache::Cache;
use crate::hub::hugging_face_cache;
use crate::hub::sidecar::Sidecar;

/// Who keeps a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeptBy {
    /// This command.
    Glimpse,
    /// Hugging Face's own tools; read here, and theirs to remove.
    HuggingFace,
}

/// A model on this computer.
#[derive(Clone, Debug, Serialize)]
pub struct KeptModel {
    /// `owner/name`, or the address of a web folder.
    #[serde(skip)]
    pub id: String,
    pub bytes: u64,
    /// Whether it can be loaded without a network.
    pub complete: bool,
    /// The commit; none of a web folder.
    pub revision: Option<String>,
    pub path: PathBuf,
    pub place: KeptBy,
}

/// Everything that is kept of `hub`, of web folders, and in Hugging Face's cache.
pub fn all(cache: &Cache, hub: &Url) -> Vec<KeptModel> {
    let mut models = of_hub(cache, hub);
    models.extend(of_web_folders(cache));
    models.extend(of_hugging_face());
    models
}

/// The other hubs of which something is kept, as their folders are called, and the bytes.
pub fn of_other_hubs(cache: &Cache, hub: &Url) -> Vec<(String, u64)> {
    let ours = folder_of_hub(cache, hub);
    let folders = names(&cache.models()).into_iter();
    let others = folders.map(|name| (cache.models().join(&name), name));
    let sized = others
        .filter(|(folder, _)| *folder != ours)
        .map(|(folder, name)| (name, bytes_in(&folder)));
    sized.filter(|(_, bytes)| *bytes > 0).collect()
}

/// Where everything of a hub is kept: any repository's folder stands beside all others.
fn folder_of_hub(cache: &Cache, hub: &Url) -> PathBuf {
    let shelf = cache.repository(hub, "x/x");
    let folder = shelf.folder().parent();
    folder.map(Path::to_path_buf).unwrap_or_default()
}

fn of_hub(cache: &Cache, hub: &Url) -> Vec<KeptModel> {
    let mut models = Vec::new();
    for name in names(&folder_of_hub(cache, hub)) {
        let Some((owner, repository)) = name.split_once("--") else {
            continue;
        };
        let id = format!("{owner}/{repository}");
        let shelf = cache.repository(hub, &id);
        // The newest that main is known to be first; else any.
        let mut commits = shelf.commits();
        if let Some(main) = shelf.commit("main") {
            commits.retain(|commit| *commit != main);
            commits.insert(0, main);
        }
        let complete = |commit: &String| {
            let plan = shelf.plan(commit);
            plan.is_some_and(|plan| is_complete(&plan, &shelf.commit_folder(commit)))
        };
        let revision = commits
            .iter()
            .find(|commit| complete(commit))
            .or(commits.first());
        models.push(KeptModel {
            bytes: bytes_in(shelf.folder()),
            complete: revision.is_some_and(complete),
            revision: revision.cloned(),
            path: shelf.folder().to_path_buf(),
            place: KeptBy::Glimpse,
            id,
        });
    }
    models
}

/// Whether the small files and one set of weights are there.
fn is_complete(plan: &Plan, folder: &Path) -> bool {
    let kept = |name: &str| Sidecar::of_whole(&folder.join(name)).is_some();
    let names = plan.files.iter().map(|file| file.path.as_str());
    let weights = names.filter(|name| is_weights(name));
    let (shards, whole): (Vec<&str>, Vec<&str>) = weights.partition(|name| name.contains("-of-"));
    let all_shards = !shards.is_empty() && shards.iter().all(|name| kept(name));
    (kept("config.json") || kept("open_clip_config.json"))
        && (kept("tokenizer.json") || (kept("vocab.json") && kept("merges.txt")))
        && (all_shards || whole.iter().any(|name| kept(name)))
}

fn of_web_folders(cache: &Cache) -> Vec<KeptModel> {
    let folder = cache.web_folders();
    let models = names(&folder).into_iter().filter_map(|name| {
        let path = folder.join(name);
        let notes = names(&path).into_iter().filter_map(|file| {
            let note = Sidecar::read(&path.join(file.strip_suffix(".json")?))?;
            Some((file, note))
        });
        let notes: Vec<(String, Sidecar)> = notes.collect();
        let (file, note) = notes.first()?;
        let address = note.url.strip_suffix(file.strip_suffix(".json")?)?;
        let weights = notes
            .iter()
            .any(|(file, _)| file.strip_suffix(".json").is_some_and(is_weights));
        Some(KeptModel {
            id: address.to_owned(),
            bytes: bytes_in(&path),
            complete: weights && notes.iter().all(|(_, note)| note.verified),
            revision: None,
            path,
            place: KeptBy::Glimpse,
        })
    });
    models.collect()
}

fn of_hugging_face() -> Vec<KeptModel> {
    let repositories = hugging_face_cache::repositories().into_iter();
    let models = repositories.filter_map(|(id, folders)| {
        let revision = folders.commit("main")?;
        let path = folders.snapshot(&revision)?;
        let files = names(&path);
        let has = |name: &str| files.iter().any(|file| file == name);
        let config = has("config.json") || has("open_clip_config.json");
        // Other kinds of models live there too; these are the ones that could be CLIP's.
        let weights = files.iter().any(|file| is_weights(file));
        let tokenizer = has("tokenizer.json") || (has("vocab.json") && has("merges.txt"));
        (config && weights && tokenizer).then(|| KeptModel {
            id,
            bytes: bytes_in(&path),
            complete: true,
            revision: Some(revision),
            path,
            place: KeptBy::HuggingFace,
        })
    });
    models.collect()
}

/// The names in a folder, sorted.
fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

/// All bytes below a folder. A file that several commits share (a hard link, known by its hash) is counted once.
pub fn bytes_in(folder: &Path) -> u64 {
    let mut known: HashMap<String, u64> = HashMap::new();
    let mut bytes = 0;
    for entry in walkdir::WalkDir::new(folder)
        .follow_links(true)
        .into_iter()
        .flatten()
    {
        let Ok(metadata) = entry.metadata() else {
            continue;
        };
        if !metadata.is_file() {
            continue;
        }
        match Sidecar::of_whole(entry.path()).and_then(|note| note.sha256) {
            Some(sha256) => {
                known.insert(sha256, metadata.len());
            }
            None => bytes += metadata.len(),
        }
    }
    bytes + known.values().sum::<u64>()
}
