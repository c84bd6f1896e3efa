//! Two bands of component samples and libjpeg's upsampling of them to full-width lines (`jdsample.c`, "fancy").

use super::header::Frame;

/// One component's samples: the band that is being shown, the one behind it, and the last row of the one before it.
struct Plane {
    /// Real samples across and down; what is beyond them is padding that upsampling never looks at.
    width: usize,
    height: usize,
    stride: usize,
    /// Rows of samples in a band.
    rows: usize,
    /// Horizontal and vertical enlargement.
    scale: (usize, usize),
    bands: [Vec<u8>; 2],
    above: Vec<u8>,
}

/// The samples of all components, as much of them as two rows of MCUs hold.
pub(super) struct Planes(Vec<Plane>);

impl Planes {
    /// # Errors
    /// None: this is a few hundred KB at most for the largest picture.
    pub(super) fn new(frame: &Frame) -> Self {
        let columns = frame.mcus().0;
        let planes = frame.components.iter().map(|component| {
            let stride = columns * component.h * 8;
            let rows = component.v * 8;
            Plane {
                width: component.width,
                height: component.height,
                stride,
                rows,
                scale: (frame.max_h / component.h, frame.max_v / component.v),
                bands: [vec![0; stride * rows], vec![0; stride * rows]],
                above: vec![0; stride],
            }
        });
        Self(planes.collect())
    }

    /// Where band `band` of a component is written, and how far apart its rows are.
    pub(super) fn band_mut(&mut self, component: usize, band: usize) -> (&mut [u8], usize) {
        let plane = &mut self.0[component];
        (&mut plane.bands[band % 2], plane.stride)
    }

    /// Keeps the last row of band `band`, before band `band + 2` is written over it.
    pub(super) fn keep_last_row(&mut self, band: usize) {
        for plane in &mut self.0 {
            let last = (plane.rows - 1) * plane.stride;
            plane.above.copy_from_slice(&plane.bands[band % 2][last..]);
        }
    }

    /// Upsamples the line of picture row `y`, in band `band`, of a component into `line`.
    pub(super) fn upsample(&self, component: usize, band: usize, y: usize, line: &mut [u8]) {
        let plane = &self.0[component];
        let near_row = y / plane.scale.1;
        let near = plane.row(band, near_row);
        let far = || {
            let far_row = if y.is_multiple_of(2) {
                near_row.saturating_sub(1)
            } else {
                near_row + 1
            };
            plane.row(band, far_row.min(plane.height - 1))
        };
        match plane.scale {
            (1, 1) => line[..near.len()].copy_from_slice(near),
            (2, 1) if plane.width > 2 => h2v1(near, line),
            (1, 2) => h1v2(near, far(), y.is_multiple_of(2), line),
            (2, 2) if plane.width > 2 => h2v2(near, far(), line),
            (h, _) => {
                for (samples, value) in line.chunks_mut(h).zip(near) {
                    samples.fill(*value);
                }
            }
        }
    }
}

impl Plane {
    /// Sample row `row` while band `band` is shown: of this band, the next one, or the last of the one before.
    fn row(&self, band: usize, row: usize) -> &[u8] {
        let row_band = row / self.rows;
        let start = (row % self.rows) * self.stride;
        if row_band < band {
            &self.above[..self.width]
        } else {
            &self.bands[row_band % 2][start..start + self.width]
        }
    }
}

/// Triangle filter across: 3/4 of the nearer sample, 1/4 of the further one, rounding to either side in turn.
fn h2v1(near: &[u8], line: &mut [u8]) {
    let last = near.len() - 1;
    for (x, pair) in line.chunks_exact_mut(2).take(near.len()).enumerate() {
        let this = u16::from(near[x]) * 3;
        let left = u16::from(near[x.saturating_sub(1)]);
        let right = u16::from(near[(x + 1).min(last)]);
        pair[0] = ((this + left + 1) >> 2) as u8;
        pair[1] = ((this + right + 2) >> 2) as u8;
    }
}

/// Triangle filter down.
fn h1v2(near: &[u8], far: &[u8], upper: bool, line: &mut [u8]) {
    let bias = if upper { 1 } else { 2 };
    for ((sample, near), far) in line.iter_mut().zip(near).zip(far) {
        *sample = ((u16::from(*near) * 3 + u16::from(*far) + bias) >> 2) as u8;
    }
}

/// Triangle filter both ways: 9/16, 3/16, 3/16, 1/16.
fn h2v2(near: &[u8], far: &[u8], line: &mut [u8]) {
    let last = near.len() - 1;
    let sum = |x: usize| u16::from(near[x]) * 3 + u16::from(far[x]);
    let (mut left, mut this) = (sum(0), sum(0));
    for (x, pair) in line.chunks_exact_mut(2).take(near.len()).enumerate() {
        let right = sum((x + 1).min(last));
        pair[0] = ((this * 3 + left + 8) >> 4) as u8;
        pair[1] = ((this * 3 + right + 7) >> 4) as u8;
        (left, this) = (this, right);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edges_keep_their_value() {
        let mut line = [0; 6];
        h2v1(&[10, 20, 40], &mut line);
        assert_eq!(line, [10, 13, 17, 25, 35, 40]);
        h2v2(&[10, 20, 40], &[10, 20, 40], &mut line);
        assert_eq!(line, [10, 12, 18, 25, 35, 40]);
    }
}
