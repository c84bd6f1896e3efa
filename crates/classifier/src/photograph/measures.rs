//! What is counted in a view of a picture: how neighbours differ, how even the shading is, how many colours there are.
//!
//! All of it in the whole view, and again in parts of it: in the quietest quarter, the middle half and the liveliest quarter of
//! its blocks, in what is not the commonest colour, and in that again away from outlines. A thing on white or before the
//! sky is a photograph where it is, and a drawing is flat between its outlines.

use super::view::View;

/// The side of a block, in cells.
const BLOCK: usize = 8;
/// Where the classes of differences between neighbours end, in the channel that differs most, of 255.
const STEPS: [f32; 8] = [0.5, 1.5, 3.0, 6.0, 12.0, 24.0, 48.0, 96.0];
/// What counts no further in how lively a block is, so that one outline does not outweigh texture.
const LIVELIEST: f32 = 48.0;
/// Neighbours that differ too much for a flat colour and too little for an outline.
const SHADING: std::ops::Range<f32> = 1.5..24.0;
/// How far from the commonest colour a cell is no longer ground.
const OFF_GROUND: f32 = 12.0;
/// At which shares of all places the bends are read off.
const QUANTILES: [f32; 5] = [0.1, 0.25, 0.5, 0.75, 0.9];
/// How many of the commonest colours are counted together.
const COMMONEST: [usize; 4] = [1, 4, 16, 64];

/// How many measures there are of one part of a view.
const OF_PART: usize = STEPS.len() + 1 + 3 + QUANTILES.len() + 3 * (COMMONEST.len() + 2) + 1;
/// How many there are of the colours of a whole view.
const OF_COLOUR: usize = 9;
/// How many measures there are of a view.
pub(super) const OF_VIEW: usize = 6 * OF_PART + OF_COLOUR;

/// The measures of a view, [`OF_VIEW`] of them, each at least 0.
pub(super) fn of_view(view: &View) -> Vec<f32> {
    let field = Field::of(view);
    let blocks = field.blocks();
    let quarter = blocks.len() / 4;
    let things = field.off_ground();
    let inside = things.iter().copied().filter(|&at| field.is_inside(at));
    let parts = [
        field.cells_of(&blocks),
        field.cells_of(&blocks[..quarter.max(1)]),
        field.cells_of(&blocks[quarter..(blocks.len() - quarter).max(quarter + 1)]),
        field.cells_of(&blocks[(blocks.len() - quarter).min(blocks.len() - 1)..]),
        inside.collect(),
        things,
    ];
    let mut measures = Vec::with_capacity(OF_VIEW);
    for part in &parts {
        field.part(part, &mut measures);
    }
    colours_of(view, &mut measures);
    measures
}

/// A view with what lies between neighbours.
struct Field<'a> {
    view: &'a View,
    /// The brightness of every cell.
    light: Vec<f32>,
    /// How far a cell is from the one on its right; nothing where there is none.
    right: Vec<f32>,
    /// The same for the one below it.
    below: Vec<f32>,
    /// The side of its blocks.
    block: usize,
}

/// A block's place.
#[derive(Clone, Copy)]
struct Block {
    x: usize,
    y: usize,
}

impl<'a> Field<'a> {
    fn of(view: &'a View) -> Self {
        let View { width, height, .. } = *view;
        let cells = &view.cells;
        let distances = |step: usize, is_last: &dyn Fn(usize) -> bool| {
            let distance = |at: usize| match is_last(at) {
                true => f32::NAN,
                false => distance(cells[at], cells[at + step]),
            };
            (0..cells.len()).map(distance).collect()
        };
        Self {
            light: cells.iter().map(|&cell| brightness(cell)).collect(),
            right: distances(1, &|at| at % width == width - 1),
            below: distances(width, &|at| at / width == height - 1),
            block: BLOCK.min(width).min(height),
            view,
        }
    }

    /// Its blocks, the quietest first; cells beyond the last whole block are in none.
    fn blocks(&self) -> Vec<Block> {
        let View { width, height, .. } = *self.view;
        let mut blocks = Vec::new();
        for y in (0..=height - self.block).step_by(self.block) {
            for x in (0..=width - self.block).step_by(self.block) {
                let block = Block { x, y };
                let distances = self
                    .cells(block)
                    .flat_map(|at| [self.right[at], self.below[at]]);
                let (mut sum, mut count) = (0.0, 0.0_f32);
                for distance in distances.filter(|distance| !distance.is_nan()) {
                    sum += distance.min(LIVELIEST);
                    count += 1.0;
                }
                blocks.push((sum / count.max(1.0), block));
            }
        }
        blocks.sort_by(|(one, _), (other, _)| one.total_cmp(other));
        blocks.into_iter().map(|(_, block)| block).collect()
    }

    /// The places of a block's cells.
    fn cells(&self, block: Block) -> impl Iterator<Item = usize> + use<> {
        let (width, side) = (self.view.width, self.block);
        (block.y..block.y + side)
            .flat_map(move |y| (block.x..block.x + side).map(move |x| y * width + x))
    }

