//! What is drawn, measured in pixels: place and size, transforms, papers, the blank control.

use glimpse_image::{Rgb, RgbImage};
use glimpse_lettering::{
    Colour, Fonts, Lettered, LetteringError, MOST_CHARACTERS, Paper, Spec, letter,
};

const GREY: Rgb<u8> = Rgb([128, 128, 128]);

const PAPERS: [Paper; 5] = [
    Paper::None,
    Paper::Note,
    Paper::Tape,
    Paper::Sticker,
    Paper::Sign,
];

fn grey(side: u32) -> RgbImage {
    RgbImage::from_pixel(side, side, GREY)
}

fn spec(word: &str) -> Spec {
    Spec {
        word: word.to_owned(),
        ..Spec::default()
    }
}

fn draw(spec: &Spec, side: u32) -> Lettered {
    letter(&grey(side), spec, &Fonts::bundled()).unwrap()
}

/// The box of changed pixels: left, top, right, bottom, the last two not included.
fn changed(image: &RgbImage) -> [u32; 4] {
    let mut found = [u32::MAX, u32::MAX, 0, 0];
    for (x, y, pixel) in image.enumerate_pixels() {
        if *pixel != GREY {
            let [left, top, right, bottom] = found;
            found = [left.min(x), top.min(y), right.max(x + 1), bottom.max(y + 1)];
        }
    }
    found
}

/// The mean and the largest difference of two pictures' bytes.
fn difference(one: &RgbImage, other: &RgbImage) -> (f64, u8) {
    assert_eq!(one.dimensions(), other.dimensions());
    let pairs = one.iter().zip(other.iter());
    let apart: Vec<u8> = pairs.map(|(a, b)| a.abs_diff(*b)).collect();
    let sum: u64 = apart.iter().map(|&value| u64::from(value)).sum();
    let most = apart.iter().copied().max().unwrap_or_default();
    (sum as f64 / apart.len() as f64, most)
}

fn length(a: [f32; 2], b: [f32; 2]) -> f32 {
    (a[0] - b[0]).hypot(a[1] - b[1])
}

#[test]
fn a_letter_stands_where_and_as_large_as_it_was_asked_for() {
    let block = Spec {
        paper: Paper::None,
        font: "mono".to_owned(),
        height: 0.5,
        ink: Some(Colour([255, 0, 0])),
        ..spec("█")
    };
    let drawn = draw(&block, 100);
    assert_eq!(*drawn.image.get_pixel(50, 50), Rgb([255, 0, 0]));
    // DejaVu Sans Mono's full block is 1233 + 2 x 12 wide and 2384 + 2 x 23 high or so in an em of 2048.
    let [left, top, right, bottom] = changed(&drawn.image);
    let seen = [right - left, bottom - top];
    assert!(
        (30..=33).contains(&seen[0]) && (58..=62).contains(&seen[1]),
        "{seen:?}"
    );
    let [[left, top], _, [right, bottom], _] = drawn.corners[0];
    assert!((right - left - 1233.0 / 2048.0 * 0.5).abs() < 0.02);
    assert!((left + right - 1.0).abs() < 1e-6 && (top + bottom - 1.0).abs() < 1e-6);

    let elsewhere = draw(
        &Spec {
            x: 0.25,
            y: 0.7,
            ..block
        },
        100,
    );
    let (here, there) = (changed(&drawn.image), changed(&elsewhere.image));
    assert_eq!(
        there,
        [here[0] - 25, here[1] + 20, here[2] - 25, here[3] + 20]
    );
}

#[test]
fn ink_stands_in_reading_order() {
    // How many dark pixels the left and the right half have. The first letter of a Hebrew word is at the right.
    let ink = |word: &str| {
        let spec = Spec {
            paper: Paper::None,
            height: 0.4,
            ..spec(word)
        };
        let image = draw(&spec, 120).image;
        let dark = |half: std::ops::Range<u32>| {
            let pixels = half.flat_map(|x| (0..120).map(move |y| (x, y)));
            pixels
                .filter(|&(x, y)| image.get_pixel(x, y).0[0] < 64)
                .count()
        };
        (dark(0..60), dark(60..120))
    };
    let (left, right) = ink("ש...");
    assert!(left * 2 < right, "full stops left of shin: {left}, {right}");
    let (left, right) = ink("W...");
    assert!(left > right * 2, "W left of full stops: {left}, {right}");
}

