//! Models from a folder on a plain web server: the known names are tried, and kept while the server's `ETag` stays.

use glimpse_tests::hub::{Fault, Mischief};

use crate::stage::{Stage, WEIGHTS, classify, fails, fixture, scores};

/// The hub answers for a revision's files as a plain server would for a folder.
fn address(stage: &Stage) -> String {
    format!("{}/acme/clip/resolve/main", stage.hub.url())
}

#[test]
fn a_folder_on_a_server_is_kept_and_asked_whether_it_changed() {
    let stage = Stage::new();
    let expected = stage.scores(fixture("hf-quickgelu-f32").to_str().unwrap());
    assert_eq!(stage.scores(&address(&stage)), expected);
    let fetched = |stage: &Stage| {
        let requests = stage.requests(WEIGHTS);
        requests
            .iter()
            .filter(|entry| entry.method == "GET")
            .count()
    };
    assert_eq!(fetched(&stage), 1);
    stage.hub.clear_log();
    assert_eq!(stage.scores(&address(&stage)), expected);
    assert_eq!(fetched(&stage), 0);
    let asked = stage.requests(WEIGHTS);
    assert_eq!((asked.len(), asked[0].method.as_str()), (1, "HEAD"));

    let removed = stage
        .run(&["models", "rm", &address(&stage), "--json"])
        .json(0);
    assert!(removed[0]["bytes"].as_u64().unwrap() > stage.size(WEIGHTS));
    let list = stage.run(&["models", "--json"]).json(0);
    assert_eq!(list.as_array().unwrap().len(), 5);
}

#[test]
fn a_cut_is_gone_on_with_there_too() {
    let stage = Stage::new();
    stage
        .hub
        .fault(Fault::on(WEIGHTS, Mischief::cut_after(1000)).times(1));
    scores(&stage.run(&classify(&address(&stage))));
    assert_eq!(stage.begins(WEIGHTS), [0, 1000]);
}

#[test]
fn a_folder_without_a_model_is_said_so() {
    let stage = Stage::new();
    let address = format!("{}/nothing/here", stage.hub.url());
    let run = stage.run(&classify(&format!("{address}/at/all")));
    assert_eq!((run.code(), run.stdout().as_str()), (1, ""));
    assert!(
        run.stderr().contains("/nothing/here/at/all"),
        "{}",
        run.stderr()
    );
}

#[test]
fn gone_is_not_there_and_forbidden_is_an_error() {
    let stage = Stage::with(&fixture("openclip-gelu-f32"));
    // A model of open_clip's has no config.json; that is how it is known.
    stage
        .hub
        .fault(Fault::on("config.json", Mischief::status(410)));
    scores(&stage.run(&classify(&address(&stage))));

    let other = Stage::with(&fixture("openclip-gelu-f32"));
    other
        .hub
        .fault(Fault::on("config.json", Mischief::status(403)));
    fails(&other.run(&classify(&address(&other))), &["403"]);
}

#[test]
fn a_small_file_that_has_no_end_is_not_downloaded() {
    let stage = Stage::new();
    let more = Mischief::ContentLength { add: 1 << 40 };
    stage.hub.fault(Fault::on("tokenizer.json", more));
    let run = stage.run(&classify(&address(&stage)));
    fails(&run, &["tokenizer.json of", "longer than 64 MB"]);
    assert_eq!(stage.requests("tokenizer.json").len(), 1);
}