    fn cells_of(&self, blocks: &[Block]) -> Vec<usize> {
        let cells = blocks.iter().flat_map(|&block| self.cells(block));
        cells.collect()
    }

    /// The places of the cells that have not the commonest colour.
    fn off_ground(&self) -> Vec<usize> {
        let cells = &self.view.cells;
        let mut shades = vec![0_u32; 1 << 15];
        let shade = |cell: [f32; 3]| at_bits(packed(cell), 5);
        for &cell in cells {
            shades[shade(cell)] += 1;
        }
        let mut commonest = 0;
        for (shade, &count) in shades.iter().enumerate() {
            if count > shades[commonest] {
                commonest = shade;
            }
        }
        let ground = cells.iter().find(|&&cell| shade(cell) == commonest);
        let is_off =
            |&at: &usize| ground.is_some_and(|&ground| distance(cells[at], ground) > OFF_GROUND);
        (0..cells.len()).filter(is_off).collect()
    }

    /// Whether no outline is beside a cell.
    fn is_inside(&self, at: usize) -> bool {
        let (width, is_weak) = (self.view.width, |distance: f32| distance < SHADING.end);
        let (x, y) = (at % width, at / width);
        (x == 0 || is_weak(self.right[at - 1]))
            && (x == width - 1 || is_weak(self.right[at]))
            && (y == 0 || is_weak(self.below[at - width]))
            && (y == self.view.height - 1 || is_weak(self.below[at]))
    }

    /// The measures of the cells at some places.
    fn part(&self, places: &[usize], measures: &mut Vec<f32>) {
        let View { width, height, .. } = *self.view;
        let mut steps = [0_u32; STEPS.len() + 1];
        let (mut shaded, mut flat, mut even) = (0_u32, 0_u32, 0_u32);
        let (mut bends, mut colours) = (Vec::new(), Vec::new());
        let mut shades = [0_u32; 64];
        for &at in places {
            for distance in [self.right[at], self.below[at]] {
                if !distance.is_nan() {
                    steps[STEPS.iter().filter(|&&end| distance >= end).count()] += 1;
                }
            }
            shades[usize::from(self.light[at] as u8 >> 2)] += 1;
            colours.push(packed(self.view.cells[at]));
            let (x, y) = (at % width, at / width);
            if x == 0 || y == 0 || x == width - 1 || y == height - 1 {
                continue;
            }
            let around = [
                self.right[at - 1],
                self.right[at],
                self.below[at - width],
                self.below[at],
            ];
            let bend = self.bend(at);
            bends.push(bend);
            shaded += u32::from(around.iter().all(|distance| SHADING.contains(distance)));
            let is_flat = around.iter().all(|&distance| distance < STEPS[0]);
            flat += u32::from(is_flat);
            even += u32::from(!is_flat && bend < 1.0);
        }
        let share = |count: u32, of: usize| count as f32 / of.max(1) as f32;
        let pairs = steps.iter().sum::<u32>() as usize;
        measures.extend(steps.map(|count| share(count, pairs)));
        measures.extend([shaded, flat, even].map(|count| share(count, bends.len())));
        measures.extend(QUANTILES.map(|quantile| at_quantile(&mut bends, quantile)));
        for bits in [4, 5, 8] {
            palette(&mut counts(&mut colours, bits), measures);
        }
        measures.push(evenness(&shades));
    }

    /// How far a cell's brightness is from what its four neighbours lead one to expect; even shading leaves none.
    fn bend(&self, at: usize) -> f32 {
        let (light, width) = (&self.light, self.view.width);
        (4.0 * light[at] - light[at - 1] - light[at + 1] - light[at - width] - light[at + width])
            .abs()
    }
}

fn brightness([red, green, blue]: [f32; 3]) -> f32 {
    0.299 * red + 0.587 * green + 0.114 * blue
}

/// In the channel that differs most.
fn distance(one: [f32; 3], other: [f32; 3]) -> f32 {
    let apart = |channel: usize| (one[channel] - other[channel]).abs();
    apart(0).max(apart(1)).max(apart(2))
}

fn packed(cell: [f32; 3]) -> u32 {
    let [red, green, blue] = cell.map(|part| u32::from(part as u8));
    red << 16 | green << 8 | blue
}

fn at_quantile(values: &mut [f32], quantile: f32) -> f32 {
    if values.is_empty() {
        return 0.0;
    }
    let place = ((values.len() - 1) as f32 * quantile) as usize;
    *values.select_nth_unstable_by(place, f32::total_cmp).1
}

/// How often each colour is there, told apart by so many bits a channel.
fn counts(colours: &mut [u32], bits: u32) -> Vec<u32> {
    if bits == 8 {
        colours.sort_unstable();
        let runs = colours.chunk_by(|one, other| one == other);
        return runs.map(|run| run.len() as u32).collect();
    }
    let mut counts = vec![0; 1 << (3 * bits)];
    for colour in colours.iter() {
        counts[at_bits(*colour, bits)] += 1;
    }
    counts.retain(|&count| count > 0);
    counts
}

