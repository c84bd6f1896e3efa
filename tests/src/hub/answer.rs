//! What hub and CDN answer: which URL is what, and the status, headers and body that the real ones give.

use std::ops::Range as Bytes;
use std::path::PathBuf;

use serde_json::{Value, json};

use super::fault::Effects;
use super::http::{Range, Request};
use super::log::Origin;
use super::repository::{File, Repository, Version};
use super::server::State;

/// What a browser lets another origin's page read, as the real hub lists it.
const EXPOSED: &str = "X-Repo-Commit,X-Request-Id,X-Error-Code,X-Error-Message,X-Total-Count,ETag,Link,Accept-Ranges,\
     Content-Range,X-Linked-Size,X-Linked-ETag,X-Xet-Hash";

/// What a URL is of.
pub enum Target {
    /// `/api/models/{repository}/revision/{revision}`
    Revision {
        repository: String,
        revision: String,
    },
    /// `/api/models/{repository}/tree/{revision}[/{folder}]`
    Tree {
        repository: String,
        revision: String,
        folder: String,
    },
    /// `/{repository}/resolve/{revision}/{file}`; at the CDN `/repos/{repository}/{sha256}`.
    File {
        repository: String,
        revision: String,
        file: String,
    },
    /// Anything else.
    Unknown,
}

impl Target {
    /// What the log and the faults call it.
    pub fn file(&self) -> &str {
        match self {
            Self::Revision { .. } => "revision",
            Self::Tree { .. } => "tree",
            Self::File { file, .. } => file,
            Self::Unknown => "",
        }
    }
}

/// An answer before any fault of the connection.
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(&'static str, String)>,
    pub body: Body,
}

/// What follows the headers.
pub enum Body {
    /// Bytes at hand.
    Text(String),
    /// A part of a file on the disk.
    File { path: PathBuf, bytes: Bytes<u64> },
}

impl Body {
    /// Its length in bytes.
    pub fn length(&self) -> u64 {
        match self {
            Self::Text(text) => text.len() as u64,
            Self::File { bytes, .. } => bytes.end - bytes.start,
        }
    }
}

impl Answer {
    fn json(value: &Value) -> Self {
        Self {
            status: 200,
            headers: vec![("Content-Type", "application/json; charset=utf-8".into())],
            body: Body::Text(value.to_string()),
        }
    }

    fn error(status: u16, code: &str, message: &str) -> Self {
        let mut answer = Self::json(&json!({"error": message}));
        answer.status = status;
        answer.headers.push(("X-Error-Code", code.to_owned()));
        answer.headers.push(("X-Error-Message", message.to_owned()));
        answer
    }

    fn empty(status: u16) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: Body::Text(String::new()),
        }
    }

    #[must_use]
    fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}

/// Reads a URL.
pub fn target(state: &State, origin: Origin, request: &Request) -> Target {
    let path = request.path();
    let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
    let repository = |owner: &str, name: &str| format!("{owner}/{name}");
    match (origin, &parts[..]) {
        (Origin::Hub, ["api", "models", owner, name, "revision", revision]) => Target::Revision {
            repository: repository(owner, name),
            revision: (*revision).to_owned(),
        },
        (Origin::Hub, ["api", "models", owner, name, "tree", revision, folder @ ..]) => {
            Target::Tree {
                repository: repository(owner, name),
                revision: (*revision).to_owned(),
                folder: folder.join("/"),
            }
        }
        (Origin::Hub, [owner, name, "resolve", revision, file @ ..]) => Target::File {
            repository: repository(owner, name),
            revision: (*revision).to_owned(),
            file: file.join("/"),
        },
        (Origin::Cdn, ["repos", owner, name, sha256]) => {
            let repository = repository(owner, name);
            let repositories = state.repositories();
            let versions = repositories
                .get(&repository)
                .map(|found| &found.versions[..]);
            for version in versions.unwrap_or_default().iter().rev() {
                if let Some(file) = version.files.iter().find(|file| file.sha256 == **sha256) {
                    return Target::File {
                        file: file.path.clone(),
                        revision: version.commit.clone(),
                        repository,
                    };
                }
            }
            Target::Unknown
        }
        _ => Target::Unknown,
    }
}

/// Answers a request; the faults that concern the connection are left to `send`.
pub fn answer(
    state: &State,
    origin: Origin,
    request: &Request,
    target: &Target,
    effects: &Effects,
) -> Answer {
    let mut answer = match (request.method.as_str(), effects.status) {
        (_, Some((status, retry_after))) => {
            let answer = Answer::error(status, "OnDemand", "the stand-in hub was told to fail");
            match retry_after {
                Some(seconds) => answer.with("Retry-After", seconds.to_string()),
                None => answer,
            }
        }
        ("OPTIONS", _) => preflight(origin),
        ("GET" | "HEAD", _) => found(state, origin, request, target, effects),
        _ => Answer::error(
            405,
            "MethodNotAllowed",
            "only GET, HEAD and OPTIONS are answered",
        ),
    };
    if !effects.no_cors {
        // As the real ones do it: the hub names the asking page, the CDN allows all. After a redirect from another origin the
        // browser calls the asking page "null".
        let allowed = match (origin, request.header("origin")) {
            (Origin::Hub, Some(asking)) => asking.to_owned(),
            _ => "*".to_owned(),
        };
        answer = answer
            .with("Access-Control-Allow-Origin", allowed)
            .with("Access-Control-Expose-Headers", EXPOSED)
            .with("Vary", "Origin");
    }
    answer
}

