//! Loads a model onto the best device there is: a GPU that passes the known-answer check, else the CPU.

use glimpse_model::{Clip, Fingerprint, Gpu, LoadError, LoadPlan, ModelDevice};

use crate::checkpoint::Checkpoint;
use crate::error::Error;
use crate::options::{DeviceKind, DevicePreference, LoadOptions, Phase, Progress, TokenRows};
use crate::source::ModelSource;

/// A network on its device.
pub(crate) struct Loaded {
    pub clip: Clip,
    pub fingerprint: Fingerprint,
    pub device: DeviceKind,
    pub reason: String,
    pub adapter: Option<String>,
}

/// Where to load to, and why.
enum Choice {
    Gpu(Gpu),
    Cpu { reason: String },
}

/// Loads `checkpoint`'s weights. A GPU that fails on the way, or gives a wrong answer, is left for the CPU.
pub(crate) async fn load(
    checkpoint: &mut Checkpoint,
    source: &impl ModelSource,
    options: LoadOptions<'_>,
) -> Result<Loaded, Error> {
    let mut ignore = |_| {};
    let mut loading = Loading {
        checkpoint,
        source,
        text_tower: options.text_tower,
        rows_on_demand: options.token_rows == TokenRows::OnDemand,
        on_progress: match options.on_progress {
            Some(on_progress) => on_progress,
            None => &mut ignore,
        },
    };
    let (network, device, reason, adapter) = match choose(options.device).await {
        Choice::Cpu { reason } => (loading.on_cpu().await?, DeviceKind::Cpu, reason, None),
        Choice::Gpu(gpu) => match loading.on_gpu(&gpu).await? {
            Ok(network) => {
                let reason = format!(
                    "the GPU {:?} passed the check with a known answer",
                    gpu.adapter
                );
                (network, DeviceKind::Gpu, reason, Some(gpu.adapter))
            }
            Err(reason) => (loading.on_cpu().await?, DeviceKind::Cpu, reason, None),
        },
    };
    loading.step(Phase::Ready);
    Ok(Loaded {
        clip: network.clip,
        fingerprint: network.fingerprint,
        device,
        reason,
        adapter,
    })
}

async fn choose(preference: DevicePreference) -> Choice {
    if preference == DevicePreference::Cpu {
        return Choice::Cpu {
            reason: "the CPU was asked for".to_owned(),
        };
    }
    match glimpse_model::open_gpu().await {
        Ok(gpu) if gpu.software && preference == DevicePreference::Auto => Choice::Cpu {
            reason: format!(
                "the only GPU is software ({}), slower than the CPU path",
                gpu.adapter
            ),
        },
        Ok(gpu) => Choice::Gpu(gpu),
        Err(error) => Choice::Cpu {
            reason: error.to_string(),
        },
    }
}

/// A checkpoint on its way to a device.
struct Loading<'a, S> {
    checkpoint: &'a mut Checkpoint,
    source: &'a S,
    text_tower: bool,
    rows_on_demand: bool,
    on_progress: &'a mut dyn FnMut(Progress),
}

impl<S: ModelSource> Loading<'_, S> {
    /// The network on the GPU; or, in words, why that GPU cannot be used.
    async fn on_gpu(&mut self, gpu: &Gpu) -> Result<Result<glimpse_model::Loaded, String>, Error> {
        let left = |what: String| format!("the GPU {:?} was left for the CPU: {what}", gpu.adapter);
        let network = match self.onto(&gpu.device, true).await {
            Ok(network) => network,
            Err(Error::Load(LoadError::Device(error))) if error.is_of_device() => {
                return Ok(Err(left(error.to_string())));
            }
            Err(error) => return Err(error),
        };
        self.step(Phase::Compile);
        let Some(self_test) = &network.self_test else {
            return Ok(Ok(network));
        };
        Ok(match self_test.disagreement(&network.clip).await {
            Ok(None) => Ok(network),
            Ok(Some(disagreement)) => Err(left(disagreement)),
            Err(error) if error.is_of_device() => Err(left(error.to_string())),
            Err(error) => return Err(error.into()),
        })
    }

    async fn on_cpu(&mut self) -> Result<glimpse_model::Loaded, Error> {
        self.onto(&glimpse_model::cpu(), false).await
    }

    async fn onto(
        &mut self,
        device: &ModelDevice,
        self_test: bool,
    ) -> Result<glimpse_model::Loaded, Error> {
        let files = self.checkpoint.open_weights(self.source).await?;
        let mut on_bytes = |file: &str, loaded: u64, total: u64| {
            (self.on_progress)(Progress {
                phase: Phase::Upload,
                file: file.to_owned(),
                loaded,
                total: Some(total),
            });
        };
        let plan = LoadPlan {
            device,
            self_test,
            text_tower: self.text_tower,
            rows_on_demand: self.rows_on_demand,
        };
        let (config, layout) = (&self.checkpoint.config, self.checkpoint.layout);
        let network = glimpse_model::load(config, layout, files, &plan, &mut on_bytes).await?;
        Ok(network)
    }

    fn step(&mut self, phase: Phase) {
        (self.on_progress)(Progress {
            phase,
            file: String::new(),
            loaded: 0,
            total: None,
        });
    }
}
