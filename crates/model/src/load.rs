//! Streams a checkpoint's weights: header first, then one tensor at a time to the device.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use burn::tensor::Device;
use glimpse_kernels::is_gpu;

use crate::clip::Clip;
use crate::config::ClipConfig;
use crate::containers::header::Dtype;
use crate::containers::reader::{OnBytes, Reader, SCALE};
use crate::containers::values::{Values, transposed};
use crate::containers::weight_file::WeightFile;
use crate::error::LoadError;
use crate::fingerprint::Fingerprint;
use crate::fold::{Folded, Folding};
use crate::layouts::{Destination, Layout, Spec, TOKEN_EMBEDDING};
use crate::self_test::{DEPTH, DeviceSelfTest};
use crate::tensors::{Tensors, stays_packed};
use crate::text::token_embedding::{Rows, RowsOnDemand, TokenEmbedding};

/// Bytes between two readbacks: staging memory grows until the device is waited for.
const SYNC_EVERY_BYTES: u64 = 64 << 20;

/// What of a checkpoint is loaded, and where to.
pub struct LoadPlan<'a> {
    /// Where the network goes.
    pub device: &'a Device,
    /// Whether its first layers go onto the CPU as well, to check the device.
    pub self_test: bool,
    /// Whether the text's side is loaded; without it [`Clip::text_embeds`] fails.
    pub text_tower: bool,
    /// Whether the token embedding's rows are fetched when prompts need them, where the files' place allows it.
    pub rows_on_demand: bool,
}

impl LoadPlan<'_> {
    /// Whether this tensor's side is loaded.
    fn wants(&self, spec: &Spec) -> bool {
        self.text_tower || !spec.destination.is_text()
    }

    /// Whether a tensor of some type stays packed on the device.
    fn stays_packed(&self) -> impl Fn(&Spec, Dtype) -> bool {
        |spec, dtype| stays_packed(self.device, spec.destination.name(), dtype)
    }
}

/// A loaded checkpoint.
pub struct Loaded {
    /// The network.
    pub clip: Clip,
    /// Its first layers on the CPU, if they were asked for.
    pub self_test: Option<DeviceSelfTest>,
    /// What tells it apart from other checkpoints, as far as it was loaded.
    pub fingerprint: Fingerprint,
}

/// Loads the network of `config` from `files`.
///
/// The headers of all files are read and checked before any tensor. `on_bytes` is told (file, bytes so far, all bytes).
///
/// # Errors
/// [`LoadError`], naming the tensor, what was expected and what was found.
pub async fn load(
    config: &ClipConfig,
    layout: Layout,
    files: Vec<WeightFile>,
    plan: &LoadPlan<'_>,
    on_bytes: OnBytes<'_>,
) -> Result<Loaded, LoadError> {
    let mut reader = Reader::open(config, layout, files).await?;
    let mut loading = Loading::onto(plan.device);
    loading.self_test = plan.self_test.then(|| Tensors::new(&crate::device::cpu()));
    let on_demand = plan.text_tower && plan.rows_on_demand;
    let rows = match on_demand {
        true => rows_on_demand(&reader, config).await?,
        false => None,
    };
    let wanted =
        |spec: &Spec| plan.wants(spec) && (rows.is_none() || !spec.destination.is(TOKEN_EMBEDDING));
    if is_gpu(plan.device) {
        compile_ahead(config, &reader, plan).await?;
    }
    while let Some((spec, values)) = reader
        .next_packed(wanted, plan.stays_packed(), on_bytes)
        .await?
    {
        loading.put(spec, values).await?;
    }
    if let Some(rows) = rows {
        loading.rows = Rows::OnDemand(rows);
    }
    let (clip, self_test) = loading.assemble(config, plan.text_tower, usize::MAX)?;
    Ok(Loaded {
        clip,
        self_test,
        fingerprint: Fingerprint::of(&reader),
    })
}

/// Has the device compile every pipeline of the network while its weights are still on their way, by running its first layers on
/// zeros: on SwiftShader they take nearly two seconds, which passed between the last byte and the first answer.
async fn compile_ahead(
    config: &ClipConfig,
    reader: &Reader,
    plan: &LoadPlan<'_>,
) -> Result<(), LoadError> {
    let mut loading = Loading::onto(plan.device);
    loading.rows = Rows::Whole(vec![0.0; config.text.tower.hidden_size]);
    let is_needed = |spec: &&Spec| {
        plan.wants(spec)
            && !spec.destination.is(TOKEN_EMBEDDING)
            && is_self_tested(spec.destination.name())
    };
    for spec in reader.specs.values().filter(is_needed) {
        let zeros = reader.zeros(spec, plan.stays_packed())?;
        loading.put(spec, zeros).await?;
    }
    let (clip, _) = loading.assemble(config, plan.text_tower, DEPTH)?;
    Ok(clip.launch().await?)
}

