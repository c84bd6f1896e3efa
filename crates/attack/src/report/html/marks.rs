//! How each content's line is told apart without colour: by dashes and by the shape of its markers.

use maud::{Markup, html};

use super::frame::points;
use crate::Content;

/// How a content's line is drawn: the dashes, so that it is told apart without colour.
pub(super) fn dash(content: Content) -> &'static str {
    match content {
        Content::Word => "none",
        Content::Blank => "7 4",
        Content::Nonsense => "2 4",
        Content::Scrambled => "10 3 2 3",
        Content::Synonym => "14 4",
        Content::Truth => "5 2",
    }
}

/// A content's marker: each of another shape.
pub(super) fn marker(content: Content, x: f64, y: f64) -> Markup {
    let shape = |corners: &[[f64; 2]]| {
        let corners = corners.iter().map(|[dx, dy]| [x + dx, y + dy]);
        points(&corners.collect::<Vec<_>>())
    };
    let corners = match content {
        Content::Word => {
            return html! { circle class="mark" cx=(format!("{x:.1}")) cy=(format!("{y:.1}")) r="5" {} };
        }
        Content::Blank => shape(&[[-4., -4.], [4., -4.], [4., 4.], [-4., 4.]]),
        Content::Nonsense => shape(&[[0., -5.5], [5., 4.], [-5., 4.]]),
        Content::Scrambled => shape(&[[0., 5.5], [5., -4.], [-5., -4.]]),
        Content::Synonym => shape(&[
            [-2., -5.],
            [2., -5.],
            [2., -2.],
            [5., -2.],
            [5., 2.],
            [2., 2.],
            [2., 5.],
            [-2., 5.],
            [-2., 2.],
            [-5., 2.],
            [-5., -2.],
            [-2., -2.],
        ]),
        Content::Truth => shape(&[[0., -6.], [6., 0.], [0., 6.], [-6., 0.]]),
    };
    let class = if content == Content::Blank {
        "hollow"
    } else {
        "mark"
    };
    html! { polygon class=(class) points=(corners) {} }
}
