//! Fills outlines on a picture, in whole numbers from the coverage on.

use glimpse_image::RgbImage;
use zeno::{Command, Mask};

use crate::path::Point;

/// A picture that is drawn on.
pub(crate) struct Canvas {
    pub image: RgbImage,
}

impl Canvas {
    /// Fills outlines (pixels) with a colour; 255 hides what is below.
    pub(crate) fn fill(&mut self, outlines: &[Vec<Point>], colour: [u8; 3], alpha: u8) {
        let (width, height) = self.image.dimensions();
        let points = || outlines.iter().flatten();
        // The smallest box of whole pixels that holds all, cut to the picture.
        let span = |axis: usize, size: u32| {
            let least = points().map(|p| p[axis]).fold(f64::INFINITY, f64::min);
            let most = points().map(|p| p[axis]).fold(f64::NEG_INFINITY, f64::max);
            // `as` saturates: what lies left of the picture begins at 0.
            ((least.floor() as u32), (most.ceil() as u32).min(size))
        };
        let ((left, right), (top, bottom)) = (span(0, width), span(1, height));
        if left >= right || top >= bottom {
            return;
        }
        let size = [right - left, bottom - top];
        let mut commands = Vec::new();
        for outline in outlines {
            let moved = outline
                .iter()
                .map(|p| [p[0] - f64::from(left), p[1] - f64::from(top)])
                .collect();
            let mut points = clip(moved, size).into_iter().map(|p| {
                // Whole 256ths, as the rasteriser counts: it would cut off, and cut differently left of zero.
                p.map(|value| ((value * 256.0 + 0.5).floor() / 256.0) as f32)
            });
            if let Some(first) = points.next() {
                commands.push(Command::MoveTo(first.into()));
                commands.extend(points.map(|point| Command::LineTo(point.into())));
                commands.push(Command::Close);
            }
        }
        let mut coverage = vec![0; size[0] as usize * size[1] as usize];
        Mask::new(&commands)
            .size(size[0], size[1])
            .render_into(&mut coverage, None);
        for (row, covered) in coverage.chunks_exact(size[0] as usize).enumerate() {
            let start = ((top as usize + row) * width as usize + left as usize) * 3;
            let end = start + size[0] as usize * 3;
            let pixels = self.image.as_mut()[start..end].chunks_exact_mut(3);
            for (pixel, &covered) in pixels.zip(covered) {
                let share = divided(u32::from(covered) * u32::from(alpha));
                for (below, &above) in pixel.iter_mut().zip(&colour) {
                    *below = blend(*below, above, share);
                }
            }
        }
    }
}

/// Lays `share` (of 255) of one value over another, rounded.
pub(crate) fn blend(below: u8, above: u8, share: u8) -> u8 {
    let share = u32::from(share);
    divided(u32::from(below) * (255 - share) + u32::from(above) * share)
}

/// A product of two bytes over 255, rounded.
fn divided(product: u32) -> u8 {
    ((product + 127) / 255) as u8
}

/// Cuts an outline to the mask's surroundings (Sutherland and Hodgman): the rasteriser counts in 32 bits, and a long word
/// reaches far out. What runs along the cut lies outside of the mask.
fn clip(mut points: Vec<Point>, size: [u32; 2]) -> Vec<Point> {
    for (axis, size) in size.into_iter().enumerate() {
        for (limit, sign) in [(-1.0, 1.0), (f64::from(size) + 1.0, -1.0)] {
            let inside = |p: &Point| (p[axis] - limit) * sign >= 0.0;
            if points.iter().all(inside) {
                continue;
            }
            let mut kept = Vec::with_capacity(points.len() + 4);
            for (index, &to) in points.iter().enumerate() {
                let from = points[(index + points.len() - 1) % points.len()];
                if inside(&from) != inside(&to) {
                    let t = (limit - from[axis]) / (to[axis] - from[axis]);
                    let mut cut = [
                        from[0] + (to[0] - from[0]) * t,
                        from[1] + (to[1] - from[1]) * t,
                    ];
                    cut[axis] = limit;
                    kept.push(cut);
                }
                if inside(&to) {
                    kept.push(to);
                }
            }
            points = kept;
        }
    }
    points
}
