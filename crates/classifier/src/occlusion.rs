//! The cross-check of an explanation: what each label's logit loses when a part of the picture is greyed.

use std::ops::Range;

use glimpse_image::RgbImage;

use crate::classifier::{Classifier, check_request};
use crate::embedding::Embedding;
use crate::error::Error;

/// Pictures that go through the image tower together.
const AT_ONCE: usize = 8;

/// An occlusion under way: squares of the picture are greyed one after another. Grey is the mean colour that the model's
/// preprocessing subtracts.
pub struct Occlusion {
    pixel_values: Vec<f32>,
    text_embeds: Vec<Embedding>,
    clean: Vec<f32>,
    image_size: usize,
    patch_size: usize,
    /// Patches along one side of the picture.
    side: usize,
    /// Patches along one side of a greyed square.
    cell: usize,
    /// For each greyed square, row by row, what each label lost.
    lost: Vec<Vec<f32>>,
}

impl Occlusion {
    /// Looks at the whole picture first; `cell` is the greyed square's side in patches, at least 1.
    ///
    /// # Errors
    /// [`Error`] when labels or templates cannot be used, or the device fails.
    pub async fn begin(
        classifier: &Classifier,
        image: &RgbImage,
        labels: &[String],
        templates: &[String],
        cell: usize,
    ) -> Result<Self, Error> {
        check_request(labels, templates)?;
        let text_embeds = classifier.encode_labels(labels, templates).await?;
        let square = classifier.square(image);
        let pixel_values = classifier.square_values(&square)?.data;
        let image_embeds = classifier.embed_square(&square).await?;
        let vision = &classifier.clip.config().vision;
        let side = vision.patches_per_side();
        Ok(Self {
            clean: classifier.logits(&image_embeds, &text_embeds),
            pixel_values,
            text_embeds,
            image_size: vision.image_size,
            patch_size: vision.patch_size(),
            side,
            cell: cell.clamp(1, side),
            lost: Vec::new(),
        })
    }

    /// Greyed squares that were looked at, and how many there are in all.
    #[must_use]
    pub fn progress(&self) -> (usize, usize) {
        (self.lost.len(), self.cells_per_side().pow(2))
    }

    /// Looks at the next few squares; nothing happens when all were.
    ///
    /// # Errors
    /// [`Error`] when the device fails.
    pub async fn step(&mut self, classifier: &Classifier) -> Result<(), Error> {
        let (done, all) = self.progress();
        let next = done..all.min(done + AT_ONCE);
        if next.is_empty() {
            return Ok(());
        }
        let pictures: Vec<f32> = next.clone().flat_map(|cell| self.greyed(cell)).collect();
        let embeds = classifier.clip.image_embeds_of_many(&pictures).await?;
        classifier
            .metrics
            .count(|runs| runs.image_tower += next.len() as u64);
        for image_embeds in embeds {
            let logits = classifier.logits(&image_embeds, &self.text_embeds);
            let lost = self.clean.iter().zip(logits);
            self.lost
                .push(lost.map(|(clean, left)| clean - left).collect());
        }
        Ok(())
    }

    /// What each label's logit lost by each patch's being greyed, `[labels][patches]`; patches not yet reached have 0.
    #[must_use]
    pub fn drops(&self) -> Vec<Vec<f32>> {
        let cells = self.cells_per_side();
        (0..self.clean.len())
            .map(|label| {
                (0..self.side * self.side)
                    .map(|patch| {
                        let (row, column) = (patch / self.side, patch % self.side);
                        let cell = row / self.cell * cells + column / self.cell;
                        self.lost.get(cell).map_or(0.0, |lost| lost[label])
                    })
                    .collect()
            })
            .collect()
    }

    /// Patches along one side of the picture.
    #[must_use]
    pub fn side(&self) -> usize {
        self.side
    }

    fn cells_per_side(&self) -> usize {
        self.side.div_ceil(self.cell)
    }

    /// The picture with one square greyed.
    fn greyed(&self, cell: usize) -> Vec<f32> {
        let cells = self.cells_per_side();
        let span = |at: usize| -> Range<usize> {
            let pixels = self.cell * self.patch_size;
            at * pixels..((at + 1) * pixels).min(self.image_size)
        };
        let (rows, columns) = (span(cell / cells), span(cell % cells));
        let mut values = self.pixel_values.clone();
        for channel in values.chunks_exact_mut(self.image_size * self.image_size) {
            for row in channel
                .chunks_exact_mut(self.image_size)
                .skip(rows.start)
                .take(rows.len())
            {
                // Normalised values: 0 is the mean.
                row[columns.clone()].fill(0.0);
            }
        }
        values
    }
}
