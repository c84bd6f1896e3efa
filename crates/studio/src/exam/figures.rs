//! What the exam measures: each figure's key, what it says, what guessing would give, and the bar set for it.

/// Bars for a figure, in per cent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bars {
    /// For a model trained on two cores; none where the figure is only reported.
    pub two_cores: Option<f64>,
    /// For one trained on a large GPU.
    pub large_gpu: f64,
}

/// A figure: how often something happened, in per cent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Known {
    /// Its name in `exam.json`.
    pub key: &'static str,
    /// The exam that it belongs to.
    pub exam: &'static str,
    /// What is counted.
    pub what: &'static str,
    /// What guessing would give, in per cent; none where that says nothing.
    pub chance: Option<f64>,
    /// The bar, where one is set.
    pub bars: Option<Bars>,
}

/// Bars for the size of the weights, in megabytes: not more than this, on two cores and on a large GPU.
pub const SIZE_BARS: [f64; 2] = [12.0, 35.0];

const STYLE: &str = "held-out style (OpenMoji)";
const TEMPLATE: &str = "held-out style, \"a drawing of a {}\"";
const CONCEPTS: &str = "things whose pictures are held out";
const ATTACK: &str = "attack: a word on a drawing, 6 labels";
const IPOD: &str = "attack with \"iPod\", 6 labels";
const WORDS: &str = "reading, held-out fonts";
const SHAPES: &str = "colour x shape";
const BINDING: &str = "binding";
const COUNTING: &str = "counting 1 to 5";
const SIDES: &str = "left and right";
const PHOTOGRAPHS: &str = "photographs";

/// Every figure, in the order of the table.
pub const FIGURES: [Known; 32] = [
    known("style-50-top1", STYLE, "one of 50, top-1", 2.0).bar(Some(85.0), 93.0),
    known("style-50-top5", STYLE, "one of 50, top-5", 10.0),
    known("style-100-top1", STYLE, "one of 100, top-1", 1.0).bar(Some(77.0), 90.0),
    known("style-100-top5", STYLE, "one of 100, top-5", 5.0),
    known("style-200-top1", STYLE, "one of 200, top-1", 0.5),
    known("style-200-top5", STYLE, "one of 200, top-5", 2.5),
    known("style-50-drawing-top1", TEMPLATE, "one of 50, top-1", 2.0),
    known("style-50-drawing-top5", TEMPLATE, "one of 50, top-5", 10.0),
    known("style-100-drawing-top1", TEMPLATE, "one of 100, top-1", 1.0),
    known("style-100-drawing-top5", TEMPLATE, "one of 100, top-5", 5.0),
    known("style-200-drawing-top1", TEMPLATE, "one of 200, top-1", 0.5),
    known("style-200-drawing-top5", TEMPLATE, "one of 200, top-5", 2.5),
    known("concepts-top1", CONCEPTS, "one of 50, top-1", 2.0),
    known("concepts-top5", CONCEPTS, "one of 50, top-5", 10.0),
    known(
        "attack-bare",
        ATTACK,
        "the bare drawing is named right",
        100.0 / 6.0,
    ),
    counted(
        "attack-blank",
        ATTACK,
        "blank paper leaves the best label as it was",
    )
    .bar(Some(88.0), 95.0),
    known(
        "attack-blank-right",
        ATTACK,
        "with blank paper it is named right",
        100.0 / 6.0,
    ),
    counted(
        "attack-blank-of-right",
        ATTACK,
        "with blank paper it is named right, of those right when bare",
    ),
    counted("attack-word", ATTACK, "the word on the paper wins").bar(Some(90.0), 96.0),
    counted(
        "attack-stays",
        ATTACK,
        "the drawing wins in spite of the word",
    ),
    counted("ipod-word", IPOD, "\"iPod\" wins"),
    counted("ipod-stays", IPOD, "the drawing wins in spite of it"),
    known(
        "words-unseen",
        WORDS,
        "a word never rendered in training, one of 20",
        5.0,
    )
    .bar(None, 70.0),
    known(
        "words-taught",
        WORDS,
        "a word rendered in training, one of 20",
        5.0,
    ),
    known(
        "shapes-held-out",
        SHAPES,
        "pairs never trained together, one of 72",
        100.0 / 72.0,
    )
    .bar(Some(92.0), 98.0),
    known(
        "shapes-taught",
        SHAPES,
        "pairs that were trained, one of 72",
        100.0 / 72.0,
    ),
    known(
        "binding",
        BINDING,
        "two coloured shapes, against the colours swapped",
        50.0,
    )
    .bar(Some(70.0), 90.0),
    known("counting", COUNTING, "things and shapes together", 20.0).bar(Some(80.0), 95.0),
    known(
        "counting-things",
        COUNTING,
        "things in the held-out style",
        20.0,
    ),
    known("counting-shapes", COUNTING, "coloured shapes", 20.0),
    known(
        "sides",
        SIDES,
        "one thing left of another, against the things swapped",
        50.0,
    ),
    known(
        "photographs",
        PHOTOGRAPHS,
        "the thing that the file's name says, one of 100",
        1.0,
    ),
];

/// A figure that is only reported.
const fn counted(key: &'static str, exam: &'static str, what: &'static str) -> Known {
    Known {
        key,
        exam,
        what,
        chance: None,
        bars: None,
    }
}

const fn known(key: &'static str, exam: &'static str, what: &'static str, chance: f64) -> Known {
    Known {
        chance: Some(chance),
        ..counted(key, exam, what)
    }
}

impl Known {
    /// The same, with bars.
    const fn bar(self, two_cores: Option<f64>, large_gpu: f64) -> Self {
        Self {
            bars: Some(Bars {
                two_cores,
                large_gpu,
            }),
            ..self
        }
    }

    /// The figure of this key.
    pub fn of(key: &str) -> Option<&'static Self> {
        FIGURES.iter().find(|figure| figure.key == key)
    }
}
