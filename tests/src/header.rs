//! Reads, edits and writes the header of a safetensors file without any of the checks that a loader makes.

use serde_json::{Map, Value, json};

/// A safetensors file taken apart: the JSON header and the bytes behind it.
pub struct Header {
    /// Entries by tensor name, `{"dtype", "shape", "data_offsets"}` each.
    pub entries: Map<String, Value>,
    /// Everything behind the header.
    pub data: Vec<u8>,
}

impl Header {
    /// Takes a good file apart.
    pub fn read(file: &[u8]) -> Self {
        let length = u64::from_le_bytes(file[..8].try_into().expect("eight bytes")) as usize;
        let entries = serde_json::from_slice(&file[8..8 + length]).expect("a JSON header");
        Self {
            entries,
            data: file[8 + length..].to_vec(),
        }
    }

    /// The file, with a header length that is right for the entries.
    pub fn to_bytes(&self) -> Vec<u8> {
        let header = Value::Object(self.entries.clone()).to_string();
        let mut file = (header.len() as u64).to_le_bytes().to_vec();
        file.extend_from_slice(header.as_bytes());
        file.extend_from_slice(&self.data);
        file
    }

    /// Replaces one field of one tensor's entry.
    pub fn set(&mut self, tensor: &str, field: &str, value: Value) {
        self.entries[tensor][field] = value;
    }

    /// Where a tensor's bytes lie in the data.
    pub fn offsets(&self, tensor: &str) -> (usize, usize) {
        let offsets = &self.entries[tensor]["data_offsets"];
        let at = |end: usize| offsets[end].as_u64().expect("an offset") as usize;
        (at(0), at(1))
    }

    /// A tensor's bytes.
    pub fn bytes_mut(&mut self, tensor: &str) -> &mut [u8] {
        let (begin, end) = self.offsets(tensor);
        &mut self.data[begin..end]
    }

    /// Takes a tensor out of the header and its bytes out of the data, so that the file stays sound.
    pub fn remove(&mut self, tensor: &str) {
        let (begin, end) = self.offsets(tensor);
        self.entries.remove(tensor);
        self.data.drain(begin..end);
        for (_, entry) in self
            .entries
            .iter_mut()
            .filter(|(name, _)| *name != "__metadata__")
        {
            let moved = |offset: &Value| {
                let offset = offset.as_u64().expect("an offset") as usize;
                if offset >= end {
                    offset - (end - begin)
                } else {
                    offset
                }
            };
            let offsets = &entry["data_offsets"];
            entry["data_offsets"] = json!([moved(&offsets[0]), moved(&offsets[1])]);
        }
    }

    /// Adds a tensor at the end of the file.
    pub fn add(&mut self, tensor: &str, dtype: &str, shape: &[usize], bytes: &[u8]) {
        let begin = self.data.len();
        self.data.extend_from_slice(bytes);
        self.entries.insert(
            tensor.to_owned(),
            json!({"dtype": dtype, "shape": shape, "data_offsets": [begin, self.data.len()]}),
        );
    }
}
