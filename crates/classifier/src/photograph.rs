//! Tells photographs from drawings by a logistic regression on four measures of a small picture.

use std::collections::HashMap;
use std::hash::Hash;

use glimpse_image::RgbImage;

/// The picture is looked at as so many cells each way, each the mean of some pixels in it, so that grain and JPEG's marks go.
const CELLS: usize = 64;
/// How many pixels of a cell are looked at each way, at most.
const TAKEN: usize = 4;

/// Whether it looks like a photograph; what has no pixels does not.
pub(crate) fn looks_like_photograph(picture: &RgbImage) -> bool {
    picture.width() > 0 && picture.height() > 0 && evidence(&means_of(picture)) > 0.0
}

/// Above 0 for a photograph, below for a drawing.
fn evidence(cells: &[[f32; 3]]) -> f32 {
    let mut bends = Vec::new();
    let (mut colours, mut shades) = (HashMap::new(), HashMap::new());
    let mut steps = 0;
    for y in 0..CELLS {
        for x in 0..CELLS {
            let at = y * CELLS + x;
            count(&mut colours, cells[at].map(|part| part as u8 >> 4));
            count(&mut shades, brightness(cells[at]) as u8 >> 2);
            steps += usize::from(x > 0 && is_step(cells[at], cells[at - 1]));
            steps += usize::from(y > 0 && is_step(cells[at], cells[at - CELLS]));
            if (1..CELLS - 1).contains(&x) && (1..CELLS - 1).contains(&y) {
                bends.push(bend(cells, at));
            }
        }
    }
    let all = (CELLS * CELLS) as f32;
    let mut commonest: Vec<usize> = colours.into_values().collect();
    commonest.sort_unstable_by_key(|&cells| std::cmp::Reverse(cells));
    let mut shades: Vec<usize> = shades.into_values().collect();
    shades.sort_unstable();
    bends.sort_unstable_by(f32::total_cmp);
    // How uneven the brightness is where it is neither smoothest nor roughest; even shading leaves none.
    let unevenness = bends[bends.len() / 2].ln_1p();
    // The share of neighbours that differ too much for a flat colour and too little for an outline.
    let steps = steps as f32 / (2 * CELLS * (CELLS - 1)) as f32;
    let palette = commonest.iter().take(32).sum::<usize>() as f32 / all;
    let entropy: f32 = shades
        .iter()
        .map(|&cells| cells as f32 / all)
        .map(|share| -share * share.log2())
        .sum();
    1.65 * unevenness + 58.2 * steps + 24.8 * palette + 2.45 * entropy - 37.3
}

/// The mean red, green and blue of every cell, row by row.
fn means_of(picture: &RgbImage) -> Vec<[f32; 3]> {
    let places = |length: u32| -> Vec<u32> {
        (0..(CELLS * TAKEN) as u64)
            .map(|at| (at * u64::from(length) / (CELLS * TAKEN) as u64) as u32)
            .collect()
    };
    let (xs, ys) = (places(picture.width()), places(picture.height()));
    let mut cells = vec![[0.0; 3]; CELLS * CELLS];
    for (row, &y) in ys.iter().enumerate() {
        for (column, &x) in xs.iter().enumerate() {
            let cell = &mut cells[row / TAKEN * CELLS + column / TAKEN];
            for (sum, part) in cell.iter_mut().zip(picture.get_pixel(x, y).0) {
                *sum += f32::from(part) / (TAKEN * TAKEN) as f32;
            }
        }
    }
    cells
}

fn brightness([red, green, blue]: [f32; 3]) -> f32 {
    0.299 * red + 0.587 * green + 0.114 * blue
}

/// How far a cell's brightness is from what its four neighbours lead one to expect.
fn bend(cells: &[[f32; 3]], at: usize) -> f32 {
    let neighbours = [at - 1, at + 1, at - CELLS, at + CELLS];
    let sum: f32 = neighbours.map(|cell| brightness(cells[cell])).iter().sum();
    (4.0 * brightness(cells[at]) - sum).abs()
}

fn is_step(one: [f32; 3], other: [f32; 3]) -> bool {
    let distance: f32 = (0..3).map(|part| (one[part] - other[part]).abs()).sum();
    (24.0..48.0).contains(&distance)
}

fn count<T: Eq + Hash>(counts: &mut HashMap<T, usize>, value: T) {
    *counts.entry(value).or_insert(0) += 1;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pages_drawings_are_drawings() {
        for name in ["apple", "apple-ipod", "bicycle", "dog"] {
            let file = format!(
                "{}/../../www/examples/{name}.png",
                env!("CARGO_MANIFEST_DIR")
            );
            let picture = glimpse_image::decode(&std::fs::read(file).unwrap()).unwrap();
            assert!(!looks_like_photograph(&picture), "{name}");
        }
        assert!(!looks_like_photograph(&RgbImage::new(0, 0)));
        assert!(!looks_like_photograph(&RgbImage::new(1, 1)));
    }
}
