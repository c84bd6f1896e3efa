//! Squares that were resized and cropped before, changed or not: they are normalised alone. Preprocessing one again would change
//! it wherever a checkpoint resizes to more than it crops to.

use std::borrow::Cow;

use glimpse_image::{PixelValues, RgbImage};

use crate::cache::PictureKey;
use crate::classifier::Classifier;
use crate::embedding::Embedding;
use crate::error::Error;
use crate::label_pack::LabelPack;
use crate::scores::Score;

impl Classifier {
    /// The embedding of a square that [`Classifier::preprocess`] gave, changed or not: it is normalised, and neither resized nor
    /// cropped again. Remembered by its content.
    ///
    /// # Errors
    /// [`Error::Square`] when it has another size, and [`Error`] when the device fails.
    pub async fn embed_square(&self, square: &RgbImage) -> Result<Embedding, Error> {
        let key = PictureKey::of_square(square);
        match self.known_picture(key) {
            Some(known) => Ok(known),
            None => {
                let pixel_values = self.square_values(square)?;
                self.encode_values(key, &pixel_values).await
            }
        }
    }

    /// The embedding of decoded pixels; of a square as in [`Classifier::embed_square`] where `is_square` says that they are one. Remembered
    /// by the square's content, and under `number` where the caller has one for the picture: [`Classifier::embedding_of`] needs no pixels.
    ///
    /// # Errors
    /// [`Error::Square`] when it is to be a square and has another size, and [`Error`] when the device fails.
    pub async fn embed_numbered(
        &self,
        number: Option<u32>,
        image: &RgbImage,
        is_square: bool,
    ) -> Result<Embedding, Error> {
        if let Some(known) = number.and_then(|number| self.embedding_of(number)) {
            return Ok(known);
        }
        let square = if is_square {
            Cow::Borrowed(image)
        } else {
            Cow::Owned(self.preprocess_pixels(image))
        };
        let embedding = self.embed_square(&square).await?;
        if let Some(number) = number {
            self.remember(PictureKey::of_square(&square), number);
        }
        Ok(embedding)
    }

    /// The embedding of the picture that was embedded under this number, if it is still remembered.
    #[must_use]
    pub fn embedding_of(&self, number: u32) -> Option<Embedding> {
        self.known_picture(PictureKey::Number(number))
    }

    /// The scores of a square as in [`Classifier::embed_square`], in the order of the pack's labels.
    ///
    /// # Errors
    /// [`Error::Pack`] when the pack is another model's, [`Error::Square`] when the square has another size than the model sees,
    /// and [`Error`] when the device fails.
    pub async fn classify_square(
        &self,
        square: &RgbImage,
        pack: &LabelPack,
    ) -> Result<Vec<Score>, Error> {
        self.check_pack(pack)?;
        let image_embeds = self.embed_square(square).await?;
        Ok(self.scores(&image_embeds, &pack.labels, &pack.embeddings))
    }

    /// What the model sees of an image; one that has exactly the size that it sees is taken to be just that.
    pub(crate) fn square<'image>(&self, image: &'image RgbImage) -> Cow<'image, RgbImage> {
        if self.is_square(image) {
            Cow::Borrowed(image)
        } else {
            Cow::Owned(self.preprocess_pixels(image))
        }
    }

    /// A square's normalised values.
    pub(crate) fn square_values(&self, square: &RgbImage) -> Result<PixelValues, Error> {
        if self.is_square(square) {
            return Ok(self.preprocessor.normalised(square));
        }
        Err(Error::Square {
            found: square.dimensions(),
            expected: self.info().image_size,
        })
    }

    fn is_square(&self, image: &RgbImage) -> bool {
        let side = self.info().image_size;
        (image.width() as usize, image.height() as usize) == (side, side)
    }
}
