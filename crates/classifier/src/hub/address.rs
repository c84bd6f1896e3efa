//! Names of repositories, and the addresses at which a hub has them.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::hub::HubError;

/// The hub that is asked unless another is named.
pub const HUGGING_FACE: &str = "https://huggingface.co";

/// What may stand in one segment of a path as it is (RFC 3986, unreserved).
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// A repository, and which of its revisions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelId {
    /// `owner/name`.
    pub repository: String,
    /// A branch, a tag, a reference such as `refs/pr/5`, or a commit.
    pub revision: String,
}

/// Reads `owner/name` or `owner/name@revision`; the revision is `main` where none is said.
///
/// # Errors
/// [`HubError::Id`] for anything else, paths that climb out of a folder included.
pub fn parse_model_id(id: &str) -> Result<ModelId, HubError> {
    let wrong = |detail| HubError::Id {
        id: id.to_owned(),
        detail,
    };
    let (repository, revision) = id.split_once('@').unwrap_or((id, "main"));
    let Some((owner, name)) = repository.split_once('/') else {
        return Err(wrong("there is no / between owner and name"));
    };
    // Caches call a repository's folder owner--name, which must stand for one repository; hubs have no such names.
    let is_part = |part: &str| {
        is_plain(part) && !part.contains("--") && !part.starts_with('-') && !part.ends_with('-')
    };
    if ![owner, name].into_iter().all(is_part) {
        return Err(wrong(
            "owner and name are letters, digits, -, _ and . and do not begin with a .; a - stands alone, between others",
        ));
    }
    if !revision.split('/').all(is_plain) {
        return Err(wrong(
            "behind the @ stands a branch, a tag or a commit, of letters, digits, -, _, . and /",
        ));
    }
    Ok(ModelId {
        repository: repository.to_owned(),
        revision: revision.to_owned(),
    })
}

/// Whether this can be a folder's name everywhere and an address's segment as it is.
fn is_plain(part: &str) -> bool {
    let plain = |character: char| character.is_ascii_alphanumeric() || "-_.".contains(character);
    (1..=128).contains(&part.len()) && !part.starts_with('.') && part.chars().all(plain)
}

/// Whether a revision is a whole commit, which never changes and need not be asked for.
#[must_use]
pub fn is_commit(revision: &str) -> bool {
    let hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    revision.len() == 40 && revision.bytes().all(hex)
}

/// Where a hub says which commit a revision is: `{"sha": commit, …}`.
#[must_use]
pub fn revision_url(hub: &str, repository: &str, revision: &str) -> String {
    let (hub, revision) = (base(hub), segment(revision));
    format!("{hub}/api/models/{repository}/revision/{revision}")
}

/// Where a hub lists the files of a revision: what [`plan`](crate::hub::plan) reads.
#[must_use]
pub fn tree_url(hub: &str, repository: &str, revision: &str) -> String {
    let (hub, revision) = (base(hub), segment(revision));
    format!("{hub}/api/models/{repository}/tree/{revision}")
}

/// Where a hub has a file of a commit.
#[must_use]
pub fn resolve_url(hub: &str, repository: &str, commit: &str, file: &str) -> String {
    let file: Vec<String> = file.split('/').map(segment).collect();
    let (hub, commit, file) = (base(hub), segment(commit), file.join("/"));
    format!("{hub}/{repository}/resolve/{commit}/{file}")
}

fn base(hub: &str) -> &str {
    hub.trim_end_matches('/')
}

fn segment(text: &str) -> String {
    utf8_percent_encode(text, SEGMENT).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_commit_is_forty_lower_case_hex_digits() {
        assert!(is_commit("0123456789abcdef0123456789abcdef01234567"));
        assert!(!is_commit("0123456789ABCDEF0123456789abcdef01234567"));
        assert!(!is_commit("0123456789abcdef0123456789abcdef0123456"));
        assert!(!is_commit("main"));
    }

    #[test]
    fn addresses_are_the_hubs() {
        for hub in ["http://localhost:9/mirror", "http://localhost:9/mirror/"] {
            assert_eq!(
                revision_url(hub, "a/b", "refs/pr/5"),
                "http://localhost:9/mirror/api/models/a/b/revision/refs%2Fpr%2F5"
            );
            assert_eq!(
                tree_url(hub, "a/b", "main"),
                "http://localhost:9/mirror/api/models/a/b/tree/main"
            );
            assert_eq!(
                resolve_url(hub, "a/b", "c0ffee", "x y/model-00001-of-00002.safetensors"),
                "http://localhost:9/mirror/a/b/resolve/c0ffee/x%20y/model-00001-of-00002.safetensors"
            );
        }
    }
}
