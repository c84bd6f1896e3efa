//! Loads a model onto the best device there is: a GPU that passes the known-answer check, else the CPU.

use glimpse_model::{Clip, Gpu, LoadError, ModelDevice};

use crate::checkpoint::Checkpoint;
use crate::error::Error;
use crate::options::{DeviceKind, DevicePreference, LoadOptions, Phase, Progress};
use crate::source::ModelSource;

/// A network on its device.
pub(crate) struct Loaded {
    pub clip: Clip,
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
    let on_progress: &mut dyn FnMut(Progress) = match options.on_progress {
        Some(on_progress) => on_progress,
        None => &mut ignore,
    };
    let reason = match choose(options.device).await {
        Choice::Cpu { reason } => reason,
        Choice::Gpu(gpu) => match load_on_gpu(checkpoint, source, &gpu, on_progress).await? {
            Ok(clip) => {
                on_progress(step(Phase::Ready));
                return Ok(Loaded {
                    clip,
                    device: DeviceKind::Gpu,
                    reason: format!(
                        "the GPU {:?} passed the check with a known answer",
                        gpu.adapter
                    ),
                    adapter: Some(gpu.adapter),
                });
            }
            Err(reason) => reason,
        },
    };
    let cpu = glimpse_model::cpu();
    let (clip, _) = load_onto(checkpoint, source, &cpu, false, on_progress).await?;
    on_progress(step(Phase::Ready));
    Ok(Loaded {
        clip,
        device: DeviceKind::Cpu,
        reason,
        adapter: None,
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

/// The network on the GPU; or, in words, why that GPU cannot be used.
async fn load_on_gpu(
    checkpoint: &mut Checkpoint,
    source: &impl ModelSource,
    gpu: &Gpu,
    on_progress: &mut dyn FnMut(Progress),
) -> Result<Result<Clip, String>, Error> {
    let left = |what: String| format!("the GPU {:?} was left for the CPU: {what}", gpu.adapter);
    let (clip, witness) = match load_onto(checkpoint, source, &gpu.device, true, on_progress).await
    {
        Ok(loaded) => loaded,
        Err(Error::Load(LoadError::Device(error))) => return Ok(Err(left(error.to_string()))),
        Err(error) => return Err(error),
    };
    on_progress(step(Phase::Compile));
    let Some(witness) = witness else {
        return Ok(Ok(clip));
    };
    Ok(match witness.disagreement(&clip).await {
        Ok(None) => Ok(clip),
        Ok(Some(disagreement)) => Err(left(disagreement)),
        Err(error) => Err(left(error.to_string())),
    })
}

async fn load_onto(
    checkpoint: &mut Checkpoint,
    source: &impl ModelSource,
    device: &ModelDevice,
    witness: bool,
    on_progress: &mut dyn FnMut(Progress),
) -> Result<(Clip, Option<glimpse_model::Witness>), Error> {
    let files = checkpoint.open_weights(source).await?;
    let mut on_bytes = |file: &str, loaded: u64, total: u64| {
        on_progress(Progress {
            phase: Phase::Download,
            file: file.to_owned(),
            loaded,
            total: Some(total),
        });
    };
    let (config, layout) = (&checkpoint.config, checkpoint.layout);
    let loading = glimpse_model::load(config, layout, files, device, witness, &mut on_bytes);
    Ok(loading.await?)
}

fn step(phase: Phase) -> Progress {
    Progress {
        phase,
        file: String::new(),
        loaded: 0,
        total: None,
    }
}
