//! Pixels and `pixel_values` of the fixtures (and of `../shared`, where it is there) equal what Python makes of them.
//!
//! `fixtures/make.py` wrote the expectations. They hold a checksum of all bytes, so "equal" means to the last bit, and a
//! few samples that say by how much where it is not.

mod outside;

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use glimpse_image::{Preprocessor, RgbImage, decode, sniff};
use serde::Deserialize;
use serde_json::Value;

use outside::shared;

/// One line of an `expected*.json`: a decoded picture, a refused one, or `pixel_values`.
#[derive(Deserialize)]
#[serde(untagged)]
enum Row {
    PixelValues {
        file: String,
        library: String,
        label: String,
        config: Value,
        shape: [usize; 3],
        crc32: u32,
        samples: Vec<(usize, f32)>,
    },
    Picture {
        file: String,
        size: (u32, u32),
        crc32: u32,
        samples: Vec<(usize, u8)>,
    },
    Refused {
        file: String,
        refused: bool,
    },
}

impl Row {
    fn file(&self) -> &str {
        match self {
            Self::PixelValues { file, .. }
            | Self::Picture { file, .. }
            | Self::Refused { file, .. } => file,
        }
    }
}

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures")
}

fn preprocessor(library: &str, config: &Value) -> Preprocessor {
    let json = config.to_string();
    match library {
        "hugging_face" => Preprocessor::from_preprocessor_config(&json),
        _ => Preprocessor::from_open_clip_config(&json),
    }
    .unwrap_or_else(|error| panic!("{json}: {error}"))
}

/// The complaint about one row, or `None` where it holds.
fn check(row: &Row, mut read: impl FnMut(&str) -> Result<RgbImage, String>) -> Option<String> {
    match row {
        Row::Refused { file, refused } => {
            assert!(refused);
            read(file)
                .ok()
                .map(|_| format!("{file}: decoded, but Pillow refuses it"))
        }
        Row::Picture {
            file,
            size,
            crc32,
            samples,
        } => {
            let image = match read(file) {
                Ok(image) => image,
                Err(error) => return Some(format!("{file}: {error}")),
            };
            if image.dimensions() != *size {
                return Some(format!(
                    "{file}: {:?}, expected {size:?}",
                    image.dimensions()
                ));
            }
            let found: Vec<_> = samples
                .iter()
                .map(|(at, _)| (*at, image.as_raw()[*at]))
                .collect();
            (crc32fast::hash(image.as_raw()) != *crc32).then(|| {
                format!("{file}: other pixels, for example {found:?}, expected {samples:?}")
            })
        }
        Row::PixelValues {
            file,
            library,
            label,
            config,
            shape,
            crc32,
            samples,
        } => {
            let image = read(file).ok()?;
            let values = preprocessor(library, config).pixel_values(&image);
            assert_eq!(
                [3, values.height, values.width],
                *shape,
                "{file}, {library} {label}"
            );
            let bytes: Vec<u8> = values
                .data
                .iter()
                .flat_map(|value| value.to_le_bytes())
                .collect();
            let found: Vec<_> = samples
                .iter()
                .map(|(at, _)| (*at, values.data[*at]))
                .collect();
            (crc32fast::hash(&bytes) != *crc32).then(|| {
                format!("{file}, {library} {label}: other values, for example {found:?}, expected {samples:?}")
            })
        }
    }
}

fn check_all(name: &str, root: &Path) {
    let json = std::fs::read_to_string(fixtures().join(name)).expect("the expectations");
    let rows: Vec<Row> = serde_json::from_str(&json).expect("the expectations are rows");
    let mut pictures: HashMap<String, Result<RgbImage, String>> = HashMap::new();
    let mut read = |file: &str| {
        let decoded = pictures.entry(file.to_owned()).or_insert_with(|| {
            let bytes = std::fs::read(root.join(file)).map_err(|error| error.to_string())?;
            decode(&bytes).map_err(|error| error.to_string())
        });
        decoded.clone()
    };
    // What is left to the browser has its own test.
    let ours = |row: &&Row| {
        let bytes = std::fs::read(root.join(row.file())).expect("a picture");
        sniff(&bytes).is_none_or(|format| format.decodable())
    };
    let complaints: Vec<String> = rows
        .iter()
        .filter(ours)
        .filter_map(|row| check(row, &mut read))
        .collect();
    assert!(
        complaints.is_empty(),
        "{} of {} rows differ:\n{}",
        complaints.len(),
        rows.len(),
        complaints.join("\n")
    );
}

#[test]
fn fixtures_equal_python() {
    check_all("expected.json", &fixtures());
}

#[test]
fn shared_pictures_equal_python() {
    if let Some(root) = shared() {
        check_all("expected_shared.json", &root);
    }
}
