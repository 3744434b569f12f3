//! Outcomes of requests, as the rate limiter and the retries classify them.

use common::http::Error;
use std::io::ErrorKind;
use std::time::{Duration, SystemTime};

/// How a request ended.
pub(super) enum Outcome {
    /// The host answered.
    Answered,
    /// The answer was 408, 500, 502 or 504, which may be temporary.
    Failed,
    /// The answer was 429 or 503.
    Refused,
    /// The connection was lost.
    Lost,
    /// Another failure, which tells nothing about the host.
    Inconclusive,
}

impl Outcome {
    pub(super) fn new<T>(result: &Result<T, Error>, status: Option<u16>) -> Self {
        use ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
        match (result, status) {
            (_, Some(429 | 503)) => Self::Refused,
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

/// The longest time in the `Retry-After` fields: a date, or seconds, also with a fraction, which RFC 9110 does not
/// allow. A malformed field is ignored.
pub(super) fn retry_after<T: AsRef<str>>(fields: impl Iterator<Item = T>) -> Duration {
    let waits = fields.filter_map(|field| {
        let field = field.as_ref().trim();
        match httpdate::parse_http_date(field) {
            Ok(date) => date.duration_since(SystemTime::now()).ok(),
            Err(_) => field.split(',').filter_map(seconds).max(),
        }
    });
    waits.max().unwrap_or_default()
}

/// A decimal number of seconds; a number above `Duration::MAX` becomes `Duration::MAX`.
fn seconds(text: &str) -> Option<Duration> {
    let text = text.trim();
    let is_decimal = text.chars().all(|char| matches!(char, '0'..='9' | '.'));
    let seconds: f64 = text.parse().ok().filter(|_| is_decimal)?;
    Some(Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX))
}

#[cfg(test)]
mod tests;
