//! A checkpoint's tensors, one after the other, out of its files: all headers are checked before the first number is read.

use std::collections::{BTreeMap, HashMap};

use glimpse_kernels::Packing;

use crate::config::ClipConfig;
use crate::containers::header::{Dtype, Entry};
use crate::containers::values::{Packed, Values};
use crate::containers::weight_file::{OpenFile, WeightFile};
use crate::error::{LoadError, WeightsError};
use crate::layouts::{CUSTOM_TEXT, Layout, Spec, is_buffer};

/// What the name of an I8 tensor's scales ends with: `logit_scale` does not.
pub(crate) const SCALE: &str = ".scale";

/// Told (file, bytes so far, all bytes).
pub(crate) type OnBytes<'a> = &'a mut dyn FnMut(&str, u64, u64);

/// An opened checkpoint.
pub(crate) struct Reader {
    pub files: Vec<OpenFile>,
    /// By name.
    pub specs: HashMap<String, Spec>,
    /// The scales of I8 tensors that have been read, by the tensor's name.
    scales: HashMap<String, Vec<f32>>,
    /// The hashes of the tensors that have been read, as their files hold them, by name.
    pub digests: HashMap<String, u128>,
    /// The next tensor: file, and place in its header.
    next: (usize, usize),
}

/// A tensor whose numbers have been read.
pub(crate) struct ReadTensor<'a> {
    pub spec: &'a Spec,
    pub values: Vec<f32>,
}

impl Reader {
    /// Reads the headers and compares what the files hold with what they must hold.
    pub async fn open(
        config: &ClipConfig,
        layout: Layout,
        files: Vec<WeightFile>,
    ) -> Result<Self, LoadError> {
        let mut opened = Vec::with_capacity(files.len());
        for file in files {
            let indexed = file.indexed.clone();
            let file = OpenFile::open(file).await?;
            file.check_index(&indexed)?;
            opened.push(file);
        }
        let specs = layout.specs(config, before_text(&opened));
        check(&specs, &opened)?;
        opened.iter().try_for_each(OpenFile::check_length)?;
        Ok(Self {
            files: opened,
            specs: specs
                .into_iter()
                .map(|spec| (spec.name.clone(), spec))
                .collect(),
            scales: HashMap::new(),
            digests: HashMap::new(),
            next: (0, 0),
        })
    }

    /// Every tensor of the headers.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.files.iter().flat_map(|file| &file.header.tensors)
    }

    /// The tensor of this name, and the file that it stands in.
    pub fn entry(&self, name: &str) -> Option<(&OpenFile, &Entry)> {
        self.files.iter().find_map(|file| {
            let entry = file
                .header
                .tensors
                .iter()
                .find(|entry| entry.name == name)?;
            Some((file, entry))
        })
    }

    /// Zeros for a tensor's numbers, packed as [`Reader::next_packed`] would leave them.
    pub fn zeros(
        &self,
        spec: &Spec,
        stays_packed: impl Fn(&Spec, Dtype) -> bool,
    ) -> Result<Values, WeightsError> {
        let count: usize = spec.shape.iter().product();
        let dtype = self.entry(&spec.name).map(|(_, entry)| entry.dtype());
        let packing = dtype
            .transpose()?
            .filter(|&dtype| stays_packed(spec, dtype))
            .and_then(|dtype| packing(spec, dtype));
        Ok(match packing {
            None => Values::Numbers(vec![0.0; count]),
            Some(packing) => Values::Packed(Packed {
                words: vec![0; count / packing.per_word()],
                scales: vec![0.0; spec.shape[0]],
                packing,
            }),
        })
    }

    /// The next of the tensors that are `wanted`; none when the files have been read to their ends.
    pub async fn next(
        &mut self,
        wanted: impl Fn(&Spec) -> bool,
        on_bytes: OnBytes<'_>,
    ) -> Result<Option<ReadTensor<'_>>, LoadError> {
        let tensor = self.next_packed(wanted, |_, _| false, on_bytes).await?;
        Ok(tensor.map(|(spec, values)| ReadTensor {
            spec,
            values: values.into_numbers(),
        }))
    }

    /// [`Reader::next`], where the weights of linear layers stay packed if the file has them so and `stays_packed` says it of their type.
    pub async fn next_packed(
        &mut self,
        wanted: impl Fn(&Spec) -> bool,
        stays_packed: impl Fn(&Spec, Dtype) -> bool,
        on_bytes: OnBytes<'_>,
    ) -> Result<Option<(&Spec, Values)>, LoadError> {
        while self.next.0 < self.files.len() {
            let file = &mut self.files[self.next.0];
            let Some(entry) = file.header.tensors.get(self.next.1).cloned() else {
                file.finish().await?;
                on_bytes(&file.header.file, file.read(), file.total());
                self.next = (self.next.0 + 1, 0);
                continue;
            };
            self.next.1 += 1;
            let name = base_name(&entry.name);
            let is_scale = name != entry.name;
            let Some(spec) = self.specs.get(name).filter(|spec| wanted(spec)) else {
                continue;
            };
            file.go_to(&entry).await?;
            if is_scale {
                let scales = file.numbers(&entry, &[]).await?;
                self.digests.insert(entry.name.clone(), file.take_digest());
                WeightsError::check_finite(&entry.name, &scales)?;
                self.scales.insert(name.to_owned(), scales);
                continue;
            }
            let scales = self.scales.remove(name).unwrap_or_default();
            let dtype = entry.dtype()?;
            let packing = Some(dtype)
                .filter(|&dtype| stays_packed(spec, dtype))
                .and_then(|dtype| packing(spec, dtype));
            let values = match packing {
                None => Values::Numbers(file.numbers(&entry, &scales).await?),
                Some(packing) => Values::Packed(Packed {
                    words: file.words(&entry).await?,
                    scales: match packing {
                        Packing::F16 => vec![1.0; spec.shape[0]],
                        Packing::I8 => scales,
                    },
                    packing,
                }),
            };
            self.digests.insert(entry.name.clone(), file.take_digest());
            values.check_finite(&entry.name)?;
            on_bytes(&file.header.file, file.read(), file.total());
            return Ok(Some((&self.specs[name], values)));
        }
        Ok(None)
    }
}

