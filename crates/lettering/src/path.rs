//! Outlines in the label's plane, and their flattening into the picture's pixels.

use rustybuzz::Face;
use rustybuzz::ttf_parser::OutlineBuilder;

use crate::place::Place;
use crate::shape::Line;

/// A point: x to the right, y down.
pub(crate) type Point = [f64; 2];

/// A piece of an outline in the label's plane: fractions of the side, from the label's centre.
#[derive(Clone, Copy, Debug)]
enum Piece {
    Move(Point),
    Straight(Point),
    Quadratic(Point, Point),
    Cubic(Point, Point, Point),
}

/// Closed outlines, filled where they wind around.
#[derive(Clone, Debug, Default)]
pub(crate) struct Path(Vec<Piece>);

/// How far a circle's quarter's control points lie from its ends, over its radius.
const CIRCLE: f64 = 0.552_284_749_830_793_4;

impl Path {
    /// The outlines of a line's signs; `em` is the em's height and the line's room is centred.
    pub(crate) fn text(line: &Line, face: &Face, em: f64) -> Self {
        let scale = em / line.units;
        let middle = [
            (line.left + line.right) / 2.0,
            (line.top + line.bottom) / 2.0,
        ];
        let mut pen = Pen {
            path: Self::default(),
            origin: [0.0; 2],
            scale,
        };
        for sign in &line.signs {
            pen.origin = [f64::from(sign.x) - middle[0], f64::from(sign.y) - middle[1]];
            face.outline_glyph(sign.id, &mut pen);
        }
        pen.path
    }

    /// A polygon.
    pub(crate) fn polygon(points: impl IntoIterator<Item = Point>) -> Self {
        let mut path = Self::default();
        for point in points {
            path.0.push(match path.0.is_empty() {
                true => Piece::Move(point),
                false => Piece::Straight(point),
            });
        }
        path
    }

    /// A rectangle around the centre with half of `width` and `height`, its corners rounded.
    pub(crate) fn rectangle(half: Point, radius: f64) -> Self {
        let [w, h] = half;
        let r = radius.min(w).min(h);
        if r <= 0.0 {
            return Self::polygon([[-w, -h], [w, -h], [w, h], [-w, h]]);
        }
        let k = r - r * CIRCLE;
        Self(vec![
            Piece::Move([r - w, -h]),
            Piece::Straight([w - r, -h]),
            Piece::Cubic([w - k, -h], [w, k - h], [w, r - h]),
            Piece::Straight([w, h - r]),
            Piece::Cubic([w, h - k], [w - k, h], [w - r, h]),
            Piece::Straight([r - w, h]),
            Piece::Cubic([k - w, h], [-w, h - k], [-w, h - r]),
            Piece::Straight([-w, r - h]),
            Piece::Cubic([-w, k - h], [k - w, -h], [r - w, -h]),
        ])
    }

    /// Straight outlines in pixels. Curves are cut finely enough in the label's plane, so that perspective bends them right.
    pub(crate) fn flatten(&self, place: &Place) -> Vec<Vec<Point>> {
        let mut outlines: Vec<Vec<Point>> = Vec::new();
        let mut from = [0.0; 2];
        for &piece in &self.0 {
            if let Piece::Move(to) = piece {
                outlines.push(vec![place.pixel(to)]);
                from = to;
                continue;
            }
            let Some(outline) = outlines.last_mut() else {
                continue;
            };
            match piece {
                Piece::Move(to) | Piece::Straight(to) => {
                    outline.push(place.pixel(to));
                    from = to;
                }
                Piece::Quadratic(a, to) => {
                    let steps = steps(&[from, a, to].map(|point| place.pixel(point)));
                    for step in 1..=steps {
                        let t = f64::from(step) / f64::from(steps);
                        let point = mix(mix(from, a, t), mix(a, to, t), t);
                        outline.push(place.pixel(point));
                    }
                    from = to;
                }
                Piece::Cubic(a, b, to) => {
                    let steps = steps(&[from, a, b, to].map(|point| place.pixel(point)));
                    for step in 1..=steps {
                        let t = f64::from(step) / f64::from(steps);
                        let middle = mix(a, b, t);
                        let point = mix(
                            mix(mix(from, a, t), middle, t),
                            mix(middle, mix(b, to, t), t),
                            t,
                        );
                        outline.push(place.pixel(point));
                    }
                    from = to;
                }
            }
        }
        outlines
    }
}

fn mix(a: Point, b: Point, t: f64) -> Point {
    [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t]
}

/// How many straight lines stand for a curve with these control points, so that none is off by more than a twentieth of a
/// pixel.
fn steps(control: &[Point]) -> u32 {
    let bend = control
        .windows(3)
        .map(|p| {
            (p[0][0] - 2.0 * p[1][0] + p[2][0]).abs() + (p[0][1] - 2.0 * p[1][1] + p[2][1]).abs()
        })
        .fold(0.0, f64::max);
    ((bend * 15.0).sqrt().ceil() as u32).clamp(1, 64)
}

struct Pen {
    path: Path,
    origin: Point,
    scale: f64,
}

impl Pen {
    fn point(&self, x: f32, y: f32) -> Point {
        [
            (self.origin[0] + f64::from(x)) * self.scale,
            -(self.origin[1] + f64::from(y)) * self.scale,
        ]
    }
}

impl OutlineBuilder for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        let to = self.point(x, y);
        self.path.0.push(Piece::Move(to));
    }

    fn line_to(&mut self, x: f32, y: f32) {
        let to = self.point(x, y);
        self.path.0.push(Piece::Straight(to));
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        let (a, to) = (self.point(x1, y1), self.point(x, y));
        self.path.0.push(Piece::Quadratic(a, to));
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        let (a, b, to) = (self.point(x1, y1), self.point(x2, y2), self.point(x, y));
        self.path.0.push(Piece::Cubic(a, b, to));
    }

    fn close(&mut self) {}
}
