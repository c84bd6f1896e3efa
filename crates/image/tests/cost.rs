//! Small files that promise very much: refused before the memory for it is taken, in words that say what is too large.

use std::path::Path;

use glimpse_image::{DecodeError, decode};

fn wall(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/wall");
    std::fs::read(folder.join(name)).expect("a file of the wall")
}

/// The file with `new` behind the first place of `found`.
fn patched(mut bytes: Vec<u8>, found: &[u8], skip: usize, new: &[u8]) -> Vec<u8> {
    let at = bytes
        .windows(found.len())
        .position(|window| window == found)
        .expect("the place to patch");
    bytes[at + skip..at + skip + new.len()].copy_from_slice(new);
    bytes
}

fn too_large(bytes: &[u8]) -> (u64, u64, u64) {
    match decode(bytes) {
        Err(DecodeError::TooLarge {
            width,
            height,
            limit,
        }) => (width, height, limit),
        other => panic!("{:?}", other.map(|image| image.dimensions())),
    }
}

#[test]
fn a_progressive_jpeg_with_less_than_a_bit_a_block() {
    let bytes = wall("arithmetic-progressive-444.jpg");
    // Height and width of the frame header: 99 megapixels need 600 MB of coefficients.
    let bytes = patched(bytes, b"\xff\xca", 5, &[0x26, 0xac, 0x27, 0x10]);
    assert_eq!(too_large(&bytes), (10_000, 9_900, 50));
}

#[test]
fn a_webp_of_many_pixels_in_few_bytes() {
    let bytes = wall("webp-lossy-trailing.webp");
    let bytes = patched(bytes, b"\x9d\x01\x2a", 3, &[0x10, 0x27, 0xac, 0x26]);
    assert_eq!(too_large(&bytes), (10_000, 9_900, 48));
}

#[test]
fn an_interlaced_png_of_many_pixels_in_few_bytes() {
    let mut bytes = wall("png-0-1-interlaced.png");
    bytes[16..24].copy_from_slice(&[0, 0, 0x27, 0x10, 0, 0, 0x26, 0xac]);
    let crc = crc32fast::hash(&bytes[12..29]);
    bytes[29..33].copy_from_slice(&crc.to_be_bytes());
    assert_eq!(too_large(&bytes), (10_000, 9_900, 48));
}

#[test]
fn a_tile_and_a_row_of_millions_of_pixels() {
    // Directory entries as they are stored: tag, type, count, value.
    let entry = |tag: u16, value: u32| {
        [
            &tag.to_le_bytes()[..],
            &4u16.to_le_bytes(),
            &1u32.to_le_bytes(),
            &value.to_le_bytes(),
        ]
        .concat()
    };
    let tiles = patched(wall("tiles-wide.tif"), &entry(322, 48), 8, &[0, 0, 0, 8]);
    let error = decode(&tiles).expect_err("a tile of 134 million pixels");
    assert_eq!(
        error.to_string(),
        "the TIFF file is damaged: its strips or tiles have no size or no place"
    );
    let row = patched(
        wall("planar1-lzw.tif"),
        &entry(256, 17),
        8,
        &90_000_000u32.to_le_bytes(),
    );
    let row = patched(row, &entry(257, 7), 8, &1u32.to_le_bytes());
    let error = decode(&row).expect_err("a row of 90 million pixels");
    assert_eq!(
        error.to_string(),
        "TIFF: an edge of 90000000 pixels is not supported; save the picture as JPEG or PNG"
    );
}

#[test]
fn scans_that_refine_what_has_no_bits_left() {
    let bytes = wall("progressive-grey-dc-only.jpg");
    // Refinements of all AC coefficients, one after the other, each with its own end of band.
    let refinement = b"\xff\xc4\x00\x14\x10\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\
        \xff\xda\x00\x08\x01\x01\x00\x01\x3f\x10\x00";
    let mut many = bytes[..bytes.len() - 2].to_vec();
    for _ in 0..20 {
        many.extend_from_slice(refinement);
    }
    many.extend_from_slice(b"\xff\xd9");
    let error = decode(&many).expect_err("20 refinements");
    assert_eq!(
        error.to_string(),
        "the JPEG file is damaged: its scans name coefficients more often than they have bits"
    );
}
