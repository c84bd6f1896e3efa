//! A loaded checkpoint's tensors, waiting to be put into the network.

use std::collections::HashMap;

use burn::tensor::{Device, Tensor, TensorData};
use glimpse_kernels::{PackedWeight, Weight, first_row, is_gpu, reshape};

use crate::clip::read_back;
use crate::containers::header::Dtype;
use crate::containers::values::Values;
use crate::error::{ForwardError, WeightsError};
use crate::vision::TRUNK;

/// How the names of those end that stay on the host.
const HOST: [&str; 2] = [".class_embedding", ".position_embedding.weight"];

/// Whether the numbers of a weight stay as they are on a device, where they take a half or a quarter of the memory: i8
/// everywhere, halves on a GPU. The CPU, which has no instruction for halves in wasm, would be slower with them; and with the i8
/// of convolutions of one place, which have few channels, twice as slow for the sake of some ten megabytes.
pub(crate) fn stays_packed(device: &Device, name: &str, dtype: Dtype) -> bool {
    match dtype {
        Dtype::I8 => is_gpu(device) || !name.starts_with(TRUNK),
        Dtype::F16 => is_gpu(device),
        Dtype::F32 | Dtype::Bf16 => false,
    }
}

/// Tensors on one device, by Hugging Face's names, each flat until it is taken in its shape; and what is added to tokens before they get
/// there, on the host.
pub(crate) struct Tensors {
    pub device: Device,
    map: HashMap<String, Tensor<1>>,
    packed: HashMap<String, PackedWeight>,
    host: HashMap<String, Vec<f32>>,
}

impl Tensors {
    pub fn new(device: &Device) -> Self {
        Self {
            device: device.clone(),
            map: HashMap::new(),
            packed: HashMap::new(),
            host: HashMap::new(),
        }
    }

    /// Uploads `values`, flat unless they are packed, or keeps them.
    pub fn put(&mut self, name: String, values: Values) {
        let device = self.device.clone();
        // The default pool rounds pages up; weights stay as long as the model does.
        match values {
            Values::Packed(packed) if stays_packed(&device, &name, packed.dtype()) => {
                let weight = self
                    .device
                    .memory_persistent_allocations(packed, |packed| packed.upload(&device));
                self.packed.insert(name, weight);
            }
            values if HOST.iter().any(|end| name.ends_with(end)) => {
                self.host.insert(name, values.into_numbers());
            }
            values => {
                let values = values.into_numbers();
                let length = values.len();
                let data = TensorData::new(values, [length]);
                let tensor = self
                    .device
                    .memory_persistent_allocations(data, |data| Tensor::from_data(data, &device));
                self.map.insert(name, tensor);
            }
        }
    }

    /// A number back from the device, so that what was uploaded before is surely there and staging is released.
    pub async fn sync(&self, name: &str) -> Result<(), ForwardError> {
        if let Some(tensor) = self.map.get(name) {
            let column = reshape::<1, 2>(tensor.clone(), [tensor.dims()[0], 1]);
            read_back(first_row(column)).await?;
        }
        Ok(())
    }

    /// What stayed on the host.
    pub fn host(&mut self, name: &str, shape: &[usize]) -> Result<Vec<f32>, WeightsError> {
        self.host.remove(name).ok_or_else(|| missing(name, shape))
    }

    fn take(&mut self, name: &str, shape: &[usize]) -> Result<Tensor<1>, WeightsError> {
        self.map.remove(name).ok_or_else(|| missing(name, shape))
    }

    pub fn vector(&mut self, name: &str, length: usize) -> Result<Tensor<1>, WeightsError> {
        self.take(name, &[length])
    }

    /// What is no linear layer's weight, and so never packed.
    pub fn matrix(&mut self, name: &str, shape: [usize; 2]) -> Result<Tensor<2>, WeightsError> {
        Ok(reshape(self.take(name, &shape)?, shape))
    }

    /// A linear layer's weight.
    pub fn weight(&mut self, name: &str, shape: [usize; 2]) -> Result<Weight, WeightsError> {
        if let Some(weight) = self.packed.remove(name) {
            return Ok(Weight::Packed(weight));
        }
        Ok(Weight::new(reshape(self.take(name, &shape)?, shape)))
    }
}

fn missing(name: &str, shape: &[usize]) -> WeightsError {
    WeightsError::Missing {
        tensor: name.to_owned(),
        expected: shape.to_vec(),
    }
}
