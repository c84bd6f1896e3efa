//! Downloads that break off: what has arrived is gone on with, in bytes requested, and no half file counts as whole.

use std::fs;
use std::io::Read;
use std::process::Command;
use std::thread;
use std::time::Duration;

use glimpse_tests::hub::{Fault, Mischief};

use crate::stage::{REPOSITORY, Stage, WEIGHTS, fails, is_whole};

#[test]
fn cuts_are_gone_on_with_where_they_happened() {
    let stage = Stage::new();
    let size = stage.size(WEIGHTS);
    // Each cut is counted from the beginning of its own answer.
    let cuts = [1, 7, 1000, 4096, 65_537, 100_000, 3, 200_000, 12_345, 1];
    for cut in cuts {
        stage
            .hub
            .fault(Fault::on(WEIGHTS, Mischief::cut_after(cut)).times(1));
    }
    let run = stage.get();
    assert_eq!(run.code(), 0, "{}", run.stderr());
    let mut expected = vec![0];
    for cut in cuts {
        expected.push(expected.last().unwrap() + cut);
    }
    assert_eq!(stage.begins(WEIGHTS), expected);
    let sent: u64 = stage
        .requests(WEIGHTS)
        .iter()
        .map(|entry| entry.bytes_sent)
        .sum();
    assert_eq!(sent, size, "no byte was asked for twice");
    is_whole(&stage);
}

#[test]
fn a_stopped_command_leaves_a_part_that_the_next_one_goes_on_with() {
    const THERE: u64 = 300_000;
    let stage = Stage::new();
    let cut = Mischief::Cut {
        after: THERE,
        hold: true,
    };
    stage.hub.fault(Fault::on(WEIGHTS, cut).times(1));
    let mut child = stage
        .command(&["models", "get", REPOSITORY])
        .spawn()
        .unwrap();
    let length = || fs::metadata(stage.kept(WEIGHTS)).map_or(0, |found| found.len());
    while length() < THERE {
        assert!(
            child.try_wait().unwrap().is_none(),
            "it still waits for bytes"
        );
        thread::sleep(Duration::from_millis(20));
    }
    // As Ctrl-C ends it in a terminal; that signal is ignored where the tests themselves run in a shell's background.
    let end = Command::new("kill")
        .args(["-TERM", &child.id().to_string()])
        .status();
    assert!(end.unwrap().success());
    assert!(!child.wait().unwrap().success());
    stage.hub.release();

    let list = stage.run(&["models", "--json"]).json(0);
    let models = list.as_array().unwrap();
    let kept = &models
        .iter()
        .find(|model| model["name"] == REPOSITORY)
        .unwrap()["kept"];
    assert_eq!(kept["complete"], false);

    stage.hub.clear_log();
    assert_eq!(stage.get().code(), 0);
    assert_eq!(stage.begins(WEIGHTS), [THERE]);
    assert_eq!(
        stage.requests(WEIGHTS)[0].bytes_sent,
        stage.size(WEIGHTS) - THERE
    );
    is_whole(&stage);
}

#[test]
fn no_progress_at_all_gives_up_and_says_how_to_go_on() {
    let stage = Stage::new();
    stage
        .hub
        .fault(Fault::on(WEIGHTS, Mischief::cut_after(500)).times(1));
    stage
        .hub
        .fault(Fault::on(WEIGHTS, Mischief::Refuse).skip(1));
    fails(
        &stage.get(),
        &[
            "model.safetensors of acme/clip",
            "run the same command again",
        ],
    );
    stage.hub.clear_faults();
    stage.hub.clear_log();
    assert_eq!(stage.get().code(), 0);
    assert_eq!(stage.begins(WEIGHTS), [500]);
}

#[test]
fn without_ranges_it_starts_over() {
    let stage = Stage::new();
    stage
        .hub
        .fault(Fault::on(WEIGHTS, Mischief::cut_after(1000)).times(1));
    stage.hub.fault(Fault::on(WEIGHTS, Mischief::NoRange));
    assert_eq!(stage.get().code(), 0);
    let requests = stage.requests(WEIGHTS);
    assert_eq!(stage.begins(WEIGHTS), [0, 1000]);
    assert_eq!(
        (requests[1].status, requests[1].bytes_sent),
        (200, stage.size(WEIGHTS))
    );
    is_whole(&stage);
}

#[test]
fn without_ranges_cuts_at_the_same_place_are_no_progress() {
    let stage = Stage::new();
    stage.hub.fault(Fault::on(WEIGHTS, Mischief::NoRange));
    stage
        .hub
        .fault(Fault::on(WEIGHTS, Mischief::cut_after(1000)));
    fails(&stage.get(), &["broke off after 1000"]);
    assert_eq!(stage.begins(WEIGHTS), [0, 1000, 1000, 1000, 1000]);
}

#[test]
fn a_file_that_changed_between_two_parts_is_fetched_anew() {
    let stage = Stage::new();
    stage
        .hub
        .fault(Fault::on(WEIGHTS, Mischief::cut_after(1000)).times(1));
    stage
        .hub
        .fault(Fault::on(WEIGHTS, Mischief::Changed).skip(1).times(1));
    assert_eq!(stage.get().code(), 0);
    assert_eq!(stage.begins(WEIGHTS), [0, 1000, 0]);
    is_whole(&stage);
}

#[test]
fn two_processes_at_once_download_once() {
    let stage = Stage::new();
    let slow = Mischief::Slow {
        bytes_per_second: 400_000,
    };
    stage.hub.fault(Fault::on(WEIGHTS, slow));
    let mut children: Vec<_> = (0..2)
        .map(|_| {
            stage
                .command(&["models", "get", REPOSITORY])
                .spawn()
                .unwrap()
        })
        .collect();
    for child in &mut children {
        let code = child.wait().unwrap().code();
        let mut stderr = String::new();
        child
            .stderr
            .take()
            .unwrap()
            .read_to_string(&mut stderr)
            .unwrap();
        assert_eq!(code, Some(0), "{stderr}");
    }
    assert_eq!(stage.begins(WEIGHTS), [0]);
    is_whole(&stage);
}
