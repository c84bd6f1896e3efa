//! A stand-in for the Hugging Face hub and its CDN: real HTTP/1.1 on two ports of 127.0.0.1, with faults on demand.
//!
//! The hub lists repositories, names their commits and redirects large files to the CDN, a second origin. Each mounted
//! repository is a folder on the disk. Both origins write down every request, so that a test can count bytes.
//!
//! ```
//! use glimpse_tests::fixture::fixtures;
//! use glimpse_tests::hub::{Fault, Hub, Mischief};
//!
//! let hub = Hub::start().unwrap();
//! hub.mount("acme/clip", &fixtures().join("hf-quickgelu-f32")).unwrap();
//! // The first two answers with the weights break off after 1000 bytes.
//! hub.fault(Fault::on("model.safetensors", Mischief::cut_after(1000)).times(2));
//! println!("{}/acme/clip/resolve/main/model.safetensors", hub.url());
//! assert!(hub.log().is_empty());
//! ```

mod answer;
mod control;
mod fault;
mod http;
mod log;
mod repository;
mod send;
mod server;

#[cfg(test)]
mod tests;

use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

pub use fault::{Fault, Mischief};
pub use log::{Entry, Origin};
pub use repository::{File, Version};

use server::{Server, State};

/// A running hub with its CDN; both end when it is dropped.
pub struct Hub {
    state: Arc<State>,
    hub: Server,
    cdn: Server,
}

impl Hub {
    /// Starts both servers on free ports of 127.0.0.1.
    ///
    /// # Errors
    /// When no port can be listened on.
    pub fn start() -> io::Result<Self> {
        let state = Arc::new(State::default());
        let cdn = Server::start(Origin::Cdn, Arc::clone(&state))?;
        state.cdn_is_at(cdn.address());
        let hub = Server::start(Origin::Hub, Arc::clone(&state))?;
        Ok(Self { state, hub, cdn })
    }

    /// The hub's origin, without a slash at its end: what `--hub`, `HF_ENDPOINT` and the package's `hub` take.
    pub fn url(&self) -> String {
        origin(self.hub.address())
    }

    /// The CDN's origin, to which large files are redirected.
    pub fn cdn_url(&self) -> String {
        origin(self.cdn.address())
    }

    /// Serves the files of `folder` as `repository` ("owner/name"). Mounted again with other files, the repository has a new
    /// commit, and `main` is that one; the old commit stays reachable as long as its files are there.
    ///
    /// # Errors
    /// When the folder or a file in it cannot be read.
    pub fn mount(&self, repository: &str, folder: &Path) -> io::Result<Version> {
        self.state.mount(repository, folder, None)
    }

    /// Serves a gated repository: the hub answers 401 without `Authorization: Bearer {token}`, 403 with another token.
    ///
    /// # Errors
    /// When the folder or a file in it cannot be read.
    pub fn mount_gated(&self, repository: &str, folder: &Path, token: &str) -> io::Result<Version> {
        self.state.mount(repository, folder, Some(token.to_owned()))
    }

    /// Adds a fault. Of those that fit a request, the first of each kind has its effect: three cuts cut three requests.
    pub fn fault(&self, fault: Fault) {
        self.state.faults().push(fault);
    }

    /// Takes away all faults, and lets go of held connections.
    pub fn clear_faults(&self) {
        self.state.clear_faults();
    }

    /// Cuts the connections that a cut with `hold` keeps open.
    pub fn release(&self) {
        self.state.release();
    }

    /// Every request so far, in the order of arrival. Control requests are not in it.
    pub fn log(&self) -> Vec<Entry> {
        self.state.log().entries()
    }

    /// Empties the log.
    pub fn clear_log(&self) {
        self.state.log().clear();
    }
}

fn origin(address: SocketAddr) -> String {
    format!("http://{address}")
}
