//! Counts the pictures that `auto` would send to the wrong built-in model.

use anyhow::Result;
use glimpse::BuiltIn;
use image::RgbImage;

use super::super::judge::{Embedding, Examiner, Judge};
use super::super::{Gallery, ask_of_drawings};

/// Stands where a model would, and only notes where each picture would go.
#[derive(Default)]
struct Routes {
    to_photo: Vec<bool>,
}

impl Judge for Routes {
    fn picture(&mut self, picture: &RgbImage) -> Result<Embedding> {
        self.to_photo.push(goes_to_photo(picture));
        Ok(vec![1.0])
    }

    fn text(&mut self, _: &str) -> Result<Embedding> {
        Ok(vec![1.0])
    }

    fn probabilities(&mut self, _: &[f32], labels: &[String]) -> Result<Vec<f32>> {
        Ok(vec![0.0; labels.len()])
    }
}

/// Whether `auto` sends a picture to mini-photo.
pub fn goes_to_photo(picture: &RgbImage) -> bool {
    BuiltIn::for_picture(picture) == BuiltIn::MiniPhoto
}

/// Marks for each picture of mini's exam whether it would go to mini-photo.
///
/// # Errors
/// When a drawing is missing.
pub fn drawings(examiner: &mut Examiner, gallery: &Gallery) -> Result<()> {
    let mut routes = Routes::default();
    ask_of_drawings(&mut Examiner::new(&mut routes), gallery, &mut |_| {})?;
    for to_photo in routes.to_photo {
        examiner.mark("drawing-to-photo", to_photo);
    }
    Ok(())
}
