//! Writes safetensors files of random numbers, the same every time: checkpoints that are too large to be kept.

use std::fs::{self, File};
use std::io::{self, BufWriter, Read, Write};
use std::path::Path;

use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

/// One tensor to be: its name, its shape, and the mean and spread of its values.
pub struct Tensor {
    /// Its name.
    pub name: String,
    /// Its shape.
    pub shape: Vec<usize>,
    /// What its values lie around.
    pub mean: f32,
    /// How far at most.
    pub spread: f32,
}

/// Writes `tensors` to `file` in f32, unless a whole file of them is there from an earlier run. Those of a `hole` are zeros that take no
/// room.
///
/// # Errors
/// When the file cannot be written.
pub fn write(file: &Path, tensors: &[Tensor], hole: bool) -> io::Result<()> {
    let header = header(tensors);
    let data: usize = tensors.iter().map(|tensor| 4 * tensor.elements()).sum();
    let length = (8 + header.len() + data) as u64;
    if is_there(file, &header, length) {
        return Ok(());
    }
    // Renamed when it is whole, so that a run that was stopped leaves nothing that looks sound.
    let partial = file.with_extension(format!("{}.partial", std::process::id()));
    let mut out = BufWriter::with_capacity(1 << 20, File::create(&partial)?);
    out.write_all(&(header.len() as u64).to_le_bytes())?;
    out.write_all(&header)?;
    if !hole {
        let mut random = Random(0x9e37_79b9_7f4a_7c15);
        for tensor in tensors {
            tensor.write_random(&mut random, &mut out)?;
        }
    }
    out.into_inner()?.set_len(length)?;
    fs::rename(partial, file)
}

/// Whether this file is there with this header, which differs between recipes.
fn is_there(file: &Path, header: &[u8], length: u64) -> bool {
    let Ok(mut file) = File::open(file) else {
        return false;
    };
    let mut begin = vec![0; 8 + header.len()];
    file.metadata().is_ok_and(|found| found.len() == length)
        && file.read_exact(&mut begin).is_ok()
        && begin[8..] == *header
}

impl Tensor {
    fn elements(&self) -> usize {
        self.shape.iter().product()
    }

    /// Uniform values in `mean - spread .. mean + spread`.
    fn write_random(&self, random: &mut Random, file: &mut impl Write) -> io::Result<()> {
        let mut bytes = Vec::with_capacity(1 << 16);
        let mut left = self.elements();
        while left > 0 {
            let count = left.min(1 << 14);
            bytes.clear();
            for _ in 0..count {
                let value = self.mean + self.spread * random.next_signed();
                bytes.extend_from_slice(&value.to_le_bytes());
            }
            file.write_all(&bytes)?;
            left -= count;
        }
        Ok(())
    }
}

/// A small xorshift generator: the same numbers on every machine.
struct Random(u64);

impl Random {
    /// The next number in -1..1.
    fn next_signed(&mut self) -> f32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        // The upper 24 bits, which an f32 holds exactly.
        (self.0 >> 40) as f32 / (1 << 23) as f32 - 1.0
    }
}

/// The safetensors header, padded with spaces to a multiple of eight as the format's writers do. Its metadata has the recipe's hash.
fn header(tensors: &[Tensor]) -> Vec<u8> {
    let mut recipe = Sha256::new();
    let mut entries = Map::new();
    let mut begin = 0;
    for tensor in tensors {
        recipe.update(format!(
            "{} {} {}\n",
            tensor.name, tensor.mean, tensor.spread
        ));
        let end = begin + 4 * tensor.elements();
        let entry = json!({"dtype": "F32", "shape": tensor.shape, "data_offsets": [begin, end]});
        entries.insert(tensor.name.clone(), entry);
        begin = end;
    }
    let recipe: String = recipe
        .finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let metadata = json!({"format": "pt", "recipe": recipe});
    entries.insert("__metadata__".to_owned(), metadata);
    let mut header = Value::Object(entries).to_string().into_bytes();
    header.resize(header.len().next_multiple_of(8), b' ');
    header
}
