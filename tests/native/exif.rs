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
            on_progress: None,
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

#[test]
fn shared_pictures_in_all_orientations() {
    let Some(shared) = shared() else { return };
    let folder = shared.join("assets/exif");
    check(
        &(1..=8)
            .map(|n| folder.join(format!("Landscape_{n}.jpg")))
            .collect::<Vec<_>>(),
    );
}
