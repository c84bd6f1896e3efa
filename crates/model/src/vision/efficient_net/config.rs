//! The sizes of timm's `tf_efficientnet_lite0` to `tf_efficientnet_lite4`, by its rules of scaling.

/// The sizes of an EfficientNet-Lite: a stem, stages of blocks, and a last layer whose places are averaged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EfficientNetConfig {
    /// Channels behind the stem.
    pub stem: usize,
    /// The blocks of each stage.
    pub stages: Vec<Vec<BlockConfig>>,
    /// Channels of the last layer.
    pub features: usize,
    /// Whether the projection behind the average has a bias.
    pub projection_bias: bool,
}

/// The sizes of one block: perhaps wider, each channel by itself, narrow again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BlockConfig {
    /// Side of the window that moves over each channel.
    pub kernel: usize,
    /// How far it moves.
    pub stride: usize,
    /// Channels that enter.
    pub input: usize,
    /// Channels under the window; no more than enter where the block has no layer that widens.
    pub middle: usize,
    /// Channels that leave.
    pub output: usize,
}

/// One stage of Lite0: blocks, side of the window, stride of the first block, how many times wider the middle is, channels that leave.
type Stage = (usize, usize, usize, usize, usize);

/// Lite0's stages; the others have more and wider blocks of them.
const STAGES: [Stage; 7] = [
    (1, 3, 1, 1, 16),
    (2, 3, 2, 6, 24),
    (2, 5, 2, 6, 40),
    (3, 3, 2, 6, 80),
    (3, 5, 1, 6, 112),
    (4, 5, 2, 6, 192),
    (1, 3, 1, 6, 320),
];
/// Of all five, whatever their width.
const STEM: usize = 32;
const FEATURES: usize = 1280;
/// How far the stem's window moves.
pub(crate) const STEM_STRIDE: usize = 2;

/// timm's names, and how many times wider and deeper than Lite0 each is.
const NAMES: [(&str, f64, f64); 5] = [
    ("tf_efficientnet_lite0", 1.0, 1.0),
    ("tf_efficientnet_lite1", 1.0, 1.1),
    ("tf_efficientnet_lite2", 1.1, 1.2),
    ("tf_efficientnet_lite3", 1.2, 1.4),
    ("tf_efficientnet_lite4", 1.4, 1.8),
];

impl EfficientNetConfig {
    /// The network that timm calls so, with or without the tag of some weights (`tf_efficientnet_lite0.in1k`).
    pub(crate) fn named(timm_model_name: &str, projection_bias: bool) -> Option<Self> {
        let (name, _) = timm_model_name
            .split_once('.')
            .unwrap_or((timm_model_name, ""));
        let (_, width, depth) = NAMES.into_iter().find(|(known, ..)| *known == name)?;
        let mut input = STEM;
        let last = STAGES.len() - 1;
        let stages = STAGES.into_iter().enumerate();
        let stages = stages.map(|(number, (repeats, kernel, stride, times, channels))| {
            let output = rounded(channels as f64 * width);
            // The first stage and the last are as deep in all of them.
            let depth = if number % last == 0 { 1.0 } else { depth };
            let blocks = 0..(repeats as f64 * depth).ceil() as usize;
            let blocks = blocks.map(|block| {
                let entered = std::mem::replace(&mut input, output);
                BlockConfig {
                    kernel,
                    stride: if block == 0 { stride } else { 1 },
                    input: entered,
                    middle: entered * times,
                    output,
                }
            });
            blocks.collect()
        });
        Some(Self {
            stages: stages.collect(),
            stem: STEM,
            features: FEATURES,
            projection_bias,
        })
    }

    /// All blocks, first to last.
    pub(crate) fn blocks(&self) -> impl Iterator<Item = &BlockConfig> {
        self.stages.iter().flatten()
    }

    /// How many pixels of a side one place of the last map stands for.
    pub(crate) fn stride(&self) -> usize {
        self.blocks()
            .fold(STEM_STRIDE, |stride, block| stride * block.stride)
    }

