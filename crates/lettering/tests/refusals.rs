//! Every refusal, in the words that a person reads, and the fonts that are not at hand or not whole.

use glimpse_image::{Rgb, RgbImage};
use glimpse_lettering::{FONTS, Fonts, Lettered, LetteringError, Spec, letter};

fn spec(word: &str) -> Spec {
    Spec {
        word: word.to_owned(),
        ..Spec::default()
    }
}

fn written_in(font: &str, word: &str) -> Spec {
    Spec {
        font: font.to_owned(),
        ..spec(word)
    }
}

fn draw(spec: &Spec, fonts: &Fonts) -> Result<Lettered, LetteringError> {
    letter(&RgbImage::from_pixel(16, 16, Rgb([128; 3])), spec, fonts)
}

fn refusal(spec: &Spec) -> LetteringError {
    draw(spec, &Fonts::bundled()).unwrap_err()
}

#[test]
fn words_that_cannot_be_drawn() {
    let says = |word: &str, message: &str| assert_eq!(refusal(&spec(word)).to_string(), message);
    for word in ["", "  \u{a0}\u{3000}", "\u{200d}\u{feff}"] {
        says(
            word,
            "the word is empty; write one, or ask for the blank paper",
        );
    }
    says(
        &"a".repeat(10_000),
        "the word has 10000 characters; write 200 at most",
    );
    says(
        "two\nlines",
        "character 4 of the word is a control character (U+000A); take it out, a label is one line",
    );
    for character in [
        '\0', '\t', '\u{7f}', '\u{85}', '\u{2028}', '\u{202e}', '\u{2066}',
    ] {
        assert_eq!(
            refusal(&spec(&format!("a{character}b"))),
            LetteringError::ControlCharacter {
                character,
                position: 2
            }
        );
    }
    // Long and blank is too long all the same, and so is a control character.
    let blank = Spec {
        blank: true,
        ..spec("a\u{7}")
    };
    assert!(matches!(
        refusal(&blank),
        LetteringError::ControlCharacter { .. }
    ));
}

#[test]
fn fonts_that_lack_characters() {
    let says = |font: &str, word: &str, message: &str| {
        assert_eq!(refusal(&written_in(font, word)).to_string(), message);
    };
    says(
        "sans",
        "犬",
        "the font \"sans\" has no sign for \"犬\" (U+72AC); the font \"cjk\" can write the word",
    );
    says(
        "thai",
        "яблоко",
        "the font \"thai\" has no sign for \"я\" (U+044F), \"б\" (U+0431), \"л\" (U+043B), \"о\" (U+043E), \
         \"к\" (U+043A); these fonts can write the word: sans, serif, mono",
    );
    says(
        "sans",
        "an 🍎",
        "the font \"sans\" has no sign for \"🍎\" (U+1F34E); no bundled font can write the whole word (emoji and rare \
         scripts are not covered); write it with other characters",
    );
    says(
        "comic",
        "ox",
        "there is no font \"comic\"; choose one of sans, serif, mono, hand, display, devanagari, thai, cjk, hangul",
    );
    let all: String = ('а'..='я').collect();
    let message = refusal(&written_in("hand", &all)).to_string();
    assert!(message.contains("(U+0437), 24 more; these"), "{message}");
}

#[test]
fn numbers_that_make_no_sense() {
    let says = |change: &dyn Fn(&mut Spec), message: &str| {
        let mut spec = spec("ox");
        change(&mut spec);
        assert_eq!(refusal(&spec).to_string(), message);
    };
    says(
        &|s| s.height = 0.01,
        "height is 0.01; it must be from 0.02 to 1",
    );
    says(
        &|s| s.height = f32::NAN,
        "height is NaN; it must be from 0.02 to 1",
    );
    says(&|s| s.x = 1.6, "x is 1.6; it must be from -0.5 to 1.5");
    says(
        &|s| s.y = f32::NEG_INFINITY,
        "y is -inf; it must be from -0.5 to 1.5",
    );
    says(
        &|s| s.rotation = 361.0,
        "rotation is 361; it must be from -360 to 360",
    );
    says(&|s| s.tilt = 76.0, "tilt is 76; it must be from -75 to 75");
    says(
        &|s| s.turn = -90.0,
        "turn is -90; it must be from -75 to 75",
    );
    says(
        &|s| s.opacity = 1.5,
        "opacity is 1.5; it must be from 0 to 1",
    );
    says(&|s| s.copies = 0, "copies is 0; it must be from 1 to 64");
    says(&|s| s.copies = 65, "copies is 65; it must be from 1 to 64");

    let ends = Spec {
        height: 0.02,
        x: -0.5,
        y: 1.5,
        rotation: -360.0,
        tilt: 75.0,
        turn: -75.0,
        copies: 64,
        ..spec("ox")
    };
    assert!(draw(&ends, &Fonts::bundled()).is_ok());
}

#[test]
fn fonts_are_added_by_name_and_only_whole() {
    let mut fonts = Fonts::new();
    for font in FONTS {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/fonts/");
        let bytes = std::fs::read(format!("{folder}{}", font.file)).unwrap();
        let spec = written_in(font.name, "ox");
        assert!(!fonts.has(font.name));
        let absent = LetteringError::FontNotLoaded { font: font.name };
        assert_eq!(draw(&spec, &fonts), Err(absent));

        let mut damaged = bytes.clone();
        damaged[1000] ^= 1;
        let error = fonts.add(font.name, damaged).unwrap_err();
        assert!(matches!(error, LetteringError::FontDamaged { .. }));
        assert!(error.to_string().contains(font.sha256), "{error}");

        fonts.add(font.name, bytes).unwrap();
        assert!(fonts.has(font.name));
        assert_eq!(draw(&spec, &fonts), draw(&spec, &Fonts::bundled()));
    }
    let unknown = LetteringError::UnknownFont {
        font: "comic".to_owned(),
    };
    assert_eq!(fonts.add("comic", Vec::new()), Err(unknown));
}
