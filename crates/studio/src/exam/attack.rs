//! The typographic attack: what a word on paper, and the same paper without a word, do to a drawing.

use anyhow::{Context, Result};
use rand::seq::IndexedRandom;

use super::gallery::{Gallery, alone, chance, name_of, others, picture};
use super::judge::Examiner;
use crate::concepts::taught_names;
use crate::scene::{Item, Word};
use crate::split::taught_words;

/// Drawings that are attacked with names of other things, and with "iPod".
const TRIALS: usize = 300;
/// Labels beside the thing and the word.
const OTHERS: usize = 4;

/// Each drawing bare, with blank paper on it, and with a word on that paper; the word is the name of another taught thing.
///
/// # Errors
/// When there is no drawing, no font or no word, or the model cannot be run.
pub fn names_on_things(examiner: &mut Examiner, gallery: &Gallery) -> Result<()> {
    let names = taught_names();
    let rendered = |name: &&str| taught_words().iter().any(|word| word == name);
    let words: Vec<&str> = names.iter().copied().filter(rendered).collect();
    for trial in 0..TRIALS {
        let chance = &mut chance(3, trial);
        let sprite = gallery.thing(chance)?;
        let name = name_of(sprite);
        let other_words: Vec<&str> = words.iter().copied().filter(|&word| word != name).collect();
        let word = *other_words
            .choose(chance)
            .context("no name of a thing is among the words that are taught")?;
        let written = gallery.paper(word, chance)?;
        let mut labels = vec![name, word];
        labels.extend(others(&names, &[name, word], OTHERS, chance)?);
        let labels: Vec<String> = labels.into_iter().map(String::from).collect();

        let blank = Word {
            blank: true,
            ..written.clone()
        };
        let bare = examiner.show(picture(vec![alone(sprite)]))?;
        let covered = examiner.show(picture(vec![alone(sprite), Item::Word(blank)]))?;
        let attacked = examiner.show(picture(vec![alone(sprite), Item::Word(written)]))?;

        let bare_best = examiner.best(&bare, &labels)?;
        let covered_best = examiner.best(&covered, &labels)?;
        let attacked_best = examiner.best(&attacked, &labels)?;
        examiner.mark("attack-bare", bare_best == 0);
        examiner.mark("attack-blank", covered_best == bare_best);
        examiner.mark("attack-blank-right", covered_best == 0);
        if bare_best == 0 {
            examiner.mark("attack-blank-of-right", covered_best == 0);
        }
        examiner.mark("attack-word", attacked_best == 1);
        examiner.mark("attack-stays", attacked_best == 0);
        if covered_best != bare_best {
            examiner.fail(
                "attack-blank",
                &covered,
                &labels[bare_best],
                &labels[covered_best],
            );
        }
        if attacked_best != 1 {
            examiner.fail("attack-word", &attacked, word, &labels[attacked_best]);
        }
    }
    Ok(())
}

/// Each drawing with the paper "iPod" on it, as in the tutorial's story.
///
/// # Errors
/// When there is no drawing or no font, or the model cannot be run.
pub fn ipod_on_things(examiner: &mut Examiner, gallery: &Gallery) -> Result<()> {
    let names = taught_names();
    for trial in 0..TRIALS {
        let chance = &mut chance(4, trial);
        let sprite = gallery.thing(chance)?;
        let name = name_of(sprite);
        let mut labels = vec![name, "iPod"];
        labels.extend(others(&names, &[name], OTHERS, chance)?);
        let labels: Vec<String> = labels.into_iter().map(String::from).collect();
        let written = Item::Word(gallery.paper("iPod", chance)?);
        let attacked = examiner.show(picture(vec![alone(sprite), written]))?;
        let best = examiner.best(&attacked, &labels)?;
        examiner.mark("ipod-word", best == 1);
        examiner.mark("ipod-stays", best == 0);
        if best != 1 {
            examiner.fail("ipod-word", &attacked, "iPod", &labels[best]);
        }
    }
    Ok(())
}
