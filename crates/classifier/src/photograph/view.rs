//! A small copy of a picture whose size does not depend on the picture's.

use glimpse_image::RgbImage;

/// How many pixels of a cell are looked at each way, at most: what a large picture costs is bounded.
const TAKEN: usize = 4;

/// A picture of at most so many cells a side, each the mean of some of the pixels in it, so that grain and JPEG's marks fade. One
/// that is small already is left as it is.
pub(super) struct View {
    pub width: usize,
    pub height: usize,
    /// Red, green and blue of every cell, row by row.
    pub cells: Vec<[f32; 3]>,
}

impl View {
    /// Of a picture that has pixels.
    pub fn of(picture: &RgbImage, side: usize) -> Self {
        let (width, height) = (picture.width() as usize, picture.height() as usize);
        let longer = width.max(height);
        let fitted = |length: usize| match longer <= side {
            true => length,
            false => ((length * side + longer / 2) / longer).max(1),
        };
        let (across, down) = (fitted(width), fitted(height));
        let (columns, rows) = (Taken::of(width, across), Taken::of(height, down));
        let mut sums = vec![[0_u32; 3]; across * down];
        let raw = picture.as_raw();
        for (row, &y) in rows.places.iter().enumerate() {
            let line = &raw[3 * y * width..][..3 * width];
            let sums = &mut sums[row / rows.each * across..][..across];
            for (taken, sum) in columns.places.chunks_exact(columns.each).zip(sums) {
                for x in taken {
                    for (sum, part) in sum.iter_mut().zip(&line[3 * x..]) {
                        *sum += u32::from(*part);
                    }
                }
            }
        }
        let pixels = (columns.each * rows.each) as f32;
        Self {
            width: across,
            height: down,
            cells: sums
                .into_iter()
                .map(|sum| sum.map(|sum| sum as f32 / pixels))
                .collect(),
        }
    }
}

/// Which pixels along one side are looked at, and how many of them are one cell's.
struct Taken {
    places: Vec<usize>,
    each: usize,
}

impl Taken {
    fn of(length: usize, cells: usize) -> Self {
        let each = (length / cells).clamp(1, TAKEN);
        let parts = cells * each;
        Self {
            places: (0..parts)
                .map(|part| (2 * part + 1) * length / (2 * parts))
                .collect(),
            each,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use glimpse_image::Rgb;

    #[test]
    fn a_small_picture_is_left_and_a_large_one_is_averaged() {
        let small = RgbImage::from_fn(3, 2, |x, y| Rgb([x as u8, y as u8, 7]));
        let view = View::of(&small, 64);
        assert_eq!((view.width, view.height), (3, 2));
        assert_eq!(view.cells[5], [2.0, 1.0, 7.0]);

        // Stripes of one pixel become their mean.
        let large = RgbImage::from_fn(256, 128, |x, _| Rgb([if x % 2 == 0 { 0 } else { 200 }; 3]));
        let view = View::of(&large, 64);
        assert_eq!((view.width, view.height), (64, 32));
        assert!(view.cells.iter().all(|cell| *cell == [100.0; 3]));
    }

    #[test]
    fn a_thin_picture_keeps_a_cell_across() {
        let view = View::of(&RgbImage::new(5000, 1), 64);
        assert_eq!((view.width, view.height, view.cells.len()), (64, 1, 64));
    }
}
