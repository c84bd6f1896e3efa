//! From a word to its glyphs: bidirectional order, shaping, and how much room the line takes.

use std::ops::Range;

use rustybuzz::ttf_parser::GlyphId;
use rustybuzz::{Direction, Face, UnicodeBuffer};
use unicode_bidi::ParagraphBidiInfo;
use unicode_script::{Script, UnicodeScript};

use crate::check::ignorable;

/// How far a line reaches over its baseline, in ems, whatever its letters and its font: so the same paper fits "aaa" and
/// "gÅl". Signs that reach farther get more.
const ABOVE: f64 = 0.93;
/// How far a line reaches below its baseline, in ems.
const BELOW: f64 = 0.24;

/// One sign at its place, in font units, x to the right and y up, from the start of the baseline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sign {
    pub id: GlyphId,
    pub x: i32,
    pub y: i32,
}

/// A shaped line of text.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Line {
    /// From left to right as they are drawn.
    pub signs: Vec<Sign>,
    /// The room it takes, in font units, y up.
    pub left: f64,
    pub right: f64,
    pub top: f64,
    pub bottom: f64,
    /// Font units of one em.
    pub units: f64,
}

/// Shapes a line.
///
/// # Errors
///
/// The characters that the font cannot write, each once.
pub(crate) fn shape(word: &str, face: &Face) -> Result<Line, Vec<char>> {
    let units = f64::from(face.units_per_em());
    let mut line = Line {
        signs: Vec::new(),
        left: 0.0,
        right: 0.0,
        top: ABOVE * units,
        bottom: -BELOW * units,
        units,
    };
    let mut missing = Vec::new();
    let mut pen = 0;
    for (run, direction) in runs(word) {
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(&word[run.clone()]);
        buffer.set_direction(direction);
        buffer.guess_segment_properties();
        let shaped = rustybuzz::shape(face, &[], buffer);
        let clusters: Vec<usize> = shaped
            .glyph_infos()
            .iter()
            .map(|info| info.cluster as usize)
            .collect();
        for (info, position) in shaped.glyph_infos().iter().zip(shaped.glyph_positions()) {
            if info.glyph_id == 0 {
                lacking(
                    &word[run.clone()],
                    info.cluster,
                    &clusters,
                    face,
                    &mut missing,
                );
            }
            line.signs.push(Sign {
                id: GlyphId(u16::try_from(info.glyph_id).unwrap_or_default()),
                x: pen + position.x_offset,
                y: position.y_offset,
            });
            pen += position.x_advance;
        }
    }
    if !missing.is_empty() {
        return Err(missing);
    }
    line.right = f64::from(pen);
    for sign in &line.signs {
        if let Some(ink) = face.glyph_bounding_box(sign.id) {
            line.left = line.left.min(f64::from(sign.x + i32::from(ink.x_min)));
            line.right = line.right.max(f64::from(sign.x + i32::from(ink.x_max)));
            line.top = line.top.max(f64::from(sign.y + i32::from(ink.y_max)));
            line.bottom = line.bottom.min(f64::from(sign.y + i32::from(ink.y_min)));
        }
    }
    Ok(line)
}

/// The stretches of one direction and one script, in the order in which they stand from left to right.
fn runs(word: &str) -> Vec<(Range<usize>, Direction)> {
    if word.is_empty() {
        return Vec::new();
    }
    let bidi = ParagraphBidiInfo::new(word, None);
    let (levels, level_runs) = bidi.visual_runs(0..word.len());
    let mut runs = Vec::new();
    for level_run in level_runs {
        let right_to_left = levels[level_run.start].is_rtl();
        let direction = if right_to_left {
            Direction::RightToLeft
        } else {
            Direction::LeftToRight
        };
        let first = runs.len();
        runs.extend(
            scripts(word, level_run)
                .into_iter()
                .map(|run| (run, direction)),
        );
        if right_to_left {
            runs[first..].reverse();
        }
    }
    runs
}

/// Splits a stretch where the script changes; spaces, digits and marks go with what stands before them.
fn scripts(word: &str, stretch: Range<usize>) -> Vec<Range<usize>> {
    let mut runs = Vec::new();
    let mut start = stretch.start;
    let mut current = None;
    for (index, character) in word[stretch.clone()].char_indices() {
        let script = character.script();
        if matches!(script, Script::Common | Script::Inherited) {
            continue;
        }
        if current.is_some_and(|current| current != script) {
            runs.push(start..stretch.start + index);
            start = stretch.start + index;
        }
        current = Some(script);
    }
    runs.push(start..stretch.end);
    runs
}

/// Adds the characters behind a sign that the font lacks.
fn lacking(run: &str, cluster: u32, clusters: &[usize], face: &Face, missing: &mut Vec<char>) {
    let start = cluster as usize;
    let end = clusters
        .iter()
        .copied()
        .filter(|&other| other > start)
        .min()
        .unwrap_or(run.len());
    let behind = || run[start..end].chars().filter(|&c| !ignorable(c));
    let absent: Vec<char> = behind()
        .filter(|&c| face.glyph_index(c).is_none())
        .collect();
    // A font may have each character and still not the form that they ask for together.
    let named = if absent.is_empty() {
        behind().collect()
    } else {
        absent
    };
    for character in named {
        if !missing.contains(&character) {
            missing.push(character);
        }
    }
}