    /// Places along one side of the last map.
    pub(crate) fn places_per_side(&self, image_size: usize) -> usize {
        // The same as rounding up at each stride.
        image_size.div_ceil(self.stride())
    }

    /// The most numbers that a layer makes of one picture.
    pub(crate) fn largest_layer(&self, image_size: usize) -> usize {
        let mut side = image_size.div_ceil(STEM_STRIDE);
        let mut largest = side * side * self.stem;
        for block in self.blocks() {
            largest = largest.max(side * side * block.middle);
            side = side.div_ceil(block.stride);
        }
        largest.max(side * side * self.features)
    }
}

impl BlockConfig {
    /// Whether its first layer widens; else the window moves over what entered.
    pub(crate) fn widens(&self) -> bool {
        self.middle != self.input
    }

    /// Whether what entered is added to what leaves.
    pub(crate) fn is_residual(&self) -> bool {
        self.stride == 1 && self.input == self.output
    }
}

/// To a multiple of 8, and by no more than a tenth down: timm's `make_divisible`.
fn rounded(channels: f64) -> usize {
    let nearest = ((channels + 4.0) / 8.0).floor().max(1.0) * 8.0;
    let rounded = if nearest < 0.9 * channels {
        nearest + 8.0
    } else {
        nearest
    };
    rounded as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(name: &str) -> EfficientNetConfig {
        EfficientNetConfig::named(name, false).expect(name)
    }

    /// Every weight, and scale and shift of every batch norm.
    fn parameters(config: &EfficientNetConfig) -> usize {
        let mut count = config.stem * (3 * 9 + 2);
        let mut last = config.stem;
        for block in config.blocks() {
            if block.widens() {
                count += block.middle * (block.input + 2);
            }
            count += block.middle * (block.kernel.pow(2) + 2);
            count += block.output * (block.middle + 2);
            last = block.output;
        }
        count + config.features * (last + 2)
    }

    #[test]
    fn all_five_are_as_large_as_timms() {
        let known = [3_371_008, 4_135_680, 4_811_072, 6_916_096, 11_725_568];
        for ((name, ..), known) in NAMES.into_iter().zip(known) {
            assert_eq!(parameters(&named(name)), known, "{name}");
        }
        // As `timm.create_model` says them.
        let outputs = |name| -> Vec<(usize, usize)> {
            let stages = named(name).stages;
            let stage = |stage: &Vec<BlockConfig>| (stage.len(), stage[0].output);
            stages.iter().map(stage).collect()
        };
        assert_eq!(
            outputs("tf_efficientnet_lite2"),
            [
                (1, 16),
                (3, 24),
                (3, 48),
                (4, 88),
                (4, 120),
                (5, 208),
                (1, 352)
            ]
        );
        assert_eq!(
            outputs("tf_efficientnet_lite4"),
            [
                (1, 24),
                (4, 32),
                (4, 56),
                (6, 112),
                (6, 160),
                (8, 272),
                (1, 448)
            ]
        );
    }

    #[test]
    fn a_name_may_have_a_tag_and_others_are_not_known() {
        assert_eq!(
            named("tf_efficientnet_lite0.in1k"),
            named("tf_efficientnet_lite0")
        );
        for other in [
            "",
            "efficientnet_lite0",
            "tf_efficientnet_lite5",
            "tf_efficientnet_b0",
        ] {
            assert_eq!(EfficientNetConfig::named(other, false), None, "{other}");
        }
    }

    #[test]
    fn sides_and_the_largest_layer() {
        let lite0 = named("tf_efficientnet_lite0");
        assert_eq!(lite0.stride(), 32);
        let places = [(224, 7), (75, 3), (1, 1), (260, 9)];
        for (image_size, places) in places {
            assert_eq!(lite0.places_per_side(image_size), places, "{image_size}");
        }
        assert_eq!(lite0.largest_layer(224), 112 * 112 * 96);
        assert_eq!(lite0.largest_layer(1), 1280);
    }
}
