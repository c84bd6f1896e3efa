//! Refuses a spec that cannot be drawn as it is asked for.

use crate::Spec;
use crate::error::LetteringError;

/// The longest word, in characters.
pub const MOST_CHARACTERS: usize = 200;

/// How many characters an error names before it only counts.
const MOST_SPELLED: usize = 8;

/// Checks everything that does not depend on the font's content.
pub(crate) fn check(spec: &Spec) -> Result<(), LetteringError> {
    word(spec)?;
    for (field, value, least, most) in [
        ("height", spec.height, 0.02, 1.0),
        ("x", spec.x, -0.5, 1.5),
        ("y", spec.y, -0.5, 1.5),
        ("rotation", spec.rotation, -360.0, 360.0),
        ("tilt", spec.tilt, -75.0, 75.0),
        ("turn", spec.turn, -75.0, 75.0),
        ("opacity", spec.opacity, 0.0, 1.0),
    ] {
        // Compared as f32: 0.02 of JSON is not 0.02 in f64. NaN is in no range.
        if !(least as f32..=most as f32).contains(&value) {
            // Through text, because 0.07f32 as f64 has sixteen digits that nobody typed.
            let value = value.to_string().parse().unwrap_or(f64::NAN);
            return Err(LetteringError::OutOfRange {
                field,
                value,
                least,
                most,
            });
        }
    }
    if !(1..=64).contains(&spec.copies) {
        return Err(LetteringError::OutOfRange {
            field: "copies",
            value: f64::from(spec.copies),
            least: 1.0,
            most: 64.0,
        });
    }
    Ok(())
}

fn word(spec: &Spec) -> Result<(), LetteringError> {
    let characters = spec.word.chars().count();
    if characters > MOST_CHARACTERS {
        return Err(LetteringError::TooLong { characters });
    }
    if let Some((index, character)) = spec
        .word
        .chars()
        .enumerate()
        .find(|&(_, character)| steers(character))
    {
        return Err(LetteringError::ControlCharacter {
            character,
            position: index + 1,
        });
    }
    let leaves_ink = |character: char| !character.is_whitespace() && !ignorable(character);
    if !spec.blank && !spec.word.chars().any(leaves_ink) {
        return Err(LetteringError::EmptyWord);
    }
    Ok(())
}

/// Line ends, control codes, and the embeddings, overrides and isolates that make text look other than it is typed. The
/// plain marks of direction (U+200E, U+200F, U+061C) and the joiners are part of honest text and stay.
fn steers(character: char) -> bool {
    character.is_control() || matches!(character, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Unicode's Default_Ignorable_Code_Point as far as [`steers`] leaves it: never drawn, so no font needs a sign for it.
pub(crate) fn ignorable(character: char) -> bool {
    matches!(character,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
        | '\u{ffa0}' | '\u{fff0}'..='\u{fff8}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}')
}

/// Characters as an error names them: `"犬" (U+72AC)`, or the number alone for what cannot be shown.
pub(crate) fn spelled(characters: &[char]) -> String {
    let mut named: Vec<String> = characters
        .iter()
        .take(MOST_SPELLED)
        .map(|&character| {
            let number = format!("U+{:04X}", u32::from(character));
            if steers(character) {
                number
            } else {
                format!("\"{character}\" ({number})")
            }
        })
        .collect();
    if characters.len() > MOST_SPELLED {
        named.push(format!("{} more", characters.len() - MOST_SPELLED));
    }
    named.join(", ")
}
