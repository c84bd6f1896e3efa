//! Streams a checkpoint's weights: header first, then one tensor at a time to the device.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

use burn::tensor::Device;
use half::slice::HalfFloatSliceExt;
use half::{bf16, f16};

use crate::clip::Clip;
use crate::config::ClipConfig;
use crate::error::{LoadError, SourceError, WeightsError};
use crate::header::{Dtype, Entry, Header, MAX_HEADER};
use crate::layout::{Layout, Place, Spec, TOKEN_EMBEDDING, is_buffer};
use crate::tensors::Tensors;
use crate::witness::{DEPTH, Witness};

/// Bytes between two readbacks: staging memory grows until the device is waited for.
const SETTLE_EVERY: u64 = 64 << 20;
/// Bytes of half-precision numbers that are converted at a time.
const PIECE: usize = 1 << 16;

/// A file's bytes, in order, as they come.
pub trait ByteStream {
    /// The whole length in bytes, where it is known beforehand.
    fn total(&self) -> Option<u64>;

    /// Puts the next bytes into `buffer` and gives how many; 0 at the end.
    fn read<'a>(
        &'a mut self,
        buffer: &'a mut [u8],
    ) -> Pin<Box<dyn Future<Output = Result<usize, SourceError>> + 'a>>;
}

/// One of a checkpoint's weight files, opened.
pub struct WeightFile {
    /// Its name.
    pub name: String,
    /// Its bytes.
    pub stream: Box<dyn ByteStream>,
    /// The tensors that it must hold, by the index of a sharded checkpoint; more may be in it.
    pub indexed: Vec<String>,
}

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

/// A weight file whose header has been read.
struct OpenFile {
    stream: Box<dyn ByteStream>,
    header: Header,
    /// Where the data begins, in bytes from the file's start.
    data: u64,
    /// Bytes read so far.
    read: u64,
}

impl OpenFile {
    async fn open(file: WeightFile) -> Result<Self, LoadError> {
        let mut open = Self {
            stream: file.stream,
            header: Header {
                file: file.name,
                tensors: Vec::new(),
            },
            data: 8,
            read: 0,
        };
        let mut length = [0; 8];
        open.fill(&mut length, 8).await?;
        let length = u64::from_le_bytes(length);
        let total = open.stream.total();
        if length > MAX_HEADER || total.is_some_and(|total| length > total.saturating_sub(8)) {
            return Err(LoadError::Weights(WeightsError::Header {
                file: open.header.file,
                detail: format!("it says that it is {length} bytes long"),
            }));
        }
        // A header that lies about its length costs no more than what the file holds.
        let mut json = Vec::new();
        while (json.len() as u64) < length {
            let start = json.len();
            let piece = (length - start as u64).min(PIECE as u64) as usize;
            json.resize(start + piece, 0);
            open.fill(&mut json[start..], 8 + length).await?;
        }
        open.header = Header::parse(&open.header.file, &json)?;
        open.data = 8 + length;
        Ok(open)
    }

    /// Makes sure that the file is as long as its header says, where its length is known beforehand.
    ///
    /// Asked after the tensors' names and shapes: a file without its last tensor is too long as well, and the tensor's
    /// name says more.
    fn check_length(&self) -> Result<(), WeightsError> {
        let (expected, file) = (self.total(), self.header.file.clone());
        match self.stream.total() {
            Some(found) if found < expected => Err(WeightsError::Cut {
                file,
                expected,
                found,
            }),
            Some(found) if found > expected => Err(WeightsError::Overlong { file, expected }),
            _ => Ok(()),
        }
    }

    /// Makes sure that the file holds what the index says.
    fn check_index(&self, indexed: &[String]) -> Result<(), WeightsError> {
        let held: HashSet<&str> = self
            .header
            .tensors
            .iter()
            .map(|entry| entry.name.as_str())
            .collect();
        match indexed.iter().find(|name| !held.contains(name.as_str())) {
            None => Ok(()),
            Some(tensor) => Err(WeightsError::NotWhereIndexed {
                tensor: tensor.clone(),
                file: self.header.file.clone(),
            }),
        }
    }

    /// The file's whole length by its header.
    fn total(&self) -> u64 {
        self.data.saturating_add(self.header.data_length())
    }

    /// Fills `buffer`; `expected` is how long the file must at least be, for the error.
    async fn fill(&mut self, buffer: &mut [u8], expected: u64) -> Result<(), LoadError> {
        let mut filled = 0;
        while filled < buffer.len() {
            let count = self.stream.read(&mut buffer[filled..]).await?;
            if count == 0 {
                return Err(LoadError::Weights(WeightsError::Cut {
                    file: self.header.file.clone(),
                    expected,
                    found: self.read,
                }));
            }
            filled += count;
            self.read += count as u64;
        }
        Ok(())
    }

    /// Reads past everything before byte `begin` of the data.
    async fn skip_to(&mut self, begin: u64) -> Result<(), LoadError> {
        let expected = self.total();
        let target = self.data.saturating_add(begin);
        let mut piece = [0; 4096];
        while self.read < target {
            let count = (target - self.read).min(piece.len() as u64) as usize;
            self.fill(&mut piece[..count], expected).await?;
        }
        Ok(())
    }

    /// Reads a tensor's numbers as f32: f32 straight into place, halves a piece at a time.
    async fn numbers(&mut self, entry: &Entry) -> Result<Vec<f32>, LoadError> {
        let count = entry.shape.iter().product::<usize>();
        let mut values = Vec::new();
        values
            .try_reserve_exact(count)
            .map_err(|_| LoadError::OutOfMemory {
                tensor: entry.name.clone(),
                bytes: count as u64 * 4,
            })?;
        values.resize(count, 0.0_f32);
        let expected = self.total();
        match entry.dtype()? {
            Dtype::F32 => {
                self.fill(bytemuck::cast_slice_mut(&mut values), expected)
                    .await?;
            }
            dtype => {
                let mut piece = vec![0_u16; PIECE];
                for part in values.chunks_mut(PIECE) {
                    let piece = &mut piece[..part.len()];
                    self.fill(bytemuck::cast_slice_mut(piece), expected).await?;
                    convert(dtype, piece, part);
                }
            }
        }
        Ok(values)
    }

    /// Makes sure that nothing follows.
    async fn finish(mut self) -> Result<(), LoadError> {
        let expected = self.total();
        let length = self.header.data_length();
        self.skip_to(length).await?;
        match self.stream.read(&mut [0]).await? {
            0 => Ok(()),
            _ => Err(LoadError::Weights(WeightsError::Overlong {
                file: self.header.file,
                expected,
            })),
        }
    }
}

fn convert(dtype: Dtype, bits: &[u16], values: &mut [f32]) {
    if dtype == Dtype::F16 {
        let halves: &[f16] = half::slice::HalfBitsSliceExt::reinterpret_cast(bits);
        halves.convert_to_f32_slice(values);
    } else {
        let halves: &[bf16] = half::slice::HalfBitsSliceExt::reinterpret_cast(bits);
        halves.convert_to_f32_slice(values);
    }
}
