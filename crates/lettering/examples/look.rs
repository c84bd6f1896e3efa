//! Writes a sheet of labels for the eye: `cargo run -p glimpse-lettering --features bundled --example look -- FOLDER`.

use glimpse_lettering::{Fonts, Paper, Spec, letter};
use image::{GenericImage, Rgb, RgbImage, imageops};

/// A background with light and shade, so that edges and shadows can be judged.
fn background(side: u32) -> RgbImage {
    RgbImage::from_fn(side, side, |x, y| {
        let (x, y) = (x * 255 / side, y * 255 / side);
        let wave = if (x / 32 + y / 32) % 2 == 0 { 12 } else { 0 };
        Rgb([
            (90 + x / 3 + wave) as u8,
            (130 + y / 4 + wave) as u8,
            (150 - x / 4) as u8,
        ])
    })
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::args().nth(1).ok_or("name a folder to write to")?;
    std::fs::create_dir_all(&folder)?;
    let fonts = Fonts::bundled();
    let spec = |word: &str, font: &str, paper| Spec {
        word: word.into(),
        font: font.into(),
        paper,
        ..Spec::default()
    };
    let papers = [
        Paper::None,
        Paper::Note,
        Paper::Tape,
        Paper::Sticker,
        Paper::Sign,
    ];
    let mut specs = Vec::new();
    for (index, font) in ["hand", "sans", "display", "serif"].into_iter().enumerate() {
        for paper in papers {
            specs.push(Spec {
                rotation: index as f32 * 7.0 - 7.0,
                turn: if index == 2 { 40.0 } else { 0.0 },
                tilt: if index == 3 { 50.0 } else { 0.0 },
                ..spec("iPod", font, paper)
            });
        }
    }
    for (word, font) in [
        ("שלום עולם", "sans"),
        ("سلام 123", "sans"),
        ("हिन्दी शक्ति", "devanagari"),
        ("ที่นี่", "thai"),
        ("りんご 苹果", "cjk"),
        ("사과", "hangul"),
        ("Ёжик", "mono"),
        ("Ελλάδα", "serif"),
        ("Tiếng Việt", "hand"),
        ("Żółć", "display"),
    ] {
        specs.push(spec(word, font, Paper::Note));
    }
    specs.push(Spec {
        mirror: true,
        ..spec("iPod", "sans", Paper::Note)
    });
    specs.push(Spec {
        copies: 8,
        height: 0.08,
        rotation: -20.0,
        ..spec("iPod", "hand", Paper::Sticker)
    });
    specs.push(Spec {
        opacity: 0.5,
        ..spec("iPod", "sans", Paper::Sign)
    });
    specs.push(Spec {
        blank: true,
        ..spec("iPod", "sans", Paper::Note)
    });
    specs.push(Spec {
        height: 0.6,
        x: 0.2,
        ..spec("enormous", "display", Paper::Tape)
    });
    for side in [64, 224, 512] {
        let columns = 5;
        let rows = specs.len().div_ceil(columns) as u32;
        let mut sheet = RgbImage::new(side * columns as u32, side * rows);
        for (index, spec) in specs.iter().enumerate() {
            let drawn = letter(&background(side), spec, &fonts)?;
            let index = index as u32;
            sheet.copy_from(&drawn.image, index % 5 * side, index / 5 * side)?;
        }
        sheet.save(format!("{folder}/{side}.png"))?;
        if side == 64 {
            let large =
                imageops::resize(&sheet, 1280, 64 * 4 * rows, imageops::FilterType::Nearest);
            large.save(format!("{folder}/64x4.png"))?;
        }
    }
    Ok(())
}
