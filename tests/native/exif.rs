//! A picture stored in any of the eight EXIF orientations is the same picture.

use std::path::PathBuf;

use glimpse::{Classifier, DevicePreference, Folder, LoadOptions};
use glimpse_tests::fixture::{CHECKPOINTS, fixtures, shared};
use glimpse_tests::parity::dot;
use pollster::block_on;

/// The files hold the same scene, compressed anew for each orientation.
const SAME_PICTURE: f32 = 0.999;

/// Embeds each picture with each checkpoint and compares with the first picture.
fn check(pictures: &[PathBuf]) {
    for name in CHECKPOINTS {
        let options = LoadOptions {
            device: DevicePreference::Cpu,
            ..LoadOptions::default()
        };
        let folder = Folder::new(fixtures().join(name));
        let classifier = block_on(Classifier::load(&folder, options)).expect("a good checkpoint");
        let embeddings: Vec<Vec<f32>> = pictures
            .iter()
            .map(|path| {
                let bytes = std::fs::read(path).expect("a readable picture");
                block_on(classifier.embed_image(&bytes)).expect("an embedding")
            })
            .collect();
        for (path, embedding) in pictures.iter().zip(&embeddings) {
            let cosine = dot(embedding, &embeddings[0]);
            println!("{name}: {}: {cosine}", path.display());
            assert!(
                cosine > SAME_PICTURE,
                "{name}: {}: {cosine}",
                path.display()
            );
        }
    }
}

#[test]
fn own_pictures_in_all_orientations() {
    let folder = fixtures().join("pictures/exif");
    check(
        &(1..=8)
            .map(|n| folder.join(format!("orientation_{n}.jpg")))
            .collect::<Vec<_>>(),
    );
}

/// These were saved anew for each orientation with losses of their own, which moves random-weight embeddings by more than
/// 0.001: so it is the pixels that are compared.
#[test]
fn shared_pictures_in_all_orientations() {
    let Some(shared) = shared() else { return };
    let folder = shared.join("assets/exif");
    let tiles: Vec<Vec<f64>> = (1..=8)
        .map(|n| {
            let path = folder.join(format!("Landscape_{n}.jpg"));
            tiles(&std::fs::read(path).expect("a readable picture"))
        })
        .collect();
    for (n, tiles_) in tiles.iter().enumerate() {
        let apart = mean_difference(tiles_, &tiles[0]);
        println!("Landscape_{}: {apart} grey levels", n + 1);
        assert!(apart < 1.0, "Landscape_{}: {apart}", n + 1);
    }
    // A half turn keeps width and height, and is as far off as any wrong orientation.
    let turned: Vec<f64> = tiles[0].iter().rev().copied().collect();
    assert!(mean_difference(&turned, &tiles[0]) > 20.0);
}

/// The mean grey of each of 40 x 30 tiles of a decoded picture, row by row.
fn tiles(bytes: &[u8]) -> Vec<f64> {
    let image = glimpse::image::decode(bytes).expect("a good picture");
    let (width, height) = (image.width() / 40, image.height() / 30);
    assert!(width > 0 && height > 0 && image.width() > image.height());
    (0..30 * 40)
        .map(|tile| {
            let (left, top) = (tile % 40 * width, tile / 40 * height);
            let pixels = (0..width * height)
                .map(|at| image.get_pixel(left + at % width, top + at / width).0)
                .map(|rgb| rgb.iter().map(|&value| f64::from(value)).sum::<f64>() / 3.0);
            pixels.sum::<f64>() / f64::from(width * height)
        })
        .collect()
}

fn mean_difference(left: &[f64], right: &[f64]) -> f64 {
    let sum: f64 = left.iter().zip(right).map(|(a, b)| (a - b).abs()).sum();
    sum / left.len() as f64
}
