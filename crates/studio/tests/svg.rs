//! Checks that drawings come out as they should, and that hostile documents end soon with the right refusal.

use std::fmt::Write;

use glimpse_studio::svg::{Look, SvgError, rasterise};
use resvg::tiny_skia::{Pixmap, PremultipliedColorU8};

/// A document of 100 by 100 around `body`.
fn document(body: &str) -> String {
    format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 100 100">{body}</svg>"#
    )
}

/// `body` painted at 64 px.
fn painted(body: &str, look: Look) -> Pixmap {
    let pixmap = rasterise(&document(body), 64, look);
    pixmap
        .expect("it is painted")
        .expect("something is painted")
}

fn pixel(pixmap: &Pixmap, x: u32, y: u32) -> [u8; 4] {
    let pixel: PremultipliedColorU8 = pixmap.pixel(x, y).expect("the pixel is inside");
    [pixel.red(), pixel.green(), pixel.blue(), pixel.alpha()]
}

/// The refusal of `svg`, which must come before the painter's own deadline.
fn refusal(svg: &str) -> SvgError {
    let refused = rasterise(svg, 64, Look::Plain).expect_err("it is refused");
    assert!(
        !matches!(refused, SvgError::Timeout | SvgError::Broken),
        "{refused}"
    );
    refused
}

/// Checks a pixel, give or take the ringing of the resizing.
fn assert_near(pixmap: &Pixmap, x: u32, y: u32, colour: [u8; 4]) {
    let found = pixel(pixmap, x, y);
    let near = found
        .iter()
        .zip(colour)
        .all(|(one, other)| one.abs_diff(other) <= 5);
    assert!(near, "{found:?} at {x}, {y}, not {colour:?}");
}

const RED: [u8; 4] = [255, 0, 0, 255];
const BLACK: [u8; 4] = [0, 0, 0, 255];
const WHITE: [u8; 4] = [255; 4];
const NOTHING: [u8; 4] = [0; 4];

#[test]
fn a_small_circle_fills_the_square() {
    let circle = painted(
        r##"<circle cx="20" cy="70" r="10" fill="#f00"/>"##,
        Look::Plain,
    );
    assert_eq!((circle.width(), circle.height()), (64, 64));
    assert_near(&circle, 32, 32, RED);
    assert_near(&circle, 32, 2, RED);
    assert_near(&circle, 2, 32, RED);
    assert_near(&circle, 2, 2, NOTHING);
    assert_near(&circle, 61, 61, NOTHING);
}

#[test]
fn what_is_wide_lies_in_the_middle() {
    let bar = painted(
        r##"<rect x="10" y="5" width="80" height="20" fill="#f00"/>"##,
        Look::Plain,
    );
    assert_near(&bar, 2, 32, RED);
    assert_near(&bar, 61, 32, RED);
    // A quarter as high as wide: 16 of 64 rows.
    assert_near(&bar, 32, 26, RED);
    assert_near(&bar, 32, 37, RED);
    assert_near(&bar, 32, 20, NOTHING);
    assert_near(&bar, 32, 43, NOTHING);
}

#[test]
fn glass_stays_premultiplied() {
    let glass = painted(
        r##"<rect width="100" height="100" fill="#fff" opacity="0.5"/>"##,
        Look::Plain,
    );
    for (x, y) in [(32, 32), (6, 6), (57, 57)] {
        assert_near(&glass, x, y, [128; 4]);
    }
}

#[test]
fn nothing_painted_is_no_picture() {
    for body in [
        "",
        r#"<g><path d=""/></g>"#,
        r#"<rect width="9" height="9" opacity="0.02"/>"#,
    ] {
        let nothing = rasterise(&document(body), 64, Look::Plain).expect("it is a drawing");
        assert!(nothing.is_none(), "{body}");
    }
}

