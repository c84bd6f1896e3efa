//! What a hub is asked: which commit a revision is, and which files that holds.

use glimpse::SourceError;
use glimpse::hub::{HUGGING_FACE, Plan, plan, revision_url, tree_url};
use serde::Deserialize;
use ureq::http::Response;
use ureq::{Body, Error};
use url::Url;

use crate::args::HubArg;
use crate::failure::Failure;
use crate::hub::http::{Client, Method};
use crate::hub::retry_policy::{RetryPolicy, is_of_the_moment, retry_after};

/// A hub: Hugging Face's or one with the same addresses.
pub struct Hub {
    pub url: Url,
    pub client: Client,
}

/// Why a question got no answer.
pub enum Unanswered {
    /// The network or the hub is not there now: what is kept may do.
    Now(SourceError),
    /// The answer was no.
    No(SourceError),
}

impl From<Unanswered> for SourceError {
    fn from(unanswered: Unanswered) -> Self {
        match unanswered {
            Unanswered::Now(error) | Unanswered::No(error) => error,
        }
    }
}

#[derive(Deserialize)]
struct Revision {
    sha: String,
}

impl Hub {
    /// The hub of `--hub`, else of `HF_ENDPOINT`, else Hugging Face's; with the token of `HF_TOKEN`.
    pub fn find(argument: &HubArg) -> Result<Self, Failure> {
        let environment = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
        let (from, text) = match (&argument.hub, environment("HF_ENDPOINT")) {
            (Some(hub), _) => ("--hub", hub.clone()),
            (None, Some(hub)) => ("HF_ENDPOINT", hub),
            (None, None) => ("", HUGGING_FACE.to_owned()),
        };
        let url = Url::parse(&text).ok();
        let url = url.filter(|url| ["http", "https"].contains(&url.scheme()));
        let url = url.ok_or_else(|| {
            Failure::Usage(format!(
                "{from} {text:?} is not a hub's address: it looks like {HUGGING_FACE}"
            ))
        })?;
        let token = std::env::var("HF_TOKEN").unwrap_or_default();
        let token = Some(token.trim().to_owned()).filter(|token| !token.is_empty());
        // Said here, since the header's own error would not name the variable; and without the token itself.
        if let Some(token) = &token
            && !token.bytes().all(|byte| byte.is_ascii_graphic())
        {
            return Err(Failure::Usage(
                "HF_TOKEN is not a token: it holds more than letters, digits and signs".to_owned(),
            ));
        }
        Ok(Self {
            client: Client::new(&url, token),
            url,
        })
    }

    /// The commit that `revision` is now.
    pub fn commit(
        &self,
        repository: &str,
        revision: &str,
        retries: RetryPolicy,
    ) -> Result<String, Unanswered> {
        let url = revision_url(self.url.as_str(), repository, revision);
        let what = format!("{repository}, revision {revision},");
        let json = self.ask(&url, repository, &what, retries)?;
        let revision: Revision = serde_json::from_str(&json).map_err(|error| {
            Unanswered::No(network(
                repository,
                format!("{url} does not answer as a hub does ({error}); check --hub"),
            ))
        })?;
        if !glimpse::hub::is_commit(&revision.sha) {
            return Err(Unanswered::No(network(
                repository,
                format!(
                    "{url} names {:?} as a commit, which is none; check --hub",
                    revision.sha
                ),
            )));
        }
        Ok(revision.sha)
    }

    /// The files of a commit.
    pub fn plan(&self, repository: &str, commit: &str) -> Result<Plan, Unanswered> {
        let url = tree_url(self.url.as_str(), repository, commit);
        let what = format!("the list of files of {repository}");
        let json = self.ask(&url, repository, &what, RetryPolicy::new())?;
        plan(repository, &json).map_err(|error| {
            let (file, detail) = (repository.to_owned(), error.to_string());
            Unanswered::No(match error.code() {
                glimpse::Code::Network => SourceError::Network { file, detail },
                _ => SourceError::Unsupported { file, detail },
            })
        })
    }

    /// A small text from the hub itself.
    fn ask(
        &self,
        url: &str,
        repository: &str,
        what: &str,
        mut retries: RetryPolicy,
    ) -> Result<String, Unanswered> {
        let url = Url::parse(url).map_err(|error| {
            Unanswered::No(network(repository, format!("{url} is no address: {error}")))
        })?;
        loop {
            let answer = self.client.send(Method::Get, &url, 0).and_then(|answer| {
                let status = answer.status().as_u16();
                let wait = retry_after(answer.headers());
                let text = match status {
                    200 => Ok(answer.into_body().read_to_string()?),
                    _ => Err(self.refusal(repository, what, &url, &answer)),
                };
                Ok((status, wait, text))
            });
            match answer {
                Ok((_, _, Ok(text))) => return Ok(text),
                Ok((status, wait, Err(refusal))) if is_of_the_moment(status) => {
                    if !retries.wait(wait) {
                        return Err(Unanswered::Now(refusal));
                    }
                }
                Ok((_, _, Err(refusal))) => return Err(Unanswered::No(refusal)),
                Err(error) if retries.wait_after(&error, &url) => {}
                Err(error) => {
                    return Err(Unanswered::Now(unreachable(repository, what, &url, &error)));
                }
            }
        }
    }

    /// What a status other than success means, in words.
    pub fn refusal(
        &self,
        repository: &str,
        what: &str,
        url: &Url,
        answer: &Response<Body>,
    ) -> SourceError {
        let status = answer.status();
        let host = url.host_str().unwrap_or("the host");
        let detail = match status.as_u16() {
            401 | 403 if url.origin() != self.url.origin() => format!(
                "{host} does not give {what} to everyone ({status}), and HF_TOKEN is sent to the hub alone: download the folder \
                 by other means and name it"
            ),
            401 | 403 if self.client.has_token_for(url) => format!(
                "{host} does not give {what} to the holder of HF_TOKEN ({status}): ask for access on the page of \
                 {repository}, or use a token that has it; the name may also be wrong"
            ),
            401 | 403 => format!(
                "{host} does not give {what} to everyone ({status}): there is no such repository, or it is gated; for a \
                 gated one, ask for access on its page and put your token into HF_TOKEN"
            ),
            404 => format!(
                "{host} has no {what} ({status}): check the name, and the revision behind the @"
            ),
            429 => format!(
                "{host} has had too many requests from here ({status}): wait some minutes and run the same command again"
            ),
            500..=599 => format!(
                "{host} cannot give {what} now ({status}): run the same command again later"
            ),
            _ => format!("{host} answered {status} when asked for {what}"),
        };
        network(repository, detail)
    }
}

/// A host that did not answer.
pub fn unreachable(repository: &str, what: &str, url: &Url, error: &Error) -> SourceError {
    let host = url.host_str().unwrap_or("the host");
    let port = url.port().map_or(String::new(), |port| format!(":{port}"));
    let why = match error {
        Error::HostNotFound => "there is no host of that name, or no network".to_owned(),
        Error::Io(error) => error.to_string(),
        other => other.to_string(),
    };
    network(
        repository,
        format!(
            "{what} could not be had from {host}{port}: {why}; check the connection and run the same command again"
        ),
    )
}

pub fn network(file: &str, detail: String) -> SourceError {
    SourceError::Network {
        file: file.to_owned(),
        detail,
    }
}