/// The CDN lets a foreign page ask for ranges and for nothing else; the hub for what its own API needs.
fn preflight(origin: Origin) -> Answer {
    let headers = match origin {
        Origin::Hub => "Authorization, Range, If-None-Match",
        Origin::Cdn => "Range",
    };
    Answer::empty(204)
        .with("Access-Control-Allow-Methods", "GET, HEAD, OPTIONS")
        .with("Access-Control-Allow-Headers", headers)
        .with("Access-Control-Max-Age", "600")
}

fn found(
    state: &State,
    origin: Origin,
    request: &Request,
    target: &Target,
    effects: &Effects,
) -> Answer {
    let (Target::Revision {
        repository,
        revision,
    }
    | Target::Tree {
        repository,
        revision,
        ..
    }
    | Target::File {
        repository,
        revision,
        ..
    }) = target
    else {
        return Answer::error(404, "NotFound", "there is nothing at this address");
    };
    let repositories = state.repositories();
    // The real hub does not tell strangers whether a repository is missing or private.
    let Some(known) = repositories.get(repository) else {
        return Answer::error(401, "RepoNotFound", "Invalid username or password.");
    };
    // A signed URL is its own permission.
    if origin == Origin::Hub
        && let Some(refusal) = gate(known, repository, request, target)
    {
        return refusal;
    }
    let Some(version) = known.at(revision) else {
        let message = format!("Invalid rev id: {revision}");
        return Answer::error(404, "RevisionNotFound", &message);
    };
    match target {
        Target::Tree { folder, .. } => {
            let recursive = request.query("recursive") == Some("true");
            Answer::json(&version.tree(folder, recursive))
        }
        Target::File { file, .. } => {
            let Some(file) = version.file(file) else {
                return Answer::error(404, "EntryNotFound", "Entry not found")
                    .with("X-Repo-Commit", &version.commit);
            };
            if file.is_large() && origin == Origin::Hub {
                redirect(state.cdn(), repository, version, file)
            } else {
                let answer = contents(file, request, effects);
                match origin {
                    Origin::Hub => answer.with("X-Repo-Commit", &version.commit),
                    Origin::Cdn => answer,
                }
            }
        }
        _ => Answer::json(&json!({
            "id": repository,
            "sha": version.commit,
            "private": false,
            "gated": if known.token.is_some() { json!("auto") } else { json!(false) },
            "siblings": version.files.iter().map(|file| json!({"rfilename": file.path})).collect::<Vec<_>>(),
        })),
    }
}

/// Refuses who may not read a gated repository. Everybody may read what it is; its listing and its files are behind the gate.
fn gate(known: &Repository, name: &str, request: &Request, target: &Target) -> Option<Answer> {
    let token = known.token.as_ref()?;
    if matches!(target, Target::Revision { .. }) {
        return None;
    }
    let given = request.header("authorization");
    if given == Some(&format!("Bearer {token}")) {
        return None;
    }
    let status = if given.is_some() { 403 } else { 401 };
    let message = format!(
        "Access to model {name} is restricted. You must have access to it and be authenticated to access it. Please log in."
    );
    Some(Answer::error(status, "GatedRepo", &message))
}

fn redirect(cdn: &str, repository: &str, version: &Version, file: &File) -> Answer {
    let File { path, sha256, .. } = file;
    let location = format!(
        "{cdn}/repos/{repository}/{sha256}?response-content-disposition=inline%3B+filename%3D%22{path}%22&Expires=1893456000\
         &Key-Pair-Id=KSTANDIN&Signature={}",
        &sha256[..24]
    );
    Answer::empty(302)
        .with("Location", location)
        .with("X-Repo-Commit", &version.commit)
        .with("X-Linked-Size", file.size.to_string())
        .with("X-Linked-ETag", format!("\"{sha256}\""))
        .with("Accept-Ranges", "bytes")
}

/// A file's bytes, or as many as the `Range` asks for.
fn contents(file: &File, request: &Request, effects: &Effects) -> Answer {
    let size = effects.length.unwrap_or(file.size).min(file.size);
    // The storage's own tag, which is not the file's SHA-256: a client may compare it and no more.
    let etag = match effects.changed {
        false => format!("\"{}\"", &file.sha256[..32]),
        true => format!("\"{}\"", &file.sha256[32..]),
    };
    let tagged = |answer: Answer| {
        let answer = answer.with("ETag", &etag);
        match effects.no_range {
            true => answer,
            false => answer.with("Accept-Ranges", "bytes"),
        }
    };
    if request.header("if-none-match") == Some(&etag) {
        return tagged(Answer::empty(304));
    }
    let same = request.header("if-range").is_none_or(|tag| tag == etag);
    let range = match same && !effects.no_range {
        true => Range::of(request.header("range"), size),
        false => Range::Whole,
    };
    let part = |status, bytes: Bytes<u64>| {
        let content_type = match file.path.rsplit('.').next() {
            Some("json") => "application/json",
            Some("md" | "txt") => "text/plain; charset=utf-8",
            _ => "application/octet-stream",
        };
        tagged(Answer {
            status,
            headers: vec![("Content-Type", content_type.into())],
            body: Body::File {
                path: file.on_disk.clone(),
                bytes,
            },
        })
    };
    match range {
        Range::Whole => part(200, 0..size),
        Range::Part(begin, end) => {
            part(206, begin..end).with("Content-Range", format!("bytes {begin}-{}/{size}", end - 1))
        }
        Range::Beyond => {
            tagged(Answer::empty(416)).with("Content-Range", format!("bytes */{size}"))
        }
    }
}
