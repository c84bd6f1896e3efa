//! Holds the drawing to the bytes that `tests/fixtures/lettering.json` of the workspace names, as the browser's test does.
//!
//! After a change that is meant to draw otherwise, `GLIMPSE_BLESS=1 cargo test -p glimpse-lettering --features bundled
//! --test same_bytes` writes the file anew; look at the pictures (`examples/look.rs`) before it is committed.

use std::collections::BTreeMap;

use glimpse_image::{Rgb, RgbImage};
use glimpse_lettering::{Colour, Fonts, Paper, Spec, letter};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

const FILE: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../tests/fixtures/lettering.json"
);

const ABOUT: &str = "Bytes that labels are drawn with, the same natively and in every browser; written by crates/lettering/tests/same_bytes.rs";

const BACKGROUND: &str = "the byte of channel c (0 red, 1 green, 2 blue) of the pixel in column x and row y is \
    (40 + 3 x + 5 y + 61 c + (x y mod 17)) mod 256";

const SIDES: [u32; 2] = [64, 160];

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Fixture {
    about: String,
    background: String,
    cases: Vec<Case>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Case {
    spec: Spec,
    /// By side of the square, the SHA-256 of its RGB bytes, row by row.
    sha256: BTreeMap<String, String>,
}

fn background(side: u32) -> RgbImage {
    RgbImage::from_fn(side, side, |x, y| {
        Rgb([0, 1, 2].map(|c| ((40 + 3 * x + 5 * y + 61 * c + (x * y) % 17) % 256) as u8))
    })
}

fn spec(word: &str, font: &str) -> Spec {
    Spec {
        word: word.to_owned(),
        font: font.to_owned(),
        ..Spec::default()
    }
}

const PAPERS: [Paper; 5] = [
    Paper::None,
    Paper::Note,
    Paper::Tape,
    Paper::Sticker,
    Paper::Sign,
];

/// Every font with the scripts it writes, level and then transformed.
fn words() -> Vec<Spec> {
    let words = [
        ("iPod", "sans"),
        ("iPod", "serif"),
        ("iPod", "mono"),
        ("iPod", "hand"),
        ("iPod", "display"),
        ("iPod", "devanagari"),
        ("Wat", "thai"),
        ("iPod", "cjk"),
        ("Seoul", "hangul"),
        ("Ελλάδα", "sans"),
        ("яблоко", "serif"),
        ("яблоко", "mono"),
        ("שלום עולם", "sans"),
        ("שלום iPod 12", "sans"),
        ("سلام", "sans"),
        ("سلام ١٢٣ abc", "mono"),
        ("Հայերեն", "sans"),
        ("ქართული", "serif"),
        ("Tiếng Việt", "hand"),
        ("Żółć, naïve", "display"),
        ("e\u{301}a\u{308}", "sans"),
        ("शक्ति हिन्दी", "devanagari"),
        ("ที่นี่ น้ำ", "thai"),
        ("りんご", "cjk"),
        ("苹果 Apple", "cjk"),
        ("사과", "hangul"),
    ];
    let mut specs = Vec::new();
    for (index, (word, font)) in words.into_iter().enumerate() {
        let number = index as f32;
        specs.push(spec(word, font));
        specs.push(Spec {
            paper: PAPERS[index % PAPERS.len()],
            rotation: number * 14.5 - 180.0,
            tilt: (index * 37 % 120) as f32 - 60.0,
            turn: (index * 53 % 130) as f32 - 65.0,
            mirror: index % 3 == 0,
            height: 0.12 + number * 0.01,
            x: 0.35 + number * 0.012,
            y: 0.6 - number * 0.009,
            opacity: 1.0 - (index % 4) as f32 * 0.2,
            ..spec(word, font)
        });
    }
    specs
}

/// One word on every paper: as it is, blank, and with everything of its own.
fn papers() -> Vec<Spec> {
    let of = |paper| {
        let plain = Spec {
            paper,
            ..spec("apple", "sans")
        };
        let blank = Spec {
            blank: true,
            turn: 25.0,
            rotation: -12.0,
            ..plain.clone()
        };
        let coloured = Spec {
            ink: Some(Colour([0x12, 0x34, 0xd6])),
            paper_colour: Some(Colour([0xff, 0xd4, 0x00])),
            copies: 6,
            seed: 20_240_229,
            height: 0.09,
            rotation: 33.0,
            ..plain.clone()
        };
        [plain, blank, coloured]
    };
    PAPERS.into_iter().flat_map(of).collect()
}

/// The ends of the ranges.
fn extremes() -> Vec<Spec> {
    let pear = spec("pear", "sans");
    let mut specs: Vec<Spec> = [90.0, 180.0, 270.0, -45.0, 0.1]
        .into_iter()
        .map(|rotation| Spec {
            rotation,
            ..pear.clone()
        })
        .collect();
    specs.extend([
        Spec {
            mirror: true,
            ..pear.clone()
        },
        Spec {
            height: 0.02,
            ..pear.clone()
        },
        Spec {
            height: 1.0,
            turn: 75.0,
            tilt: -75.0,
            ..pear.clone()
        },
        Spec {
            paper_colour: Some(Colour([0x20, 0x30, 0x20])),
            x: -0.02,
            y: 1.01,
            ..pear.clone()
        },
        Spec {
            height: 0.5,
            ..spec(&"a wide word, ".repeat(15), "serif")
        },
        Spec {
            opacity: 0.004,
            copies: 64,
            // The largest whole number of JavaScript.
            seed: 9_007_199_254_740_991,
            ..pear.clone()
        },
        Spec {
            opacity: 0.35,
            copies: 64,
            seed: 1,
            height: 0.06,
            paper: Paper::Tape,
            ..pear
        },
    ]);
    specs
}

#[test]
fn every_spec_gives_the_bytes_that_the_fixture_names() {
    let fonts = Fonts::bundled();
    let case = |spec: Spec| {
        let hash = |side| {
            let drawn = letter(&background(side), &spec, &fonts).unwrap();
            format!("{:x}", Sha256::digest(drawn.image.as_raw()))
        };
        let sha256 = SIDES.map(|side| (side.to_string(), hash(side))).into();
        Case { spec, sha256 }
    };
    let drawn = Fixture {
        about: ABOUT.to_owned(),
        background: BACKGROUND.to_owned(),
        cases: [words(), papers(), extremes()]
            .into_iter()
            .flatten()
            .map(case)
            .collect(),
    };
    if std::env::var_os("GLIMPSE_BLESS").is_some() {
        let text = serde_json::to_string_pretty(&drawn).unwrap();
        std::fs::write(FILE, text + "\n").unwrap();
    }
    let committed: Fixture = serde_json::from_str(&std::fs::read_to_string(FILE).unwrap()).unwrap();
    assert_eq!(committed.about, drawn.about);
    assert_eq!(committed.background, drawn.background);
    assert_eq!(committed.cases.len(), drawn.cases.len());
    for (committed, drawn) in committed.cases.iter().zip(&drawn.cases) {
        assert_eq!(committed, drawn);
    }

    // Fifty at least, and no two alike.
    let mut hashes: Vec<&str> = drawn
        .cases
        .iter()
        .map(|case| case.sha256["160"].as_str())
        .collect();
    hashes.sort_unstable();
    hashes.dedup();
    assert_eq!(hashes.len(), drawn.cases.len());
    assert!(hashes.len() >= 50);
}
