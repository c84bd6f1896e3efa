//! Streams a checkpoint's weights: header first, then one tensor at a time to the device.

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use burn::tensor::Device;

use crate::clip::Clip;
use crate::config::ClipConfig;
use crate::error::{LoadError, WeightsError};
use crate::header::Entry;
use crate::layout::{Layout, Place, Spec, TOKEN_EMBEDDING, is_buffer};
use crate::tensors::Tensors;
use crate::weight_file::{OpenFile, WeightFile};
use crate::witness::{DEPTH, Witness};

/// Bytes between two readbacks: staging memory grows until the device is waited for.
const SETTLE_EVERY: u64 = 64 << 20;

/// Loads the network of `config` from `files` onto `device`; with `witness`, its first layers onto the CPU as well.
///
/// The headers of all files are read and checked before any tensor. `on_bytes` is told (file, bytes so far, all bytes).
///
/// # Errors
/// [`LoadError`], naming the tensor, what was expected and what was found.
pub async fn load(
    config: &ClipConfig,
    layout: Layout,
    files: Vec<WeightFile>,
    device: &Device,
    witness: bool,
    on_bytes: &mut dyn FnMut(&str, u64, u64),
) -> Result<(Clip, Option<Witness>), LoadError> {
    let mut opened = Vec::with_capacity(files.len());
    for file in files {
        let indexed = file.indexed.clone();
        let file = OpenFile::open(file).await?;
        file.check_index(&indexed)?;
        opened.push(file);
    }
    let specs = layout.specs(config);
    let places = checked_specs(&specs, &opened)?;
    opened.iter().try_for_each(OpenFile::check_length)?;
    let mut loading = Loading {
        tensors: Tensors::new(device),
        witness: witness.then(|| Tensors::new(&crate::device::cpu())),
        token_embedding: Vec::new(),
        logit_scale: 0.0,
        unsettled: 0,
    };
    for mut file in opened {
        for entry in file.header.tensors.clone() {
            file.skip_to(entry.begin).await?;
            if let Some(place) = places.get(entry.name.as_str()) {
                let values = file.numbers(&entry).await?;
                loading.put(&entry, place, values).await?;
            }
            on_bytes(&file.header.file, file.read, file.total());
        }
        file.finish().await?;
    }
    loading.assemble(config)
}

/// Compares what the files hold with what they must hold; gives where each tensor belongs.
fn checked_specs<'a>(
    specs: &'a [Spec],
    files: &[OpenFile],
) -> Result<HashMap<&'a str, &'a Place>, WeightsError> {
    let mut found: BTreeMap<&str, (&Entry, &str)> = BTreeMap::new();
    for file in files {
        for entry in &file.header.tensors {
            let before = found.insert(&entry.name, (entry, &file.header.file));
            if let Some((_, first)) = before {
                return Err(WeightsError::Twice {
                    tensor: entry.name.clone(),
                    first: first.to_owned(),
                    second: file.header.file.clone(),
                });
            }
        }
    }
    let mut places = HashMap::with_capacity(specs.len());
    for spec in specs {
        let Some((entry, file)) = found.remove(spec.name.as_str()) else {
            return Err(WeightsError::Missing {
                tensor: spec.name.clone(),
                expected: spec.shape.clone(),
            });
        };
        // logit_scale has no dimension in Hugging Face's files, one of length 1 in some others.
        let scalar = spec.shape.is_empty() && entry.shape == [1];
        if entry.shape != spec.shape && !scalar {
            return Err(WeightsError::Shape {
                tensor: spec.name.clone(),
                expected: spec.shape.clone(),
                found: entry.shape.clone(),
            });
        }
        let bytes = spec.shape.iter().product::<usize>() as u64 * entry.dtype()?.size() as u64;
        if entry.end - entry.begin != bytes {
            return Err(WeightsError::Header {
                file: file.to_owned(),
                detail: format!(
                    "the tensor {} has {} bytes, its shape needs {bytes}",
                    spec.name,
                    entry.end - entry.begin
                ),
            });
        }
        places.insert(spec.name.as_str(), &spec.place);
    }
    match found.into_iter().find(|(name, _)| !is_buffer(name)) {
        Some((name, (entry, _))) => Err(WeightsError::Surplus {
            tensor: name.to_owned(),
            found: entry.shape.clone(),
        }),
        None => Ok(places),
    }
}

/// What has been loaded so far.
struct Loading {
    tensors: Tensors,
    witness: Option<Tensors>,
    token_embedding: Vec<f32>,
    logit_scale: f32,
    unsettled: u64,
}

impl Loading {
    async fn put(
        &mut self,
        entry: &Entry,
        place: &Place,
        values: Vec<f32>,
    ) -> Result<(), LoadError> {
        if let Some(wrong) = values.iter().find(|value| !value.is_finite()) {
            return Err(LoadError::Weights(WeightsError::NotFinite {
                tensor: entry.name.clone(),
                found: wrong.to_string(),
            }));
        }
        match place {
            Place::As(name) if name == TOKEN_EMBEDDING => self.token_embedding = values,
            Place::As(name) if name == "logit_scale" => self.logit_scale = values[0],
            Place::As(name) => self.upload(name.clone(), values).await?,
            Place::Transposed(name) => {
                let values = transposed(&values, entry.shape[0], entry.shape[1]);
                self.upload(name.clone(), values).await?;
            }
            Place::Qkv(prefix, part) => {
                let third = values.len() / 3;
                for (at, name) in ["q_proj", "k_proj", "v_proj"].iter().enumerate() {
                    let values = values[at * third..(at + 1) * third].to_vec();
                    self.upload(format!("{prefix}.{name}.{part}"), values)
                        .await?;
                }
            }
        }
        Ok(())
    }

    async fn upload(&mut self, name: String, values: Vec<f32>) -> Result<(), LoadError> {
        self.unsettled += values.len() as u64 * 4;
        if let Some(witness) = &mut self.witness
            && is_witnessed(&name)
        {
            witness.put(name.clone(), values.clone());
        }
        self.tensors.put(name.clone(), values);
        if self.unsettled >= SETTLE_EVERY {
            self.tensors.settle(&name).await?;
            self.unsettled = 0;
        }
        Ok(())
    }

    fn assemble(mut self, config: &ClipConfig) -> Result<(Clip, Option<Witness>), LoadError> {
        let rows = Rc::new(self.token_embedding);
        let scale = self.logit_scale;
        let clip = Clip::assemble(config, &mut self.tensors, &rows, scale, usize::MAX)?;
        let witness = match &mut self.witness {
            Some(tensors) => Some(Witness {
                clip: Clip::assemble(config, tensors, &rows, scale, DEPTH)?,
            }),
            None => None,
        };
        Ok((clip, witness))
    }
}

/// Whether the witness has this tensor: all but the layers behind its last.
fn is_witnessed(name: &str) -> bool {
    match name.split_once(".layers.") {
        Some((_, rest)) => rest
            .split('.')
            .next()
            .and_then(|layer| layer.parse::<usize>().ok())
            .is_some_and(|layer| layer < DEPTH),
        None => true,
    }
}

fn transposed(values: &[f32], rows: usize, columns: usize) -> Vec<f32> {
    (0..columns)
        .flat_map(|column| (0..rows).map(move |row| values[row * columns + column]))
        .collect()
}
