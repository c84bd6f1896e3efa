//! Reports of sweeps that a stand-in answered: cut and resumed, written and read, repeated with other numbers.

use super::*;
use crate::Content;
use crate::sweep::fake::{options, pictures, run};

pub(crate) fn provenance() -> Provenance {
    Provenance {
        glimpse: "0.1.0".to_owned(),
        model: "mini".to_owned(),
        fingerprint: "9f2c41d07be55a10".to_owned(),
        device: "cpu".to_owned(),
        image_size: 224,
        logit_scale: 100.0,
        fonts: vec![FontId {
            name: "sans".to_owned(),
            sha256: "ab".repeat(32),
        }],
        date: "25 November 2026".to_owned(),
    }
}

fn sweep() -> Sweep {
    Sweep::new(options(), pictures(3)).unwrap()
}

pub(crate) fn finished() -> Report {
    let mut sweep = sweep();
    run(&mut sweep, usize::MAX);
    sweep.report(provenance())
}

#[test]
fn a_sweep_that_was_cut_anywhere_gives_the_uncut_one_s_report() {
    let uncut = finished();
    let all = uncut.variants.len();
    assert!(all > 1_000, "{all} variants");
    for cut in [
        0,
        1,
        2,
        3,
        4,
        200,
        411,
        412,
        440,
        512,
        777,
        1_000,
        all - 1,
        all,
    ] {
        let mut first = sweep();
        assert_eq!(run(&mut first, cut), cut);
        let mut kept: Vec<(String, Answer)> = first
            .answers()
            .map(|(key, answer)| (key.to_owned(), answer.clone()))
            .collect();
        // Kept answers may come back in any order: backwards, and every third first.
        kept.reverse();
        let (third, rest): (Vec<_>, Vec<_>) =
            kept.into_iter().zip(0..).partition(|(_, at)| at % 3 == 0);
        let mut resumed = sweep();
        for ((key, answer), _) in third.into_iter().chain(rest) {
            resumed.answer(&key, answer).unwrap();
        }
        assert_eq!(resumed.progress(), first.progress());
        assert_eq!(run(&mut resumed, usize::MAX), all - cut);
        assert!(resumed.report(provenance()) == uncut, "cut at {cut}");
    }
}

#[test]
fn an_unfinished_report_goes_on() {
    let mut first = sweep();
    run(&mut first, 500);
    let report = first.report(provenance());
    assert!(!report.finished);
    let read = Report::from_json(&report.to_json().unwrap()).unwrap();
    let mut resumed = read.sweep().unwrap();
    run(&mut resumed, usize::MAX);
    assert!(resumed.report(provenance()) == finished());
}

#[test]
fn a_report_is_read_as_it_was_written() {
    let report = finished();
    let json = report.to_json().unwrap();
    assert!(json.starts_with("{\"format\":\"glimpse-attack/1\""));
    assert!(json.contains("\"imageSize\":224") && json.contains("\"logitScale\":100.0"));
    assert!(Report::from_json(&json).unwrap() == report);
}

#[test]
fn figures_are_those_of_the_stand_in() {
    let report = finished();
    let figures = &report.figures;
    let rate = |content| figures.content(content).unwrap().targeted;
    // Looks whose height is at least the stand-in's threshold, counted by hand below.
    let specs = report.variants.iter().filter_map(|record| {
        let core = record.key.contains("/word/h");
        core.then_some((record.picture, record.spec.as_ref()?))
    });
    let over = |(picture, spec): &(usize, &Spec)| {
        spec.height >= crate::sweep::fake::threshold(*picture, spec)
    };
    let hits = specs.filter(over).count();
    assert_eq!(
        (rate(Content::Word).hits, rate(Content::Word).of),
        (hits, 3 * 72)
    );
    assert_eq!(rate(Content::Truth).hits, 0);
    let word = figures.content(Content::Word).unwrap();
    let blank = rate(Content::Blank).hits;
    assert_eq!(word.net.net, Some((hits as f64 - blank as f64) / 216.0));
    assert_eq!(figures.heights.len(), 8);
    assert_eq!(figures.places.len(), 9);
    assert_eq!(figures.factors.len(), 7);
    assert_eq!(figures.flip.of, 27);
    // Picture 0 at the centre: its threshold is 0.035.
    let centre = &figures.pictures[0].flips[4];
    assert_eq!((centre.x, centre.y), (0.5, 0.5));
    assert!((0.035..0.0401).contains(&centre.size.unwrap()));
    let counts: Vec<usize> = figures
        .label_counts
        .iter()
        .map(|count| count.labels)
        .collect();
    assert_eq!(counts, [2, 3, 5, 8]);
    assert_eq!(figures.label_counts[3].word.hits, hits);
}

