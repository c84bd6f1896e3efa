//! How long to wait before a request is sent again, and when to give up.

use std::time::Duration;

use ureq::Error;
use ureq::http::HeaderMap;
use url::Url;

/// Tries without a byte of progress, the first included.
const TRIES: u32 = 5;
const FIRST_WAIT: Duration = Duration::from_millis(500);
/// The longest that a server's `Retry-After` is obeyed; whoever asks for more is told to people.
const LONGEST_WAIT: Duration = Duration::from_secs(120);

/// Counts tries.
pub struct RetryPolicy {
    tries: u32,
    left: u32,
}

impl RetryPolicy {
    /// For a download or a question that nothing can replace.
    pub fn new() -> Self {
        Self {
            tries: TRIES,
            left: TRIES,
        }
    }

    /// For a question to which an older answer is kept.
    pub fn once() -> Self {
        Self { tries: 1, left: 1 }
    }

    /// Something has arrived: counts from the start again.
    pub fn progress(&mut self) {
        self.left = self.tries;
    }

    /// The same after a request to `url` that had no answer; says that it is being tried again, since that may take minutes.
    pub fn wait_after(&mut self, error: &Error, url: &Url) -> bool {
        if !may_pass(error) || self.left <= 1 {
            return false;
        }
        let host = url.host_str().unwrap_or("the host");
        eprintln!("note: no answer from {host} ({error}); trying again");
        self.wait(None)
    }

    /// Waits before the next try; false where there is none left, or the server wants too long a wait.
    pub fn wait(&mut self, retry_after: Option<Duration>) -> bool {
        self.left = self.left.saturating_sub(1);
        if self.left == 0 || retry_after.is_some_and(|wait| wait > LONGEST_WAIT) {
            return false;
        }
        let doubled = FIRST_WAIT * 2_u32.pow(self.tries - 1 - self.left);
        std::thread::sleep(retry_after.unwrap_or(doubled));
        true
    }
}

/// Whether the same request may succeed a little later.
fn may_pass(error: &Error) -> bool {
    matches!(
        error,
        Error::Io(_)
            | Error::Timeout(_)
            | Error::ConnectionFailed
            | Error::Protocol(_)
            | Error::BodyStalled
    )
}

/// Whether a status is of the moment: overloaded, broken or too many requests.
pub fn is_of_the_moment(status: u16) -> bool {
    matches!(status, 408 | 429 | 500..=599)
}

/// The header `Retry-After` in seconds; its other form, a date, is taken for none.
pub fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds = headers.get("retry-after")?.to_str().ok()?.trim();
    seconds.parse().ok().map(Duration::from_secs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_that_is_too_long_and_the_last_try_end_it() {
        let now = Some(Duration::ZERO);
        let mut retries = RetryPolicy::new();
        for _ in 0..4 {
            assert!(retries.wait(now));
        }
        assert!(!retries.wait(now), "the fifth try was the last");
        retries.progress();
        assert!(retries.wait(now));
        assert!(!retries.wait(Some(Duration::from_secs(3600))));
        assert!(!RetryPolicy::once().wait(now));
    }

    #[test]
    fn retry_after_is_read_in_seconds() {
        let mut headers = HeaderMap::new();
        assert_eq!(retry_after(&headers), None);
        headers.insert("retry-after", "7".parse().unwrap());
        assert_eq!(retry_after(&headers), Some(Duration::from_secs(7)));
        headers.insert(
            "retry-after",
            "Wed, 25 Nov 2026 07:28:00 GMT".parse().unwrap(),
        );
        assert_eq!(retry_after(&headers), None);
    }
}
