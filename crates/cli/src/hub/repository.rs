//! A repository of a hub as a source of files: each is downloaded when it is first asked for, and kept.

use std::fs;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use glimpse::hub::{ModelId, Plan, PlannedFile, is_commit, resolve_url};
use glimpse::{ByteStream, Folder, ModelSource, SourceError};
use url::Url;

use crate::hub::api::{Hub, Unanswered, network};
use crate::hub::cache::{Cache, Shelf};
use crate::hub::download::{Wanted, download};
use crate::hub::hugging_face_cache::HuggingFaceRepository;
use crate::hub::retry_policy::RetryPolicy;
use crate::hub::sidecar::Sidecar;
use crate::progress::DownloadProgress;

/// One commit of a repository.
#[derive(Clone)]
pub struct Repository(Rc<Inner>);

struct Inner {
    hub: Rc<Hub>,
    /// What people called it.
    name: String,
    repository: String,
    commit: String,
    /// What the commit holds; none where only Hugging Face's cache could say.
    plan: Option<Plan>,
    shelf: Shelf,
    snapshot: Option<PathBuf>,
}

impl Repository {
    /// Finds out which commit is meant and what it holds. Nothing is asked of the hub for a commit that is kept; for a branch
    /// or a tag one question is, and where it cannot be answered, the commit is taken that it was the last time.
    pub fn open(
        hub: &Rc<Hub>,
        cache: &Cache,
        name: &str,
        id: &ModelId,
    ) -> Result<Self, Unanswered> {
        let (repository, revision) = (&id.repository, &id.revision);
        let shelf = cache.repository(&hub.url, repository);
        let hugging_face = HuggingFaceRepository::find(repository);
        let (commit, online) = pin(hub, &shelf, hugging_face.as_ref(), id)?;
        // What cannot be written down is asked again the next time. Whether a file can be kept is said where one must be: all of
        // them may be in Hugging Face's cache.
        if online {
            let _unkept = shelf.keep_commit(revision, &commit);
        }
        let snapshot = hugging_face.and_then(|folders| folders.snapshot(&commit));
        let plan = match shelf.plan(&commit) {
            Some(plan) => Some(plan),
            None if !online && snapshot.is_some() => None,
            None => match hub.plan(repository, &commit) {
                Ok(plan) => {
                    let _unkept = shelf.keep_plan(&commit, &plan);
                    Some(plan)
                }
                Err(Unanswered::Now(_)) if snapshot.is_some() => None,
                Err(error) => return Err(error),
            },
        };
        Ok(Self(Rc::new(Inner {
            hub: Rc::clone(hub),
            name: name.to_owned(),
            repository: repository.clone(),
            commit,
            plan,
            shelf,
            snapshot,
        })))
    }

    /// `owner/name`.
    pub fn repository(&self) -> &str {
        &self.0.repository
    }

    /// The commit that was taken.
    pub fn commit(&self) -> &str {
        &self.0.commit
    }

    /// The folder in which a file is, after it was downloaded if need be; none where the repository has no such file.
    pub fn folder_with(&self, file: &str) -> Result<Option<PathBuf>, SourceError> {
        let inner = &*self.0;
        let Some(plan) = &inner.plan else {
            let snapshot = inner.snapshot.clone();
            return Ok(snapshot.filter(|folder| folder.join(file).is_file()));
        };
        let Some(planned) = plan.file(file) else {
            return Ok(None);
        };
        if let Some(snapshot) = &inner.snapshot
            && HuggingFaceRepository::has(snapshot, planned)
        {
            return Ok(Some(snapshot.clone()));
        }
        let folder = inner.shelf.commit_folder(&inner.commit);
        let path = folder.join(file);
        if !is_kept(&path, planned) {
            // Looked for again under the lock: another process may have brought it meanwhile.
            let _lock = inner.shelf.lock()?;
            if !is_kept(&path, planned) && !inner.take_from_other_commit(&path, planned) {
                inner.download(&path, planned)?;
            }
        }
        Ok(Some(folder))
    }
}

/// The commit that is meant, and whether the hub has just said so.
fn pin(
    hub: &Hub,
    shelf: &Shelf,
    hugging_face: Option<&HuggingFaceRepository>,
    id: &ModelId,
) -> Result<(String, bool), Unanswered> {
    if is_commit(&id.revision) {
        return Ok((id.revision.clone(), false));
    }
    let kept = shelf
        .commit(&id.revision)
        .filter(|commit| shelf.plan(commit).is_some())
        .or_else(|| hugging_face?.commit(&id.revision));
    let retries = match kept {
        Some(_) => RetryPolicy::once(),
        None => RetryPolicy::new(),
    };
    match (hub.commit(&id.repository, &id.revision, retries), kept) {
        (Ok(commit), _) => Ok((commit, true)),
        (Err(Unanswered::Now(error)), Some(kept)) => {
            eprintln!(
                "note: taking the kept copy of {}, of commit {}: {error}",
                id.repository,
                &kept[..12]
            );
            Ok((kept, false))
        }
        (Err(error), _) => Err(error),
    }
}

/// Whether a file is whole and what the hub lists.
fn is_kept(path: &Path, planned: &PlannedFile) -> bool {
    Sidecar::of_whole(path).is_some_and(|note| {
        let same = |sha256: &String| note.sha256.as_ref() == Some(sha256);
        note.size == Some(planned.size) && planned.sha256.as_ref().is_none_or(same)
    })
}

impl Inner {
    /// A new commit often changes no more than the README: a file of the same hash is kept once.
    fn take_from_other_commit(&self, path: &Path, planned: &PlannedFile) -> bool {
        let Some(sha256) = &planned.sha256 else {
            return false;
        };
        let other = self
            .shelf
            .same_elsewhere(&self.commit, &planned.path, sha256);
        other.is_some_and(|(other, note)| {
            let _old = fs::remove_file(path);
            let taken = fs::hard_link(other, path).is_ok() && note.write(path).is_ok();
            if !taken {
                // A download to a link would write over the other commit's file.
                let _link = fs::remove_file(path);
            }
            taken
        })
    }

    fn download(&self, path: &Path, planned: &PlannedFile) -> Result<(), SourceError> {
        let url = resolve_url(
            self.hub.url.as_str(),
            &self.repository,
            &self.commit,
            &planned.path,
        );
        let url = Url::parse(&url)
            .map_err(|error| network(&planned.path, format!("{url} is no address: {error}")))?;
        let host = url.host_str().unwrap_or("the hub").to_owned();
        let progress = DownloadProgress::new(&planned.path, planned.size, &host);
        let wanted = Wanted {
            model: &self.repository,
            file: &planned.path,
            url,
            path,
            size: Some(planned.size),
            sha256: planned.sha256.as_deref(),
            most: None,
        };
        download(&self.hub, &wanted, &progress)?;
        Ok(())
    }
}

impl ModelSource for Repository {
    fn name(&self) -> String {
        self.0.name.clone()
    }

    async fn read(&self, file: &str) -> Result<Option<Vec<u8>>, SourceError> {
        match self.folder_with(file)? {
            Some(folder) => Folder::new(folder).read(file).await,
            None => Ok(None),
        }
    }

    async fn open(&self, file: &str) -> Result<Option<Box<dyn ByteStream>>, SourceError> {
        match self.folder_with(file)? {
            Some(folder) => Folder::new(folder).open(file).await,
            None => Ok(None),
        }
    }
}
