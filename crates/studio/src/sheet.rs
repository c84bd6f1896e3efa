//! Shows pictures side by side on one sheet, each with its caption under it.

use std::sync::Arc;

use image::{RgbImage, imageops};

use crate::fonts::Font;
use crate::paint::paint;
use crate::scene::{Item, Scene, Word};

/// How large a picture is shown, and how high its caption is, in pixels.
const SHOWN: u32 = 192;
const CAPTION: u32 = 30;
const GAP: u32 = 8;

/// Lays out pictures with their captions, `columns` in a row. Captions that are too long for their place become smaller.
pub fn sheet(pictures: &[(RgbImage, String)], columns: u32, font: &Arc<Font>) -> RgbImage {
    let columns = columns.max(1);
    let rows = (pictures.len() as u32).div_ceil(columns).max(1);
    let (across, down) = (SHOWN + GAP, SHOWN + CAPTION + GAP);
    let mut sheet = RgbImage::from_pixel(
        columns * across + GAP,
        rows * down + GAP,
        image::Rgb([244; 3]),
    );
    for (at, (picture, caption)) in pictures.iter().enumerate() {
        let x = i64::from(GAP + at as u32 % columns * across);
        let y = i64::from(GAP + at as u32 / columns * down);
        let shown = imageops::resize(picture, SHOWN, SHOWN, imageops::FilterType::Nearest);
        imageops::replace(&mut sheet, &shown, x, y);
        imageops::replace(&mut sheet, &written(caption, font), x, y + i64::from(SHOWN));
    }
    sheet
}

/// A line of text, in the middle of a strip.
fn written(text: &str, font: &Arc<Font>) -> RgbImage {
    let line = Word {
        text: text.to_owned(),
        blank: false,
        font: Arc::clone(font),
        x: 0.5,
        y: 0.5,
        width: 0.98,
        height: 0.085,
        margin: [0.0, 0.1],
        turn: 0.0,
        ink: [20; 3],
        paper: None,
        halo: None,
    };
    let mut scene = Scene::plain(vec![Item::Word(line)]);
    scene.ground = crate::scene::Ground::Plain([244; 3]);
    let whole = paint(&scene, SHOWN).pixels;
    imageops::crop_imm(&whole, 0, (SHOWN - CAPTION) / 2, SHOWN, CAPTION).to_image()
}
