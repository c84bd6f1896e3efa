//! Opens the devices that a model runs on; the only file that names wgpu.

use std::sync::Mutex;

use burn::tensor::Device;
use burn_wgpu::WgpuSetup;
use thiserror::Error;

/// Where tensors live and are computed on.
pub type ModelDevice = Device;

/// The CPU: burn's Flex backend.
#[must_use]
pub fn cpu() -> ModelDevice {
    Device::flex()
}

/// An opened GPU.
#[derive(Clone, Debug)]
pub struct Gpu {
    /// Where tensors go.
    pub device: ModelDevice,
    /// The adapter's name, as its driver says it; empty in browsers that do not tell.
    pub adapter: String,
    /// Whether the adapter computes on the CPU (SwiftShader, llvmpipe), which is slower than our CPU path.
    pub software: bool,
}

/// Why there is no GPU to use.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("no GPU could be opened: {detail}")]
pub struct GpuError {
    /// What the driver or browser said.
    pub detail: String,
}

/// burn opens a wgpu runtime once per process; later models share it.
static OPENED: Mutex<Option<Gpu>> = Mutex::new(None);

/// Opens the high-performance GPU of this machine, or gives the one opened before.
///
/// # Errors
/// [`GpuError`] when there is no adapter, or it refuses to make a device.
pub async fn open_gpu() -> Result<Gpu, GpuError> {
    if let Some(gpu) = OPENED.lock().ok().and_then(|opened| opened.clone()) {
        return Ok(gpu);
    }
    let (device, setup) = Device::wgpu_options()
        .init_with_setup_async()
        .await
        .map_err(|error| GpuError {
            detail: error.to_string(),
        })?;
    let gpu = described(device, &setup);
    if let Ok(mut opened) = OPENED.lock() {
        *opened = Some(gpu.clone());
    }
    Ok(gpu)
}

/// A device with what its adapter says of itself.
fn described(device: ModelDevice, setup: &WgpuSetup) -> Gpu {
    let info = setup.adapter.get_info();
    Gpu {
        device,
        adapter: info.name,
        software: info.device_type == wgpu::DeviceType::Cpu,
    }
}