#[cfg(all(test, feature = "bundled"))]
mod tests {
    use super::{Line, shape};
    use crate::fonts::Fonts;

    fn line(word: &str, font: &str) -> Line {
        shape(word, &Fonts::bundled().face(font).unwrap()).unwrap()
    }

    fn ids(word: &str, font: &str) -> Vec<u16> {
        line(word, font)
            .signs
            .iter()
            .map(|sign| sign.id.0)
            .collect()
    }

    /// The sign that a character has on its own, whatever stands beside it.
    fn alone(character: char, font: &str) -> u16 {
        let fonts = Fonts::bundled();
        fonts.face(font).unwrap().glyph_index(character).unwrap().0
    }

    #[test]
    fn latin_stands_from_left_to_right_with_its_advances() {
        let line = line("iP", "mono");
        assert_eq!(ids("iP", "mono"), [alone('i', "mono"), alone('P', "mono")]);
        // DejaVu Sans Mono: each sign is 1233 of 2048 units wide.
        assert_eq!((line.signs[0].x, line.signs[1].x), (0, 1233));
        assert_eq!((line.left, line.right), (0.0, 2466.0));
        assert_eq!((line.top, line.bottom), (0.93 * 2048.0, -0.24 * 2048.0));
    }

    #[test]
    fn arabic_is_joined_and_stands_from_right_to_left() {
        let beh = alone('ب', "sans");
        assert_eq!(ids("ب", "sans"), [beh]);
        let joined = ids("ببب", "sans");
        assert_eq!(joined.len(), 3);
        // Initial, medial and final form, the last letter leftmost: four different signs with the isolated one.
        assert!(!joined.contains(&beh));
        assert!(joined[0] != joined[1] && joined[1] != joined[2] && joined[0] != joined[2]);
        let sentence = line("ببب", "sans");
        assert!(sentence.signs[0].x < sentence.signs[1].x);
        // Two letters alone at the left, then the first letter's initial form at the right.
        assert_eq!(ids("با", "sans").len(), 2);
        assert_eq!(*ids("اب", "sans").last().unwrap(), alone('ا', "sans"));
    }

    #[test]
    fn hebrew_is_turned_around_and_latin_and_digits_within_it_are_not() {
        let of = |characters: &str| -> Vec<u16> {
            characters.chars().map(|c| alone(c, "sans")).collect()
        };
        assert_eq!(ids("שלום", "sans"), of("םולש"));
        assert_eq!(ids("שלום iPod 12", "sans"), of("iPod 12 םולש"));
        assert_eq!(ids("iPod שלום", "sans"), of("iPod םולש"));
    }

    #[test]
    fn devanagari_vowels_go_before_their_consonant_and_consonants_join() {
        // KA, then the vowel sign I, which is written before it.
        let shaped = ids("कि", "devanagari");
        assert_eq!(shaped.len(), 2);
        assert_eq!(shaped[1], alone('क', "devanagari"));
        // KA + virama + SSA is one sign.
        let joined = ids("क्ष", "devanagari");
        assert_eq!(joined.len(), 1);
        assert!(joined[0] != alone('क', "devanagari") && joined[0] != alone('ष', "devanagari"));
    }

    #[test]
    fn thai_marks_stack_and_take_no_room() {
        let bare = line("กก", "thai");
        let stacked = line("กี่ก", "thai");
        assert_eq!(stacked.signs.len(), 4);
        assert_eq!(stacked.right, bare.right);
        assert!(stacked.top > bare.top);
    }

    #[test]
    fn accents_written_apart_are_put_together() {
        assert_eq!(ids("e\u{301}", "sans"), ids("é", "sans"));
        assert_eq!(ids("e\u{301}", "display"), ids("é", "display"));
    }

    #[test]
    fn what_a_font_lacks_is_named_once_and_what_is_never_drawn_is_not() {
        let fonts = Fonts::bundled();
        let missing = |word: &str, font: &str| shape(word, &fonts.face(font).unwrap()).unwrap_err();
        assert_eq!(missing("犬a猫犬", "sans"), ['犬', '猫']);
        assert_eq!(missing("🍎", "sans"), ['🍎']);
        assert_eq!(missing("яблоко", "hand"), ['я', 'б', 'л', 'о', 'к']);
        for font in [
            "sans",
            "hand",
            "cjk",
            "hangul",
            "thai",
            "devanagari",
            "display",
        ] {
            let hidden = line("a\u{200d}b\u{fe0f}\u{200c}c\u{feff}\u{ad}", font);
            assert_eq!(hidden.right, line("abc", font).right, "{font}");
        }
    }
}
