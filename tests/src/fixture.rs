//! Finds the fixtures and reads what PyTorch says of them.

use std::path::{Path, PathBuf};

use safetensors::SafeTensors;
use safetensors::tensor::TensorView;
use serde::Deserialize;
use serde_json::Value;

/// The checkpoints of `tests/fixtures`, by folder.
pub const CHECKPOINTS: [&str; 4] = [
    "hf-quickgelu-f32",
    "hf-gelu-neweos-f16",
    "hf-gelu-bf16-shards",
    "openclip-gelu-f32",
];

/// A checkpoint folder and the reference outputs that stand beside its weights.
pub struct Fixture {
    /// The checkpoint's folder.
    pub folder: PathBuf,
    /// PyTorch's outputs for it.
    pub expected: Expected,
    /// The file that they are in.
    file: PathBuf,
    /// The folder of the expected pictures.
    pictures: PathBuf,
}

/// `expected.json`: what PyTorch computes from a checkpoint, computing in f32.
#[derive(Deserialize)]
pub struct Expected {
    /// The labels, used as they stand.
    pub labels: Vec<String>,
    /// Token ids of each label, start and end tokens included, truncated, not padded.
    pub input_ids: Vec<Vec<u32>>,
    /// File names of the pictures.
    pub images: Vec<String>,
    /// Unit-length embedding of each picture.
    pub image_embeds: Vec<Vec<f32>>,
    /// Unit-length embedding of each label.
    pub text_embeds: Vec<Vec<f32>>,
    /// Scaled cosines, one row a picture, one column a label.
    pub logits_per_image: Vec<Vec<f32>>,
    /// Softmax of each row of the logits.
    pub probabilities: Vec<Vec<f32>>,
}

/// The folder `tests/fixtures`.
pub fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures")
}

/// Everything under `../shared` that the tests may use beside their own fixtures, where it is there:
/// the folder that `GLIMPSE_SHARED` names, else `shared` beside the repository.
pub fn shared() -> Option<PathBuf> {
    let folder = match std::env::var_os("GLIMPSE_SHARED") {
        Some(folder) => PathBuf::from(folder),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared"),
    };
    if !folder.is_dir() {
        println!(
            "left out: no folder {} with further cases",
            folder.display()
        );
        return None;
    }
    Some(folder)
}

/// All files under `folder`, however deep, sorted.
pub fn files_under(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a readable folder") {
            let path = entry.expect("a readable entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

/// The numbers of an f32 tensor, row-major.
pub fn numbers(tensor: &TensorView) -> Vec<f32> {
    let bytes = tensor.data().chunks_exact(4);
    bytes
        .map(|bytes| f32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
        .collect()
}

impl Fixture {
    /// One of [`CHECKPOINTS`].
    pub fn named(name: &str) -> Self {
        Self::at(&fixtures().join(name))
    }

    /// The checkpoint in `folder`, with its `expected.json`; its pictures are in its own `images`, else in
    /// `tests/fixtures/pictures`.
    pub fn at(folder: &Path) -> Self {
        let own = folder.join("images");
        let pictures = if own.is_dir() {
            own
        } else {
            fixtures().join("pictures")
        };
        Self::read(folder, &folder.join("expected.json"), pictures)
    }

    /// The built-in model with the page's examples; `tests/fixtures/built_in.py` writes what transformers computes.
    pub fn built_in() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        Self::read(
            &root.join("web/models/mini"),
            &fixtures().join("mini.json"),
            root.join("www/examples"),
        )
    }

    /// The built-in model for photographs with the page's examples; `tests/fixtures/built_in_photo.py` writes what open_clip computes.
    pub fn built_in_photo() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        Self::read(
            &root.join("web/models/mini-photo"),
            &fixtures().join("mini-photo.json"),
            root.join("www/examples"),
        )
    }

    fn read(folder: &Path, file: &Path, pictures: PathBuf) -> Self {
        let text = std::fs::read_to_string(file)
            .unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        Self {
            folder: folder.to_path_buf(),
            expected: serde_json::from_str(&text)
                .unwrap_or_else(|error| panic!("{}: {error}", file.display())),
            file: file.to_path_buf(),
            pictures,
        }
    }

    /// All that is in the file of the expected outputs.
    pub fn expected_json(&self) -> Value {
        let file = std::fs::read(&self.file).expect("the file that was read before");
        serde_json::from_slice(&file).expect("JSON")
    }

    /// The path of one of the expected pictures.
    pub fn picture(&self, name: &str) -> PathBuf {
        self.pictures.join(name)
    }

    /// The bytes of one of the expected pictures.
    pub fn picture_bytes(&self, name: &str) -> Vec<u8> {
        let path = self.picture(name);
        std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    /// PyTorch's `pixel_values`, one row-major `[3, S, S]` a picture, where the fixture has them.
    pub fn pixel_values(&self) -> Option<Vec<Vec<f32>>> {
        let bytes = std::fs::read(self.folder.join("pixel_values.safetensors")).ok()?;
        let file = SafeTensors::deserialize(&bytes).expect("a readable pixel_values.safetensors");
        let tensor = file.tensor("pixel_values").expect("pixel_values");
        let values = numbers(&tensor);
        let pictures = tensor.shape()[0];
        Some(
            values
                .chunks_exact(values.len() / pictures)
                .map(<[f32]>::to_vec)
                .collect(),
        )
    }
}
