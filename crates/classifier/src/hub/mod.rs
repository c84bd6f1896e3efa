//! What is known of a model hub without asking it: names of models, addresses of files, and which files of a repository
//! to take.
//!
//! Nothing here touches the network: the doors fetch, each with what it has. A hub is a server with Hugging Face's
//! addresses, that one or a mirror:
//!
//! 1. [`revision_url`] answers `{"sha": commit, …}`, which pins a name such as `main` to a commit;
//! 2. [`tree_url`] lists that commit's files with their sizes and hashes, of which [`plan`] takes what a model needs;
//! 3. [`resolve_url`] gives a file, large ones by a redirect to another origin.
//!
//! ```
//! use glimpse::hub::{HUGGING_FACE, parse_model_id, plan, tree_url};
//!
//! let id = parse_model_id("openai/clip-vit-base-patch16@main")?;
//! let url = tree_url(HUGGING_FACE, &id.repository, &id.revision);
//! assert_eq!(url, "https://huggingface.co/api/models/openai/clip-vit-base-patch16/tree/main");
//!
//! let listing = r#"[{"type": "file", "path": "config.json", "size": 4186},
//!     {"type": "file", "path": "model.safetensors", "size": 598641023, "lfs": {"oid": "a6f0"}}]"#;
//! assert_eq!(plan(&id.repository, listing)?.files.len(), 2);
//! # Ok::<(), glimpse::hub::HubError>(())
//! ```

mod address;
mod error;
mod offered;
mod plan;

pub use address::{
    HUGGING_FACE, ModelId, is_commit, parse_model_id, resolve_url, revision_url, tree_url,
};
pub use error::HubError;
pub use offered::{Offered, OfferedLayout, all_offered, offered};
pub use plan::{Plan, PlannedFile, is_weights, plan};
