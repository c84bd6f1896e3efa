//! A loaded checkpoint's tensors, waiting to be put into the network.

use std::collections::HashMap;

use burn::tensor::{Device, Tensor, TensorData};

use crate::error::WeightsError;

/// Tensors on one device, by Hugging Face's names. Each is flat until it is taken in its shape.
pub(crate) struct Tensors {
    pub device: Device,
    map: HashMap<String, Tensor<1>>,
}

impl Tensors {
    pub fn new(device: &Device) -> Self {
        Self {
            device: device.clone(),
            map: HashMap::new(),
        }
    }

    /// Uploads `values`, flat.
    pub fn put(&mut self, name: String, values: Vec<f32>) {
        let length = values.len();
        let device = self.device.clone();
        // The default pool rounds pages up; weights stay as long as the model does.
        let tensor = self
            .device
            .memory_persistent_allocations(TensorData::new(values, [length]), |data| {
                Tensor::<1>::from_data(data, &device)
            });
        self.map.insert(name, tensor);
    }

    /// A number back from the device, so that what was uploaded before is surely there and staging is released.
    pub async fn settle(&self, name: &str) -> Result<(), crate::error::ForwardError> {
        if let Some(tensor) = self.map.get(name) {
            let one = tensor.clone().slice(0..1);
            crate::clip::read_back(one).await?;
        }
        Ok(())
    }

    fn take(&mut self, name: &str, shape: &[usize]) -> Result<Tensor<1>, WeightsError> {
        self.map.remove(name).ok_or_else(|| WeightsError::Missing {
            tensor: name.to_owned(),
            expected: shape.to_vec(),
        })
    }

    pub fn vector(&mut self, name: &str, length: usize) -> Result<Tensor<1>, WeightsError> {
        self.take(name, &[length])
    }

    pub fn matrix(&mut self, name: &str, shape: [usize; 2]) -> Result<Tensor<2>, WeightsError> {
        Ok(self.take(name, &shape)?.reshape(shape))
    }
}
