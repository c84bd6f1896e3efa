//! A 605 MB checkpoint from a hub: downloaded once, started from the disk the next time, within its memory both times.

use std::path::Path;

use glimpse_tests::full_size::{Variant, folder_in, write};

use crate::stage::{REPOSITORY, Stage, WEIGHTS, classify, scores};
use crate::support::Run;

/// What a 605 MB checkpoint may take: twice would mean that something holds it twice.
const PEAK_RESIDENT_BYTES: u64 = 1_300_000_000;

/// Classifies with the hub's copy, and asserts the memory that it took.
fn run(stage: &Stage) -> Run {
    let (run, peak) = Run::watched(&mut stage.command(&classify(REPOSITORY)));
    match peak {
        Some(peak) => assert!(peak < PEAK_RESIDENT_BYTES, "{peak} bytes"),
        None => println!("left out: this system does not tell a process's peak memory"),
    }
    run
}

#[test]
fn a_full_size_model_is_downloaded_once_and_fits_in_memory() {
    // CARGO_TARGET_TMPDIR is target/tmp.
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    let folder = folder_in(target, Variant::Sound);
    write(&folder, Variant::Sound).unwrap();
    let stage = Stage::with(&folder);
    let expected = stage.scores(folder.to_str().unwrap());

    assert_eq!(scores(&run(&stage)), expected);
    let weights = stage.requests(WEIGHTS);
    assert_eq!(weights.len(), 1);
    assert!(weights[0].complete);
    assert_eq!(weights[0].bytes_sent, stage.size(WEIGHTS));

    stage.hub.clear_log();
    assert_eq!(scores(&run(&stage)), expected);
    assert_eq!(stage.asked(), ["revision"]);
}
