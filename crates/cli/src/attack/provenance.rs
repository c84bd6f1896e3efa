//! Where a report's numbers come from: program, model, device, fonts, day.

use std::time::SystemTime;

use glimpse::Classifier;
use glimpse_lettering::Provenance;

use crate::attack::ask::Model;
use crate::attack::pictures::Picture;
use crate::failure::Failure;

/// Of this program, with this model, now.
pub async fn of(
    classifier: &Classifier,
    model: &Model<'_>,
    picture: &Picture,
) -> Result<Provenance, Failure> {
    let info = classifier.info();
    Ok(Provenance {
        glimpse: env!("CARGO_PKG_VERSION").to_owned(),
        model: info.model.clone(),
        fingerprint: info.fingerprint.clone(),
        device: info.device.to_string(),
        image_size: info.image_size,
        logit_scale: model.logit_scale(picture).await?,
        pictures: vec![],
        date: humantime::format_rfc3339_seconds(SystemTime::now()).to_string(),
    })
}
