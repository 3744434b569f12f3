//! Errors: why a page could not be fetched, in one line each.

use super::connect;
use std::fmt;
use std::io::ErrorKind;
use std::time::Duration;

/// Why a page could not be fetched.
///
/// Each is displayed as one line of plain text, for any bytes that the server sends.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// The URL does not parse.
    Malformed(String),
    /// The URL is not one of `http` or `https`; this is its scheme.
    Scheme(String),
    /// The target of a redirect does not parse.
    RedirectMalformed(String),
    /// A redirect leads to this scheme, which is not `http` or `https`.
    RedirectScheme(String),
    /// There were more redirects than this in a row.
    Redirects(u32),
    /// The host does not exist, or its lookup failed.
    HostNotFound(String),
    /// The system has no file descriptor left for a connection.
    TooManyOpenFiles,
    /// The host could not be reached.
    Connect(ErrorKind),
    /// The TLS connection could not be established.
    Tls(String),
    /// The whole answer did not arrive within this time.
    TimedOut(Duration),
    /// The server answered with this status instead of the page.
    Status(u16),
    /// The body is longer than this many bytes.
    TooLarge(u64),
    /// The connection ended before the answer's body began.
    Closed,
    /// The connection ended, or the compressed data did, before the body was complete.
    Truncated,
    /// The head of the answer is longer than this many bytes.
    HeadTooLong(usize),
    /// The body has this content coding, which was not requested.
    Coding(String),
    /// The proxy that this environment variable names cannot be used.
    Proxy(String),
    /// The answer is not valid HTTP, or its body does not match its header.
    Protocol(String),
    /// [`Client::cancel`](super::Client::cancel) was called.
    Cancelled,
    /// Another error of the system.
    Io(ErrorKind),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed(reason) => write!(f, "malformed URL: {reason}"),
            Self::Scheme(scheme) => write!(f, "cannot fetch {scheme}: URLs, only http: and https:"),
            Self::RedirectMalformed(reason) => write!(f, "redirect to a malformed URL: {reason}"),
            Self::RedirectScheme(scheme) => write!(f, "redirect to {scheme}: refused"),
            Self::Redirects(limit) => write!(f, "redirect loop: more than {limit} redirects"),
            Self::HostNotFound(host) => write!(f, "cannot find host {host}"),
            Self::TooManyOpenFiles => write!(f, "too many open files"),
            Self::Connect(kind) => write!(f, "cannot connect: {kind}"),
            Self::Tls(reason) => write!(f, "TLS: {reason}"),
            Self::TimedOut(after) => write!(f, "timed out after {} s", after.as_secs_f64()),
            Self::Status(code) => write!(f, "HTTP {code}{}", reason(*code)),
            Self::TooLarge(limit) => write!(f, "body over {limit} bytes"),
            Self::Closed => write!(f, "connection closed before an answer"),
            Self::Truncated => write!(f, "connection closed in mid-body"),
            Self::HeadTooLong(limit) => write!(f, "head of the answer over {limit} bytes"),
            Self::Coding(coding) => write!(
                f,
                "content coding {}, which was not asked for",
                one_line(coding)
            ),
            Self::Proxy(reason) => write!(f, "proxy: {reason}"),
            Self::Protocol(reason) => write!(f, "not a valid answer: {reason}"),
            Self::Cancelled => write!(f, "cancelled"),
            Self::Io(kind) => write!(f, "{kind}"),
        }
    }
}

impl std::error::Error for Error {}

impl From<Error> for ureq::Error {
    /// Wraps an error of this client so that it passes through ureq unchanged.
    fn from(error: Error) -> Self {
        Self::Other(Box::new(error))
    }
}

/// The standard reason phrase of a status: the phrase that the server sends is untrusted text.
fn reason(code: u16) -> String {
    let status = ureq::http::StatusCode::from_u16(code).ok();
    let words = status.and_then(|status| status.canonical_reason());
    words.map(|words| format!(" {words}")).unwrap_or_default()
}

impl Error {
    /// Converts an `error` before the body.
    pub(super) fn before_body(error: ureq::Error, timeout: Duration) -> Self {
        Self::from_ureq(error, timeout, Self::Closed)
    }

    /// Converts an `error` while the body is read.
    pub(super) fn in_body(error: std::io::Error, timeout: Duration) -> Self {
        Self::from_ureq(error.into(), timeout, Self::Truncated)
    }

    /// Converts an `error` while the connection is established.
    pub(super) fn connecting(error: &std::io::Error) -> Self {
        match error.kind() {
            // The TLS library wraps its errors in these two kinds.
            ErrorKind::InvalidData | ErrorKind::UnexpectedEof => Self::Tls(one_line(error)),
            _ if connect::lacks_descriptor(error) => Self::TooManyOpenFiles,
            kind => Self::Connect(kind),
        }
    }

    fn from_ureq(error: ureq::Error, timeout: Duration, closed: Self) -> Self {
        match error {
            ureq::Error::Timeout(_) => Self::TimedOut(timeout),
            ureq::Error::Io(error) => Self::from_io(error.kind(), closed),
            // An error of this client, wrapped for ureq.
            ureq::Error::Other(error) => match error.downcast::<Self>() {
                Ok(error) => *error,
                Err(error) => Self::Protocol(one_line(&error)),
            },
            ureq::Error::Rustls(error) => Self::Tls(one_line(&error)),
            error => Self::Protocol(one_line(&error)),
        }
    }

    fn from_io(kind: ErrorKind, closed: Self) -> Self {
        match kind {
            ErrorKind::UnexpectedEof
            | ErrorKind::ConnectionReset
            | ErrorKind::ConnectionAborted
            | ErrorKind::BrokenPipe => closed,
            kind => Self::Io(kind),
        }
    }
}

/// The text of an error of a library, which may quote what the server sent.
fn one_line(error: &dyn fmt::Display) -> String {
    let text = error.to_string();
    text.chars()
        .filter(|char| !char.is_control())
        .take(200)
        .collect()
}
