//! Paints an SVG document as a small square picture, and refuses documents that would take too long or too much memory.

mod check;

use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use resvg::tiny_skia::{Pixmap, PremultipliedColorU8, Transform};
use resvg::usvg::roxmltree::{self, Document, Node};
use resvg::usvg::{self, Options, Tree};
use thiserror::Error;

use check::{DASHES, DEEPEST, FILTER_STEPS, LONGEST, UNFOLDED, WIDEST};

/// How much larger than asked a document is drawn before it is made small.
const OVERSIZE: u32 = 4;
/// Alpha up to which a pixel counts as not painted.
const FAINT: u8 = 8;
/// The largest picture, in pixels a side.
const LARGEST: u32 = 1024;

/// How long painting may take.
const DEADLINE: Duration = Duration::from_secs(5);
/// The elements that are painted.
const SHAPES: [&str; 7] = [
    "path", "rect", "circle", "ellipse", "line", "polyline", "polygon",
];

/// How a document is drawn. Widths are shares of the longer side of its view box.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Look {
    /// As it is.
    Plain,
    /// Every shape with a black outline: a comic.
    Outlined {
        /// How wide the outline is.
        width: f32,
    },
    /// Every shape with a black outline, dark ones black and others white: a line drawing.
    Line {
        /// How wide the outline is.
        width: f32,
    },
}

/// Why a document is not painted.
#[derive(Debug, Error)]
pub enum SvgError {
    /// The picture would be empty or too large.
    #[error("a picture of {side} px a side was asked; ask for 1 to {LARGEST}")]
    Side {
        /// The side that was asked.
        side: u32,
    },
    /// The document is too long.
    #[error("the document has {bytes} bytes; at most {LONGEST} are read")]
    TooLong {
        /// How many bytes it has.
        bytes: usize,
    },
    /// The document is not XML, or has a document type, which could name other files.
    #[error("the document is not plain XML: {0}")]
    Xml(#[from] roxmltree::Error),
    /// An element is none of those that drawings are made of.
    #[error("line {line} has <{name}>, which is not painted here; draw it with paths")]
    Element {
        /// What it is.
        name: String,
        /// Where it is, counted from 1.
        line: u32,
    },
    /// The view box is missing, empty or out of all proportion.
    #[error(
        "the view box is {text:?}; it must have a width and a height above 0 and up to {WIDEST}"
    )]
    ViewBox {
        /// What the document says.
        text: String,
    },
    /// Elements lie too deep in each other.
    #[error(
        "elements at line {line} lie more than {DEEPEST} deep in each other, counting references; flatten the groups"
    )]
    TooDeep {
        /// Where, counted from 1.
        line: u32,
    },
    /// An element refers to something that it is part of.
    #[error("the element {id:?} refers to itself")]
    Recursive {
        /// Its id.
        id: String,
    },
    /// References blow the document up.
    #[error(
        "the document would have {bytes} bytes with all references written out; at most {UNFOLDED} are painted"
    )]
    TooLarge {
        /// How many bytes.
        bytes: usize,
    },
    /// Filters would run too many steps.
    #[error("filters would run {steps} steps; at most {FILTER_STEPS} are")]
    TooManyFilters {
        /// How many steps.
        steps: usize,
    },
    /// A filter is none that is counted, or blurs too widely.
    #[error(
        "line {line} has the filter {value:?}; refer to a <filter>, and blur by no more than the view box"
    )]
    Filter {
        /// The start of what the document says.
        value: String,
        /// Where, counted from 1.
        line: u32,
    },
    /// A stroke has too fine dashes.
    #[error(
        "line {line} has the dashes {dashes:?}; at most {DASHES} may go into the side of the view box"
    )]
    Dashes {
        /// The start of the list.
        dashes: String,
        /// Where, counted from 1.
        line: u32,
    },
    /// The document is XML but not a drawing.
    #[error("the document is not a drawing: {0}")]
    Drawing(#[from] usvg::Error),
    /// Painting took too long.
    #[error("painting took longer than {} s", DEADLINE.as_secs())]
    Timeout,
    /// The painter broke.
    #[error("the painter broke on the document; report it to resvg")]
    Broken,
}

