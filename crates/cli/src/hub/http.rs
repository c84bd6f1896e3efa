//! Requests: redirects are followed by hand, since a token must not follow them to another origin.

use std::time::Duration;

use ureq::http::Response;
use ureq::http::header::LOCATION;
use ureq::{Agent, Body, Error};
use url::Url;

/// A server that has not answered for this long is asked again.
const SILENT: Duration = Duration::from_secs(30);
/// A connection without a byte for this long is cut.
const STALLED: Duration = Duration::from_secs(60);
const REDIRECTS: usize = 10;

/// Sends requests, and a token to one origin alone.
pub struct Client {
    agent: Agent,
    /// Where the token belongs, and the token.
    token: Option<(url::Origin, String)>,
}

/// The two methods that are needed.
#[derive(Clone, Copy, Debug)]
pub enum Method {
    Get,
    Head,
}

impl Client {
    /// `token` goes to the origin of `hub` and nowhere else.
    pub fn new(hub: &Url, token: Option<String>) -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_connect(Some(SILENT))
            .timeout_recv_response(Some(SILENT))
            .timeout_per_read(Some(STALLED))
            .user_agent(concat!("glimpse/", env!("CARGO_PKG_VERSION")))
            .build();
        Self {
            agent: config.new_agent(),
            token: token.map(|token| (hub.origin(), token)),
        }
    }

    /// Whether requests to this place carry a token.
    pub fn has_token_for(&self, url: &Url) -> bool {
        self.token_for(url).is_some()
    }

    fn token_for(&self, url: &Url) -> Option<&str> {
        let (origin, token) = self.token.as_ref()?;
        // An origin is scheme, host and port: the same host on another port is somebody else.
        (*origin == url.origin()).then_some(token)
    }

    /// Asks for `url` from byte `begin` on, wherever it redirects to.
    pub fn send(&self, method: Method, url: &Url, begin: u64) -> Result<Response<Body>, Error> {
        let mut url = url.clone();
        for _ in 0..=REDIRECTS {
            let mut request = match method {
                Method::Get => self.agent.get(url.as_str()),
                Method::Head => self.agent.head(url.as_str()),
            };
            if let Some(token) = self.token_for(&url) {
                request = request.header("authorization", format!("Bearer {token}"));
            }
            if begin > 0 {
                request = request.header("range", format!("bytes={begin}-"));
            }
            let response = request.call()?;
            if !matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
                return Ok(response);
            }
            let location = response.headers().get(LOCATION);
            let location = location.and_then(|location| location.to_str().ok());
            let next = location.and_then(|location| url.join(location).ok());
            url = match next {
                Some(next) if next.scheme() == "https" || next.scheme() == url.scheme() => next,
                _ => return Err(Error::BadUri(location.unwrap_or("no address").to_owned())),
            };
        }
        Err(Error::TooManyRedirects)
    }
}
