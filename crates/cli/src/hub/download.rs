//! One file, asked of a server until it is whole on the disk or no try is left.

use std::fs;
use std::path::Path;

use glimpse::SourceError;
use url::Url;

use crate::hub::api::{Hub, network, unreachable};
use crate::hub::cache::cannot_write;
use crate::hub::http::Method;
use crate::hub::partial_download::{Body, PartialDownload};
use crate::hub::retry_policy::{RetryPolicy, is_of_the_moment, retry_after};
use crate::hub::sidecar::Sidecar;
use crate::progress::DownloadProgress;

/// What to download.
pub struct Wanted<'a> {
    /// The repository or address it belongs to, for errors.
    pub model: &'a str,
    /// The file's name, for people.
    pub file: &'a str,
    pub url: Url,
    /// Where to keep it.
    pub path: &'a Path,
    /// What its host said of it beforehand.
    pub size: Option<u64>,
    pub sha256: Option<&'a str>,
    /// The most bytes that it may have, where its size is not known beforehand.
    pub most: Option<u64>,
}

/// Downloads the file, going on where an earlier attempt ended. There is nothing at `wanted.path` after a wrong hash, a wrong
/// length or a full disk; after a cut there is a part that the next call goes on with.
pub fn download(
    hub: &Hub,
    wanted: &Wanted,
    progress: &DownloadProgress,
) -> Result<Option<Sidecar>, SourceError> {
    if let Some(folder) = wanted.path.parent() {
        fs::create_dir_all(folder).map_err(|error| cannot_write(folder, &error))?;
    }
    let mut part = PartialDownload::open(wanted, progress)?;
    part.ask_for_room(wanted.size)?;
    let mut retries = RetryPolicy::new();
    // A server without ranges that always cuts would send the same bytes for ever: those are no progress.
    let mut farthest = part.written;
    while wanted.size.is_none_or(|size| part.written != size) {
        let what = format!("{} of {}", wanted.file, wanted.model);
        let answer = match hub.client.send(Method::Get, &wanted.url, part.written) {
            Ok(answer) => answer,
            Err(error) if retries.wait_after(&error, &wanted.url) => continue,
            Err(error) => return Err(unreachable(wanted.file, &what, &wanted.url, &error)),
        };
        let status = answer.status().as_u16();
        match status {
            200 | 206 => {}
            416 => {
                part.start_over(progress)?;
                if retries.wait(None) {
                    continue;
                }
            }
            _ if is_of_the_moment(status) && retries.wait(retry_after(answer.headers())) => {
                continue;
            }
            // A plain server has no list: that a file is not there is an answer.
            404 | 410 if wanted.size.is_none() && part.written == 0 => {
                Sidecar::remove_both(wanted.path);
                return Ok(None);
            }
            _ => {}
        }
        if !matches!(status, 200 | 206) {
            return Err(hub.refusal(wanted.model, &what, &wanted.url, &answer));
        }
        match part.judge(status, answer.headers()) {
            Body::Rest => {}
            Body::Whole => part.start_over(progress)?,
            Body::Unusable => {
                part.start_over(progress)?;
                if retries.wait(None) {
                    continue;
                }
                return Err(network(
                    wanted.file,
                    format!(
                        "{} gives other parts of {what} than it is asked for; run the same command again later",
                        wanted.url.host_str().unwrap_or("the host")
                    ),
                ));
            }
        }
        let expected = part.expected(answer.headers())?;
        part.note(answer.headers(), expected)?;
        let mut body = answer.into_body().into_reader();
        let cut = part.take(&mut body, expected, progress)?;
        if part.written > farthest {
            farthest = part.written;
            retries.progress();
        }
        match (cut, expected) {
            (None, None) => break,
            (None, Some(size)) if part.written == size => break,
            (cut, _) => {
                if !retries.wait(None) {
                    let why = cut.map_or("it ended early".to_owned(), |error| error.to_string());
                    return Err(network(
                        wanted.file,
                        format!(
                            "the download of {what} broke off after {} of its bytes ({why}); run the same command again: it \
                             goes on from there",
                            part.written
                        ),
                    ));
                }
            }
        }
    }
    part.finish().map(Some)
}
