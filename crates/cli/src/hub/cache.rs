//! Where kept models are on this computer, and who may write there.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use etcetera::base_strategy::{BaseStrategy, choose_native_strategy};
use glimpse::SourceError;
use glimpse::hub::Plan;
use sha2::{Digest, Sha256};
use url::Url;

use crate::failure::Failure;
use crate::hub::sidecar::Sidecar;
use crate::whole_file::write_whole;

/// The files that a commit holds, as the hub listed them.
const LISTING: &str = "listing.json";
/// Where the commits that revisions were are written down.
const REVISIONS: &str = "refs";

/// The folder in which models are kept: `$GLIMPSE_CACHE`, else `glimpse` in the platform's cache folder.
#[derive(Clone, Debug)]
pub struct Cache {
    root: PathBuf,
}

/// One repository's folder in it.
#[derive(Clone, Debug)]
pub struct Shelf {
    folder: PathBuf,
    lock: PathBuf,
}

impl Cache {
    /// Finds the folder; nothing is made yet.
    pub fn find() -> Result<Self, Failure> {
        let given = std::env::var_os("GLIMPSE_CACHE").filter(|value| !value.is_empty());
        let root = match given {
            Some(folder) => std::path::absolute(folder).map_err(|error| error.to_string()),
            None => choose_native_strategy()
                .map(|folders| folders.cache_dir().join("glimpse"))
                .map_err(|error| error.to_string()),
        };
        match root {
            Ok(root) => Ok(Self { root }),
            Err(error) => Err(Failure::File(format!(
                "there is no folder to keep models in ({error}): name one by GLIMPSE_CACHE"
            ))),
        }
    }

    /// The folder of all repositories, of any hub.
    pub fn models(&self) -> PathBuf {
        self.root.join("models")
    }

    /// The folder of all models that came from plain web folders.
    pub fn web_folders(&self) -> PathBuf {
        self.root.join("folders")
    }

    /// A hub's repository (`owner/name`).
    pub fn repository(&self, hub: &Url, repository: &str) -> Shelf {
        let (host, name) = (folder_name(hub), repository.replace('/', "--"));
        Shelf {
            folder: self.models().join(&host).join(&name),
            lock: self.root.join("locks").join(format!("{host}--{name}")),
        }
    }

    /// A folder on a web server. Its name alone could stand for two addresses; a hash tells them apart.
    pub fn web_folder(&self, url: &Url) -> Shelf {
        let hash = format!("{:x}", Sha256::digest(url.as_str()));
        let name = format!("{}-{}", folder_name(url), &hash[..12]);
        Shelf {
            folder: self.web_folders().join(&name),
            lock: self.root.join("locks").join(name),
        }
    }
}

impl Shelf {
    /// All of it.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The files of one commit.
    pub fn commit_folder(&self, commit: &str) -> PathBuf {
        self.folder.join(commit)
    }

    /// The commit that a revision was when it was last asked for.
    pub fn commit(&self, revision: &str) -> Option<String> {
        let commit = fs::read_to_string(self.revision_file(revision)).ok()?;
        glimpse::hub::is_commit(&commit).then_some(commit)
    }

    /// Writes down which commit a revision is.
    pub fn keep_commit(&self, revision: &str, commit: &str) -> io::Result<()> {
        if self.commit(revision).as_deref() == Some(commit) {
            return Ok(());
        }
        fs::create_dir_all(self.folder.join(REVISIONS))?;
        write_whole(&self.revision_file(revision), commit.as_bytes())
    }

    fn revision_file(&self, revision: &str) -> PathBuf {
        self.folder
            .join(REVISIONS)
            .join(revision.replace('/', "%2F"))
    }

    /// The list of a commit's files.
    pub fn plan(&self, commit: &str) -> Option<Plan> {
        let bytes = fs::read(self.commit_folder(commit).join(LISTING)).ok()?;
        serde_json::from_slice(&bytes).ok()
    }

