//! Localise and erase: where the last layer looks hardest is taken for the text, and painted black.
//!
//! Head-mean attention of the class token in the last layer, min-max to [0, 1], bilinear to the picture's size, what is at or
//! above the 95th percentile kept, dilated three times (3 x 3), the two largest components' boxes filled black.

use glimpse_image::{Rgb, RgbImage};
use serde::{Deserialize, Serialize};

use super::heads::Corners;

/// What is kept of the map.
const PERCENTILE: f64 = 0.95;
const DILATIONS: usize = 3;
const BOXES: usize = 2;

/// A rectangle in fractions of the side.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Region {
    /// Its left edge.
    pub left: f32,
    /// Its upper edge.
    pub top: f32,
    /// Its right edge.
    pub right: f32,
    /// Its lower edge.
    pub bottom: f32,
}

impl Region {
    /// The smallest one around a quadrangle.
    #[must_use]
    pub fn around(corners: &Corners) -> Self {
        let of = |axis: usize| corners.iter().map(move |corner| corner[axis]);
        Self {
            left: of(0).fold(f32::INFINITY, f32::min),
            top: of(1).fold(f32::INFINITY, f32::min),
            right: of(0).fold(f32::NEG_INFINITY, f32::max),
            bottom: of(1).fold(f32::NEG_INFINITY, f32::max),
        }
    }
}

/// Finds the boxes that text is expected in; `map` is `[side * side]`, row by row, at any scale.
#[must_use]
pub fn localise(map: &[f32], side: usize, image_size: usize) -> Vec<Region> {
    let map = enlarge(map, side, image_size);
    let mut sorted = map.clone();
    sorted.sort_by(f32::total_cmp);
    let at = (PERCENTILE * sorted.len().saturating_sub(1) as f64) as usize;
    let Some(&least) = sorted.get(at) else {
        return Vec::new();
    };
    // A map that is the same everywhere points nowhere.
    if sorted.first() == sorted.last() {
        return Vec::new();
    }
    let mut kept: Vec<bool> = map.iter().map(|&value| value >= least).collect();
    for _ in 0..DILATIONS {
        kept = dilate(&kept, image_size);
    }
    let mut components = components(&kept, image_size);
    components.sort_by_key(|component| std::cmp::Reverse(component.pixels));
    components.truncate(BOXES);
    let fraction = |pixels: usize| pixels as f32 / image_size as f32;
    components
        .iter()
        .map(|component| Region {
            left: fraction(component.left),
            top: fraction(component.top),
            right: fraction(component.right + 1),
            bottom: fraction(component.bottom + 1),
        })
        .collect()
}

/// The picture with the boxes painted black; a pixel is painted where its centre is inside.
#[must_use]
pub fn erase(square: &RgbImage, boxes: &[Region]) -> RgbImage {
    let (width, height) = (square.width() as f32, square.height() as f32);
    let mut erased = square.clone();
    for (x, y, pixel) in erased.enumerate_pixels_mut() {
        let (x, y) = ((x as f32 + 0.5) / width, (y as f32 + 0.5) / height);
        let inside =
            |area: &Region| area.left <= x && x < area.right && area.top <= y && y < area.bottom;
        if boxes.iter().any(inside) {
            *pixel = Rgb([0; 3]);
        }
    }
    erased
}

/// Bilinear, with the corners of the outer patches' pixels taking the patches' own values.
fn enlarge(map: &[f32], side: usize, size: usize) -> Vec<f32> {
    let place = |at: usize| {
        let source = ((at as f32 + 0.5) * side as f32 / size as f32 - 0.5)
            .clamp(0.0, side.saturating_sub(1) as f32);
        let low = source as usize;
        (low, (low + 1).min(side - 1), source - low as f32)
    };
    let mut enlarged = Vec::with_capacity(size * size);
    for (top, bottom, down) in (0..size).map(place) {
        for (left, right, across) in (0..size).map(place) {
            let mix = |row: usize| {
                map[row * side + left] * (1.0 - across) + map[row * side + right] * across
            };
            enlarged.push(mix(top) * (1.0 - down) + mix(bottom) * down);
        }
    }
    enlarged
}

fn dilate(kept: &[bool], size: usize) -> Vec<bool> {
    let near = |at: usize| at.saturating_sub(1)..=(at + 1).min(size - 1);
    (0..kept.len())
        .map(|at| {
            let (row, column) = (at / size, at % size);
            near(row).any(|row| near(column).any(|column| kept[row * size + column]))
        })
        .collect()
}

struct Component {
    pixels: usize,
    left: usize,
    top: usize,
    right: usize,
    bottom: usize,
}

/// The connected parts, over edges and corners.
fn components(kept: &[bool], size: usize) -> Vec<Component> {
    let mut seen = vec![false; kept.len()];
    let mut found = Vec::new();
    for start in 0..kept.len() {
        if !kept[start] || seen[start] {
            continue;
        }
        seen[start] = true;
        let (row, column) = (start / size, start % size);
        let mut component = Component {
            pixels: 0,
            left: column,
            top: row,
            right: column,
            bottom: row,
        };
        let mut open = vec![start];
        while let Some(at) = open.pop() {
            let (row, column) = (at / size, at % size);
            component.pixels += 1;
            component.left = component.left.min(column);
            component.right = component.right.max(column);
            component.top = component.top.min(row);
            component.bottom = component.bottom.max(row);
            for row in row.saturating_sub(1)..=(row + 1).min(size - 1) {
                for column in column.saturating_sub(1)..=(column + 1).min(size - 1) {
                    let next = row * size + column;
                    if kept[next] && !seen[next] {
                        seen[next] = true;
                        open.push(next);
                    }
                }
            }
        }
        found.push(component);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bright_patch_is_boxed_with_its_margin() {
        // 8 x 8 patches of 8 pixels; the patch in row 2, column 5 is looked at.
        let mut map = vec![0.0; 64];
        map[2 * 8 + 5] = 1.0;
        let [found] = localise(&map, 8, 64)[..] else {
            panic!("one box");
        };
        let pixels = |fraction: f32| (fraction * 64.0) as i32;
        // The patch is pixels 40 to 48 across and 16 to 24 down.
        assert!((32..40).contains(&pixels(found.left)), "{found:?}");
        assert!((48..56).contains(&pixels(found.right)), "{found:?}");
        assert!((8..16).contains(&pixels(found.top)), "{found:?}");
        assert!((24..32).contains(&pixels(found.bottom)), "{found:?}");
    }

    #[test]
    fn a_flat_map_points_nowhere_and_two_places_give_two_boxes() {
        assert_eq!(localise(&[0.5; 64], 8, 64), []);
        let mut map = vec![0.0; 64];
        map[0] = 1.0;
        map[63] = 1.0;
        assert_eq!(localise(&map, 8, 64).len(), 2);
    }

    #[test]
    fn only_what_is_inside_turns_black() {
        let square = RgbImage::from_pixel(4, 4, Rgb([9, 9, 9]));
        let area = Region {
            left: 0.25,
            top: 0.5,
            right: 0.75,
            bottom: 1.0,
        };
        let erased = erase(&square, &[area]);
        let black = |x, y| erased.get_pixel(x, y).0 == [0; 3];
        assert!(black(1, 2) && black(2, 3));
        assert!(!black(0, 2) && !black(3, 2) && !black(1, 1));
    }
}
