//! What can go wrong on demand: which requests a fault fits, how often, and what it does to them.

use std::mem::discriminant;

use serde::{Deserialize, Serialize};

use super::log::Origin;

/// One thing that goes wrong with the requests it fits.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Fault {
    /// The file it fits, by its path in the repository; "revision" and "tree" are the hub's own answers. `None`: all.
    #[serde(default)]
    pub file: Option<String>,
    /// The origin it fits. `None`: the one that has the file's bytes; both, where there is no `file` either.
    #[serde(default)]
    pub origin: Option<Origin>,
    /// The method it fits.
    #[serde(default = "get")]
    pub method: String,
    /// How many fitting requests pass unharmed before it begins.
    #[serde(default)]
    pub skip: u32,
    /// How many requests it harms. `None`: all.
    #[serde(default)]
    pub times: Option<u32>,
    /// What it does.
    #[serde(flatten)]
    pub mischief: Mischief,
}

/// What a fault does to a request. In JSON the field `kind` names it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(
    tag = "kind",
    rename_all = "kebab-case",
    rename_all_fields = "camelCase"
)]
pub enum Mischief {
    /// The connection is closed when `after` bytes of the body are sent. With `hold` that waits for [`Hub::release`](super::Hub::release),
    /// so that a test can see first that all those bytes have arrived: a browser drops what it had not yet handed out.
    Cut {
        /// Bytes of this answer's body.
        after: u64,
        /// Whether to wait before the connection is closed.
        #[serde(default)]
        hold: bool,
    },
    /// The body is sent at this speed.
    Slow {
        /// At least 1.
        bytes_per_second: u64,
    },
    /// The answer waits.
    Latency {
        /// Milliseconds.
        milliseconds: u64,
    },
    /// The connection is closed without an answer.
    Refuse,
    /// The answer is this status instead.
    Status {
        /// 400 to 599.
        status: u16,
        /// Seconds, for the header `Retry-After`.
        #[serde(default)]
        retry_after: Option<u32>,
    },
    /// `Content-Length` says this many bytes more (less, where negative) than there are.
    ContentLength {
        /// Bytes.
        add: i64,
    },
    /// The file is served as if it were this long: its first bytes, all headers agreeing with each other.
    Length {
        /// Bytes.
        bytes: u64,
    },
    /// The byte at this place of the file is another one; all headers are as they were.
    Corrupt {
        /// Counted from the file's beginning.
        at: u64,
    },
    /// Another file of the same length with another `ETag`: every byte is another one.
    Changed,
    /// Ranges are ignored: the whole file with status 200, and no `Accept-Ranges`.
    NoRange,
    /// No header allows another origin to read the answer.
    NoCors,
}

impl Fault {
    /// A fault of every GET of `file`, at the origin that has its bytes.
    pub fn on(file: &str, mischief: Mischief) -> Self {
        Self {
            file: Some(file.to_owned()),
            ..Self::everywhere(mischief)
        }
    }

    /// A fault of every GET, at both origins.
    pub fn everywhere(mischief: Mischief) -> Self {
        Self {
            file: None,
            origin: None,
            method: get(),
            skip: 0,
            times: None,
            mischief,
        }
    }

    /// Only at this origin.
    #[must_use]
    pub fn at(mut self, origin: Origin) -> Self {
        self.origin = Some(origin);
        self
    }

    /// Only so often.
    #[must_use]
    pub fn times(mut self, times: u32) -> Self {
        self.times = Some(times);
        self
    }

    /// Only after this many fitting requests.
    #[must_use]
    pub fn skip(mut self, requests: u32) -> Self {
        self.skip = requests;
        self
    }

    /// Whether it harms this request; counts the request.
    fn takes(&mut self, origin: Origin, method: &str, file: &str) -> bool {
        let fits = self.origin.is_none_or(|wanted| wanted == origin)
            && self.method == method
            && self.file.as_deref().is_none_or(|wanted| wanted == file)
            // A large file is asked for twice, first at the hub, which only redirects.
            && (self.origin.is_some() || self.file.is_none() || origin == Origin::of_bytes(file));
        if !fits || self.times == Some(0) {
            return false;
        }
        if self.skip > 0 {
            self.skip -= 1;
            return false;
        }
        if let Some(times) = &mut self.times {
            *times -= 1;
        }
        true
    }
}

fn get() -> String {
    "GET".to_owned()
}

impl Mischief {
    /// Cuts at once when `bytes` of an answer's body are sent.
    pub fn cut_after(bytes: u64) -> Self {
        Self::Cut {
            after: bytes,
            hold: false,
        }
    }

    /// Answers with this status.
    pub fn status(status: u16) -> Self {
        Self::Status {
            status,
            retry_after: None,
        }
    }
}

/// All that goes wrong with one request.
#[derive(Default)]
pub struct Effects {
    pub cut: Option<Cut>,
    pub bytes_per_second: Option<u64>,
    pub latency: u64,
    pub refuse: bool,
    pub status: Option<(u16, Option<u32>)>,
    pub content_length: i64,
    pub length: Option<u64>,
    pub corrupt: Option<u64>,
    pub changed: bool,
    pub no_range: bool,
    pub no_cors: bool,
}

/// See [`Mischief::Cut`].
pub struct Cut {
    pub after: u64,
    pub hold: bool,
}

impl Effects {
    /// Asks the faults whether they harm this request: of each kind the first that does, so that the next one of its kind waits
    /// for a later request.
    pub fn of(faults: &mut [Fault], origin: Origin, method: &str, file: &str) -> Self {
        let mut effects = Self::default();
        let mut kinds = Vec::new();
        for fault in faults {
            let kind = discriminant(&fault.mischief);
            if kinds.contains(&kind) || !fault.takes(origin, method, file) {
                continue;
            }
            kinds.push(kind);
            match fault.mischief {
                Mischief::Cut { after, hold } => effects.cut = Some(Cut { after, hold }),
                Mischief::Slow { bytes_per_second } => {
                    effects.bytes_per_second = Some(bytes_per_second.max(1));
                }
                Mischief::Latency { milliseconds } => effects.latency += milliseconds,
                Mischief::Refuse => effects.refuse = true,
                Mischief::Status {
                    status,
                    retry_after,
                } => effects.status = Some((status, retry_after)),
                Mischief::ContentLength { add } => effects.content_length = add,
                Mischief::Length { bytes } => effects.length = Some(bytes),
                Mischief::Corrupt { at } => effects.corrupt = Some(at),
                Mischief::Changed => effects.changed = true,
                Mischief::NoRange => effects.no_range = true,
                Mischief::NoCors => effects.no_cors = true,
            }
        }
        effects
    }
}
