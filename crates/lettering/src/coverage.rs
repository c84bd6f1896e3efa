//! Which characters each bundled font has, known without the fonts themselves: the browser fetches a font only when it is used.

use crate::check::ignorable;
use crate::fonts::FONTS;

/// For each of [`FONTS`] in order: how many runs of neighbouring characters it has, then for each the characters left out
/// before it and its length; all as LEB128 numbers.
const COVERAGE: &[u8] = include_bytes!("../fonts/coverage.bin");

/// The fonts that differ in style and are compared; the other bundled ones are there for their scripts.
const STYLES: [&str; 5] = ["sans", "serif", "mono", "hand", "display"];

/// What a sweep compares where no fonts are named: those that differ in style and can write `word`.
#[must_use]
pub fn styles_for(word: &str) -> Vec<String> {
    let able = fonts_for(word);
    let styles = STYLES.into_iter().filter(|style| able.contains(style));
    styles.map(str::to_owned).collect()
}

/// The bundled fonts that have a sign for every character of `word`, by name.
pub(crate) fn fonts_for(word: &str) -> Vec<&'static str> {
    let drawn: Vec<u32> = word
        .chars()
        .filter(|&character| !character.is_whitespace() && !ignorable(character))
        .map(u32::from)
        .collect();
    let mut numbers = Numbers(COVERAGE);
    let mut found = Vec::new();
    for font in FONTS {
        let runs = numbers.runs();
        if drawn
            .iter()
            .all(|character| runs.iter().any(|run| run.contains(character)))
        {
            found.push(font.name);
        }
    }
    found
}

struct Numbers(&'static [u8]);

impl Numbers {
    /// One number. The bytes are part of the program, so they do not end early; if they did, the rest would be zeros.
    fn next(&mut self) -> u32 {
        let mut value = 0;
        let mut shift = 0;
        while let Some((&byte, rest)) = self.0.split_first() {
            self.0 = rest;
            value |= u32::from(byte & 0x7f) << shift;
            shift += 7;
            if byte < 0x80 {
                break;
            }
        }
        value
    }

    /// The next font's characters.
    fn runs(&mut self) -> Vec<std::ops::Range<u32>> {
        let mut from = 0;
        (0..self.next())
            .map(|_| {
                let start = from + self.next();
                from = start + self.next();
                start..from
            })
            .collect()
    }
}

#[cfg(all(test, feature = "bundled"))]
mod tests {
    use std::collections::BTreeSet;

    use super::{COVERAGE, fonts_for};
    use crate::fonts::{FONTS, Fonts};

    fn push(bytes: &mut Vec<u8>, mut number: u32) {
        while number >= 0x80 {
            bytes.push((number & 0x7f) as u8 | 0x80);
            number >>= 7;
        }
        bytes.push(number as u8);
    }

    /// Every character that a font has a sign for.
    fn characters(face: &rustybuzz::Face) -> BTreeSet<u32> {
        let mut named = BTreeSet::new();
        let tables = face.tables().cmap.unwrap().subtables;
        for table in tables.into_iter().filter(|table| table.is_unicode()) {
            table.codepoints(|character| {
                named.insert(character);
            });
        }
        // A table names whole ranges, with holes in them.
        named.retain(|&number| {
            char::from_u32(number).is_some_and(|character| face.glyph_index(character).is_some())
        });
        named
    }

    /// The file as the fonts at hand ask for it.
    fn coverage() -> Vec<u8> {
        let fonts = Fonts::bundled();
        let mut bytes = Vec::new();
        for font in FONTS {
            let face = fonts.face(font.name).unwrap();
            let mut runs: Vec<(u32, u32)> = Vec::new();
            for character in characters(&face) {
                match runs.last_mut() {
                    Some((_, end)) if *end == character => *end += 1,
                    _ => runs.push((character, character + 1)),
                }
            }
            push(&mut bytes, runs.len() as u32);
            let mut from = 0;
            for (start, end) in runs {
                push(&mut bytes, start - from);
                push(&mut bytes, end - start);
                from = end;
            }
        }
        bytes
    }

    #[test]
    fn the_file_says_what_the_fonts_have() {
        let right = coverage();
        if std::env::var_os("GLIMPSE_BLESS").is_some() {
            let file = concat!(env!("CARGO_MANIFEST_DIR"), "/fonts/coverage.bin");
            std::fs::write(file, &right).unwrap();
        }
        assert!(
            right == COVERAGE,
            "fonts/coverage.bin is out of date; run this test with GLIMPSE_BLESS=1, then again"
        );
    }

    #[test]
    fn a_word_finds_its_fonts() {
        assert_eq!(fonts_for("犬"), ["cjk"]);
        assert_eq!(fonts_for("한국"), ["hangul"]);
        assert_eq!(fonts_for("हिन्दी"), ["devanagari"]);
        assert_eq!(fonts_for("ไทย"), ["thai"]);
        assert_eq!(fonts_for("שלום"), ["sans"]);
        assert_eq!(fonts_for("яблоко"), ["sans", "serif", "mono"]);
        let all: Vec<_> = FONTS.iter().map(|font| font.name).collect();
        assert_eq!(fonts_for("iPod 2"), all);
        assert_eq!(fonts_for("🍎"), [""; 0]);
        assert_eq!(fonts_for("犬 한국"), [""; 0]);
    }
}