#[test]
fn the_margin_is_the_scaled_gap_of_cosines() {
    let options = SweepOptions {
        heights: vec![0.16],
        positions: 1,
        factors: false,
        flip: false,
        ..options()
    };
    let mut sweep = Sweep::new(options, pictures(1)).unwrap();
    run(&mut sweep, usize::MAX);
    let report = sweep.report(provenance());
    let margin = report
        .figures
        .content(Content::Word)
        .unwrap()
        .margin
        .unwrap();
    // 100 x (0.3 - (0.3 + 0.2 x (0.16 - 0.035)))
    assert!((margin + 2.5).abs() < 1e-4, "{margin}");
}

#[test]
fn what_is_no_report_is_said() {
    let json = finished().to_json().unwrap();
    let no = |text: &str| Report::from_json(text).unwrap_err();
    assert!(matches!(no(""), ReportError::NoReport { .. }));
    assert!(matches!(no("{}"), ReportError::NoReport { .. }));
    assert!(matches!(
        no("<!doctype html>"),
        ReportError::NoReport { .. }
    ));
    assert!(matches!(
        no(&json[..json.len() / 2]),
        ReportError::NoReport { .. }
    ));
    let other = json.replacen("glimpse-attack/1", "glimpse-attack/2", 1);
    assert_eq!(
        no(&other),
        ReportError::OtherVersion {
            found: "glimpse-attack/2".to_owned()
        }
    );
    for (from, to) in [
        ("\"target\":\"iPod\"", "\"target\":\"bee\""),
        ("\"key\":\"0/clean\"", "\"key\":\"0/clear\""),
        ("\"height\":0.03,\"x\":0.17", "\"height\":0.05,\"x\":0.17"),
        ("\"logitScale\":100.0", "\"logitScale\":null"),
        ("\"word\":\"ipod\"", "\"word\":\"segway\""),
    ] {
        assert!(json.contains(from), "{from} is not in the report");
        let error = no(&json.replacen(from, to, 1));
        assert!(
            matches!(error, ReportError::Damaged { .. }),
            "{from}: {error}"
        );
    }
}

#[test]
fn a_repeated_sweep_equals_itself_and_differences_are_named() {
    let old = finished();
    let mut new = old.clone();
    new.provenance.date = "26 November 2026".to_owned();
    for record in &mut new.variants {
        record.answer.scores[7] += 5e-5;
    }
    assert_eq!(compare(&old, &new), []);

    new.provenance.fingerprint = "0000".to_owned();
    new.pictures[1].sha256 = "ff".to_owned();
    new.variants[0].answer.scores = vec![0.0, 0.0, 0.0, 0.9, 0.1, 0.0, 0.0, 0.0];
    new.variants.pop();
    let said: Vec<String> = compare(&old, &new)
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(
        said[0],
        "the model's fingerprint: was 9f2c41d07be55a10, is 0000"
    );
    assert!(said[1].starts_with("picture 2 (\"dog-1.png\"): was 00"));
    assert_eq!(
        said[2],
        "the best label of 0/clean: was \"apple\", is \"iPod\""
    );
    assert!(said[3].starts_with("variants that only one of the reports has: was 2/flip/"));
    assert!(
        said[4].starts_with("the probabilities of 1 of "),
        "{}",
        said[4]
    );
    assert_eq!(said.len(), 5);
}
