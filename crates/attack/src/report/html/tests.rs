//! The page of a report that a stand-in answered.

use super::*;
use crate::report::tests::{finished, provenance};
use crate::sweep::fake::{options, pictures, run};
use crate::{PictureId, Sweep, SweepOptions};

fn count(page: &str, text: &str) -> usize {
    page.matches(text).count()
}

#[test]
fn each_plot_has_its_table_and_its_words() {
    let page = html(&finished());
    // Contents, heights, places, flip sizes, seven factors, the number of labels.
    assert_eq!(count(&page, "<svg"), 12);
    for part in [
        "role=\"img\"",
        "<desc",
        "aria-labelledby",
        "aria-describedby",
    ] {
        assert_eq!(count(&page, part), 12, "{part}");
    }
    let figures: Vec<&str> = page.split("<figure>").skip(1).collect();
    let plots = figures.iter().filter(|figure| figure.contains("<svg"));
    for figure in plots {
        let figure = figure.split("</figure>").next().unwrap();
        assert_eq!((count(figure, "<svg"), count(figure, "<table")), (1, 1));
        assert_eq!(count(figure, "<caption"), 1);
        assert!(count(figure, "scope=\"col\"") > 1 && count(figure, "scope=\"row\"") > 0);
    }
    let mut ids: Vec<&str> = page
        .split(" id=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect();
    let all = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), all);
}

#[test]
fn the_page_needs_nothing_from_outside_and_runs_nothing() {
    let page = html(&finished());
    for part in [
        "http",
        "<script",
        "<link",
        "<img",
        "@import",
        "url(",
        "javascript:",
        " on",
    ] {
        let found = match part {
            // Words may begin so; attributes may not.
            " on" => page.contains(" onload=") || page.contains(" onclick="),
            part => page.contains(part),
        };
        assert!(!found, "{part}");
    }
    assert!(page.starts_with("<!DOCTYPE html><html lang=\"en\">"));
    assert!(page.contains("prefers-color-scheme: dark") && page.contains("@media print"));
    assert!(page.contains("glimpse attack --replay report.json PICTURES"));
}

#[test]
fn the_numbers_are_the_report_s() {
    let report = finished();
    let page = html(&report);
    let word = report.figures.contents[0].outcome;
    let words = format!(
        "{:.0}\u{a0}% of 216 looks",
        word.targeted.rate.unwrap() * 100.0
    );
    assert!(page.contains(&words), "{words}");
    for text in [
        "8 labels",
        "“a photo of a {}”",
        "mini (9f2c41d07be55a10)",
        "3 of 3",
    ] {
        assert!(page.contains(text), "{text}");
    }
}

#[test]
fn names_cannot_become_markup() {
    let evil = "<script>alert(1)</script>\"'&";
    let options = SweepOptions {
        word: evil.to_owned(),
        labels: vec!["apple".to_owned(), evil.to_owned(), "dog".to_owned()],
        templates: vec![evil.to_owned()],
        fonts: vec![evil.to_owned()],
        heights: vec![0.1],
        ..options()
    };
    let picture = PictureId {
        name: evil.to_owned(),
        sha256: evil.to_owned(),
    };
    let mut sweep = Sweep::new(options, vec![picture]).unwrap();
    while let Some(variant) = sweep.next() {
        let answer = crate::Answer {
            scores: vec![0.8, 0.1, 0.1],
            cosines: vec![0.3, 0.2, 0.2],
            area: 0.0,
        };
        sweep.answer(&variant.key, answer).unwrap();
    }
    let mut provenance = provenance();
    provenance.model = evil.to_owned();
    provenance.device = evil.to_owned();
    let page = html(&sweep.report(provenance));
    assert!(!page.contains("<script") && page.contains("&lt;script&gt;"));
}

#[test]
fn a_report_without_a_picture_that_counts_says_why() {
    let options = SweepOptions {
        truth: Some("bee".to_owned()),
        ..options()
    };
    let mut sweep = Sweep::new(options, pictures(2)).unwrap();
    let unlooked = html(&sweep.report(provenance()));
    assert!(unlooked.contains("nothing to count") && unlooked.contains("stopped before its end"));
    run(&mut sweep, usize::MAX);
    let page = html(&sweep.report(provenance()));
    assert!(page.contains("the model is wrong about 2 pictures"));
    assert_eq!(count(&page, "<svg"), 0);
}

/// Writes the page to the file that GLIMPSE_REPORT names, to be looked at.
#[test]
fn writes_a_page_to_look_at() {
    let Some(path) = std::env::var_os("GLIMPSE_REPORT") else {
        return;
    };
    let options = SweepOptions {
        word: "iPod".to_owned(),
        synonym: Some("music player".to_owned()),
        ..options()
    };
    let mut sweep = Sweep::new(options, pictures(6)).unwrap();
    run(&mut sweep, usize::MAX);
    std::fs::write(path, html(&sweep.report(provenance()))).unwrap();
}