/// The name of the tensor that this one is, or holds the scales of.
pub(crate) fn base_name(name: &str) -> &str {
    name.strip_suffix(SCALE).unwrap_or(name)
}

/// What the names of the text tower's tensors begin with in open_clip's layout: the files say it, as open_clip itself takes either kind
/// whatever the configuration says.
fn before_text(files: &[OpenFile]) -> &'static str {
    let mut entries = files.iter().flat_map(|file| &file.header.tensors);
    match entries.any(|entry| entry.name.starts_with(CUSTOM_TEXT)) {
        true => CUSTOM_TEXT,
        false => "",
    }
}

/// How a tensor's numbers can stay packed, if they can: a linear layer's.
fn packing(spec: &Spec, dtype: Dtype) -> Option<Packing> {
    match dtype {
        Dtype::F16 if spec.is_packable() => Some(Packing::F16),
        Dtype::I8 if spec.is_packable() => Some(Packing::I8),
        _ => None,
    }
}

/// Makes sure that the files hold each tensor once, in its shape, and nothing else.
fn check(specs: &[Spec], files: &[OpenFile]) -> Result<(), WeightsError> {
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
    for spec in specs {
        let Some((entry, file)) = found.remove(spec.name.as_str()) else {
            return Err(WeightsError::Missing {
                tensor: spec.name.clone(),
                expected: spec.shape.clone(),
            });
        };
        check_tensor(entry, file, &spec.shape)?;
        if entry.dtype()? == Dtype::I8 {
            let name = format!("{}{SCALE}", spec.name);
            check_scales(entry, file, found.remove(name.as_str()), name)?;
        }
    }
    match found.into_iter().find(|(name, _)| !is_buffer(name)) {
        Some((name, (entry, _))) => Err(WeightsError::Surplus {
            tensor: name.to_owned(),
            found: entry.shape.clone(),
        }),
        None => Ok(()),
    }
}

fn check_tensor(entry: &Entry, file: &str, shape: &[usize]) -> Result<(), WeightsError> {
    // logit_scale has no dimension in Hugging Face's files, one of length 1 in some others.
    let scalar = shape.is_empty() && entry.shape == [1];
    if entry.shape != shape && !scalar {
        return Err(WeightsError::Shape {
            tensor: entry.name.clone(),
            expected: shape.to_vec(),
            found: entry.shape.clone(),
        });
    }
    let bytes = shape.iter().product::<usize>() as u64 * entry.dtype()?.size() as u64;
    if entry.strides.is_none() && entry.end - entry.begin != bytes {
        return Err(WeightsError::Header {
            file: file.to_owned(),
            detail: format!(
                "the tensor {} has {} bytes, its shape needs {bytes}",
                entry.name,
                entry.end - entry.begin
            ),
        });
    }
    Ok(())
}

/// An I8 tensor has rows, and a scale for each that stands before it: it is dequantised while it streams by.
fn check_scales(
    entry: &Entry,
    file: &str,
    scales: Option<(&Entry, &str)>,
    name: String,
) -> Result<(), WeightsError> {
    let wrong_type = |tensor: &str, expected: &'static str, found: &str| WeightsError::Dtype {
        tensor: tensor.to_owned(),
        expected,
        found: found.to_owned(),
    };
    let (Some(&rows), 2..) = (entry.shape.first(), entry.shape.len()) else {
        let expected = "F32, F16 or BF16 where a tensor has no rows";
        return Err(wrong_type(&entry.name, expected, &entry.dtype));
    };
    let Some((scales, scales_file)) = scales else {
        return Err(WeightsError::Missing {
            tensor: name,
            expected: vec![rows],
        });
    };
    if scales.dtype()? != Dtype::F32 {
        return Err(wrong_type(&name, "F32", &scales.dtype));
    }
    check_tensor(scales, scales_file, &[rows])?;
    if scales_file != file || scales.begin > entry.begin {
        return Err(WeightsError::ScalesBehind {
            tensor: entry.name.clone(),
            scales: name,
        });
    }
    Ok(())
}
