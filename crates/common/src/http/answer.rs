//! One answer: its head, and a body that is still to be read.

use super::body::{self, Limits};
use super::{Client, Error, address};
use std::borrow::Cow;
use std::fmt;
use ureq::Body;
use ureq::http::header::LOCATION;
use ureq::http::{HeaderMap, Response};
use url::Url;

/// An answer whose body is still to be read, or [skipped](Self::skip) so that its connection can be used again.
///
/// It belongs to the thread that asked for it: its deadline goes on running.
pub struct Answer {
    client: Client,
    url: Url,
    status: u16,
    headers: HeaderMap,
    body: Body,
}

impl Answer {
    pub(super) fn new(client: Client, url: Url, answer: Response<Body>) -> Self {
        let (head, body) = answer.into_parts();
        Self {
            client,
            url,
            status: head.status.as_u16(),
            headers: head.headers,
            body,
        }
    }

    /// The status, as 200.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// Whether this is the page that was asked for.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The value of a header field, when there is one; what is not UTF-8 in it is replaced.
    pub fn header(&self, name: &str) -> Option<Cow<'_, str>> {
        let value = self.headers.get(name)?;
        Some(String::from_utf8_lossy(value.as_bytes()))
    }

    /// How long the body is, when that is known before and within the limit.
    pub fn length(&self) -> Option<usize> {
        let length = self.body.content_length();
        let length = length.filter(|&length| length <= self.client.0.max_body);
        length.and_then(|length| length.try_into().ok())
    }

    /// Where a redirect leads to; none when this is no redirect.
    ///
    /// # Errors
    ///
    /// When that is nowhere, or not on the web.
    pub fn redirect(&self) -> Result<Option<Url>, Error> {
        let is_redirect = matches!(self.status, 301 | 302 | 303 | 307 | 308);
        match self.headers.get(LOCATION) {
            Some(location) if is_redirect => {
                let location = String::from_utf8_lossy(location.as_bytes());
                address::redirect(&self.url, &location).map(Some)
            }
            _ => Ok(None),
        }
    }

    /// Hands the decoded body to `each`, piece by piece as it comes, and says how long it was.
    ///
    /// # Errors
    ///
    /// Whatever keeps the whole body from coming within the time and the limit. `each` may have
    /// seen a part of it by then.
    pub fn read(mut self, each: impl FnMut(&[u8])) -> Result<u64, Error> {
        let limits = Limits {
            bytes: self.client.0.max_body,
            timeout: self.client.0.timeout,
        };
        let size = body::read(&mut self.body, limits, each);
        self.client.unless_cancelled(size)
    }

    /// The decoded body, or as many bytes of it as `limit`, when it is longer.
    ///
    /// # Errors
    ///
    /// Whatever keeps these bytes from coming in time.
    pub fn beginning(mut self, limit: u64) -> Result<Vec<u8>, Error> {
        let bytes = body::beginning(&mut self.body, limit, self.client.0.timeout);
        self.client.unless_cancelled(bytes)
    }

    /// Reads what nobody wants, when it is short, so that the connection can be used again.
    pub fn skip(self) {
        body::drain(self.body);
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer")
            .field("url", &self.url.as_str())
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}
