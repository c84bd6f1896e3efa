//! Where a report's numbers come from: program, model, device, fonts, day.

use std::time::SystemTime;

use glimpse::Classifier;
use glimpse_attack::report::FontId;
use glimpse_attack::{Provenance, SweepOptions};

use crate::args::Device;

/// Of this program, with this model, now.
pub fn of(classifier: &Classifier, options: &SweepOptions) -> Provenance {
    let info = classifier.info();
    Provenance {
        glimpse: env!("CARGO_PKG_VERSION").to_owned(),
        model: info.model.clone(),
        fingerprint: info.fingerprint.clone(),
        device: info.device_and_adapter(),
        image_size: info.image_size as u32,
        logit_scale: classifier.logit_scale(),
        fonts: FontId::used_by(options),
        date: humantime::format_rfc3339_seconds(SystemTime::now()).to_string(),
    }
}

/// What to ask for to get the device that a report names.
pub fn device_named(name: &str) -> Device {
    match name.split(' ').next() {
        Some("cpu") => Device::Cpu,
        Some("gpu") => Device::Gpu,
        _ => Device::Auto,
    }
}
