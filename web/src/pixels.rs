//! Pixels on their way in, as the pipeline wants them (opaque RGB), and out, as the browser does (RGBA).

use glimpse::image::RgbImage;

/// Lays straight-alpha RGBA (`[height, width, 4]`, row-major) on white, in place, and drops the alpha.
/// `None` if the bytes are not `width * height * 4`, or there are none.
pub(crate) fn rgb_on_white(mut rgba: Vec<u8>, width: u32, height: u32) -> Option<RgbImage> {
    let pixels = (width as usize).checked_mul(height as usize)?;
    if pixels == 0 || rgba.len() != pixels.checked_mul(4)? {
        return None;
    }
    for pixel in 0..pixels {
        let alpha = u32::from(rgba[4 * pixel + 3]);
        for channel in 0..3 {
            let value = u32::from(rgba[4 * pixel + channel]);
            rgba[3 * pixel + channel] = ((value * alpha + 255 * (255 - alpha) + 127) / 255) as u8;
        }
    }
    rgba.truncate(3 * pixels);
    RgbImage::from_raw(width, height, rgba)
}

/// Opaque RGBA (`[height, width, 4]`, row-major), as a browser's `ImageData` wants it.
pub(crate) fn rgba(image: &RgbImage) -> Vec<u8> {
    image
        .pixels()
        .flat_map(|pixel| [pixel[0], pixel[1], pixel[2], 255])
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{RgbImage, rgb_on_white, rgba};

    #[test]
    fn rgb_becomes_opaque_rgba() {
        let image = RgbImage::from_raw(2, 1, vec![1, 2, 3, 4, 5, 6]).expect("two pixels");
        assert_eq!(rgba(&image), [1, 2, 3, 255, 4, 5, 6, 255]);
    }

    #[test]
    fn opaque_pixels_stay_and_transparent_ones_turn_white() {
        let rgba = vec![1, 2, 3, 255, 9, 9, 9, 0, 0, 100, 200, 128];
        let image = rgb_on_white(rgba, 3, 1).expect("three pixels");
        assert_eq!(image.as_raw(), &[1, 2, 3, 255, 255, 255, 127, 177, 227]);
    }

    #[test]
    fn wrong_lengths_and_empty_pictures_are_refused() {
        assert!(rgb_on_white(vec![0; 11], 3, 1).is_none());
        assert!(rgb_on_white(Vec::new(), 0, 5).is_none());
        assert!(rgb_on_white(vec![0; 4], u32::MAX, u32::MAX).is_none());
    }
}