#[test]
fn a_mirrored_label_is_the_flipped_one() {
    for paper in PAPERS {
        let plain = Spec {
            paper,
            tilt: 30.0,
            ..spec("gap")
        };
        let mirrored = Spec {
            mirror: true,
            ..plain.clone()
        };
        let (plain, mirrored) = (draw(&plain, 128), draw(&mirrored, 128));
        let flipped = RgbImage::from_fn(128, 128, |x, y| *plain.image.get_pixel(127 - x, y));
        let (mean, most) = difference(&flipped, &mirrored.image);
        assert!(mean < 0.05 && most <= 4, "{paper:?}: {mean}, {most}");
        let (mean, _) = difference(&plain.image, &mirrored.image);
        assert!(mean > 0.25, "{paper:?}: {mean}");
        assert_eq!(plain.corners, mirrored.corners);
    }
}

#[test]
fn half_a_turn_is_the_picture_turned() {
    for paper in PAPERS {
        let plain = Spec {
            paper,
            ..spec("Ng")
        };
        let half = Spec {
            rotation: 180.0,
            ..plain.clone()
        };
        let (plain, half) = (draw(&plain, 128), draw(&half, 128));
        let turned = RgbImage::from_fn(128, 128, |x, y| *plain.image.get_pixel(127 - x, 127 - y));
        let (mean, most) = difference(&turned, &half.image);
        assert!(mean < 0.05 && most <= 4, "{paper:?}: {mean}, {most}");
        for (corner, opposite) in half.corners[0].into_iter().zip([2, 3, 0, 1]) {
            assert!(length(corner, plain.corners[0][opposite]) < 1e-6);
        }
    }
}

#[test]
fn angles_are_clockwise_and_what_is_far_is_smaller() {
    let corners = |change: &dyn Fn(&mut Spec)| {
        let mut spec = spec("word");
        change(&mut spec);
        draw(&spec, 100).corners[0]
    };
    let level = corners(&|_| {});
    assert!(level[0][0] < level[1][0] && level[0][1] < level[3][1]);

    // A quarter turn brings the label's own top left to the picture's top right.
    let quarter = corners(&|spec| spec.rotation = 90.0);
    assert!(quarter[0][0] > 0.5 && (quarter[0][1] - level[0][0]).abs() < 1e-6);

    let [a, b, c, d] = corners(&|spec| spec.turn = 60.0);
    assert!(length(b, c) < 0.8 * length(d, a), "the right edge is away");
    assert!(length(a, b) < 0.6 * length(level[0], level[1]));

    let [a, b, c, d] = corners(&|spec| spec.tilt = 60.0);
    assert!(length(a, b) < 0.95 * length(c, d), "the top edge is away");
}

#[test]
fn blank_paper_has_the_words_geometry_and_no_ink() {
    for paper in PAPERS {
        let written = Spec {
            paper,
            rotation: 20.0,
            turn: 30.0,
            height: 0.25,
            ink: Some(Colour([0, 0, 255])),
            ..spec("iPod")
        };
        let blank = Spec {
            blank: true,
            ..written.clone()
        };
        let (written, blank) = (draw(&written, 96), draw(&blank, 96));
        assert_eq!(written.corners, blank.corners);
        let blue = |image: &RgbImage| image.pixels().filter(|p| p.0 == [0, 0, 255]).count();
        assert!(blue(&written.image) > 10, "{paper:?}");
        assert_eq!(blue(&blank.image), 0, "{paper:?}");
        if paper == Paper::None {
            assert_eq!((blank.image, blank.area), (grey(96), 0.0));
        } else {
            assert_eq!(written.area, blank.area, "ink lies on the paper");
        }
    }
    let wordless = Spec {
        blank: true,
        ..spec("")
    };
    assert!(draw(&wordless, 64).area > 0.0, "paper for no word at all");
}

#[test]
fn area_is_the_share_of_changed_pixels_and_grows_with_height() {
    let areas = [0.04, 0.08, 0.16, 0.32, 0.64].map(|height| {
        let spec = Spec {
            height,
            ..spec("ox")
        };
        let drawn = draw(&spec, 64);
        let counted = drawn.image.pixels().filter(|&&p| p != GREY).count();
        assert_eq!(drawn.area, counted as f32 / 4096.0);
        drawn.area
    });
    assert!(areas.is_sorted_by(|a, b| a < b), "{areas:?}");
}

