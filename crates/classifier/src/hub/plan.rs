//! Which of a repository's files make up its model, by the hub's own list of them.

use serde::{Deserialize, Serialize};

use crate::hub::HubError;

/// The small files that a model may need, in the order in which they are read.
const SMALL: [&str; 10] = [
    "config.json",
    "open_clip_config.json",
    "processor_config.json",
    "preprocessor_config.json",
    "tokenizer.json",
    "vocab.json",
    "merges.txt",
    "added_tokens.json",
    "tokenizer_config.json",
    INDEX,
];
/// The weights in one file, in either layout.
const WHOLE: [&str; 2] = ["model.safetensors", "open_clip_model.safetensors"];
const INDEX: &str = "model.safetensors.index.json";
/// How other weight files end. Their names are told to people who look for weights.
const OTHER_WEIGHTS: [&str; 9] = [
    ".bin", ".pt", ".pth", ".ckpt", ".h5", ".msgpack", ".onnx", ".gguf", ".npz",
];
/// How many files an error names at most.
const NAMED: usize = 5;

/// The files of a repository that its model may need.
///
/// Both layouts' files are in it where a repository has both: which weights are read is decided by `config.json`, when a
/// model is loaded. So fetch what is asked for, when it is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// The small files first, then the weights; none is in a folder.
    pub files: Vec<PlannedFile>,
}

/// One file, as the hub lists it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedFile {
    /// Its name.
    pub path: String,
    /// Bytes.
    pub size: u64,
    /// SHA-256 in 64 hex digits, of files in large file storage; a hub tells none of the others.
    pub sha256: Option<String>,
}

impl Plan {
    /// The file called `path`.
    #[must_use]
    pub fn file(&self, path: &str) -> Option<&PlannedFile> {
        self.files.iter().find(|file| file.path == path)
    }
}

/// One line of the hub's list.
#[derive(Deserialize)]
struct Listed {
    r#type: String,
    path: String,
    #[serde(default)]
    size: u64,
    lfs: Option<Lfs>,
}

#[derive(Deserialize)]
struct Lfs {
    oid: String,
    size: Option<u64>,
}

