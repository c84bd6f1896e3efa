//! A large JPEG is decoded in the memory of its file, its pixels and a few lines.

use std::path::Path;
use std::process::Command;

use glimpse::image::RgbImage;
use serde_json::Value;

/// Beside file and pixels: two rows of blocks, tables, and what an allocator rounds up.
const ROOM: u64 = 2_000_000;

/// Writes a picture of this size as JPEG; gives the file's length.
fn write_jpeg(path: &Path, width: u32, height: u32) -> u64 {
    let image = RgbImage::from_fn(width, height, |x, y| {
        glimpse::image::Rgb([
            (x * 255 / width) as u8,
            (y * 255 / height) as u8,
            (x * 7 + y * 13) as u8,
        ])
    });
    image.save(path).expect("a written picture");
    std::fs::metadata(path).expect("the picture").len()
}

/// The peak memory of a process that decodes this picture and nothing else; none where the system does not tell.
fn peak_resident_bytes(path: &Path) -> Option<u64> {
    let output = Command::new(env!("CARGO_BIN_EXE_alone"))
        .arg("decode")
        .arg(path)
        .output()
        .expect("alone runs");
    let answer: Value = serde_json::from_slice(&output.stdout).expect("one JSON object");
    answer["peakResidentBytes"].as_u64()
}

#[test]
fn twelve_megapixels_hold_their_pixels_and_little_else() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let (small, large) = (folder.join("small.jpg"), folder.join("large.jpg"));
    write_jpeg(&small, 40, 30);
    let file = write_jpeg(&large, 4000, 3000);
    let (Some(base), Some(peak)) = (peak_resident_bytes(&small), peak_resident_bytes(&large))
    else {
        glimpse_tests::left_out("this system does not tell a process its peak memory");
        return;
    };
    let (held, pixels) = (peak.saturating_sub(base), 4000 * 3000 * 3);
    println!("{held} bytes for {pixels} of pixels and a file of {file}");
    assert!(held >= pixels, "{held}: not even the pixels were held");
    assert!(held <= pixels + file + ROOM, "{held} bytes");
}
