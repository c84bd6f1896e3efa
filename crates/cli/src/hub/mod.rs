//! Downloads: models of a hub or a web server, fetched into the platform's cache folder and kept there.

mod api;
mod cache;
mod download;
mod http;
mod hugging_face_cache;
mod kept;
mod partial_download;
mod repository;
mod retry_policy;
mod sidecar;
mod web_folder;

pub use api::{Hub, Unanswered};
pub use cache::Cache;
pub use kept::{KeptBy, KeptModel, all as kept_models, bytes_in, of_other_hubs};
pub use repository::Repository;
pub use sidecar::Sidecar;
pub use web_folder::WebFolder;
