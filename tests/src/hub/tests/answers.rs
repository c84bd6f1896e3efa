//! The stand-in hub answers as the real one does.

use serde_json::json;
use sha2::{Digest, Sha256};

use super::{REPOSITORY, WEIGHTS, ask, at_cdn, folder, get, mounted, resolve, weights};
use crate::fixture::fixtures;
use crate::hub::repository::hex;
use crate::hub::{Hub, Origin};

#[test]
fn a_repository_is_listed_with_sizes_and_hashes() {
    let (hub, version) = mounted();
    let revision = format!("{}/api/models/{REPOSITORY}/revision/main", hub.url());
    let commit = get(&revision, &[]).json()["sha"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(commit, version.commit);
    assert_eq!(commit.len(), 40);

    let tree = format!("{}/api/models/{REPOSITORY}/tree/{commit}", hub.url());
    let rows = get(&tree, &[]).json();
    let row = |path: &str| {
        let rows = rows.as_array().unwrap();
        rows.iter().find(|row| row["path"] == path).unwrap().clone()
    };
    let bytes = weights();
    let sha256 = hex(&Sha256::digest(&bytes));
    assert_eq!(
        row(WEIGHTS),
        json!({
            "type": "file",
            "oid": sha256[..40],
            "size": bytes.len(),
            "path": WEIGHTS,
            "lfs": {"oid": sha256, "size": bytes.len(), "pointerSize": 134},
        })
    );
    assert_eq!(row("config.json").get("lfs"), None);
}

#[test]
fn folders_of_a_repository_are_listed_by_themselves_or_all_at_once() {
    let hub = Hub::start().unwrap();
    hub.mount("acme/pictures", &fixtures().join("pictures"))
        .unwrap();
    let tree = format!("{}/api/models/acme/pictures/tree/main", hub.url());
    let paths = |url: &str| -> Vec<String> {
        let rows = get(url, &[]).json();
        let rows = rows.as_array().unwrap().iter();
        rows.map(|row| {
            format!(
                "{} {}",
                row["type"].as_str().unwrap(),
                row["path"].as_str().unwrap()
            )
        })
        .collect()
    };
    let top = paths(&tree);
    assert!(top.contains(&"directory exif".to_owned()), "{top:?}");
    assert!(!top.iter().any(|row| row.contains("exif/")), "{top:?}");
    let inside = paths(&format!("{tree}/exif"));
    assert!(
        inside.contains(&"file exif/orientation_1.jpg".to_owned()),
        "{inside:?}"
    );
    let all = paths(&format!("{tree}?recursive=true"));
    assert_eq!(all.len(), top.len() + inside.len());
}

#[test]
fn small_files_come_from_the_hub_and_large_ones_from_the_cdn() {
    let (hub, version) = mounted();
    let config = get(&resolve(&hub, "config.json"), &["Origin: http://page.test"]);
    assert_eq!(config.status, 200);
    assert_eq!(
        config.body,
        std::fs::read(folder().join("config.json")).unwrap()
    );
    assert_eq!(config.header("x-repo-commit"), Some(&*version.commit));
    assert_eq!(
        config.header("access-control-allow-origin"),
        Some("http://page.test")
    );
    let etag = config.header("etag").unwrap();
    let again = get(
        &resolve(&hub, "config.json"),
        &[&format!("If-None-Match: {etag}")],
    );
    assert_eq!((again.status, again.body.len()), (304, 0));

    let redirect = get(&resolve(&hub, WEIGHTS), &[]);
    let file = version.file(WEIGHTS).unwrap();
    assert_eq!(redirect.header("x-repo-commit"), Some(&*version.commit));
    assert_eq!(
        redirect.header("x-linked-size"),
        Some(&*file.size.to_string())
    );
    assert_eq!(
        redirect.header("x-linked-etag"),
        Some(&*format!("\"{}\"", file.sha256))
    );
    let location = redirect.header("location").unwrap();
    assert!(location.starts_with(&hub.cdn_url()), "{location}");
    let answer = get(location, &["Origin: null"]);
    assert_eq!((answer.status, answer.body == weights()), (200, true));
    assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
    assert_eq!(answer.header("accept-ranges"), Some("bytes"));
}

#[test]
fn ranges_are_cut_out_and_refused_as_http_says() {
    let (hub, _) = mounted();
    let url = at_cdn(&hub);
    let bytes = weights();
    let size = bytes.len();
    let part = |range: String| get(&url, &[&format!("Range: bytes={range}")]);

    let rest = part(format!("{}-", size - 10));
    assert_eq!((rest.status, &rest.body[..]), (206, &bytes[size - 10..]));
    let said = format!("bytes {}-{}/{size}", size - 10, size - 1);
    assert_eq!(rest.header("content-range"), Some(&*said));
    assert_eq!(part("5-8".into()).body, bytes[5..9]);
    assert_eq!(part("-3".into()).body, bytes[size - 3..]);
    assert_eq!(part(format!("100-{}", 2 * size)).body, bytes[100..]);

    let beyond = part(format!("{size}-"));
    assert_eq!((beyond.status, beyond.body.len()), (416, 0));
    assert_eq!(
        beyond.header("content-range"),
        Some(&*format!("bytes */{size}"))
    );

    let other = get(&url, &["Range: bytes=5-8", "If-Range: \"another\""]);
    assert_eq!((other.status, other.body.len()), (200, size));
    let head = ask("HEAD", &url, &[], "");
    assert_eq!((head.status, head.body.len()), (200, 0));
    assert_eq!(head.header("content-length"), Some(&*size.to_string()));
}

#[test]
fn what_is_not_there_is_refused_as_the_real_hub_does() {
    let (hub, version) = mounted();
    let refused = |path: &str| {
        let answer = get(&format!("{}{path}", hub.url()), &[]);
        let code = answer.header("x-error-code").unwrap().to_owned();
        (answer.status, code)
    };
    let refusal = |status: u16, code: &str| (status, code.to_owned());
    assert_eq!(
        refused("/acme/none/resolve/main/config.json"),
        refusal(401, "RepoNotFound")
    );
    assert_eq!(
        refused("/acme/clip/resolve/main/none.json"),
        refusal(404, "EntryNotFound")
    );
    assert_eq!(
        refused("/acme/clip/resolve/v9/config.json"),
        refusal(404, "RevisionNotFound")
    );
    assert_eq!(refused("/somewhere"), refusal(404, "NotFound"));
    let commit = version.commit;
    assert_eq!(
        get(
            &format!("{}/acme/clip/resolve/{commit}/config.json", hub.url()),
            &[]
        )
        .status,
        200
    );
}

#[test]
fn a_gated_repository_wants_its_token_and_the_log_tells_who_got_it() {
    let hub = Hub::start().unwrap();
    hub.mount_gated(REPOSITORY, &folder(), "hf_right").unwrap();
    let url = resolve(&hub, "config.json");
    assert_eq!(get(&url, &[]).status, 401);
    assert_eq!(get(&url, &["Authorization: Bearer hf_wrong"]).status, 403);
    assert_eq!(get(&url, &["Authorization: Bearer hf_right"]).status, 200);
    let weights = get(&resolve(&hub, WEIGHTS), &["Authorization: Bearer hf_right"]);
    assert_eq!(get(weights.header("location").unwrap(), &[]).status, 200);
    let told: Vec<_> = hub
        .log()
        .iter()
        .map(|entry| (entry.origin.unwrap(), entry.had_authorization))
        .collect();
    let hub_asked = |authorised| (Origin::Hub, authorised);
    assert_eq!(
        told,
        [
            hub_asked(false),
            hub_asked(true),
            hub_asked(true),
            hub_asked(true),
            (Origin::Cdn, false)
        ]
    );
}

#[test]
fn a_repository_that_changes_has_a_new_commit_and_keeps_the_old() {
    let (hub, first) = mounted();
    let second = hub
        .mount(REPOSITORY, &fixtures().join("hf-gelu-neweos-f16"))
        .unwrap();
    assert_ne!(first.commit, second.commit);
    let size = |revision: &str| {
        let url = format!("{}/{REPOSITORY}/resolve/{revision}/{WEIGHTS}", hub.url());
        get(&url, &[]).header("x-linked-size").unwrap().to_owned()
    };
    assert_eq!(size("main"), second.file(WEIGHTS).unwrap().size.to_string());
    assert_eq!(
        size(&first.commit),
        first.file(WEIGHTS).unwrap().size.to_string()
    );
    hub.mount(REPOSITORY, &folder()).unwrap();
    assert_eq!(size("main"), size(&first.commit));
}

#[test]
fn another_origin_s_page_is_told_what_it_may_ask() {
    let (hub, _) = mounted();
    let asked = |url: &str| {
        let answer = ask("OPTIONS", url, &["Origin: http://page.test"], "");
        assert_eq!(answer.status, 204);
        answer
            .header("access-control-allow-headers")
            .unwrap()
            .to_owned()
    };
    assert!(asked(&resolve(&hub, WEIGHTS)).contains("Authorization"));
    assert_eq!(asked(&at_cdn(&hub)), "Range");
}
