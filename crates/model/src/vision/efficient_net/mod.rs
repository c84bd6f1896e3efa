//! timm's EfficientNet-Lite as an image tower: a picture becomes a feature map, whose global average is projected.

mod config;
mod layout;

use burn::tensor::{Tensor, TensorData};
use glimpse_kernels::{
    Activation, Padding, Window, average, convolution, depthwise, is_gpu, reshape,
};

use crate::error::WeightsError;
use crate::layers::Linear;
use crate::tensors::Tensors;
use config::STEM_STRIDE;
use layout::{Names, named_blocks};

pub use config::{BlockConfig, EfficientNetConfig};

pub(crate) use layout::{TRUNK, specs};

/// Numbers that the largest layer makes of the pictures that go through together, which bounds their memory: on a GPU, which more of them
/// keep busy (32 MB, and as much beside it), and on the CPU, whose caches hold less of more of them.
const NUMBERS_AT_ONCE_ON_GPU: usize = 8 << 20;
const NUMBERS_AT_ONCE_ON_CPU: usize = 3 << 20;

/// The network, its batch norms folded into the layers before them. Between layers lie `[batch, height, width, channels]`, so that a
/// convolution of one place is a linear layer.
#[derive(Clone, Debug)]
pub(crate) struct EfficientNet {
    /// Side of the picture, in pixels.
    image_size: usize,
    pictures_at_once: usize,
    stem: Windowed,
    blocks: Vec<Block>,
    head: Linear,
}

impl EfficientNet {
    pub fn load(
        tensors: &mut Tensors,
        config: &EfficientNetConfig,
        image_size: usize,
    ) -> Result<Self, WeightsError> {
        let numbers_at_once = match is_gpu(&tensors.device) {
            true => NUMBERS_AT_ONCE_ON_GPU,
            false => NUMBERS_AT_ONCE_ON_CPU,
        };
        let stem = [config.stem, 3 * STEM_KERNEL * STEM_KERNEL];
        let blocks = named_blocks(config)
            .map(|(name, block)| Block::load(tensors, &format!("{TRUNK}.{name}"), block))
            .collect::<Result<_, _>>()?;
        let last = config
            .blocks()
            .last()
            .map_or(config.stem, |block| block.output);
        Ok(Self {
            image_size,
            pictures_at_once: (numbers_at_once / config.largest_layer(image_size)).max(1),
            stem: Windowed::load(
                tensors,
                &format!("{TRUNK}.conv_stem"),
                stem,
                config.stem,
                same(STEM_KERNEL, STEM_STRIDE),
            )?,
            blocks,
            head: Linear::load(
                tensors,
                &format!("{TRUNK}.conv_head"),
                last,
                config.features,
            )?,
        })
    }

    /// How many pictures go through it at once.
    pub fn pictures_at_once(&self) -> usize {
        self.pictures_at_once
    }

    /// # Shapes
    /// - pixel_values: `[batch, 3, image_size, image_size]`, row-major
    /// - output: `[batch, features]`
    pub fn forward(&self, pixel_values: &[f32]) -> Tensor<2> {
        average(self.places(pixel_values))
    }

    /// What is averaged.
    ///
    /// # Shapes
    /// - pixel_values: `[batch, 3, image_size, image_size]`, row-major
    /// - output: `[batch, places, features]`, the places row by row
    pub fn places(&self, pixel_values: &[f32]) -> Tensor<3> {
        let Windowed {
            weight,
            bias,
            window,
        } = self.stem.clone();
        let pictures = self.channels_last(pixel_values);
        let stem = convolution(pictures, weight, bias, window, Activation::Relu6);
        let hidden = self
            .blocks
            .iter()
            .fold(stem, |hidden, block| block.forward(hidden));
        let hidden = self.head.forward_then(hidden, Activation::Relu6);
        let [batch, height, width, features] = hidden.dims();
        reshape(hidden, [batch, height * width, features])
    }

    /// Pictures with the three colours of a pixel side by side, `[batch, image_size, image_size, 3]`.
    fn channels_last(&self, pixel_values: &[f32]) -> Tensor<4> {
        let side = self.image_size;
        let mut values = Vec::with_capacity(pixel_values.len());
        for picture in pixel_values.chunks_exact(3 * side * side) {
            let (red, rest) = picture.split_at(side * side);
            let (green, blue) = rest.split_at(side * side);
            let colours = red.iter().zip(green).zip(blue);
            values.extend(colours.flat_map(|((&red, &green), &blue)| [red, green, blue]));
        }
        let batch = values.len() / (3 * side * side);
        let data = TensorData::new(values, [batch, side, side, 3]);
        Tensor::from_data(data, &self.stem.bias.device())
    }
}

/// Side of the stem's window.
const STEM_KERNEL: usize = 3;

/// A window with TensorFlow's padding.
fn same(kernel: usize, stride: usize) -> Window {
    Window {
        kernel,
        stride,
        padding: Padding::Same,
    }
}

/// One block: perhaps wider, each channel by itself, narrow again.
#[derive(Clone, Debug)]
struct Block {
    widen: Option<Linear>,
    depthwise: Windowed,
    narrow: Linear,
    is_residual: bool,
}

impl Block {
    fn load(tensors: &mut Tensors, name: &str, config: &BlockConfig) -> Result<Self, WeightsError> {
        let (input, middle, output) = (config.input, config.middle, config.output);
        let names = Names::of(config);
        let widen = names
            .widen
            .map(|widen| Linear::load(tensors, &format!("{name}.{widen}"), input, middle));
        Ok(Self {
            widen: widen.transpose()?,
            depthwise: Windowed::load(
                tensors,
                &format!("{name}.conv_dw"),
                [config.kernel.pow(2), middle],
                middle,
                same(config.kernel, config.stride),
            )?,
            narrow: Linear::load(tensors, &format!("{name}.{}", names.narrow), middle, output)?,
            is_residual: config.is_residual(),
        })
    }

    fn forward(&self, hidden: Tensor<4>) -> Tensor<4> {
        let middle = match &self.widen {
            Some(widen) => widen.forward_then(hidden.clone(), Activation::Relu6),
            None => hidden.clone(),
        };
        let Windowed {
            weight,
            bias,
            window,
        } = self.depthwise.clone();
        let middle = depthwise(middle, weight, bias, window, Activation::Relu6);
        if self.is_residual {
            self.narrow.forward_onto(middle, hidden)
        } else {
            self.narrow.forward(middle)
        }
    }
}

/// A layer that a window moves over.
#[derive(Clone, Debug)]
struct Windowed {
    /// As [`convolution`] or [`depthwise`] wants it.
    weight: Tensor<2>,
    bias: Tensor<1>,
    window: Window,
}

impl Windowed {
    /// Takes `{name}.weight`, of this shape, and `{name}.bias`.
    fn load(
        tensors: &mut Tensors,
        name: &str,
        shape: [usize; 2],
        channels: usize,
        window: Window,
    ) -> Result<Self, WeightsError> {
        Ok(Self {
            weight: tensors.matrix(&format!("{name}.weight"), shape)?,
            bias: tensors.vector(&format!("{name}.bias"), channels)?,
            window,
        })
    }
}
