//! Which tensors an EfficientNet's image tower has in open_clip's layout.

use super::config::{BlockConfig, EfficientNetConfig};
use crate::layouts::{Destination, Layer, Part, Spec};

/// Added to the variance in timm's networks that come from TensorFlow.
const BATCH_NORM_EPS: f64 = 1e-3;

/// What its tensors' names begin with inside; in a file it is `visual.`.
pub const TRUNK: &str = "vision_model.trunk";

/// All of them, but for the projection.
pub fn specs(config: &EfficientNetConfig) -> Vec<Spec> {
    let mut specs = Vec::new();
    let mut add = |layer: Layer, name: &str, norm: &str, out: usize, into: usize, kernel: usize| {
        let destination = |part| Destination::Folded(format!("{TRUNK}.{name}"), part);
        specs.push(Spec {
            name: format!("visual.trunk.{name}.weight"),
            shape: vec![out, into, kernel, kernel],
            destination: destination(Part::Weight(layer)),
        });
        for (suffix, part) in [
            ("weight", Part::Scale),
            ("bias", Part::Shift),
            ("running_mean", Part::Mean),
            ("running_var", Part::Variance(BATCH_NORM_EPS)),
        ] {
            specs.push(Spec {
                name: format!("visual.trunk.{norm}.{suffix}"),
                shape: vec![out],
                destination: destination(part),
            });
        }
    };
    add(Layer::Convolution, "conv_stem", "bn1", config.stem, 3, 3);
    let mut last = config.stem;
    for (name, block) in named_blocks(config) {
        let mut number = 0;
        let mut layer = |layer, part: &str, out, into, kernel| {
            number += 1;
            let (part, norm) = (format!("{name}.{part}"), format!("{name}.bn{number}"));
            add(layer, &part, &norm, out, into, kernel);
        };
        let Names { widen, narrow } = Names::of(block);
        let (input, middle, output) = (block.input, block.middle, block.output);
        if let Some(widen) = widen {
            layer(Layer::Linear, widen, middle, input, 1);
        }
        layer(Layer::Depthwise, "conv_dw", middle, 1, block.kernel);
        layer(Layer::Linear, narrow, output, middle, 1);
        last = output;
    }
    add(Layer::Linear, "conv_head", "bn2", config.features, last, 1);
    specs
}

/// The blocks, first to last, with their names under [`TRUNK`].
pub fn named_blocks(config: &EfficientNetConfig) -> impl Iterator<Item = (String, &BlockConfig)> {
    let stages = config.stages.iter().enumerate();
    stages.flat_map(|(stage, blocks)| {
        let blocks = blocks.iter().enumerate();
        blocks.map(move |(block, config)| (format!("blocks.{stage}.{block}"), config))
    })
}

/// What a block's linear layers are called.
pub struct Names {
    /// None where no layer widens.
    pub widen: Option<&'static str>,
    pub narrow: &'static str,
}

impl Names {
    pub fn of(block: &BlockConfig) -> Self {
        let (widen, narrow) = if block.widens() {
            (Some("conv_pw"), "conv_pwl")
        } else {
            (None, "conv_pw")
        };
        Self { widen, narrow }
    }
}
