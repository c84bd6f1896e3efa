//! What is measured on photographs: each figure's key, what it says, what guessing would give, its bar, and what the teacher reaches.

/// A figure: how often something happened, in per cent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Aim {
    /// Its name in `exam.json`.
    pub key: &'static str,
    /// The part of the exam that it belongs to.
    pub exam: &'static str,
    /// What is counted.
    pub what: &'static str,
    /// What guessing would give, in per cent; none where that says nothing.
    pub chance: Option<f64>,
    /// The bar set for it, in per cent.
    pub bar: Option<f64>,
    /// Whether the bar is a most: what is counted should not happen.
    pub at_most: bool,
    /// What the targets reach that the text tower is trained towards, in per cent, as the project's notes have it.
    pub teacher: Option<f64>,
}

/// The bar for the weights, in megabytes at most.
pub const MEGABYTES: f64 = 16.0;
/// The bar for one of all names, as a share of what the image tower's own classifier reaches on the same pictures, and the teacher's.
pub const SHARE_OF_CLASSIFIER: [f64; 2] = [0.93, 0.97];

const NAMES: &str = "names of ImageNet's classes";
const OTHER: &str = "other names";
const GROUPS: &str = "groups in everyday words";
const SAID: &str = "one of 100, said otherwise";
const TUTORIAL: &str = "the tutorial's lists, as typed there";
const TWIN: &str = "the twin, which was not shown all";
const TEXTS: &str = "texts alone: nearest to the class's own name";
const ROUTE: &str = "which built-in model `auto` takes";

/// Every figure, in the order of the table.
pub const AIMS: [Aim; 20] = [
    aim("four", NAMES, "one of 4 labels")
        .chance(25.0)
        .bar(98.0, 99.7),
    aim("siblings", NAMES, "one of 5 look-alikes")
        .chance(20.0)
        .bar(88.0, 92.0),
    aim("hundred", NAMES, "one of 100 labels")
        .chance(1.0)
        .bar(91.0, 95.0),
    aim("thousand", NAMES, "one of all 1,000").chance(0.1),
    aim(
        "thousand-five",
        NAMES,
        "one of all 1,000, among the first five",
    )
    .chance(0.5),
    aim(
        "synonyms",
        OTHER,
        "another name in its class's place, one of 1,000",
    )
    .chance(0.1),
    aim("everyday", GROUPS, "one of 19")
        .chance(100.0 / 19.0)
        .bar(75.0, 78.0),
    aim("said-photo", SAID, "\"a photo of a {}\"").chance(1.0),
    aim("said-this", SAID, "\"This is a {}.\"").chance(1.0),
    aim("said-seven", SAID, "CLIP's seven templates").chance(1.0),
    aim("said-plural", SAID, "in the plural").chance(1.0),
    aim("tutorial", TUTORIAL, "the right one of 4 or 6"),
    aim(
        "held-classes",
        TWIN,
        "classes taken out of training, one of 100",
    )
    .chance(1.0)
    .bar(25.0, 31.0),
    aim(
        "held-names",
        TWIN,
        "names never trained, in their class's place, one of 1,000",
    )
    .chance(0.1),
    aim("text-synonyms", TEXTS, "another name").chance(0.1),
    aim("text-this", TEXTS, "\"This is a {}.\"").chance(0.1),
    aim("text-plural", TEXTS, "the plural").chance(0.1),
    aim("text-capitals", TEXTS, "capitals").chance(0.1),
    aim(
        "drawing-to-photo",
        ROUTE,
        "a picture of mini's exam sent to mini-photo",
    )
    .most(3.0),
    aim("photo-to-mini", ROUTE, "a photograph sent to mini").most(1.0),
];

const fn aim(key: &'static str, exam: &'static str, what: &'static str) -> Aim {
    Aim {
        key,
        exam,
        what,
        chance: None,
        bar: None,
        at_most: false,
        teacher: None,
    }
}

impl Aim {
    const fn chance(self, chance: f64) -> Self {
        Self {
            chance: Some(chance),
            ..self
        }
    }

    const fn bar(self, bar: f64, teacher: f64) -> Self {
        Self {
            bar: Some(bar),
            teacher: Some(teacher),
            ..self
        }
    }

    const fn most(self, bar: f64) -> Self {
        Self {
            bar: Some(bar),
            at_most: true,
            ..self
        }
    }

    /// The figure of this key.
    pub fn of(key: &str) -> Option<&'static Self> {
        AIMS.iter().find(|aim| aim.key == key)
    }

    /// Whether `percent` reaches the bar; none where none is set.
    pub fn is_reached(&self, percent: f64) -> Option<bool> {
        self.bar.map(|bar| {
            if self.at_most {
                percent <= bar
            } else {
                percent >= bar
            }
        })
    }
}