/// The token embedding, of which nothing but its two last rows is read yet: CLIP's start and end of text, which every
/// prompt needs. None where the files' place cannot give parts.
async fn rows_on_demand(
    reader: &Reader,
    config: &ClipConfig,
) -> Result<Option<RowsOnDemand>, LoadError> {
    let spec = reader
        .specs
        .values()
        .find(|spec| spec.destination.is(TOKEN_EMBEDDING));
    let Some((file, entry)) = spec.and_then(|spec| reader.entry(&spec.name)) else {
        return Ok(None);
    };
    let Some(begin) = file.place(entry).await? else {
        return Ok(None);
    };
    let mut rows = RowsOnDemand {
        file: file.header.file.clone(),
        ranges: Rc::clone(&file.ranges),
        begin,
        dtype: entry.dtype()?,
        scales: Vec::new(),
        known: RefCell::new(BTreeMap::new()),
    };
    if let Some((_, scales)) = reader.entry(&format!("{}{SCALE}", entry.name)) {
        let Some(place) = file.place(scales).await? else {
            return Ok(None);
        };
        let Some(scales) = rows.numbers(place, scales).await? else {
            return Ok(None);
        };
        rows.scales = scales;
    }
    let vocab_size = config.text.vocab_size as u32;
    let width = config.text.tower.hidden_size;
    let possible = rows
        .fetch(vocab_size.saturating_sub(2)..vocab_size, width)
        .await?;
    Ok(possible.then_some(rows))
}

/// What has been loaded so far.
struct Loading {
    tensors: Tensors,
    self_test: Option<Tensors>,
    rows: Rows,
    folding: Folding,
    logit_scale: f32,
    bytes_in_flight: u64,
}

impl Loading {
    /// Nothing yet.
    fn onto(device: &Device) -> Self {
        Self {
            tensors: Tensors::new(device),
            self_test: None,
            rows: Rows::Whole(Vec::new()),
            folding: Folding::default(),
            logit_scale: 0.0,
            bytes_in_flight: 0,
        }
    }

    async fn put(&mut self, spec: &Spec, values: Values) -> Result<(), LoadError> {
        match &spec.destination {
            Destination::As(name) if name == TOKEN_EMBEDDING => {
                self.rows = Rows::Whole(values.into_numbers());
            }
            Destination::As(name) if name == "logit_scale" => self.logit_scale = values.at(0),
            Destination::As(name) => self.upload(name.clone(), values).await?,
            Destination::Transposed(name) => {
                let values = transposed(&values.into_numbers(), spec.shape[0], spec.shape[1]);
                self.upload(name.clone(), Values::Numbers(values)).await?;
            }
            Destination::Folded(name, part) => {
                if let Some(folded) = self.folding.put(name, *part, spec, values)? {
                    let Folded { weight, bias } = folded;
                    self.upload(format!("{name}.weight"), weight).await?;
                    self.upload(format!("{name}.bias"), Values::Numbers(bias))
                        .await?;
                }
            }
            Destination::Qkv(prefix, part) => {
                let names = ["q_proj", "k_proj", "v_proj"];
                for (name, values) in names.iter().zip(values.split(names.len())) {
                    self.upload(format!("{prefix}.{name}.{part}"), values)
                        .await?;
                }
            }
        }
        Ok(())
    }

    async fn upload(&mut self, name: String, values: Values) -> Result<(), LoadError> {
        self.bytes_in_flight += values.bytes();
        if let Some(self_test) = &mut self.self_test
            && is_self_tested(&name)
        {
            self_test.put(name.clone(), values.clone());
        }
        self.tensors.put(name.clone(), values);
        if self.bytes_in_flight >= SYNC_EVERY_BYTES {
            self.tensors.sync(&name).await?;
            self.bytes_in_flight = 0;
        }
        Ok(())
    }

    /// The network, of at most `depth` layers a tower.
    fn assemble(
        mut self,
        config: &ClipConfig,
        text_tower: bool,
        depth: usize,
    ) -> Result<(Clip, Option<DeviceSelfTest>), LoadError> {
        let rows = text_tower.then(|| {
            Rc::new(TokenEmbedding {
                vocab_size: config.text.vocab_size,
                width: config.text.tower.hidden_size,
                rows: self.rows,
            })
        });
        let scale = self.logit_scale;
        let clip = Clip::assemble(config, &mut self.tensors, rows.as_ref(), scale, depth)?;
        let self_test = match &mut self.self_test {
            Some(tensors) => Some(DeviceSelfTest {
                clip: Clip::assemble(config, tensors, rows.as_ref(), scale, DEPTH)?,
            }),
            None => None,
        };
        Ok((clip, self_test))
    }
}

/// Whether the self-test needs this tensor: all but the layers behind its last.
fn is_self_tested(name: &str) -> bool {
    match name.split_once(".layers.") {
        Some((_, rest)) => rest
            .split('.')
            .next()
            .and_then(|layer| layer.parse::<usize>().ok())
            .is_some_and(|layer| layer < DEPTH),
        None => true,
    }
}
