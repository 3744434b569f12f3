//! What the end of a request says of its page and of its host.

use common::http::Error;
use std::io::ErrorKind;
use std::time::{Duration, SystemTime};

/// How a request ended.
pub(super) enum Outcome {
    /// With an answer.
    Answered,
    /// With 408, 500, 502 or 504, which may pass.
    Failed,
    /// With 429 or 503, and the time to wait.
    Refused(Duration),
    /// The connection was lost.
    Lost,
    /// In another way, which says nothing of the host.
    Inconclusive,
}

impl Outcome {
    pub(super) fn new<T>(
        result: &Result<T, Error>,
        status: Option<u16>,
        retry_after: Duration,
    ) -> Self {
        use ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
        match (result, status) {
            (_, Some(429 | 503)) => Self::Refused(retry_after),
            (_, Some(408 | 500 | 502 | 504)) => Self::Failed,
            (
                Err(
                    Error::Closed
                    | Error::Truncated
                    | Error::Connect(ConnectionRefused | ConnectionReset | ConnectionAborted),
                ),
                _,
            ) => Self::Lost,
            (_, Some(_)) => Self::Answered,
            (_, None) => Self::Inconclusive,
        }
    }
}

/// The longest time that the `Retry-After` fields say to wait: a date, or seconds, also with a fraction, which is more
/// than RFC 9110 allows. What is neither says nothing.
pub(super) fn retry_after<T: AsRef<str>>(fields: impl Iterator<Item = T>) -> Duration {
    let waits = fields.map(|field| {
        let field = field.as_ref().trim();
        let date = httpdate::parse_http_date(field).ok();
        let date = date.map(|date| date.duration_since(SystemTime::now()).unwrap_or_default());
        date.or_else(|| {
            field
                .split(',')
                .filter_map(|text| seconds(text.trim()))
                .max()
        })
    });
    waits.flatten().max().unwrap_or_default()
}

/// A decimal number of seconds; one that is beyond a `Duration` is the longest.
fn seconds(text: &str) -> Option<Duration> {
    let is_decimal = text
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'.');
    let seconds: f64 = text.parse().ok().filter(|_| is_decimal)?;
    Some(Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX))
}

#[cfg(test)]
mod tests;
