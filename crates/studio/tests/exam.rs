//! Checks the exam with judges whose answers are known.

use std::path::Path;
use std::sync::Arc;

use anyhow::Result;
use glimpse_studio::concepts::{concepts, is_taught};
use glimpse_studio::exam::figures::FIGURES;
use glimpse_studio::exam::gallery::{Gallery, SIDE};
use glimpse_studio::exam::judge::{Embedding, Examiner, Judge, Marks};
use glimpse_studio::exam::report::Weights;
use glimpse_studio::exam::{Shown, attack, composition, examine, reading, style};
use glimpse_studio::fonts::Font;
use glimpse_studio::scene::{Kind, Sprite};
use image::RgbImage;
use resvg::tiny_skia::{Color, Pixmap};

/// Steps of a colour channel, far enough apart to survive the painting.
const STEP: usize = 40;
const STEPS: usize = 7;

/// A drawing of a concept: a square in a colour that says which.
fn sprite(concept: usize) -> Arc<Sprite> {
    let channel = |digit: usize| u8::try_from(STEP * (digit % STEPS)).unwrap();
    let colour = [concept / STEPS / STEPS, concept / STEPS, concept].map(channel);
    let mut pixmap = Pixmap::new(SIDE, SIDE).unwrap();
    pixmap.fill(Color::from_rgba8(colour[0], colour[1], colour[2], 255));
    Arc::new(Sprite {
        concept,
        set: "squares".into(),
        kind: Kind::Emoji,
        pixmap,
    })
}

/// Which concept lies at (x, y), given as shares of the side; white is none.
fn concept_at(picture: &RgbImage, x: f32, y: f32) -> Option<usize> {
    let side = SIDE as f32;
    let pixel = picture.get_pixel((x * side) as u32, (y * side) as u32).0;
    let digits = pixel.map(|channel| (usize::from(channel) + STEP / 2) / STEP);
    let concept = digits.iter().fold(0, |sum, digit| sum * STEPS + digit);
    (pixel != [255; 3]).then_some(concept)
}

fn gallery() -> Gallery {
    let (style, strangers) =
        (0..concepts().len()).partition::<Vec<usize>, _>(|&index| is_taught(index));
    let font = include_bytes!("fixtures/blocks.ttf").to_vec();
    Gallery {
        style: style.into_iter().map(sprite).collect(),
        strangers: strangers.into_iter().map(sprite).collect(),
        fonts: vec![Arc::new(Font::new("blocks", font).unwrap())],
    }
}

fn one_hot(at: usize, length: usize) -> Embedding {
    (0..length)
        .map(|place| f32::from(u8::from(place == at)))
        .collect()
}

/// A judge made of two functions.
struct Made<P, T> {
    picture: P,
    text: T,
}

impl<P: Fn(&RgbImage) -> Embedding, T: Fn(&str) -> Embedding> Judge for Made<P, T> {
    fn picture(&mut self, picture: &RgbImage) -> Result<Embedding> {
        Ok((self.picture)(picture))
    }

    fn text(&mut self, text: &str) -> Result<Embedding> {
        Ok((self.text)(text))
    }

    fn probabilities(&mut self, _: &[f32], labels: &[String]) -> Result<Vec<f32>> {
        Ok(vec![1.0 / labels.len() as f32; labels.len()])
    }
}

fn concept_named(text: &str) -> Option<usize> {
    let name = text.strip_prefix("a drawing of a ").unwrap_or(text);
    concepts().iter().position(|concept| concept.name == name)
}

/// Embeds a concept's name as its own direction; all other texts as one more.
fn of_name(text: &str) -> Embedding {
    one_hot(
        concept_named(text).unwrap_or(concepts().len()),
        concepts().len() + 1,
    )
}

/// Knows every drawing by its upper edge, where no paper reaches, and reads nothing.
fn knows_all(picture: &RgbImage) -> Embedding {
    let length = concepts().len() + 1;
    one_hot(concept_at(picture, 0.5, 0.12).unwrap_or(length - 1), length)
}

fn examined(
    judge: &mut dyn Judge,
    exam: impl Fn(&mut Examiner) -> Result<()>,
    keys: &[&str],
) -> Vec<Marks> {
    let mut examiner = Examiner::new(judge);
    exam(&mut examiner).unwrap();
    keys.iter().map(|key| examiner.marks(key)).collect()
}

fn marks(right: usize, trials: usize) -> Marks {
    Marks {
        right: u32::try_from(right).unwrap(),
        trials: u32::try_from(trials).unwrap(),
    }
}

