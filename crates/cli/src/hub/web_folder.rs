//! A folder on a plain web server as a source of files: there is no list, so the known names are tried.

use std::cell::RefCell;
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use glimpse::hub::is_weights;
use glimpse::{ByteStream, Folder, ModelSource, SourceError};
use ureq::http::header::{CONTENT_LENGTH, ETAG, LAST_MODIFIED};
use url::Url;

use crate::hub::api::{Hub, network};
use crate::hub::cache::{Cache, Shelf};
use crate::hub::download::{Wanted, download};
use crate::hub::http::Method;
use crate::hub::sidecar::Sidecar;
use crate::progress::DownloadProgress;

/// Bytes of a configuration, tokenizer or index, which are read whole into memory. CLIP's tokenizer has 2 MB.
const MOST_OF_A_SMALL_FILE: u64 = 64_000_000;

/// A model's folder on a web server.
#[derive(Clone)]
pub struct WebFolder(Rc<Inner>);

struct Inner {
    hub: Rc<Hub>,
    /// Ends with a slash.
    url: Url,
    shelf: Shelf,
    /// Files that this process has fetched or found to be unchanged.
    fresh: RefCell<HashSet<String>>,
}

impl WebFolder {
    /// The folder at `url`; nothing is asked yet.
    pub fn new(hub: &Rc<Hub>, cache: &Cache, url: Url) -> Self {
        let url = Self::address(url);
        Self(Rc::new(Inner {
            hub: Rc::clone(hub),
            shelf: cache.web_folder(&url),
            url,
            fresh: RefCell::default(),
        }))
    }

    /// An address as it is kept: that of a folder, and nothing behind it.
    pub fn address(mut url: Url) -> Url {
        url.set_query(None);
        url.set_fragment(None);
        if !url.path().ends_with('/') {
            url.set_path(&format!("{}/", url.path()));
        }
        url
    }

    /// Where the files are kept.
    pub fn folder(&self) -> &Path {
        self.0.shelf.folder()
    }

    /// The folder in which a file is, after it was downloaded if need be; none where the server has no such file.
    fn folder_with(&self, file: &str) -> Result<Option<PathBuf>, SourceError> {
        let inner = &*self.0;
        let folder = inner.shelf.folder().to_path_buf();
        let path = folder.join(file);
        if inner.fresh.borrow().contains(file) {
            return Ok(Some(folder));
        }
        let url = inner
            .url
            .join(file)
            .map_err(|error| network(file, format!("{} has no {file:?}: {error}", inner.url)))?;
        let _lock = inner.shelf.lock()?;
        if !inner.is_current(&path, &url) {
            let host = url.host_str().unwrap_or("the server").to_owned();
            let progress = DownloadProgress::of_unknown_size(file, &host);
            let wanted = Wanted {
                model: inner.url.as_str(),
                file,
                url,
                path: &path,
                size: None,
                sha256: None,
                most: (!is_weights(file)).then_some(MOST_OF_A_SMALL_FILE),
            };
            if download(&inner.hub, &wanted, &progress)?.is_none() {
                return Ok(None);
            }
        }
        inner.fresh.borrow_mut().insert(file.to_owned());
        Ok(Some(folder))
    }
}

impl Inner {
    /// Whether what is kept is still what the server has: by its strong `ETag`, else by its date and length, as browsers do
    /// it. A server that is not there now leaves what is kept as it is.
    fn is_current(&self, path: &Path, url: &Url) -> bool {
        let Some(note) = Sidecar::of_whole(path) else {
            return false;
        };
        match self.hub.client.send(Method::Head, url, 0) {
            Ok(answer) if answer.status().is_success() => {
                let text = |name| {
                    answer
                        .headers()
                        .get(name)
                        .and_then(|value| value.to_str().ok())
                };
                let length = text(CONTENT_LENGTH).and_then(|length| length.parse::<u64>().ok());
                let strong = note.strong_etag();
                let date = note.last_modified.as_deref();
                match strong {
                    Some(_) => text(ETAG) == strong && length.is_none_or(|_| length == note.size),
                    None => date.is_some() && text(LAST_MODIFIED) == date && length == note.size,
                }
            }
            Ok(answer) => answer.status().is_server_error(),
            Err(error) => {
                eprintln!("note: taking the kept copy of {url}: {error}");
                true
            }
        }
    }
}

impl ModelSource for WebFolder {
    fn name(&self) -> String {
        self.0.url.to_string()
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