#[test]
fn outlines_are_black_and_inside_stays() {
    let body = r##"<rect x="20" y="20" width="60" height="60" fill="#f00"/>"##;
    let comic = painted(body, Look::Outlined { width: 0.1 });
    assert_near(&comic, 32, 32, RED);
    // The outline is 10 of 70 units wide.
    assert_near(&comic, 4, 32, BLACK);
    assert_near(&comic, 59, 32, BLACK);
    assert_near(&comic, 32, 4, BLACK);
}

#[test]
fn outlines_at_the_edge_are_not_cut() {
    let body = r##"<rect width="100" height="100" fill="#f00"/>"##;
    let comic = painted(body, Look::Outlined { width: 0.1 });
    // 10 of 110 units are nearly 6 px: black in the fifth, red in the eighth.
    for (x, y) in [(4, 32), (59, 32), (32, 4), (32, 59)] {
        assert_near(&comic, x, y, BLACK);
    }
    assert_near(&comic, 8, 32, RED);
    assert_near(&comic, 55, 32, RED);
}

#[test]
fn line_drawings_keep_only_what_is_dark() {
    let body = r##"<rect width="100" height="100" fill="#f80"/><circle cx="50" cy="50" r="20" fill="#123"/>"##;
    let lines = painted(body, Look::Line { width: 0.1 });
    assert_near(&lines, 32, 32, BLACK);
    assert_near(&lines, 12, 32, WHITE);
    assert_near(&lines, 3, 32, BLACK);
}

#[test]
fn masks_are_not_outlined() {
    let body = r##"<mask id="m"><rect width="100" height="100" fill="#fff"/></mask>
        <rect width="100" height="100" fill="#f00" stroke="none" mask="url(#m)"/>"##;
    let comic = painted(body, Look::Outlined { width: 0.2 });
    // The outline of the shape itself is cut by the mask at the view box, and not eaten by an outline of the mask.
    assert_near(&comic, 2, 32, BLACK);
    assert_near(&comic, 32, 32, RED);
}

