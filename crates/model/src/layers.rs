//! Linear layers and layer norms, with their weights.

use burn::tensor::Tensor;
use glimpse_kernels::{
    Activation, Weight, layer_norm, linear, linear_residual, product, product_residual,
};

use crate::error::WeightsError;
use crate::tensors::Tensors;

/// `y = x W + b`.
#[derive(Clone, Debug)]
pub(crate) struct Linear {
    /// `Wᵀ`, `[d_out, d_in]`, as PyTorch has it.
    weight: Weight,
    bias: Option<Tensor<1>>,
}

impl Linear {
    /// Takes `{name}.weight` (`[d_out, d_in]`) and `{name}.bias`.
    pub fn load(
        tensors: &mut Tensors,
        name: &str,
        d_in: usize,
        d_out: usize,
    ) -> Result<Self, WeightsError> {
        let bias = tensors.vector(&format!("{name}.bias"), d_out)?;
        Ok(Self {
            bias: Some(bias),
            ..Self::load_without_bias(tensors, name, d_in, d_out)?
        })
    }

    /// Takes `{name}.weight` alone.
    pub fn load_without_bias(
        tensors: &mut Tensors,
        name: &str,
        d_in: usize,
        d_out: usize,
    ) -> Result<Self, WeightsError> {
        let weight = tensors.weight(&format!("{name}.weight"), [d_out, d_in])?;
        Ok(Self { weight, bias: None })
    }

    /// `Wᵀ`, `[d_out, d_in]`, as f32.
    pub fn weight(&self) -> Tensor<2> {
        self.weight.numbers()
    }

    /// `b`, `[d_out]`.
    pub fn bias(&self) -> Option<Tensor<1>> {
        self.bias.clone()
    }

    /// # Shapes
    /// `[.., d_in]` to `[.., d_out]`.
    pub fn forward<const D: usize>(&self, input: Tensor<D>) -> Tensor<D> {
        self.forward_then(input, Activation::None)
    }

    /// The same with `activation` behind it; a layer without a bias has none.
    pub fn forward_then<const D: usize>(
        &self,
        input: Tensor<D>,
        activation: Activation,
    ) -> Tensor<D> {
        match &self.bias {
            Some(bias) => linear(input, &self.weight, bias.clone(), activation),
            None => product(input, &self.weight),
        }
    }

    /// The same, added to `residual`.
    pub fn forward_onto<const D: usize>(&self, input: Tensor<D>, residual: Tensor<D>) -> Tensor<D> {
        match &self.bias {
            Some(bias) => linear_residual(input, &self.weight, bias.clone(), residual),
            None => product_residual(input, &self.weight, residual),
        }
    }
}

/// Each vector brought to mean 0 and variance 1, then scaled and shifted.
#[derive(Clone, Debug)]
pub(crate) struct LayerNorm {
    weight: Tensor<1>,
    bias: Tensor<1>,
    eps: f64,
}

impl LayerNorm {
    /// Takes `{name}.weight` and `{name}.bias`.
    pub fn load(
        tensors: &mut Tensors,
        name: &str,
        width: usize,
        eps: f64,
    ) -> Result<Self, WeightsError> {
        Ok(Self {
            weight: tensors.vector(&format!("{name}.weight"), width)?,
            bias: tensors.vector(&format!("{name}.bias"), width)?,
            eps,
        })
    }

    /// The scale, `[width]`.
    pub fn weight(&self) -> Tensor<1> {
        self.weight.clone()
    }

    /// The shift, `[width]`.
    pub fn bias(&self) -> Tensor<1> {
        self.bias.clone()
    }

    /// What is added to a variance before its root is taken.
    pub fn eps(&self) -> f64 {
        self.eps
    }

    /// # Shapes
    /// `[.., width]` to the same.
    pub fn forward<const D: usize>(&self, input: Tensor<D>) -> Tensor<D> {
        layer_norm(input, self.weight.clone(), self.bias.clone(), self.eps)
    }
}
