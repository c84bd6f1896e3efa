//! What is written: the word, and the controls that tell what of its pull is the word's own.

use rand_pcg::Pcg64Mcg;
use rand_pcg::rand_core::{Rng, SeedableRng};
use serde::{Deserialize, Serialize};
use unicode_segmentation::UnicodeSegmentation;

use super::SweepOptions;

/// How often another draw is made before a control is given up.
const DRAWS: usize = 500;

/// One of the texts that are laid on a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Content {
    /// The word of the attack.
    Word,
    /// The same paper without a word.
    Blank,
    /// Letters that mean nothing, as many as the word has.
    Nonsense,
    /// The word's own letters in another order.
    Scrambled,
    /// Another word for the target.
    Synonym,
    /// The picture's true label.
    Truth,
}

impl Content {
    /// Its name in a variant's key, as in JSON.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Word => "word",
            Self::Blank => "blank",
            Self::Nonsense => "nonsense",
            Self::Scrambled => "scrambled",
            Self::Synonym => "synonym",
            Self::Truth => "truth",
        }
    }

    /// Its name for people.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Word => "the word",
            Self::Blank => "blank paper",
            Self::Nonsense => "nonsense",
            Self::Scrambled => "the word scrambled",
            Self::Synonym => "a synonym",
            Self::Truth => "the true label",
        }
    }
}

/// A content and its text; the true label's is each picture's own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Text {
    /// What it is.
    pub content: Content,
    /// What is written; `None` for the true label.
    pub text: Option<String>,
}

/// All contents of a sweep, in their order.
///
/// A control that cannot be made is left out: a word of one letter has no other order, and every word of its length
/// might be a label.
pub(crate) fn contents(options: &SweepOptions) -> Vec<Text> {
    let text = |content, text: Option<String>| Text { content, text };
    let mut all = vec![
        text(Content::Word, Some(options.word.clone())),
        text(Content::Blank, Some(options.word.clone())),
    ];
    let mut chance = Pcg64Mcg::seed_from_u64(options.seed);
    if let Some(nonsense) = first_new(options, || nonsense(&options.word, &mut chance)) {
        all.push(text(Content::Nonsense, Some(nonsense)));
    }
    let mut chance = Pcg64Mcg::seed_from_u64(options.seed.wrapping_add(1));
    if let Some(scrambled) = first_new(options, || scrambled(&options.word, &mut chance)) {
        all.push(text(Content::Scrambled, Some(scrambled)));
    }
    if let Some(synonym) = &options.synonym {
        all.push(text(Content::Synonym, Some(synonym.clone())));
    }
    all.push(text(Content::Truth, None));
    all
}

/// The first draw that is neither the word, nor its synonym, nor a label, upper and lower case aside.
fn first_new(options: &SweepOptions, draw: impl FnMut() -> String) -> Option<String> {
    let folded = |text: &str| text.trim().to_lowercase();
    let taken: Vec<String> = options
        .labels
        .iter()
        .chain([&options.word])
        .chain(&options.target)
        .chain(&options.synonym)
        .map(|text| folded(text))
        .collect();
    std::iter::repeat_with(draw)
        .take(DRAWS)
        .find(|text| !taken.contains(&folded(text)))
}

/// Consonants and vowels by turns, one for each letter as people count them; spaces and capitals stay where they are.
fn nonsense(word: &str, chance: &mut Pcg64Mcg) -> String {
    const CONSONANTS: &[u8] = b"bdfgklmnprstvz";
    const VOWELS: &[u8] = b"aeiou";
    let mut vowel = below(chance, 2) == 1;
    let mut text = String::new();
    for letter in word.graphemes(true) {
        if letter.trim().is_empty() {
            text.push_str(letter);
            continue;
        }
        let letters = if vowel { VOWELS } else { CONSONANTS };
        vowel = !vowel;
        let drawn = char::from(letters[below(chance, letters.len())]);
        let capital = letter.chars().next().is_some_and(char::is_uppercase);
        text.push(if capital {
            drawn.to_ascii_uppercase()
        } else {
            drawn
        });
    }
    text
}

