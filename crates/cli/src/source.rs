//! Finds the model that `--model` names: a built-in one, a folder, a repository of a hub, or a folder on a web server.

use std::fs;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use glimpse::hub::{HubError, ModelId, Offered, offered, parse_model_id};
use glimpse::{
    BuiltIn, ByteStream, Classifier, DeviceKind, DevicePreference, Embedded, Folder, LoadOptions,
    ModelSource, SourceError,
};
use url::Url;

use crate::args::{AUTO, Device, DeviceArg, HubArg, ModelArg};
use crate::built_in;
use crate::failure::Failure;
use crate::hub::{Cache, Hub, Repository, Unanswered, WebFolder};
use crate::progress::LoadProgress;

/// Why [`AUTO`] is no model where one is asked for.
const AUTO_IS_TWO: &str = "embeddings, token ids and packs belong to one model, and \"auto\" chooses between two: name one, \
     --model mini (drawings, icons, written words) or --model mini-photo (photographs of things); `glimpse models` lists the others";

/// Where a model's files are.
#[derive(Clone)]
pub enum Source {
    BuiltIn(BuiltIn),
    Folder(PathBuf),
    Repository(Repository),
    Web(WebFolder),
}

impl Source {
    /// Resolves a name, a path or an address. Of a repository, the commit and the list of files are asked for; of the others,
    /// nothing is read yet.
    pub fn find(model: &ModelArg) -> Result<Self, Failure> {
        Self::named(&model.name, &model.hub)
    }

    /// The same for a name alone.
    pub fn named(name: &str, hub: &HubArg) -> Result<Self, Failure> {
        if let Some(model) = BuiltIn::named(name) {
            return Ok(Self::BuiltIn(model));
        }
        if name == AUTO {
            return Err(Failure::Usage(AUTO_IS_TWO.to_owned()));
        }
        if let Some(model) = offered(name).filter(|model| model.name == name) {
            return Self::offered(model, hub);
        }
        let path = Path::new(name);
        if path.is_dir() {
            return Ok(Self::Folder(path.to_path_buf()));
        }
        if let Some(url) = web_address(name) {
            return Self::at(name, url, hub);
        }
        match parse_model_id(name) {
            Ok(id) if !path.exists() => Self::repository(name, &id, hub),
            _ => Err(Failure::Usage(not_here(name))),
        }
    }

    /// A model that has a name here; from its other repository where the first is gone, has no weights that are read, or is neither
    /// kept nor reachable.
    fn offered(model: &Offered, hub: &HubArg) -> Result<Self, Failure> {
        let (hub, cache) = (Rc::new(Hub::find(hub)?), Cache::find()?);
        let open = |repository: &str| {
            let id = ModelId {
                repository: repository.to_owned(),
                revision: model.revision.unwrap_or("main").to_owned(),
            };
            Repository::open(&hub, &cache, model.name, &id)
        };
        let first = open(model.repository.unwrap_or(model.name));
        Self::opened(match (first, model.otherwise) {
            (Err(error), Some(other)) => open(other).or(Err(error)),
            (first, _) => first,
        })
    }

    fn repository(name: &str, id: &ModelId, hub: &HubArg) -> Result<Self, Failure> {
        let (hub, cache) = (Rc::new(Hub::find(hub)?), Cache::find()?);
        Self::opened(Repository::open(&hub, &cache, name, id))
    }

    fn opened(repository: Result<Repository, Unanswered>) -> Result<Self, Failure> {
        match repository {
            Ok(repository) => Ok(Self::Repository(repository)),
            Err(error) => Err(glimpse::Error::from(SourceError::from(error)).into()),
        }
    }

    /// A folder on a web server; or a repository, where people paste the address of its page.
    fn at(name: &str, url: Url, hub: &HubArg) -> Result<Self, Failure> {
        let (hub, cache) = (Rc::new(Hub::find(hub)?), Cache::find()?);
        match repository_page(&url, &hub.url) {
            Some(id) => Self::opened(Repository::open(&hub, &cache, name, &id)),
            None => Ok(Self::Web(WebFolder::new(&hub, &cache, url))),
        }
    }

    /// Loads the weights, with a progress bar on standard error if that is a terminal.
    pub async fn load(&self, device: &DeviceArg) -> Result<Classifier, Failure> {
        self.load_with(device, true).await
    }