/// Takes from the hub's list of files (`tree_json`, from [`tree_url`](crate::hub::tree_url)) what a model needs.
///
/// # Errors
/// [`HubError`] when the list cannot be read, or there is no model of a layout that is read here: its message names what is
/// there instead, and a model that works.
pub fn plan(repository: &str, tree_json: &str) -> Result<Plan, HubError> {
    let listed: Vec<Listed> =
        serde_json::from_str(tree_json).map_err(|error| HubError::Listing {
            repository: repository.to_owned(),
            detail: error.to_string(),
        })?;
    let listed: Vec<Listed> = listed
        .into_iter()
        .filter(|file| file.r#type == "file")
        .collect();
    let has = |name: &str| listed.iter().any(|file| file.path == name);
    if !has("config.json") && !has("open_clip_config.json") {
        return Err(HubError::NoConfig {
            repository: repository.to_owned(),
            found: names(listed.iter(), "nothing else"),
        });
    }

    let sharded = has(INDEX);
    let is_shard = |name: &str| sharded && is_shard(name);
    let mut wanted: Vec<&str> = SMALL.into_iter().chain(WHOLE).collect();
    wanted.extend(
        listed
            .iter()
            .map(|file| file.path.as_str())
            .filter(|name| is_shard(name)),
    );
    if !listed
        .iter()
        .any(|file| WHOLE.contains(&file.path.as_str()) || is_shard(&file.path))
    {
        let weights = listed.iter().filter(|file| is_weights(&file.path));
        return Err(HubError::NoSafetensors {
            repository: repository.to_owned(),
            found: names(weights, "no weights"),
        });
    }
    let files = wanted
        .into_iter()
        .filter_map(|name| listed.iter().find(|file| file.path == name));
    Ok(Plan {
        files: files.map(PlannedFile::from).collect(),
    })
}

impl From<&Listed> for PlannedFile {
    fn from(listed: &Listed) -> Self {
        let lfs = listed.lfs.as_ref();
        Self {
            path: listed.path.clone(),
            // The size beside `lfs` is that of the pointer on some mirrors.
            size: lfs.and_then(|lfs| lfs.size).unwrap_or(listed.size),
            sha256: lfs.map(|lfs| lfs.oid.clone()).filter(|oid| is_sha256(oid)),
        }
    }
}

fn is_sha256(oid: &str) -> bool {
    oid.len() == 64 && oid.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// `model-00001-of-00003.safetensors` and the like. A name from outside must not lead out of the model's folder.
fn is_shard(name: &str) -> bool {
    let plain = |character: char| character.is_ascii_alphanumeric() || "._-".contains(character);
    name.contains("-of-") && name.ends_with(".safetensors") && name.chars().all(plain)
}

fn is_weights(name: &str) -> bool {
    name.ends_with(".safetensors") || OTHER_WEIGHTS.iter().any(|ending| name.ends_with(ending))
}

/// The first few names, for an error; `none` where there are none.
fn names<'a>(files: impl Iterator<Item = &'a Listed>, none: &str) -> String {
    let names: Vec<&str> = files.map(|file| file.path.as_str()).collect();
    match names.len() {
        0 => none.to_owned(),
        count if count > NAMED => {
            let (first, more) = (names[..NAMED].join(", "), count - NAMED);
            format!("{first} and {more} more")
        }
        _ => names.join(", "),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const OID: &str = "8c9f4f1a1f0c1d6a0f2b9d3e5c7a9b1d3f5e7a9c1b3d5f7e9a1c3b5d7f9e1a3c";

    fn small(path: &str) -> Value {
        json!({"type": "file", "oid": "c0ffee", "size": 12, "path": path})
    }

    fn large(path: &str) -> Value {
        json!({
            "type": "file", "oid": "c0ffee", "size": 5000, "path": path,
            "lfs": {"oid": OID, "size": 5000, "pointerSize": 134},
        })
    }

    fn planned(files: &[Value]) -> Result<Plan, HubError> {
        plan("owner/name", &Value::from(files).to_string())
    }

    fn paths(plan: &Plan) -> Vec<&str> {
        plan.files.iter().map(|file| file.path.as_str()).collect()
    }

    #[test]
    fn a_transformers_repository() {
        let plan = planned(&[
            json!({"type": "directory", "oid": "c0ffee", "size": 0, "path": "onnx"}),
            small(".gitattributes"),
            small("README.md"),
            large("model.safetensors"),
            small("merges.txt"),
            large("pytorch_model.bin"),
            small("preprocessor_config.json"),
            small("config.json"),
            small("tokenizer.json"),
        ])
        .expect("a plan");
        assert_eq!(
            paths(&plan),
            [
                "config.json",
                "preprocessor_config.json",
                "tokenizer.json",
                "model.safetensors"
            ]
        );
        let weights = plan.file("model.safetensors").expect("the weights");
        assert_eq!(weights.size, 5000);
        assert_eq!(weights.sha256.as_deref(), Some(OID));
        let config = plan.file("config.json").expect("the configuration");
        assert_eq!((config.size, config.sha256.as_deref()), (12, None));
        assert_eq!(plan.file("pytorch_model.bin"), None);
    }

    #[test]
    fn an_open_clip_repository_with_another_kind_of_model_beside_it() {
        let plan = planned(&[
            small("config.json"),
            large("model.safetensors"),
            small("open_clip_config.json"),
            large("open_clip_model.safetensors"),
            large("open_clip_pytorch_model.bin"),
            small("tokenizer.json"),
        ])
        .expect("a plan");
        assert_eq!(
            paths(&plan),
            [
                "config.json",
                "open_clip_config.json",
                "tokenizer.json",
                "model.safetensors",
                "open_clip_model.safetensors"
            ]
        );
    }

    #[test]
    fn shards_come_with_their_index_and_not_without() {
        let shards = [
            large("model-00001-of-00002.safetensors"),
            large("model-00002-of-00002.safetensors"),
            large("adapter.safetensors"),
            large("evil-of-\u{2f}..safetensors"),
            small("config.json"),
        ];
        let mut with_index = shards.to_vec();
        with_index.push(small("model.safetensors.index.json"));
        assert_eq!(
            paths(&planned(&with_index).expect("a plan")),
            [
                "config.json",
                "model.safetensors.index.json",
                "model-00001-of-00002.safetensors",
                "model-00002-of-00002.safetensors"
            ]
        );
        let error = planned(&shards).expect_err("no index");
        assert!(matches!(error, HubError::NoSafetensors { .. }), "{error}");
    }

    #[test]
    fn pickles_alone_are_named_and_a_model_that_works_too() {
        let error = planned(&[
            small("config.json"),
            small("tokenizer.json"),
            large("pytorch_model.bin"),
            large("flax_model.msgpack"),
        ])
        .expect_err("no safetensors");
        assert_eq!(error.code().as_str(), "unsupported-model");
        let text = error.to_string();
        assert!(
            text.contains("owner/name has no weights")
                && text.contains("pytorch_model.bin, flax_model.msgpack")
                && text.contains("\"photo\""),
            "{text}"
        );
        let error = planned(&[small("config.json")]).expect_err("no weights at all");
        assert!(error.to_string().contains("it holds no weights"), "{error}");
    }

    #[test]
    fn what_is_no_model_says_what_is_there() {
        let files: Vec<Value> = (0..7).map(|n| small(&format!("page{n}.md"))).collect();
        let error = planned(&files).expect_err("no model");
        assert_eq!(error.code().as_str(), "unsupported-model");
        let text = error.to_string();
        assert!(text.contains("page4.md and 2 more"), "{text}");
        let error = planned(&[]).expect_err("an empty repository");
        assert!(error.to_string().contains("nothing else"), "{error}");
    }

    #[test]
    fn a_page_in_place_of_the_list_is_a_matter_of_the_network() {
        for page in [
            "<html>Sign in to the WLAN</html>",
            "{\"error\": \"no\"}",
            "",
        ] {
            let error = plan("owner/name", page).expect_err("no list");
            assert_eq!(error.code().as_str(), "network", "{page}");
        }
    }

    #[test]
    fn the_size_is_the_files_not_the_pointers_and_a_hash_is_a_hash() {
        let plan = planned(&[
            small("config.json"),
            json!({"type": "file", "path": "model.safetensors", "size": 134,
                "lfs": {"oid": "sha1-or-so", "size": 5000}}),
        ])
        .expect("a plan");
        let weights = plan.file("model.safetensors").expect("the weights");
        assert_eq!((weights.size, weights.sha256.as_deref()), (5000, None));
    }
}
