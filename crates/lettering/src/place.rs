//! Where a label lies: the one map from its plane into the picture's pixels.

use crate::Spec;
use crate::path::Point;

/// How far the camera stands from the label, in halves of the label's diagonal. Measured by the label itself, so that a
/// large one is seen from as far as a small one and no part of it is ever behind the camera.
const DISTANCE: f64 = 3.0;

/// The map from a label's plane into the picture: mirrored, turned and tilted before a camera, rotated, placed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    mirror: f64,
    turn: [f64; 2],
    tilt: [f64; 2],
    rotation: [f64; 2],
    distance: f64,
    /// Pixels of the side.
    side: f64,
    /// The label's centre in pixels.
    centre: Point,
    /// The picture's size in pixels.
    size: Point,
}

impl Place {
    /// The place of a label with half of its width and height, its centre at `centre` (fractions of the picture).
    pub(crate) fn new(spec: &Spec, half: Point, centre: Point, [width, height]: [u32; 2]) -> Self {
        let size = [f64::from(width), f64::from(height)];
        Self {
            mirror: if spec.mirror { -1.0 } else { 1.0 },
            turn: sine_and_cosine(spec.turn),
            tilt: sine_and_cosine(spec.tilt),
            rotation: sine_and_cosine(spec.rotation),
            distance: DISTANCE * (half[0] * half[0] + half[1] * half[1]).sqrt(),
            side: size[0].min(size[1]),
            centre: [centre[0] * size[0], centre[1] * size[1]],
            size,
        }
    }

    /// Where a point of the label's plane is seen, in pixels.
    pub(crate) fn pixel(&self, [x, y]: Point) -> Point {
        self.seen([x * self.mirror, y])
    }

    /// The corners of a rectangle around the label's centre as fractions of the picture, clockwise from the label's top
    /// left. A mirror exchanges what is inside and leaves the rectangle.
    pub(crate) fn corners(&self, [w, h]: Point) -> [[f32; 2]; 4] {
        [[-w, -h], [w, -h], [w, h], [-w, h]].map(|corner| {
            let [x, y] = self.seen(corner);
            [(x / self.size[0]) as f32, (y / self.size[1]) as f32]
        })
    }

    fn seen(&self, [x, y]: Point) -> Point {
        // Turned: the right edge goes away for a positive angle. Then tilted: the top edge goes away.
        let (x, away) = (x * self.turn[1], x * self.turn[0]);
        let (y, away) = (
            y * self.tilt[1] + away * self.tilt[0],
            away * self.tilt[1] - y * self.tilt[0],
        );
        let smaller = self.distance / (self.distance + away);
        let (x, y) = (x * smaller, y * smaller);
        let [sine, cosine] = self.rotation;
        [
            self.centre[0] + (x * cosine - y * sine) * self.side,
            self.centre[1] + (x * sine + y * cosine) * self.side,
        ]
    }
}

/// The sine and the cosine of an angle in degrees. `libm`'s, because the system's own differ between machines; quarter
/// turns are exact.
fn sine_and_cosine(degrees: f32) -> [f64; 2] {
    match degrees.rem_euclid(360.0) {
        0.0 => [0.0, 1.0],
        90.0 => [1.0, 0.0],
        180.0 => [0.0, -1.0],
        270.0 => [-1.0, 0.0],
        _ => {
            let radians = f64::from(degrees) * (std::f64::consts::PI / 180.0);
            [libm::sin(radians), libm::cos(radians)]
        }
    }
}
