//! Times the image tower alone on this machine's GPU, many pictures at a time: what the benchmark sets beside PyTorch on the same card.

use std::io::{self, Read};
use std::path::Path;
use std::rc::Rc;
use std::time::Instant;

use glimpse::{Folder, ModelSource};
use glimpse_model::{ClipConfig, Layout, LoadPlan, Pending, RangeReader, WeightFile};
use serde::Serialize;

/// What a GPU took, or why there is no time.
#[derive(Debug, Default, Serialize)]
pub struct CardTimes {
    /// The adapter's name; empty where there is none.
    pub adapter: String,
    /// Why nothing was timed; empty where it was.
    pub reason: String,
    /// Of each round: pixels up, embeddings back.
    pub milliseconds: Vec<f64>,
    /// `[batch][projection_dim]`, of the last round.
    pub rows: Vec<Vec<f32>>,
}

/// Times `rounds` runs over all pictures at once, behind one that does not count; `software` adapters only where that is asked for.
///
/// # Shapes
/// `pixel_values`: `[batch, 3, image_size, image_size]`, row-major.
///
/// # Panics
/// When `checkpoint` holds no CLIP model in Hugging Face's layout, in one file, or the GPU fails half-way.
pub async fn times(
    checkpoint: &Path,
    pixel_values: &[f32],
    rounds: usize,
    software: bool,
) -> CardTimes {
    let not = |reason| CardTimes {
        reason,
        ..CardTimes::default()
    };
    let gpu = match glimpse_model::open_gpu().await {
        Ok(gpu) if gpu.software && !software => {
            return not(format!("{} computes on the CPU", gpu.adapter));
        }
        Ok(gpu) => gpu,
        Err(error) => return not(error.to_string()),
    };
    let config = std::fs::read_to_string(checkpoint.join("config.json")).expect("a config.json");
    let config = ClipConfig::from_hugging_face(&config).expect("a CLIP model");
    let plan = LoadPlan {
        device: &gpu.device,
        self_test: false,
        text_tower: false,
        rows_on_demand: false,
    };
    let files = vec![weights(checkpoint).await];
    let loaded = glimpse_model::load(
        &config,
        Layout::HuggingFace,
        files,
        &plan,
        &mut |_, _, _| {},
    )
    .await
    .expect("a sound checkpoint");
    let mut found = CardTimes {
        adapter: gpu.adapter,
        ..CardTimes::default()
    };
    for round in 0..=rounds {
        let began = Instant::now();
        let rows = loaded.clip.image_embeds_of_many(pixel_values).await;
        found.rows = rows.expect("a GPU that computes");
        if round > 0 {
            let took = began.elapsed();
            found.milliseconds.push(1000.0 * took.as_secs_f64());
        }
    }
    found
}

/// `[batch, 3, image_size, image_size]` as raw little-endian f32.
///
/// # Errors
/// When `input` cannot be read.
pub fn pixel_values(mut input: impl Read) -> io::Result<Vec<f32>> {
    let mut bytes = Vec::new();
    input.read_to_end(&mut bytes)?;
    let numbers = bytes.as_chunks().0.iter();
    Ok(numbers.map(|&number| f32::from_le_bytes(number)).collect())
}

async fn weights(checkpoint: &Path) -> WeightFile {
    let name = "model.safetensors".to_owned();
    let stream = Folder::new(checkpoint).open(&name).await;
    WeightFile {
        stream: stream.expect("a readable folder").expect("weights in it"),
        name,
        ranges: Rc::new(WholeOnly),
        indexed: Vec::new(),
    }
}

struct WholeOnly;

impl RangeReader for WholeOnly {
    fn read_range(&self, _begin: u64, _end: u64) -> Pending<'_, Option<Vec<u8>>> {
        Box::pin(async { Ok(None) })
    }
}
