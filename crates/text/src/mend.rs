//! Mends what goes wrong with texts on their way, as `ftfy.fix_text` does: letters in the wrong encoding, curly quotes, ligatures, wide letters.
//!
//! Ours, and smaller than ftfy: a port of the whole (plsfix 0.1.8) would have added 565 KB of brotli to the page's wasm, of 2.5 MB. Of the
//! wrong encodings this knows the one that is met in practice, UTF-8 that was read as Windows-1252 or Latin-1.

use unicode_normalization_alignments::UnicodeNormalization;

/// What Windows-1252 has at the bytes 0x80 to 0x9f. The five that it leaves free stand for themselves, as browsers read them.
const WINDOWS_1252: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}',
    '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// Letters of several letters, and what they stand for.
const LIGATURES: [(char, &str); 22] = [
    ('Ĳ', "IJ"),
    ('ĳ', "ij"),
    ('ŉ', "ʼn"),
    ('Ǆ', "DŽ"),
    ('ǅ', "Dž"),
    ('ǆ', "dž"),
    ('Ǉ', "LJ"),
    ('ǈ', "Lj"),
    ('ǉ', "lj"),
    ('Ǌ', "NJ"),
    ('ǋ', "Nj"),
    ('ǌ', "nj"),
    ('Ǳ', "DZ"),
    ('ǲ', "Dz"),
    ('ǳ', "dz"),
    ('ﬀ', "ff"),
    ('ﬁ', "fi"),
    ('ﬂ', "fl"),
    ('ﬃ', "ffi"),
    ('ﬄ', "ffl"),
    ('ﬅ', "ſt"),
    ('ﬆ', "st"),
];

/// The text, mended.
pub(crate) fn mended(text: &str) -> String {
    let text = match text.contains('<') {
        // Markup, whose entities are not to be touched.
        true => text.to_owned(),
        false => htmlize::unescape(text).into_owned(),
    };
    let mut plain = String::with_capacity(text.len());
    for character in decoded_again(&text).chars() {
        match character {
            '\u{80}'..='\u{9f}' => push_plain(windows_1252(character), &mut plain),
            _ => push_plain(character, &mut plain),
        }
    }
    plain
        .chars()
        .nfc()
        .map(|(character, _)| character)
        .collect()
}

/// The character that Windows-1252 has where Latin-1 has this control character.
fn windows_1252(control: char) -> char {
    let at = u32::from(control) as usize - 0x80;
    WINDOWS_1252.get(at).copied().unwrap_or(control)
}

/// A character without its curls, joints and width; control characters are left out.
fn push_plain(character: char, plain: &mut String) {
    match character {
        '\u{2bc}' | '\u{2018}'..='\u{201b}' => plain.push('\''),
        '\u{201c}'..='\u{201f}' => plain.push('"'),
        '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => plain.push('\n'),
        '\0'..='\u{8}'
        | '\u{b}'
        | '\u{e}'..='\u{1f}'
        | '\u{7f}'
        | '\u{206a}'..='\u{206f}'
        | '\u{feff}'
        | '\u{fff9}'..='\u{fffc}' => {}
        '\u{3000}' | '\u{ff01}'..='\u{ffef}' => {
            plain.extend([character].into_iter().nfkc().map(|(narrow, _)| narrow));
        }
        _ => match LIGATURES.iter().find(|(joint, _)| *joint == character) {
            Some((_, letters)) => plain.push_str(letters),
            None => plain.push(character),
        },
    }
}

/// The text, with UTF-8 that was read as Windows-1252 read as UTF-8: "cafÃ©" is "café".
fn decoded_again(text: &str) -> String {
    let characters: Vec<char> = text.chars().collect();
    let mut decoded = String::with_capacity(text.len());
    // The byte that the last character's mojibake began with, if it was some.
    let mut before = None;
    let mut found = false;
    let mut at = 0;
    while at < characters.len() {
        match sequence(&characters[at..], before) {
            Some((character, length)) => {
                decoded.push(character);
                before = byte(characters[at]);
                at += length;
                found = true;
            }
            None => {
                decoded.push(characters[at]);
                before = None;
                at += 1;
            }
        }
    }
    match found {
        // The second byte of this letter is a blank that does not break, which others have taken for a blank that does.
        true => decoded.replace("Ã ", "à "),
        false => decoded,
    }
}

/// The character whose UTF-8 these begin with, and how many they are; `before` is the byte that mojibake just before them began with.
fn sequence(characters: &[char], before: Option<u8>) -> Option<(char, usize)> {
    let lead = byte(*characters.first()?)?;
    let length = match lead {
        0xc2..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf4 => 4,
        _ => return None,
    };
    let bytes: Vec<u8> = characters
        .get(..length)?
        .iter()
        .map(|&character| byte(character))
        .collect::<Option<_>>()?;
    let character = std::str::from_utf8(&bytes).ok()?.chars().next()?;
    // "CAFÉ”" is no mojibake: behind a capital, two bytes prove little, unless it is one that Western letters begin with.
    let next = characters.get(length).and_then(|&next| byte(next));
    let is_sure = match lead {
        0xc2 => true,
        0xc3..=0xc5 => !is_punctuation(characters[1]),
        // A word in another alphabet has one such pair behind the other.
        0xc6..=0xdf => [before, next]
            .into_iter()
            .flatten()
            .any(|other| other.abs_diff(lead) <= 1),
        _ => true,
    };
    is_sure.then_some((character, length))
}

/// What a person may well write behind a letter.
fn is_punctuation(character: char) -> bool {
    matches!(character, '‘' | '’' | '“' | '”' | '–' | '—' | '…')
}

/// The byte that Windows-1252, or Latin-1, has for a character.
fn byte(character: char) -> Option<u8> {
    let found = WINDOWS_1252.iter().position(|&known| known == character);
    match found {
        Some(at) => u8::try_from(0x80 + at).ok(),
        None => u8::try_from(u32::from(character)).ok(),
    }
}