#[test]
fn a_style_is_marked_by_how_many_names_come_first() {
    let gallery = gallery();
    let keys = ["style-50-top1", "style-200-top5", "style-100-drawing-top1"];
    let all = gallery.style.len();
    let exam = |examiner: &mut Examiner| style::held_out_style(examiner, &gallery);

    let mut perfect = Made {
        picture: knows_all,
        text: of_name,
    };
    assert_eq!(
        examined(&mut perfect, exam, &keys),
        vec![marks(all, all); 3]
    );

    // Every second drawing is anything but what it shows.
    let half = |picture: &RgbImage| {
        let right = knows_all(picture);
        let wrong = right.iter().map(|value| 1.0 - value).collect();
        if right
            .iter()
            .position(|&value| value == 1.0)
            .unwrap()
            .is_multiple_of(2)
        {
            right
        } else {
            wrong
        }
    };
    let even = gallery
        .style
        .iter()
        .filter(|sprite| sprite.concept.is_multiple_of(2))
        .count();
    let mut half = Made {
        picture: half,
        text: of_name,
    };
    assert_eq!(examined(&mut half, exam, &keys), vec![marks(even, all); 3]);
}

#[test]
fn a_thing_that_is_third_is_among_five_but_not_first() {
    let gallery = gallery();
    let held_out: Vec<usize> = gallery
        .strangers
        .iter()
        .map(|sprite| sprite.concept)
        .collect();
    let takes_for_two_others = |picture: &RgbImage| {
        let right = concept_at(picture, 0.5, 0.5).unwrap();
        let mut embedding = one_hot(right, concepts().len() + 1);
        if right % 4 == 1 {
            let others = held_out.iter().filter(|&&other| other != right);
            others.take(2).for_each(|&other| embedding[other] = 2.0);
        }
        embedding
    };
    let mut judge = Made {
        picture: takes_for_two_others,
        text: of_name,
    };
    let exam = |examiner: &mut Examiner| style::held_out_concepts(examiner, &gallery);
    let found = examined(&mut judge, exam, &["concepts-top1", "concepts-top5"]);
    let third = held_out.iter().filter(|&&concept| concept % 4 == 1).count();
    assert_eq!(held_out.len(), 40);
    assert_eq!(found, [marks(40 - third, 40), marks(40, 40)]);
}

#[test]
fn who_cannot_read_keeps_to_the_drawing() {
    let gallery = gallery();
    let mut judge = Made {
        picture: knows_all,
        text: of_name,
    };
    let keys = [
        "attack-bare",
        "attack-blank",
        "attack-blank-of-right",
        "attack-stays",
        "attack-word",
    ];
    let exam = |examiner: &mut Examiner| attack::names_on_things(examiner, &gallery);
    let found = examined(&mut judge, exam, &keys);
    assert_eq!(found[..4], vec![marks(300, 300); 4]);
    assert_eq!(found[4], marks(0, 300));
}

#[test]
fn the_three_pictures_of_an_attack_differ_in_the_paper_and_the_word_alone() {
    let gallery = gallery();
    let seen = std::cell::RefCell::new(Vec::new());
    let remembers = |picture: &RgbImage| {
        seen.borrow_mut().push(picture.clone());
        vec![1.0]
    };
    let mut judge = Made {
        picture: remembers,
        text: |_: &str| vec![1.0],
    };
    attack::names_on_things(&mut Examiner::new(&mut judge), &gallery).unwrap();
    let seen = seen.into_inner();
    assert_eq!(seen.len(), 900);
    for three in seen.chunks(3) {
        let differ =
            |a: &RgbImage, b: &RgbImage| a.pixels().zip(b.pixels()).filter(|(a, b)| a != b).count();
        let (paper, word) = (differ(&three[0], &three[1]), differ(&three[1], &three[2]));
        assert!(word > 20 && paper > word, "paper {paper}, word {word}");
        let share = paper as f32 / (SIDE * SIDE) as f32;
        assert!(share < 0.95 * 0.35 + 0.02, "the paper covers {share}");
    }
}

#[test]
fn who_knows_nothing_gets_no_marks_even_where_all_is_equal() {
    let gallery = gallery();
    let mut judge = Made {
        picture: |_: &RgbImage| vec![1.0],
        text: |_: &str| vec![1.0],
    };
    let keys = [
        "binding",
        "shapes-held-out",
        "sides",
        "counting",
        "words-unseen",
        "words-taught",
    ];
    let exam = |examiner: &mut Examiner| {
        composition::binding(examiner)?;
        composition::coloured_shapes(examiner)?;
        composition::sides(examiner, &gallery)?;
        composition::counting(examiner, &gallery)?;
        reading::unseen_words(examiner, &gallery)?;
        reading::taught(examiner, &gallery)
    };
    assert_eq!(examined(&mut judge, exam, &keys), vec![marks(0, 300); 6]);
}

