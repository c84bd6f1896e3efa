//! Where a report's numbers come from: program, model, device, fonts, day.

use std::time::SystemTime;

use glimpse::{Classifier, Info};
use glimpse_lettering::report::FontId;
use glimpse_lettering::{FONTS, Provenance, SweepOptions};

use crate::args::Device;

/// Of this program, with this model, now.
pub fn of(classifier: &Classifier, options: &SweepOptions) -> Provenance {
    let info = classifier.info();
    let compared = |name: &str| options.factors && options.fonts.iter().any(|font| font == name);
    let used = |name: &str| name == options.spec.font || compared(name);
    let fonts = FONTS.iter().filter(|font| used(font.name));
    Provenance {
        glimpse: env!("CARGO_PKG_VERSION").to_owned(),
        model: info.model.clone(),
        fingerprint: info.fingerprint.clone(),
        device: device(info),
        image_size: info.image_size as u32,
        logit_scale: classifier.logit_scale(),
        fonts: fonts
            .map(|font| FontId {
                name: font.name.to_owned(),
                sha256: font.sha256.to_owned(),
            })
            .collect(),
        date: humantime::format_rfc3339_seconds(SystemTime::now()).to_string(),
    }
}

/// "cpu", or "gpu" and which: "gpu (NVIDIA H100)".
fn device(info: &Info) -> String {
    match &info.adapter {
        Some(adapter) => format!("{} ({adapter})", info.device),
        None => info.device.to_string(),
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