/// The letters as people count them in another order; spaces stay where they are.
fn scrambled(word: &str, chance: &mut Pcg64Mcg) -> String {
    let letters: Vec<&str> = word.graphemes(true).collect();
    let places: Vec<usize> = (0..letters.len())
        .filter(|&place| !letters[place].trim().is_empty())
        .collect();
    let mut order = places.clone();
    shuffle(&mut order, chance);
    let mut mixed = letters.clone();
    for (&to, &from) in places.iter().zip(&order) {
        mixed[to] = letters[from];
    }
    mixed.concat()
}

/// Fisher and Yates, from the generator's own numbers: a report made today must give the same order in years.
pub(crate) fn shuffle<T>(items: &mut [T], chance: &mut Pcg64Mcg) {
    for last in (1..items.len()).rev() {
        items.swap(last, below(chance, last + 1));
    }
}

/// A number below `end`; the remainder's bias is 1 in 2^50 for the short lists here.
fn below(chance: &mut Pcg64Mcg, end: usize) -> usize {
    (chance.next_u64() % end as u64) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(word: &str, labels: &[&str]) -> SweepOptions {
        SweepOptions {
            word: word.to_owned(),
            labels: labels.iter().map(|label| label.to_string()).collect(),
            ..SweepOptions::default()
        }
    }

    fn text_of(options: &SweepOptions, content: Content) -> Option<String> {
        let all = contents(options);
        all.into_iter()
            .find(|text| text.content == content)
            .and_then(|text| text.text)
    }

    #[test]
    fn controls_keep_length_spaces_and_capitals() {
        let options = options("iPod touch", &["apple", "iPod touch"]);
        let nonsense = text_of(&options, Content::Nonsense).unwrap();
        assert_eq!(nonsense.chars().count(), 10);
        assert_eq!(nonsense.find(' '), Some(4));
        assert!(nonsense.chars().nth(1).unwrap().is_uppercase());
        let scrambled = text_of(&options, Content::Scrambled).unwrap();
        let sorted = |text: &str| {
            let mut letters: Vec<char> = text.chars().collect();
            letters.sort_unstable();
            letters
        };
        assert_eq!(sorted(&scrambled), sorted("iPod touch"));
        assert_ne!(scrambled, "iPod touch");
        assert_eq!(scrambled.find(' '), Some(4));
    }

    #[test]
    fn a_seed_gives_the_same_controls_and_another_gives_others() {
        let one = options("segway", &["dog", "segway"]);
        assert_eq!(contents(&one), contents(&one));
        let other = SweepOptions {
            seed: 7,
            ..one.clone()
        };
        assert_ne!(contents(&one), contents(&other));
    }

    #[test]
    fn no_control_is_a_label() {
        for seed in 0..50 {
            let options = SweepOptions {
                seed,
                ..options("on", &["on", "NO", "ba", "be", "di", "of"])
            };
            assert_eq!(text_of(&options, Content::Scrambled), None);
            let nonsense = text_of(&options, Content::Nonsense).unwrap();
            assert!(
                !["on", "no", "ba", "be", "di", "of"].contains(&nonsense.as_str()),
                "{nonsense} of seed {seed} is a label"
            );
        }
    }

    #[test]
    fn letters_with_marks_are_not_torn_apart() {
        let word = "e\u{301}te\u{301}s";
        let options = options(word, &["a", word]);
        let scrambled = text_of(&options, Content::Scrambled).unwrap();
        let mut letters: Vec<&str> = scrambled.graphemes(true).collect();
        letters.sort_unstable();
        assert_eq!(letters, ["e\u{301}", "e\u{301}", "s", "t"]);
        let nonsense = text_of(&options, Content::Nonsense).unwrap();
        assert_eq!(nonsense.chars().count(), 4);
    }
}
