//! `glimpse models`: the models offered by name, and what each is good at.

use std::io::Write;

use serde::Serialize;

use crate::Outcome;
use crate::args::ModelsArgs;
use crate::failure::Failure;
use crate::mini;
use crate::output;

/// One model that has a name here.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Offered {
    pub name: &'static str,
    /// On the Hugging Face hub; `None` for the built-in model.
    pub repository: Option<&'static str>,
    /// The files to download, for the layout that the repository has.
    #[serde(skip)]
    pub files: &'static str,
    pub built_in: bool,
    /// Megabytes to download, in f32; `None` for the built-in model, whose size is that of its files.
    size_mb: Option<u32>,
    pub licence: &'static str,
    /// ImageNet zero-shot accuracy in percent, as published.
    pub imagenet: Option<f32>,
    pub good_at: &'static str,
}

const HUGGING_FACE: &str =
    "config.json, preprocessor_config.json, tokenizer.json and model.safetensors";
const OPEN_CLIP: &str = "open_clip_config.json, open_clip_model.safetensors and tokenizer.json";

/// The names of the design's table.
pub const OFFERED: [Offered; 5] = [
    Offered {
        name: "mini",
        repository: None,
        files: HUGGING_FACE,
        built_in: true,
        size_mb: None,
        licence: "MIT OR Apache-2.0",
        imagenet: None,
        good_at: "simple drawings; instant and offline, not for photos",
    },
    Offered {
        name: "photo",
        repository: Some("laion/CLIP-ViT-B-32-256x256-DataComp-s34B-b86K"),
        files: OPEN_CLIP,
        built_in: false,
        size_mb: Some(605),
        licence: "MIT",
        imagenet: Some(72.8),
        good_at: "photos",
    },
    Offered {
        name: "photo-small",
        repository: Some("wkcn/TinyCLIP-ViT-8M-16-Text-3M-YFCC15M"),
        files: HUGGING_FACE,
        built_in: false,
        size_mb: Some(94),
        licence: "MIT",
        imagenet: Some(41.1),
        good_at: "photos, with little to download",
    },
    Offered {
        name: "openai-b32",
        repository: Some("timm/vit_base_patch32_clip_224.openai"),
        files: OPEN_CLIP,
        built_in: false,
        size_mb: Some(605),
        licence: "see its card",
        imagenet: Some(63.3),
        good_at: "research on attacks; its card calls deployment out of scope",
    },
    Offered {
        name: "openai-l14-336",
        repository: Some("openai/clip-vit-large-patch14-336"),
        files: HUGGING_FACE,
        built_in: false,
        size_mb: Some(1700),
        licence: "see its card",
        imagenet: Some(76.6),
        good_at: "the best numbers, slowly; its card calls deployment out of scope",
    },
];

impl Offered {
    /// Megabytes of the model's files.
    fn megabytes(&self) -> u32 {
        let built_in: usize = mini::FILES.iter().map(|(_, bytes)| bytes.len()).sum();
        self.size_mb.unwrap_or(built_in.div_ceil(1_000_000) as u32)
    }
}

/// Prints the table, or its rows as JSON.
pub fn run(args: &ModelsArgs) -> Result<Outcome, Failure> {
    if args.json {
        let rows = OFFERED.map(|model| Offered {
            size_mb: Some(model.megabytes()),
            ..model
        });
        output::json(&rows)?;
        return Ok(Outcome::Done);
    }
    let mut out = std::io::stdout().lock();
    writeln!(
        out,
        "{:15} {:>8}  {:>8}  {:18} good at",
        "name", "size", "ImageNet", "licence"
    )?;
    for model in &OFFERED {
        let imagenet = model
            .imagenet
            .map_or("-".to_string(), |top1| format!("{top1:.1} %"));
        let size = format!("{} MB", model.megabytes());
        writeln!(
            out,
            "{:15} {size:>8}  {imagenet:>8}  {:18} {}",
            model.name, model.licence, model.good_at
        )?;
        let from = model.repository.unwrap_or("built in");
        writeln!(out, "{:15} {from}", "")?;
    }
    writeln!(
        out,
        "\nOnly mini can be used by its name yet; of the others, download a folder and give --model FOLDER."
    )?;
    Ok(Outcome::Done)
}