    /// Keeps the list of a commit's files.
    pub fn keep_plan(&self, commit: &str, plan: &Plan) -> io::Result<()> {
        let folder = self.commit_folder(commit);
        fs::create_dir_all(&folder)?;
        write_whole(&folder.join(LISTING), &serde_json::to_vec(plan)?)
    }

    /// The commits of which something is kept.
    pub fn commits(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
        let mut commits: Vec<String> = names.filter(|name| glimpse::hub::is_commit(name)).collect();
        commits.sort();
        commits
    }

    /// The same file in another commit's folder, whole, by its hash.
    pub fn same_elsewhere(
        &self,
        commit: &str,
        file: &str,
        sha256: &str,
    ) -> Option<(PathBuf, Sidecar)> {
        let others = self.commits().into_iter().filter(|other| other != commit);
        others
            .map(|other| self.commit_folder(&other).join(file))
            .find_map(|path| {
                let note = Sidecar::of_whole(&path)?;
                let same = note.sha256.as_deref() == Some(sha256);
                same.then_some((path, note))
            })
    }

    /// Waits until no other process writes here; the lock ends with the file, and with the process.
    pub fn lock(&self) -> Result<File, SourceError> {
        let wrong = |error: io::Error| cannot_write(&self.lock, &error);
        if let Some(folder) = self.lock.parent() {
            fs::create_dir_all(folder).map_err(wrong)?;
        }
        // The file stays: were it removed, two processes could hold locks of two files of the same name.
        let file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&self.lock)
            .map_err(wrong)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                eprintln!("note: another glimpse is downloading this model; waiting for it");
                file.lock().map_err(wrong)?;
            }
            // Some network file systems have no locks; whoever keeps models there has them to himself.
            Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => {}
            Err(TryLockError::Error(error)) => return Err(wrong(error)),
        }
        Ok(file)
    }
}

/// An address as a folder's name: host, port and path.
fn folder_name(url: &Url) -> String {
    let port = url.port().map_or(String::new(), |port| format!("-{port}"));
    let address = format!("{}{port}{}", url.host_str().unwrap_or("host"), url.path());
    let plain = |character: char| match character {
        'a'..='z' | 'A'..='Z' | '0'..='9' | '.' | '-' | '_' => character,
        _ => '-',
    };
    let name: String = address.trim_end_matches('/').chars().map(plain).collect();
    // No file system takes more than 255 bytes, and other parts are added.
    name.chars().take(120).collect()
}

/// A file that cannot be written where models are kept.
pub fn cannot_write(path: &Path, error: &io::Error) -> SourceError {
    SourceError::Io {
        file: path.display().to_string(),
        detail: format!("{error} (models are kept there; GLIMPSE_CACHE names another folder)"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_become_names_of_folders() {
        let name = |url: &str| folder_name(&Url::parse(url).unwrap());
        assert_eq!(name("https://huggingface.co"), "huggingface.co");
        assert_eq!(
            name("http://127.0.0.1:8080/a/../b c/"),
            "127.0.0.1-8080-b-20c"
        );
        assert_eq!(name("http://[::1]:80/"), "---1-");
    }

    #[test]
    fn a_revision_is_remembered_and_a_broken_note_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache {
            root: folder.path().to_path_buf(),
        };
        let hub = Url::parse("http://hub.test").unwrap();
        let shelf = cache.repository(&hub, "a/b");
        assert_eq!(shelf.folder(), folder.path().join("models/hub.test/a--b"));
        let commit = "0123456789abcdef0123456789abcdef01234567";
        assert_eq!(shelf.commit("refs/pr/1"), None);
        shelf.keep_commit("refs/pr/1", commit).unwrap();
        assert_eq!(shelf.commit("refs/pr/1").as_deref(), Some(commit));
        fs::write(shelf.revision_file("refs/pr/1"), "half a comm").unwrap();
        assert_eq!(shelf.commit("refs/pr/1"), None);
    }
}
