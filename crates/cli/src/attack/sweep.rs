//! Looks at every variant of a sweep, with a progress bar, until it is done or someone ends it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock};

use glimpse_attack::Sweep;
use signal_hook::consts::SIGINT;
use signal_hook::flag;

use crate::attack::ask::Model;
use crate::attack::journal::Line;
use crate::attack::pictures::Picture;
use crate::failure::Failure;
use crate::{output, progress};

/// Set by the first Ctrl-C.
static STOP: LazyLock<Arc<AtomicBool>> = LazyLock::new(Arc::default);

/// How far a sweep came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Looked {
    /// At everything.
    AtAll,
    /// At so many of at most so many variants, when someone ended it.
    AtSome { done: usize, expected: usize },
}

/// From now on the first Ctrl-C ends a sweep after the variant at hand, the second one everything.
pub fn stop_on_ctrl_c() {
    // In this order: what ends the process looks whether an earlier one was seen.
    let second = flag::register_conditional_shutdown(SIGINT, 130, Arc::clone(&STOP));
    let first = second.and_then(|_| flag::register(SIGINT, Arc::clone(&STOP)));
    // Where that fails, Ctrl-C ends the process at once: what was kept so far is kept.
    drop(first);
}

/// Asks the model about one variant after the other; `keep` is given each answer before the sweep is.
pub async fn look(
    sweep: &mut Sweep,
    model: &Model<'_>,
    pictures: &[Picture],
    mut keep: impl FnMut(&Line) -> Result<(), Failure>,
) -> Result<Looked, Failure> {
    let bar = progress::over_variants(sweep.progress());
    while let Some(variant) = sweep.next() {
        let progress = sweep.progress();
        if STOP.load(Ordering::SeqCst) {
            bar.finish_and_clear();
            return Ok(Looked::AtSome {
                done: progress.done,
                expected: progress.expected,
            });
        }
        let picture = &pictures[variant.picture];
        bar.set_length(progress.expected as u64);
        bar.set_position(progress.done as u64);
        bar.set_message(output::printable(&picture.id.name));
        let line = Line {
            answer: model.ask(&variant, picture).await?,
            key: variant.key,
        };
        keep(&line)?;
        sweep
            .answer(&line.key, line.answer)
            .map_err(|error| Failure::File(error.to_string()))?;
    }
    bar.finish_and_clear();
    Ok(Looked::AtAll)
}
