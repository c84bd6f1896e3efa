//! Remembers embeddings, so that nothing is computed twice: pictures by content and by the caller's own number, prompts by their text.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::num::NonZeroUsize;
use std::rc::Rc;

use glimpse_image::RgbImage;
use lru::LruCache;

use crate::embedding::Embedding;

/// A thousand labels in CLIP's seven templates: 14 MB at 512 numbers each.
const PROMPTS: NonZeroUsize = NonZeroUsize::new(7168).unwrap();
/// A large folder's worth of pictures, each under its content and under a number: 16 MB at 512 numbers each.
const PICTURES: NonZeroUsize = NonZeroUsize::new(2 * 8192).unwrap();

/// One model's embeddings, the least recently used of which are forgotten.
pub(crate) struct Cache {
    /// By the prompt, which template and label make.
    pub prompts: LruCache<String, Rc<Embedding>>,
    pub pictures: LruCache<PictureKey, Rc<Embedding>>,
}

impl Cache {
    pub fn new() -> Self {
        Self {
            prompts: LruCache::new(PROMPTS),
            pictures: LruCache::new(PICTURES),
        }
    }
}

/// What a picture is known by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum PictureKey {
    /// Its content in short: its length and a hash of 64 bits. An accident would need billions of pictures.
    Content { length: usize, hash: u64 },
    /// The caller's own number for it: nothing of the picture is needed to look it up.
    Number(u32),
}

impl PictureKey {
    /// Of an encoded picture.
    pub fn of_file(bytes: &[u8]) -> Self {
        Self::of(bytes, &[])
    }

    /// Of decoded pixels.
    pub fn of_pixels(image: &RgbImage) -> Self {
        Self::of(image.as_raw(), &[image.width(), image.height()])
    }

    /// Of a square that is only normalised: the same pixels may go through a resize elsewhere.
    pub fn of_square(square: &RgbImage) -> Self {
        Self::of(square.as_raw(), &[square.width(), square.height(), 0])
    }

    fn of(bytes: &[u8], size: &[u32]) -> Self {
        let mut hasher = DefaultHasher::new();
        bytes.hash(&mut hasher);
        size.hash(&mut hasher);
        Self::Content {
            length: bytes.len(),
            hash: hasher.finish(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_differ_with_content_and_size() {
        assert_eq!(PictureKey::of_file(b"ab"), PictureKey::of_file(b"ab"));
        assert_ne!(PictureKey::of_file(b"ab"), PictureKey::of_file(b"ba"));
        let image = |width, height| RgbImage::from_raw(width, height, vec![7; 18]).unwrap();
        assert_eq!(
            PictureKey::of_pixels(&image(2, 3)),
            PictureKey::of_pixels(&image(2, 3))
        );
        assert_ne!(
            PictureKey::of_pixels(&image(2, 3)),
            PictureKey::of_pixels(&image(3, 2))
        );
        assert_ne!(
            PictureKey::of_pixels(&image(3, 2)),
            PictureKey::of_square(&image(3, 2))
        );
    }
}