#[test]
fn opacity_goes_from_nothing_to_all_in_proportion() {
    let at = |opacity| {
        let spec = Spec {
            opacity,
            ..spec("apple")
        };
        draw(&spec, 64)
    };
    let (none, half, all) = (at(0.0), at(0.5), at(1.0));
    assert_eq!((none.image, none.area), (grey(64), 0.0));
    assert_eq!(none.corners, all.corners);
    for (half, all) in half.image.iter().zip(all.image.iter()) {
        let expected = (f64::from(*all) + 128.0) / 2.0;
        assert!((f64::from(*half) - expected).abs() < 1.0, "{half} of {all}");
    }
}

#[test]
fn copies_are_spread_by_the_seed_and_the_first_stays() {
    let with = |copies, seed| {
        let spec = Spec {
            copies,
            seed,
            height: 0.05,
            x: 0.3,
            ..spec("ox")
        };
        draw(&spec, 128)
    };
    let (one, five, again, other) = (with(1, 7), with(5, 7), with(5, 7), with(5, 8));
    assert_eq!(five.corners.len(), 5);
    assert_eq!(five.corners[0], one.corners[0]);
    assert_eq!(five, again);
    assert_ne!(five.corners[1..], other.corners[1..]);
    // These are small and do not overlap: together they change five times what one does, up to pixels in part.
    let ratio = five.area / one.area;
    assert!((ratio - 5.0).abs() < 0.5, "{ratio}");
}

#[test]
fn colours_are_taken_and_the_ink_suits_a_papers_own() {
    let has = |spec: &Spec, colour: [u8; 3]| {
        let drawn = draw(spec, 200);
        drawn.image.pixels().any(|pixel| pixel.0 == colour)
    };
    let dark = Spec {
        paper_colour: Some(Colour([10, 20, 30])),
        ..spec("ox")
    };
    assert!(has(&dark, [10, 20, 30]));
    assert!(has(&dark, [255, 255, 255]), "white ink on dark paper");
    let yellow = Spec {
        paper: Paper::Sticker,
        paper_colour: Some(Colour([255, 230, 0])),
        ..spec("ox")
    };
    assert!(has(&yellow, [0x1a, 0x1a, 0x1a]), "dark ink on yellow");
    let own = Spec {
        ink: Some(Colour([1, 2, 3])),
        ..yellow
    };
    assert!(has(&own, [1, 2, 3]) && !has(&own, [0x1a, 0x1a, 0x1a]));
}

#[test]
fn a_long_word_keeps_its_height_and_runs_over_the_edge() {
    let word = "W".repeat(MOST_CHARACTERS);
    for (tilt, turn, rotation) in [
        (0.0, 0.0, 0.0),
        (75.0, 75.0, 0.0),
        (-75.0, -75.0, 33.0),
        (60.0, 60.0, 90.0),
    ] {
        let long = Spec {
            height: 1.0,
            tilt,
            turn,
            rotation,
            ..spec(&word)
        };
        let drawn = draw(&long, 64);
        assert!(drawn.area > 0.1, "{}", drawn.area);
        assert!(
            drawn.corners[0]
                .as_flattened()
                .iter()
                .all(|c| c.is_finite())
        );
    }
    let at = |word: &str| {
        let spec = Spec {
            height: 0.2,
            ..spec(word)
        };
        changed(&draw(&spec, 64).image)
    };
    let (long, short) = (at(&word), at("W"));
    assert_eq!((long[0], long[2]), (0, 64));
    assert_eq!((long[1], long[3]), (short[1], short[3]));
}

#[test]
fn every_size_of_picture_is_drawn_on() {
    let fonts = Fonts::bundled();
    let large = Spec {
        height: 1.0,
        ..spec("iPod")
    };
    for (width, height) in [(1, 1), (1, 50), (50, 1), (37, 91), (3, 3)] {
        let picture = RgbImage::from_pixel(width, height, GREY);
        let drawn = letter(&picture, &large, &fonts).unwrap();
        assert_eq!(drawn.image.dimensions(), (width, height));
        assert!(drawn.area > 0.0, "{width} x {height}");
    }
    let none = letter(&RgbImage::new(0, 0), &large, &fonts);
    let refused = LetteringError::TooSmall {
        width: 0,
        height: 0,
    };
    assert_eq!(none, Err(refused));
    let outside = Spec {
        x: 1.5,
        y: -0.5,
        ..spec("ox")
    };
    assert_eq!(draw(&outside, 64).area, 0.0);
}
