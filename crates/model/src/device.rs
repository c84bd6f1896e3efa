//! Opens the devices that a model runs on; the only file that names wgpu.

use std::sync::Mutex;

use burn::tensor::Device;
use burn_wgpu::{WgpuBackend, WgpuSetup};
use glimpse_kernels::{LinearTiles, set_linear_tiles};
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

/// More launches than a tower has (48 layers of 9): recording one takes some 10 microseconds, a submission a hundred times that.
const TASKS_OF_A_SUBMISSION: usize = 512;

/// On Linux Vulkan alone: whoever only has OpenGL computes on the CPU. Mesa's OpenGL opens a window system first, and complains on standard
/// error (XDG_RUNTIME_DIR) where there is none.
const GRAPHICS_API: WgpuBackend = if cfg!(target_os = "linux") {
    WgpuBackend::Vulkan
} else {
    WgpuBackend::Auto
};

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
        .graphics_api(GRAPHICS_API)
        .tasks_max(TASKS_OF_A_SUBMISSION)
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

/// A device with what its adapter says of itself, which decides how linear layers are computed on it.
fn described(device: ModelDevice, setup: &WgpuSetup) -> Gpu {
    let info = setup.adapter.get_info();
    let software = info.device_type == wgpu::DeviceType::Cpu;
    set_linear_tiles(if software {
        LinearTiles::Registers
    } else {
        LinearTiles::WorkgroupMemory
    });
    Gpu {
        device,
        adapter: info.name,
        software,
    }
}