    /// The same, with or without what encodes texts.
    pub async fn load_with(
        &self,
        device: &DeviceArg,
        text_tower: bool,
    ) -> Result<Classifier, Failure> {
        let progress = LoadProgress::new();
        let mut show = |event| progress.show(event);
        let options = LoadOptions {
            device: DevicePreference::from(device.device),
            on_progress: Some(&mut show),
            text_tower,
            ..LoadOptions::default()
        };
        let loaded = Classifier::load(self, options).await;
        progress.clear();
        let classifier = loaded?;
        let info = classifier.info();
        if device.device == Device::Gpu && info.device == DeviceKind::Cpu {
            eprintln!("note: computing on the CPU: {}", info.reason);
        }
        Ok(classifier)
    }

    /// Where one of the model's files is on this computer, after [`glimpse::model_files`] had all of them brought; none for
    /// what is built in.
    pub fn path_of(&self, file: &str) -> Result<Option<PathBuf>, Failure> {
        let folder = match self {
            Self::BuiltIn(_) => None,
            Self::Folder(folder) => Some(folder.clone()),
            Self::Repository(repository) => {
                repository.folder_with(file).map_err(glimpse::Error::from)?
            }
            Self::Web(web) => Some(web.folder().to_path_buf()),
        };
        Ok(folder.map(|folder| folder.join(file)))
    }

    /// The length of one of the model's files, in bytes.
    pub fn size_of(&self, file: &str) -> Result<u64, Failure> {
        if let Self::BuiltIn(model) = self {
            let files = built_in::files(*model).iter();
            let lengths = files.filter(|(name, _)| *name == file);
            return Ok(lengths.map(|(_, bytes)| bytes.len() as u64).sum());
        }
        let Some(path) = self.path_of(file)? else {
            return Ok(0);
        };
        match fs::metadata(&path) {
            Ok(metadata) => Ok(metadata.len()),
            Err(error) => Err(Failure::File(format!(
                "{} cannot be read: {error}",
                path.display()
            ))),
        }
    }
}

impl ModelSource for Source {
    fn name(&self) -> String {
        match self {
            Self::BuiltIn(model) => model.name().to_owned(),
            Self::Folder(path) => Folder::new(path).name(),
            Self::Repository(source) => source.name(),
            Self::Web(source) => source.name(),
        }
    }

    async fn read(&self, file: &str) -> Result<Option<Vec<u8>>, SourceError> {
        match self {
            Self::BuiltIn(model) => embedded(*model).read(file).await,
            Self::Folder(path) => Folder::new(path).read(file).await,
            Self::Repository(source) => source.read(file).await,
            Self::Web(source) => source.read(file).await,
        }
    }

    async fn open(&self, file: &str) -> Result<Option<Box<dyn ByteStream>>, SourceError> {
        match self {
            Self::BuiltIn(model) => embedded(*model).open(file).await,
            Self::Folder(path) => Folder::new(path).open(file).await,
            Self::Repository(source) => source.open(file).await,
            Self::Web(source) => source.open(file).await,
        }
    }
}

/// A built-in model's files, as a source.
fn embedded(model: BuiltIn) -> Embedded {
    Embedded::new(model.name(), built_in::files(model))
}

/// An address with http or https; a path such as `C:\models` is none.
pub fn web_address(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    (["http", "https"].contains(&url.scheme()) && url.has_host()).then_some(url)
}

/// The repository whose page on the hub this is.
pub fn repository_page(url: &Url, hub: &Url) -> Option<ModelId> {
    let hub = format!("{}/", hub.as_str().trim_end_matches('/'));
    let page = url.as_str().strip_prefix(hub.as_str())?;
    parse_model_id(&page.trim_matches('/').replacen("/tree/", "@", 1)).ok()
}

/// What to do about a model that is nowhere.
fn not_here(name: &str) -> String {
    if Path::new(name).is_file() {
        return format!("{name} is a file: give the folder that holds it and its config.json");
    }
    let id = match parse_model_id(name) {
        Err(error @ HubError::Id { .. }) if name.contains('/') => format!("; {error}"),
        _ => String::new(),
    };
    format!(
        "there is no folder {name:?}, and no model of that name{id}; `glimpse models` lists the names"
    )
}