#[test]
fn who_tells_left_from_right_gets_all_of_it() {
    let gallery = gallery();
    let count = concepts().len();
    let both = |left: Option<usize>, right: Option<usize>| {
        let left = one_hot(left.unwrap(), count);
        left.into_iter()
            .chain(one_hot(right.unwrap(), count))
            .collect::<Embedding>()
    };
    let unarticled = |name: &str| concept_named(name.split_once(' ').unwrap().1);
    let mut judge = Made {
        picture: |picture: &RgbImage| {
            both(
                concept_at(picture, 0.26, 0.5),
                concept_at(picture, 0.74, 0.5),
            )
        },
        text: |text: &str| {
            let (left, right) = text.split_once(" left of ").unwrap();
            both(unarticled(left), unarticled(right))
        },
    };
    let exam = |examiner: &mut Examiner| composition::sides(examiner, &gallery);
    assert_eq!(examined(&mut judge, exam, &["sides"]), [marks(300, 300)]);
}

/// How many things that do not touch lie on white.
fn islands(picture: &RgbImage) -> usize {
    let mut left: std::collections::HashSet<(u32, u32)> = picture
        .enumerate_pixels()
        .filter(|(_, _, pixel)| pixel.0 != [255; 3])
        .map(|(x, y, _)| (x, y))
        .collect();
    let mut count = 0;
    while let Some(&start) = left.iter().next() {
        left.remove(&start);
        let mut edge = vec![start];
        while let Some((x, y)) = edge.pop() {
            let near = [
                (x.wrapping_sub(1), y),
                (x + 1, y),
                (x, y.wrapping_sub(1)),
                (x, y + 1),
            ];
            edge.extend(near.into_iter().filter(|pixel| left.remove(pixel)));
        }
        count += 1;
    }
    count
}

#[test]
fn who_counts_gets_all_of_it() {
    let gallery = gallery();
    let numbers = ["one", "two", "three", "four", "five"];
    let mut judge = Made {
        picture: |picture: &RgbImage| one_hot(islands(picture), 6),
        text: |text: &str| {
            let number = text.split(' ').next().unwrap();
            one_hot(
                1 + numbers.iter().position(|known| *known == number).unwrap(),
                6,
            )
        },
    };
    let exam = |examiner: &mut Examiner| composition::counting(examiner, &gallery);
    let found = examined(
        &mut judge,
        exam,
        &["counting", "counting-things", "counting-shapes"],
    );
    assert_eq!(found, [marks(300, 300), marks(150, 150), marks(150, 150)]);
}

#[test]
fn the_whole_exam_keeps_a_few_failures_of_each_figure() {
    let gallery = gallery();
    let shown = Shown {
        gallery: &gallery,
        page: Path::new("no such page"),
        photos: Path::new("no such photographs"),
    };
    let mut judge = Made {
        picture: knows_all,
        text: of_name,
    };
    let weights = Weights {
        bytes: 1,
        crc32: "0badc0de".into(),
    };
    let (report, failed) = examine(&mut judge, &shown, weights, |_| {}).unwrap();
    assert_eq!(failed.len(), report.failures.len());
    let figures = report.figures.len();
    assert_eq!(figures, FIGURES.len() - 1, "all but the photographs");
    let failures = report.failures.iter();
    let of_binding = failures.filter(|failure| failure.figure == "binding");
    assert_eq!(of_binding.count(), 8);
    assert_eq!(report.stories.len(), 4);
}

#[test]
fn the_same_is_asked_every_time() {
    let gallery = gallery();
    let asked = || {
        let mut seen = Vec::new();
        let mut judge = Made {
            picture: |picture: &RgbImage| {
                let sum = picture.iter().map(|&value| u64::from(value)).sum::<u64>();
                vec![sum as f32]
            },
            text: |text: &str| vec![text.len() as f32],
        };
        let mut examiner = Examiner::new(&mut judge);
        composition::sides(&mut examiner, &gallery).unwrap();
        for failed in examiner.failed() {
            seen.push((
                failed.asked.clone(),
                failed.answered.clone(),
                failed.picture.as_raw().clone(),
            ));
        }
        seen
    };
    let first = asked();
    assert!(first.len() > 100);
    assert!(first == asked());
}
