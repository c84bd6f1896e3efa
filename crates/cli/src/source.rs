//! Finds the model that `--model` names: the built-in one or a folder.

use std::path::Path;

use glimpse::image::Preprocessor;
use glimpse::text::Tokenizer;
use glimpse::{Classifier, DeviceKind, DevicePreference, Embedded, Folder, LoadOptions};

use crate::args::{Device, DeviceArg, ModelArg};
use crate::failure::Failure;
use crate::mini;
use crate::models::{self, Offered};
use crate::progress::LoadProgress;

/// Where a model's files are.
pub enum Source {
    Mini(Embedded),
    Folder(Folder),
}

impl Source {
    /// Resolves a name or a path; nothing is read yet.
    pub fn find(model: &ModelArg) -> Result<Self, Failure> {
        let path = Path::new(&model.name);
        if model.name == "mini" {
            Ok(Self::Mini(Embedded::new("mini", mini::FILES)))
        } else if path.is_dir() {
            Ok(Self::Folder(Folder::new(path)))
        } else {
            Err(Failure::Usage(not_here(&model.name)))
        }
    }

    /// Loads the weights, with a progress bar on standard error if that is a terminal.
    pub async fn load(&self, device: &DeviceArg) -> Result<Classifier, Failure> {
        let progress = LoadProgress::new();
        let mut show = |event| progress.show(event);
        let options = LoadOptions {
            device: DevicePreference::from(device.device),
            on_progress: Some(&mut show),
            ..LoadOptions::default()
        };
        let loaded = match self {
            Self::Mini(source) => Classifier::load(source, options).await,
            Self::Folder(source) => Classifier::load(source, options).await,
        };
        progress.clear();
        let classifier = loaded?;
        let info = classifier.info();
        if device.device == Device::Gpu && info.device == DeviceKind::Cpu {
            eprintln!("note: computing on the CPU: {}", info.reason);
        }
        Ok(classifier)
    }

    /// Reads the tokenizer alone.
    pub async fn tokenizer(&self) -> Result<Tokenizer, Failure> {
        Ok(match self {
            Self::Mini(source) => glimpse::load_tokenizer(source).await?,
            Self::Folder(source) => glimpse::load_tokenizer(source).await?,
        })
    }

    /// Reads the preprocessing alone.
    pub async fn preprocessor(&self) -> Result<Preprocessor, Failure> {
        Ok(match self {
            Self::Mini(source) => glimpse::load_preprocessor(source).await?,
            Self::Folder(source) => glimpse::load_preprocessor(source).await?,
        })
    }
}

/// What to do about a model that is neither built in nor a folder here.
fn not_here(name: &str) -> String {
    if Path::new(name).is_file() {
        return format!(
            "--model {name} is a file: give the folder that holds it and its config.json"
        );
    }
    let offered = models::OFFERED.iter().find(|offered| {
        offered.name == name
            || offered
                .repository
                .is_some_and(|repository| repository == name)
    });
    match offered {
        Some(&Offered {
            repository: Some(repository),
            files,
            ..
        }) => by_hand(name, repository, files),
        _ if name.split('/').count() == 2 && !name.starts_with(['.', '/', '~']) => by_hand(
            name,
            name,
            "config.json, preprocessor_config.json, tokenizer.json and model.safetensors (or open_clip_config.json, open_clip_model.safetensors and tokenizer.json)",
        ),
        _ => format!(
            "--model {name}: there is no such folder, and no model of that name; `glimpse models` lists the names"
        ),
    }
}

/// How to get a repository's files into a folder.
fn by_hand(name: &str, repository: &str, files: &str) -> String {
    format!(
        "--model {name}: this command does not download models yet; it uses folders and the built-in \"mini\".\n\n\
         Download {files}\nfrom https://huggingface.co/{repository}/tree/main into one folder, then use --model FOLDER."
    )
}
