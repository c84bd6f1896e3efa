//! Puts a scene into words, in the many ways that people type labels.

use rand::{Rng, RngExt};

use crate::concepts::Concept;
use crate::scene::Kind;

// `{}` is the name, `{a}` the name after its article.
const ANY: &[&str] = &[
    "a picture of {a}",
    "a photo of {a}",
    "a drawing of {a}",
    "a drawing of a {}",
    "an image of {a}",
    "this is {a}",
    "a photo of the {}",
    "a good photo of {a}",
    "a photo of the small {}",
    "a photo of the large {}",
    "itap of {a}",
    "{a} in a video game",
    "art of the {}",
    "a bad photo of the {}",
    "a picture of {}",
];
const EMOJI: &[&str] = &[
    "an emoji of {a}",
    "a cartoon of {a}",
    "an illustration of {a}",
];
const ICON: &[&str] = &["an icon of {a}", "a line drawing of {a}", "a symbol of {a}"];
const READING: &[&str] = &[
    "the word {}",
    "the word {}",
    "a sheet of paper that says {}",
    "text that says {}",
    "a sign that says {}",
    "a label that says {}",
    "a picture of the word {}",
    "written text {}",
];
const BOTH: &[&str] = &[
    "{a} with the word {w} on it",
    "{a} with a label that says {w}",
    "{a} and the word {w}",
    "{a} with the text {w}",
    "a picture of {a} with the word {w}",
];
pub(crate) const NUMBERS: [&str; 5] = ["one", "two", "three", "four", "five"];
/// Names and their plurals that no ending makes.
pub(crate) const IRREGULAR: [(&str, &str); 5] = [
    ("man", "men"),
    ("woman", "women"),
    ("mouse", "mice"),
    ("foot", "feet"),
    ("tooth", "teeth"),
];

/// One of `list`.
///
/// # Panics
/// When the list is empty.
pub fn pick<'a, T>(list: &'a [T], chance: &mut impl Rng) -> &'a T {
    &list[chance.random_range(0..list.len())]
}

/// The name after "a" or "an".
pub fn article(name: &str) -> String {
    let vowel = name.starts_with(['a', 'e', 'i', 'o', 'u']) && name != "ufo" && name != "unicorn";
    format!("{} {name}", if vowel { "an" } else { "a" })
}

/// As [`article`], but now and then "a" before a vowel, since templates that people type say so before anything.
fn any_article(name: &str, chance: &mut impl Rng) -> String {
    if chance.random_bool(0.3) {
        format!("a {name}")
    } else {
        article(name)
    }
}

/// A label for a picture of the concept: one of its names, bare or in a sentence.
pub fn of_thing(concept: &Concept, kind: Option<Kind>, chance: &mut impl Rng) -> String {
    let name = if chance.random_bool(0.88) {
        &concept.name
    } else {
        pick(&concept.names, chance)
    };
    in_sentence(name, kind, chance)
}

/// The bare name about one time in three, else "a name", else a longer phrase.
pub fn in_sentence(name: &str, kind: Option<Kind>, chance: &mut impl Rng) -> String {
    let lot: f32 = chance.random();
    if lot < 0.36 {
        return name.to_owned();
    }
    if lot < 0.62 {
        return any_article(name, chance);
    }
    let special = match kind {
        Some(Kind::Emoji | Kind::Coloured) => EMOJI,
        Some(Kind::Icon) => ICON,
        None => ANY,
    };
    let templates = if chance.random_bool(0.2) {
        special
    } else {
        ANY
    };
    let named = any_article(name, chance);
    pick(templates, chance)
        .replace("{a}", &named)
        .replace("{}", name)
}

/// A caption that says that this word is to be read.
pub fn of_word(word: &str, chance: &mut impl Rng) -> String {
    pick(READING, chance).replace("{}", word)
}

/// A caption for a thing that has a word on it.
pub fn of_both(name: &str, word: &str, chance: &mut impl Rng) -> String {
    pick(BOTH, chance)
        .replace("{a}", &any_article(name, chance))
        .replace("{w}", word)
}

/// "a red circle and a blue square", with or without the articles.
pub fn of_pair(first: &str, second: &str, bare: bool) -> String {
    if bare {
        format!("{first} and {second}")
    } else {
        format!("{} and {}", article(first), article(second))
    }
}

/// How two things can lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The first is left of the second.
    Left,
    /// The first is above the second.
    Above,
}

/// "a dog left of a cat", in one of the ways to say it; `way` says which, any number will do.
pub fn of_relation(first: &str, side: Side, second: &str, way: usize) -> String {
    let (first, second) = (article(first), article(second));
    match (side, way % 4) {
        (Side::Left, 0) => format!("{first} to the left of {second}"),
        (Side::Left, 1) => format!("{second} right of {first}"),
        (Side::Left, _) => format!("{first} left of {second}"),
        (Side::Above, 0) => format!("{second} below {first}"),
        (Side::Above, 1) => format!("{first} over {second}"),
        (Side::Above, _) => format!("{first} above {second}"),
    }
}

/// "three dogs": `count` is 1 to 5; `digits` writes 3 instead.
///
/// # Panics
/// When the count is another.
pub fn of_count(count: usize, name: &str, digits: bool) -> String {
    let number = if digits {
        count.to_string()
    } else {
        NUMBERS[count - 1].to_owned()
    };
    let name = if count == 1 {
        name.to_owned()
    } else {
        plural(name)
    };
    format!("{number} {name}")
}

/// The plural of an English name of our list: "boxes", "cherries", "sheep", "knives".
pub fn plural(name: &str) -> String {
    let (front, last) = name
        .rsplit_once(' ')
        .map_or(("", name), |(front, last)| (front, last));
    let irregular = IRREGULAR.iter().find(|(one, _)| *one == last);
    let many = match last {
        _ if let Some((_, many)) = irregular => (*many).to_owned(),
        "sheep" | "fish" | "deer" | "glasses" | "grapes" | "jeans" | "gloves" | "scissors"
        | "headphones" | "pancakes" | "fries" | "dice" | "bread" | "money" | "broccoli"
        | "corn" | "milk" | "sushi" | "popcorn" | "coffee" | "beer" | "wine" | "lightning"
        | "tennis" | "bowling" | "squid" | "shrimp" | "bacon" => last.to_owned(),
        "knife" => "knives".to_owned(),
        "wolf" => "wolves".to_owned(),
        "leaf" => "leaves".to_owned(),
        "scarf" => "scarves".to_owned(),
        "tomato" | "potato" | "volcano" => format!("{last}es"),
        _ if last.ends_with(['s', 'x']) || last.ends_with("sh") || last.ends_with("ch") => {
            format!("{last}es")
        }
        _ if last.ends_with('y') && !last.ends_with("ey") && !last.ends_with("ay") => {
            format!("{}ies", &last[..last.len() - 1])
        }
        _ => format!("{last}s"),
    };
    if front.is_empty() {
        many
    } else {
        format!("{front} {many}")
    }
}