#[test]
fn sides_that_make_no_sense_are_refused() {
    let circle = document(r#"<circle r="9"/>"#);
    for side in [0, 1025, u32::MAX] {
        let refused = rasterise(&circle, side, Look::Plain);
        assert!(matches!(refused, Err(SvgError::Side { side: asked }) if asked == side));
    }
}

#[test]
fn other_files_and_noise_are_refused_by_name() {
    let bodies = [
        (
            "image",
            r#"<image href="/etc/passwd" width="9" height="9"/>"#,
        ),
        (
            "image",
            r#"<g><image xlink:href="https://example.org/a.png" width="9" height="9"/></g>"#,
        ),
        (
            "feImage",
            r##"<filter id="f"><feImage href="#f"/></filter>"##,
        ),
        (
            "feTurbulence",
            r#"<filter id="f"><feTurbulence baseFrequency="9" numOctaves="99999"/></filter>"#,
        ),
        (
            "feConvolveMatrix",
            r#"<filter id="f"><feConvolveMatrix order="999"/></filter>"#,
        ),
        (
            "feMorphology",
            r#"<filter id="f"><feMorphology radius="1e9"/></filter>"#,
        ),
        (
            "pattern",
            r#"<pattern id="p" width="1e-9" height="1e-9"><circle r="9"/></pattern>"#,
        ),
        (
            "pattern",
            r#"<pattern id="p" width="1e9" height="1e9"><circle r="9"/></pattern>"#,
        ),
        ("style", "<style>* { filter: url(#f) }</style>"),
        ("text", "<text>apple</text>"),
        ("script", "<script>while (true);</script>"),
    ];
    for (expected, body) in bodies {
        let refused = refusal(&document(body));
        assert!(
            matches!(&refused, SvgError::Element { name, line: 1 } if name == expected),
            "{refused}"
        );
    }
}

#[test]
fn bombs_of_references_are_refused() {
    // Each of 20 groups uses the one before ten times.
    for reference in [
        "<use href=\"#{}\"/>",
        "<rect width=\"9\" height=\"9\" mask=\"url(#{})\"/>",
    ] {
        let mut body = r#"<mask id="a0"><rect width="9" height="9"/></mask>"#.to_owned();
        for level in 1..=20 {
            let one = reference.replace("{}", &format!("a{}", level - 1));
            write!(body, r#"<mask id="a{level}">{}</mask>"#, one.repeat(10))
                .expect("a string takes all");
        }
        let refused = refusal(&document(&body));
        assert!(
            matches!(refused, SvgError::TooLarge { bytes } if bytes > 1_000_000_000),
            "{refused}"
        );
    }
}

#[test]
fn long_paths_used_often_are_refused() {
    let path = format!(r#"<path id="p" d="M0 0{}"/>"#, "l1 1".repeat(100_000));
    let refused = refusal(&document(&(path + &r##"<use href="#p"/>"##.repeat(1000))));
    assert!(
        matches!(refused, SvgError::TooLarge { bytes } if bytes > 400_000_000),
        "{refused}"
    );
}

#[test]
fn loops_of_references_are_refused() {
    let bodies = [
        r##"<g id="a"><use href="#a"/></g>"##,
        r##"<g id="a"><use href="#b"/></g><g id="b"><use href="#a"/></g>"##,
        r##"<mask id="a"><rect width="9" height="9" style="mask: url('#a')"/></mask>"##,
        r##"<linearGradient id="a" href="#a"/><rect width="9" height="9" fill="url(#a)"/>"##,
        // The second of two with one id.
        r##"<g id="a"><rect width="9" height="9"/></g><g id="a"><use href="#a"/></g>"##,
    ];
    for body in bodies {
        let refused = refusal(&document(body));
        assert!(
            matches!(&refused, SvgError::Recursive { .. }),
            "{body}: {refused}"
        );
    }
}

#[test]
fn deep_documents_are_refused() {
    for depth in [60, 10_000, 100_000] {
        let refused = refusal(&document(&("<g>".repeat(depth) + &"</g>".repeat(depth))));
        assert!(
            matches!(refused, SvgError::TooDeep { line: 1 }),
            "{refused}"
        );
    }
    // Flat to look at, deep when it is followed.
    let chain = |at: usize| format!(r##"<g id="a{at}"><use href="#a{}"/></g>"##, at + 1);
    let refused = refusal(&document(&(0..60).map(chain).collect::<String>()));
    assert!(matches!(refused, SvgError::TooDeep { .. }), "{refused}");
}

#[test]
fn view_boxes_out_of_proportion_are_refused() {
    let boxes = [
        "0 0 NaN 10",
        "0 0 1e30 10",
        "0 0 inf inf",
        "0 0 0 0",
        "0 0 -5 5",
        "0 0 10",
        "",
        "-1e30 0 10 10",
    ];
    for text in boxes {
        let svg = format!(
            r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="{text}"><circle r="9"/></svg>"#
        );
        let refused = refusal(&svg);
        assert!(
            matches!(&refused, SvgError::ViewBox { text: said } if said == text),
            "{refused}"
        );
    }
    let refused = refusal(r#"<svg xmlns="http://www.w3.org/2000/svg"><circle r="9"/></svg>"#);
    assert!(matches!(refused, SvgError::ViewBox { .. }), "{refused}");
}

#[test]
fn fine_dashes_are_refused() {
    let many = "1,".repeat(100_000);
    for dashes in ["0.00001", "1e-30 1e-30", many.as_str()] {
        let attribute =
            format!(r##"<path d="M0 0H99" stroke="#000" stroke-dasharray="{dashes}"/>"##);
        let style =
            format!(r##"<path d="M0 0H99" stroke="#000" style="stroke-dasharray: {dashes}"/>"##);
        for body in [attribute, style] {
            let refused = refusal(&document(&body));
            assert!(
                matches!(refused, SvgError::Dashes { line: 1, .. }),
                "{refused}"
            );
        }
    }
}

#[test]
fn many_filters_are_refused() {
    let filter = format!(
        r#"<filter id="f">{}</filter>"#,
        r#"<feGaussianBlur stdDeviation="9"/>"#.repeat(100)
    );
    let shapes = r#"<circle r="9" filter="url(#f)"/>"#.repeat(30);
    let refused = refusal(&document(&(filter + &shapes)));
    assert!(
        matches!(refused, SvgError::TooManyFilters { steps: 3100 }),
        "{refused}"
    );
}

#[test]
fn wide_blurs_and_functions_are_refused() {
    let bodies = [
        r#"<filter id="f"><feGaussianBlur stdDeviation="1e9"/></filter>"#,
        r#"<filter id="f"><feGaussianBlur stdDeviation="1 101"/></filter>"#,
        r#"<circle r="50" filter="blur(1000000px)"/>"#,
        r#"<circle r="50" style="filter: blur(1px) blur(1px)"/>"#,
    ];
    for body in bodies {
        let refused = refusal(&document(body));
        assert!(
            matches!(refused, SvgError::Filter { line: 1, .. }),
            "{refused}"
        );
    }
}

#[test]
fn what_is_no_plain_xml_is_refused() {
    let laughs =
        r#"<!DOCTYPE svg [<!ENTITY a "ha">]><svg xmlns="http://www.w3.org/2000/svg">&a;</svg>"#;
    for svg in [
        "",
        "<svg",
        "apple",
        laughs,
        "<svg viewBox='0 0 1 1'><g></svg>",
    ] {
        assert!(matches!(refusal(svg), SvgError::Xml(_)), "{svg}");
    }
    let refused = refusal(&document(&" ".repeat(1 << 20)));
    assert!(
        matches!(refused, SvgError::TooLong { bytes } if bytes > 1 << 20),
        "{refused}"
    );
    let refused = refusal(r#"<html viewBox="0 0 9 9"/>"#);
    assert!(
        matches!(&refused, SvgError::Element { name, .. } if name == "html"),
        "{refused}"
    );
}

#[test]
fn what_is_costly_but_allowed_ends() {
    let dashed = r##"<path d="M0 0H500000" stroke="#000" stroke-dasharray="1"/>"##.repeat(20);
    let stops = r##"<stop offset="0.5" stop-color="#f00"/>"##.repeat(10_000);
    let gradient = format!(
        r##"<linearGradient id="g">{stops}</linearGradient><rect width="99" height="99" fill="url(#g)"/>"##
    );
    let layers = r#"<g opacity="0.99">"#.repeat(40) + r#"<circle r="50"/>"# + &"</g>".repeat(40);
    for body in [&dashed, &gradient, &layers] {
        // A busy computer may pass the deadline; what counts is that it ends.
        let ended = rasterise(&document(body), 64, Look::Plain);
        let expected = matches!(ended, Ok(Some(_)) | Err(SvgError::Timeout));
        assert!(expected, "{}: {ended:?}", &body[..40]);
    }
}

#[test]
fn a_panic_of_the_painter_is_an_error() {
    // The painter of this version breaks on it; a later one may paint it.
    let far = r##"<path d="M0 0H1e30V-1e30Z" stroke="#000" stroke-width="1e30"/>"##;
    let ended = rasterise(&document(far), 64, Look::Plain);
    assert!(matches!(ended, Err(SvgError::Broken) | Ok(_)), "{ended:?}");
}

#[test]
fn outlines_find_names_with_a_prefix() {
    let svg = r##"<s:svg xmlns:s="http://www.w3.org/2000/svg" viewBox="0 0 100 100"><s:rect x="20" y="20" width="60" height="60" fill="#f00"/></s:svg>"##;
    let comic = rasterise(svg, 64, Look::Outlined { width: 0.1 });
    let comic = comic.expect("it is painted").expect("something is painted");
    assert_near(&comic, 4, 32, BLACK);
    assert_near(&comic, 32, 32, RED);
}
