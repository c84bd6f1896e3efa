//! Evaluates the twin, a held-out control: the same training without the rows of some classes and without some names.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Result;
use serde::{Deserialize, Serialize};

use super::super::engine::{Engine, open_picture};
use super::super::judge::{Examiner, Judge, Seen};
use super::super::report::Weights;
use super::cases::Cases;
use super::taught::Taught;
use super::{WEIGHTS, weigh};
use crate::card::read;

/// Which twin was examined.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Twin {
    /// Its weights.
    pub model: Weights,
    /// How long it learned.
    pub minutes: f64,
    /// How many classes it was not shown.
    pub classes: usize,
    /// How many names of others it was not shown.
    pub names: usize,
}

/// What a twin's `training.json` says of it.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Log {
    /// How long it learned.
    pub minutes: f64,
    /// What it was not shown.
    pub held_out: HeldOut,
}

/// What a training did not show.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldOut {
    /// Places of classes.
    pub classes: Vec<usize>,
    /// Names, each with its class's place.
    pub names: BTreeMap<String, usize>,
}

/// Asks the twin in the folder `twin` about what it was not shown, and marks its answers with `examiner`, whose own model it is not.
///
/// # Errors
/// When the twin was shown everything or cannot be run, or a photograph cannot be read.
pub fn twin(examiner: &mut Examiner, folder: &Path, cases: &Cases) -> Result<Twin> {
    let log: Log = read(folder, "training.json", "the training writes it")?;
    anyhow::ensure!(
        !log.held_out.classes.is_empty(),
        "the model in {} was shown every class: its twin is trained with --hold-out",
        folder.display()
    );
    let taught = Taught::read(folder)?;
    let mut engine = Engine::open(folder)?;
    ask(examiner, &mut engine, &log.held_out, &taught, cases)?;
    Ok(Twin {
        model: weigh(&folder.join(WEIGHTS))?,
        minutes: log.minutes,
        classes: log.held_out.classes.len(),
        names: log.held_out.names.len(),
    })
}

/// Asks `judge` about the photographs of what was held out, and marks its answers with `examiner`.
///
/// # Errors
/// When the judge cannot be run, or a photograph cannot be read.
pub fn ask(
    examiner: &mut Examiner,
    judge: &mut dyn Judge,
    held: &HeldOut,
    taught: &Taught,
    cases: &Cases,
) -> Result<()> {
    let concepts = &taught.labels.concepts;
    let classes: Vec<String> = held
        .classes
        .iter()
        .filter_map(|&class| concepts.get(class).cloned())
        .collect();
    let mut asked = Examiner::new(judge);
    for case in &cases.cases {
        let right = classes.iter().position(|class| *class == case.name);
        let own = taught.classes_of(&case.name);
        let names: Vec<&String> = held
            .names
            .iter()
            .filter(|(_, class)| own.contains(class))
            .map(|(name, _)| name)
            .collect();
        if right.is_none() && names.is_empty() {
            continue;
        }
        let seen: Seen = asked.show(open_picture(&case.path(&cases.folder))?)?;
        if let Some(right) = right {
            let before = asked.ask("held-classes", &seen, &classes, right)?;
            examiner.mark("held-classes", before == 0);
        }
        for name in names {
            let labels = taught.renamed(&case.name, name);
            let before = asked.ask("held-names", &seen, &labels, 0)?;
            examiner.mark("held-names", before == 0);
        }
    }
    Ok(())
}