/// Paints `svg` in `look`, cut to what is painted and fitted into the middle of a square of `side` px, premultiplied.
/// There is none where nothing is painted. Other files are never read.
///
/// # Errors
/// When the document is not a drawing, or could take too long or too much memory. One that is still being painted after
/// 5 s is given up; its thread ends by itself.
pub fn rasterise(svg: &str, side: u32, look: Look) -> Result<Option<Pixmap>, SvgError> {
    if !(1..=LARGEST).contains(&side) {
        return Err(SvgError::Side { side });
    }
    if svg.len() > LONGEST {
        return Err(SvgError::TooLong { bytes: svg.len() });
    }
    let svg = svg.to_owned();
    let (sender, receiver) = mpsc::channel();
    // A thread cannot be stopped from outside, but it can be left behind.
    thread::spawn(move || {
        // Nobody listens any more when the deadline has passed.
        let _ = sender.send(paint(&svg, side, look));
    });
    match receiver.recv_timeout(DEADLINE) {
        Ok(painted) => painted,
        Err(mpsc::RecvTimeoutError::Timeout) => Err(SvgError::Timeout),
        Err(mpsc::RecvTimeoutError::Disconnected) => Err(SvgError::Broken),
    }
}

fn paint(svg: &str, side: u32, look: Look) -> Result<Option<Pixmap>, SvgError> {
    let document = Document::parse(svg)?;
    let widest = check::view_side(&document)?;
    check::check(&document, widest)?;
    let dressed = dress(svg, &document, look, widest);
    let tree = Tree::from_str(&dressed, &Options::default())?;

    // Outlines of shapes at the edge of the view box lie half outside it.
    let margin = match look {
        Look::Plain => 0.0,
        Look::Outlined { width } | Look::Line { width } => width / 2.0,
    };
    let canvas = side * OVERSIZE;
    let size = tree.size();
    let scale = canvas as f32 / (size.width().max(size.height()) * (1.0 + 2.0 * margin));
    let edge = canvas as f32 * margin / (1.0 + 2.0 * margin);
    let Some(mut large) = Pixmap::new(canvas, canvas) else {
        return Err(SvgError::Side { side });
    };
    resvg::render(
        &tree,
        Transform::from_row(scale, 0.0, 0.0, scale, edge, edge),
        &mut large.as_mut(),
    );
    Ok(fit(&large, side))
}

/// The document with its shapes outlined as `look` says. Masks and clips stay, or they would hide other things.
fn dress(svg: &str, document: &Document, look: Look, widest: f32) -> String {
    let (width, white) = match look {
        Look::Plain => return svg.to_owned(),
        Look::Outlined { width } => (width * widest, false),
        Look::Line { width } => (width * widest, true),
    };
    let hides = |node: Node| {
        node.ancestors()
            .any(|above| above.has_tag_name("mask") || above.has_tag_name("clipPath"))
    };
    let is_shape =
        |node: &Node| SHAPES.contains(&node.tag_name().name()) && !node.has_attribute("style");
    let mut dressed = String::with_capacity(svg.len() * 2);
    let mut copied = 0;
    for shape in document
        .descendants()
        .filter(|node| is_shape(node) && !hides(*node))
    {
        // The name may have a prefix, so its end is looked for.
        let tag = &svg[shape.range()];
        let name_length = tag.find(|letter: char| letter.is_whitespace() || "/>".contains(letter));
        let name_end = shape.range().start + name_length.unwrap_or_default();
        // What is only referred to takes its colour from there, which is hardly ever black.
        let bare = if shape.ancestors().any(|above| above.has_tag_name("defs")) {
            "#fff"
        } else {
            "#000"
        };
        let fill = shape
            .ancestors()
            .find_map(|node| node.attribute("fill"))
            .unwrap_or(bare);
        let fill = match fill {
            "none" => "",
            _ if !white => "",
            _ if is_dark(fill) => "fill:#000;",
            _ => "fill:#fff;",
        };
        dressed.push_str(&svg[copied..name_end]);
        dressed.push_str(&format!(" style=\"{fill}stroke:#000;stroke-width:{width};stroke-linejoin:round;stroke-linecap:round\""));
        copied = name_end;
    }
    dressed.push_str(&svg[copied..]);
    dressed
}

/// Whether a colour as in `#456` or `#445566` is nearly black.
fn is_dark(colour: &str) -> bool {
    let digits: Vec<u32> = colour
        .strip_prefix('#')
        .unwrap_or_default()
        .chars()
        .filter_map(|digit| digit.to_digit(16))
        .collect();
    // The first digit of each of red, green and blue says enough.
    match digits[..] {
        [red, green, blue] | [red, _, green, _, blue, _] => 3 * red + 6 * green + blue < 32,
        _ => false,
    }
}

