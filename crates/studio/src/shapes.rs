//! Plain shapes and the colours they come in.

use resvg::tiny_skia::{Path, PathBuilder, Rect, Transform};

use crate::scene::Rgb;
use crate::split::split;

/// The colours that have a name, as they are painted before a little chance is added.
pub const COLOURS: [(&str, Rgb); 9] = [
    ("red", [220, 35, 30]),
    ("green", [40, 160, 60]),
    ("blue", [40, 80, 220]),
    ("yellow", [245, 215, 40]),
    ("orange", [245, 140, 30]),
    ("purple", [140, 60, 180]),
    ("pink", [250, 140, 185]),
    ("black", [15, 15, 15]),
    ("brown", [120, 70, 35]),
];

/// How many coloured shapes there are.
pub const COLOURED: usize = COLOURS.len() * Shape::ALL.len();

/// Which of all coloured shapes this is, from 0; a colour without a name counts as the first.
pub fn number(colour: &str, shape: Shape) -> usize {
    let colour = COLOURS.iter().position(|(name, _)| *name == colour);
    let shape = Shape::ALL.iter().position(|other| *other == shape);
    colour.unwrap_or(0) * Shape::ALL.len() + shape.unwrap_or(0)
}

/// What people call a shape in a colour: "red star".
pub fn phrase(colour: &str, shape: Shape) -> String {
    format!("{colour} {}", shape.name())
}

/// Whether training may draw and name this shape in this colour.
pub fn is_taught(colour: &str, shape: Shape) -> bool {
    !split().held_out_shapes.contains(&phrase(colour, shape))
}

/// A plain shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A disc.
    Circle,
    /// A square on its side.
    Square,
    /// A triangle on its base.
    Triangle,
    /// A star with five points.
    Star,
    /// A heart.
    Heart,
    /// A square on its corner, narrower than high.
    Diamond,
    /// A disc with a hole.
    Ring,
    /// An upright cross with arms of one length.
    Cross,
}

impl Shape {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Circle,
        Self::Square,
        Self::Triangle,
        Self::Star,
        Self::Heart,
        Self::Diamond,
        Self::Ring,
        Self::Cross,
    ];

    /// What people call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Circle => "circle",
            Self::Square => "square",
            Self::Triangle => "triangle",
            Self::Star => "star",
            Self::Heart => "heart",
            Self::Diamond => "diamond",
            Self::Ring => "ring",
            Self::Cross => "cross",
        }
    }

    /// Its outline about the origin, within 1 of it in every direction, to be filled by the winding rule.
    pub fn outline(self) -> Path {
        let mut pen = PathBuilder::new();
        match self {
            Self::Circle => pen.push_circle(0.0, 0.0, 1.0),
            Self::Ring => {
                pen.push_circle(0.0, 0.0, 1.0);
                // Mirrored, it runs the other way round, which makes it a hole.
                let hole = PathBuilder::from_circle(0.0, 0.0, 0.65)
                    .and_then(|hole| hole.transform(Transform::from_scale(-1.0, 1.0)));
                if let Some(hole) = hole {
                    pen.push_path(&hole);
                }
            }
            Self::Square => {
                if let Some(square) = Rect::from_ltrb(-0.85, -0.85, 0.85, 0.85) {
                    pen.push_rect(square);
                }
            }
            Self::Triangle => polygon(&mut pen, &around(3, 1.0, 0.0)),
            Self::Diamond => polygon(
                &mut pen,
                &[(0.0, -1.0), (0.65, 0.0), (0.0, 1.0), (-0.65, 0.0)],
            ),
            Self::Star => {
                let inner = around(5, 0.42, 0.5);
                let corners: Vec<_> = around(5, 1.0, 0.0)
                    .into_iter()
                    .zip(inner)
                    .flat_map(|(outer, inner)| [outer, inner])
                    .collect();
                polygon(&mut pen, &corners);
            }
            Self::Heart => {
                pen.move_to(0.0, 0.95);
                pen.cubic_to(-1.6, -0.1, -0.95, -1.25, 0.0, -0.45);
                pen.cubic_to(0.95, -1.25, 1.6, -0.1, 0.0, 0.95);
                pen.close();
            }
            Self::Cross => {
                let arm = 0.32;
                polygon(
                    &mut pen,
                    &[
                        (-arm, -1.0),
                        (arm, -1.0),
                        (arm, -arm),
                        (1.0, -arm),
                        (1.0, arm),
                        (arm, arm),
                        (arm, 1.0),
                        (-arm, 1.0),
                        (-arm, arm),
                        (-1.0, arm),
                        (-1.0, -arm),
                        (-arm, -arm),
                    ],
                );
            }
        }
        pen.finish().expect("every shape has an outline")
    }
}

fn polygon(pen: &mut PathBuilder, corners: &[(f32, f32)]) {
    for (place, &(x, y)) in corners.iter().enumerate() {
        if place == 0 {
            pen.move_to(x, y);
        } else {
            pen.line_to(x, y);
        }
    }
    pen.close();
}

/// `corners` points on a circle, the first at the top; `turn` is in steps from one to the next.
fn around(corners: u8, radius: f32, turn: f32) -> Vec<(f32, f32)> {
    (0..corners)
        .map(|corner| {
            let angle = std::f32::consts::TAU * (f32::from(corner) + turn) / f32::from(corners);
            (radius * libm::sinf(angle), -radius * libm::cosf(angle))
        })
        .collect()
}
