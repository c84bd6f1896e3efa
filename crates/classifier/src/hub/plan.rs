//! Which of a repository's files make up its model, by the hub's own list of them.

use serde::{Deserialize, Serialize};

use crate::hub::HubError;

/// The small files that a model may need, in the order in which they are read; an index beside them where the weights are shards.
const SMALL: [&str; 5] = [
    "config.json",
    "open_clip_config.json",
    "processor_config.json",
    "preprocessor_config.json",
    TOKENIZER,
];
const TOKENIZER: &str = "tokenizer.json";
/// What a tokenizer is made of where there is no [`TOKENIZER`].
const SLOW_TOKENIZER: [&str; 4] = [
    "vocab.json",
    "merges.txt",
    "added_tokens.json",
    "tokenizer_config.json",
];
/// Hugging Face's weights: in one file, and the index of those in several.
const HUGGING_FACE: [(&str, &str); 2] = [
    ("model.safetensors", "model.safetensors.index.json"),
    ("pytorch_model.bin", "pytorch_model.bin.index.json"),
];
/// open_clip's weights.
const OPEN_CLIP: [&str; 2] = ["open_clip_model.safetensors", "open_clip_pytorch_model.bin"];
/// How files of weights end that are read.
const WEIGHTS: [&str; 2] = [".safetensors", ".bin"];
/// How others end. Their names are told to people who look for weights.
const OTHER_WEIGHTS: [&str; 8] = [
    ".pt", ".pth", ".ckpt", ".h5", ".msgpack", ".onnx", ".gguf", ".npz",
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

    let mut wanted: Vec<&str> = SMALL.to_vec();
    if !has(TOKENIZER) {
        wanted.extend(SLOW_TOKENIZER);
    }
    let small = wanted.len();
    // Of each layout one container: safetensors where it has them.
    for (whole, index) in HUGGING_FACE {
        let shards = listed.iter().map(|file| file.path.as_str());
        let shards: Vec<&str> = shards.filter(|name| is_shard(name, index)).collect();
        let is_sharded = has(index) && !shards.is_empty();
        if is_sharded {
            wanted.insert(small, index);
        }
        if has(whole) {
            wanted.push(whole);
        }
        if is_sharded {
            wanted.extend(shards);
        }
        if has(whole) || is_sharded {
            break;
        }
    }
    wanted.extend(OPEN_CLIP.into_iter().find(|name| has(name)));
    if !wanted.iter().any(|name| is_weights(name)) {
        let weights = listed.iter().filter(|file| names_weights(&file.path));
        return Err(HubError::NoWeights {
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

/// Whether a file of a model holds weights that can be read, by its name.
#[must_use]
pub fn is_weights(name: &str) -> bool {
    WEIGHTS.iter().any(|ending| name.ends_with(ending))
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

/// `model-00001-of-00003.safetensors` and the like, of this index. A name from outside must not lead out of the model's folder.
fn is_shard(name: &str, index: &str) -> bool {
    let plain = |character: char| character.is_ascii_alphanumeric() || "._-".contains(character);
    let of_index = |ending: &&str| index.contains(ending) && name.ends_with(ending);
    name.contains("-of-") && WEIGHTS.iter().any(of_index) && name.chars().all(plain)
}

fn names_weights(name: &str) -> bool {
    is_weights(name) || OTHER_WEIGHTS.iter().any(|ending| name.ends_with(ending))
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
    fn a_slow_tokenizers_files_are_wanted_where_there_is_no_other() {
        let plan = planned(&[
            small("config.json"),
            small("merges.txt"),
            small("processor_config.json"),
            small("vocab.json"),
            large("model.safetensors"),
        ])
        .expect("a plan");
        assert_eq!(
            paths(&plan),
            [
                "config.json",
                "processor_config.json",
                "vocab.json",
                "merges.txt",
                "model.safetensors"
            ]
        );
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
        assert!(matches!(error, HubError::NoWeights { .. }), "{error}");
    }

    #[test]
    fn pytorchs_container_is_taken_where_a_layout_has_no_safetensors() {
        let small = [
            small("config.json"),
            small("open_clip_config.json"),
            small("tokenizer.json"),
        ];
        let with = |names: &[&str]| {
            let weights = names.iter().map(|name| large(name));
            let files: Vec<Value> = small.iter().cloned().chain(weights).collect();
            let plan = planned(&files).expect("a plan");
            let names = plan.files.into_iter().map(|file| file.path).skip(3);
            names.collect::<Vec<String>>()
        };
        assert_eq!(
            with(&["flax_model.msgpack", "pytorch_model.bin"]),
            ["pytorch_model.bin"]
        );
        assert_eq!(
            with(&[
                "model.safetensors",
                "open_clip_pytorch_model.bin",
                "pytorch_model.bin"
            ]),
            ["model.safetensors", "open_clip_pytorch_model.bin"]
        );
        assert_eq!(
            with(&[
                "open_clip_model.safetensors",
                "open_clip_pytorch_model.bin",
                "pytorch_model.bin"
            ]),
            ["pytorch_model.bin", "open_clip_model.safetensors"]
        );
        assert_eq!(
            with(&[
                "model-00001-of-00002.safetensors",
                "pytorch_model-00001-of-00002.bin",
                "pytorch_model-00002-of-00002.bin",
                "pytorch_model.bin.index.json",
            ]),
            [
                "pytorch_model.bin.index.json",
                "pytorch_model-00001-of-00002.bin",
                "pytorch_model-00002-of-00002.bin"
            ]
        );
    }

    #[test]
    fn what_cannot_be_read_is_named_and_a_model_that_works_too() {
        let error = planned(&[
            small("config.json"),
            small("tokenizer.json"),
            large("ViT-B-32.pt"),
            large("flax_model.msgpack"),
        ])
        .expect_err("no weights that are read");
        assert_eq!(error.code().as_str(), "unsupported-model");
        let text = error.to_string();
        assert!(
            text.contains("owner/name has no weights")
                && text.contains("ViT-B-32.pt, flax_model.msgpack")
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