/// A colour's number among those that so many bits a channel tell apart.
fn at_bits(colour: u32, bits: u32) -> usize {
    let part = |shift: u32| (colour >> (shift + 8 - bits)) & ((1 << bits) - 1);
    (part(16) << (2 * bits) | part(8) << bits | part(0)) as usize
}

/// How many colours there are to a cell, the shares of the commonest, and how evenly they are used.
fn palette(counts: &mut [u32], measures: &mut Vec<f32>) {
    let shown = COMMONEST[COMMONEST.len() - 1].min(counts.len());
    if shown < counts.len() {
        counts.select_nth_unstable_by(shown, |one, other| other.cmp(one));
    }
    counts[..shown].sort_unstable_by(|one, other| other.cmp(one));
    let all = counts.iter().sum::<u32>().max(1) as f32;
    measures.push(counts.len() as f32 / all);
    measures.extend(COMMONEST.map(|kept| counts.iter().take(kept).sum::<u32>() as f32 / all));
    measures.push(evenness(counts));
}

/// How likely two cells taken by lot are alike.
fn evenness(counts: &[u32]) -> f32 {
    let all = counts.iter().sum::<u32>().max(1) as f32;
    let squares: u64 = counts.iter().map(|&count| u64::from(count).pow(2)).sum();
    squares as f32 / (all * all)
}

/// The shares of white, black, grey and vivid cells, and how vivid they are.
fn colours_of(view: &View, measures: &mut Vec<f32>) {
    let all = view.cells.len() as f32;
    let range =
        |&[red, green, blue]: &[f32; 3]| (red.min(green).min(blue), red.max(green).max(blue));
    let share = |is: &dyn Fn(f32, f32) -> bool| {
        let cells = view.cells.iter().map(range);
        cells.filter(|&(low, high)| is(low, high)).count() as f32 / all
    };
    measures.extend([
        share(&|low, _| low >= 254.0),
        share(&|low, _| (245.0..254.0).contains(&low)),
        share(&|_, high| high <= 1.0),
        share(&|_, high| high > 1.0 && high <= 20.0),
        share(&|low, high| high - low < 0.75),
        share(&|low, high| high - low < 12.0),
        share(&|low, high| high - low > 128.0),
        share(&|low, high| high - low > 190.0),
    ]);
    let vivid = view.cells.iter().map(range).map(|(low, high)| high - low);
    measures.push(vivid.sum::<f32>() / all);
}

#[cfg(test)]
mod tests {
    use super::*;
    use glimpse_image::{Rgb, RgbImage};

    fn measures(width: u32, height: u32, pixel: impl Fn(u32, u32) -> [u8; 3]) -> Vec<f32> {
        let picture = RgbImage::from_fn(width, height, |x, y| Rgb(pixel(x, y)));
        of_view(&View::of(&picture, 64))
    }

    #[test]
    fn one_colour_is_flat_and_has_one_colour() {
        let white = measures(40, 30, |_, _| [255; 3]);
        assert_eq!(white.len(), OF_VIEW);
        // All neighbours alike, all places flat, no bend, one colour.
        assert_eq!(white[..9], [1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]);
        assert_eq!(white[9..17], [0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]);
        assert_eq!(white[18..23], [1.0; 5]);
        assert_eq!(white[OF_VIEW - OF_COLOUR], 1.0);
    }

    #[test]
    fn even_shading_is_no_bend() {
        let slope = measures(48, 48, |x, _| [(4 * x) as u8; 3]);
        // Half of the pairs differ by 4, the others lie one above the other.
        assert_eq!((slope[0], slope[3]), (0.5, 0.5));
        assert_eq!(slope[11], 1.0);
        assert_eq!(slope[12..17], [0.0; 5]);
    }

    #[test]
    fn what_is_lively_is_told_from_what_is_quiet() {
        let half = measures(64, 64, |x, y| match x < 32 {
            true => [255; 3],
            false => [((x * 37 + y * 91) % 97) as u8; 3],
        });
        let (quiet, lively) = (&half[OF_PART..2 * OF_PART], &half[3 * OF_PART..4 * OF_PART]);
        assert_eq!((quiet[0], lively[0]), (1.0, 0.0));
        assert_eq!((quiet[10], lively[10]), (1.0, 0.0));
    }

    #[test]
    fn the_smallest_pictures_have_measures_too() {
        for (width, height) in [(1, 1), (1, 9), (7, 2), (9, 9)] {
            let measures = measures(width, height, |x, y| [(x * y) as u8; 3]);
            assert_eq!(measures.len(), OF_VIEW, "{width} x {height}");
            assert!(measures.iter().all(|measure| *measure >= 0.0));
        }
    }
}