/// `large`, cut to what is painted and resized into the middle of a square of `side` px.
fn fit(large: &Pixmap, side: u32) -> Option<Pixmap> {
    let (mut left, mut top, mut right, mut bottom) = (u32::MAX, u32::MAX, 0, 0);
    for (at, pixel) in large.pixels().iter().enumerate() {
        if pixel.alpha() > FAINT {
            let (x, y) = (at as u32 % large.width(), at as u32 / large.width());
            (left, top) = (left.min(x), top.min(y));
            (right, bottom) = (right.max(x + 1), bottom.max(y + 1));
        }
    }
    if right <= left {
        return None;
    }
    let (width, height) = ((right - left) as f32, (bottom - top) as f32);
    let step = width.max(height) / side as f32;
    // Where the middle of the square falls on, less half the square.
    let start = |from: u32, length: f32| from as f32 + (length - step * side as f32) / 2.0;
    let columns = Weights::new(start(left, width), step, side, large.width());
    let rows = Weights::new(start(top, height), step, side, large.height());

    let wide: Vec<[f32; 4]> = (0..large.height())
        .flat_map(|y| {
            let row = &large.pixels()[(y * large.width()) as usize..][..large.width() as usize];
            columns
                .0
                .iter()
                .map(|taps| weigh(taps, |x| channels(row[x])))
        })
        .collect();
    let mut small = Pixmap::new(side, side)?;
    for (at, pixel) in small.pixels_mut().iter_mut().enumerate() {
        let (x, y) = (at % side as usize, at / side as usize);
        let [red, green, blue, alpha] =
            weigh(&rows.0[y], |row| wide[row * side as usize + x]).map(|value| (value + 0.5) as u8);
        // The weights that sharpen may overshoot; a premultiplied colour is never above its alpha.
        *pixel = PremultipliedColorU8::from_rgba(
            red.min(alpha),
            green.min(alpha),
            blue.min(alpha),
            alpha,
        )?;
    }
    Some(small)
}

fn channels(pixel: PremultipliedColorU8) -> [f32; 4] {
    [pixel.red(), pixel.green(), pixel.blue(), pixel.alpha()].map(f32::from)
}

/// The weighted sum of some pixels.
fn weigh(taps: &[(usize, f32)], pixel: impl Fn(usize) -> [f32; 4]) -> [f32; 4] {
    let mut sum = [0.0; 4];
    for &(at, weight) in taps {
        let pixel = pixel(at);
        for (sum, value) in sum.iter_mut().zip(pixel) {
            *sum += weight * value;
        }
    }
    sum
}

/// For each pixel of a resized line, which pixels it is made of and with what weights, after Lanczos (three lobes).
struct Weights(Vec<Vec<(usize, f32)>>);

impl Weights {
    /// Resizes from `start` on by one pixel in `step`; what lies outside 0 to `length` counts as empty.
    fn new(start: f32, step: f32, side: u32, length: u32) -> Self {
        let blur = step.max(1.0);
        let taps = |place: u32| {
            let middle = start + (place as f32 + 0.5) * step;
            let (first, last) = (
                (middle - 3.0 * blur).floor() as i64,
                (middle + 3.0 * blur).ceil() as i64,
            );
            let all: Vec<(i64, f32)> = (first..=last)
                .map(|at| (at, lanczos((at as f32 + 0.5 - middle) / blur)))
                .collect();
            let sum: f32 = all.iter().map(|tap| tap.1).sum();
            let inside = all
                .into_iter()
                .filter(|tap| (0..i64::from(length)).contains(&tap.0) && tap.1 != 0.0);
            inside
                .map(|(at, weight)| (at as usize, weight / sum))
                .collect()
        };
        Self((0..side).map(taps).collect())
    }
}

/// The window of Lanczos with three lobes.
fn lanczos(x: f32) -> f32 {
    let sinc = |x: f32| {
        if x == 0.0 {
            1.0
        } else {
            (std::f32::consts::PI * x).sin() / (std::f32::consts::PI * x)
        }
    };
    if x.abs() < 3.0 {
        sinc(x) * sinc(x / 3.0)
    } else {
        0.0
    }
}
