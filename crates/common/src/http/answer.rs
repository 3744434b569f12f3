//! One answer: its head, and a body that is not read yet.

use super::body::{self, Limits};
use super::{Client, Error, address};
use std::borrow::Cow;
use std::fmt;
use ureq::Body;
use ureq::http::header::LOCATION;
use ureq::http::{HeaderMap, Response};
use url::Url;

/// An answer whose body is not read yet. Read it, or [skip](Self::skip) it so that its connection can be reused.
///
/// It belongs to the thread that sent the request. Its deadline still applies.
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

    /// The status code, such as 200.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// Whether the answer has the requested page: a status of 200 to 299.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The value of a header field, if it is present; invalid UTF-8 in it is replaced. Only the fields that this
    /// client uses are kept.
    pub fn header(&self, name: &str) -> Option<Cow<'_, str>> {
        let value = self.headers.get(name)?;
        Some(String::from_utf8_lossy(value.as_bytes()))
    }

    /// The values of all header fields of this name.
    pub fn headers(&self, name: &str) -> impl Iterator<Item = Cow<'_, str>> {
        let values = self.headers.get_all(name).into_iter();
        values.map(|value| String::from_utf8_lossy(value.as_bytes()))
    }

    /// The length of the body, if the server sent it and it is within the limit.
    pub fn length(&self) -> Option<usize> {
        let length = self.body.content_length();
        let length = length.filter(|&length| length <= self.client.0.max_body);
        length.and_then(|length| length.try_into().ok())
    }

    /// The target of a redirect; `None` if the answer is not a redirect.
    ///
    /// # Errors
    ///
    /// If the target is malformed or not an HTTP URL.
    pub fn redirect(&self) -> Result<Option<Url>, Error> {
        let is_redirect = matches!(self.status, 301 | 302 | 303 | 307 | 308);
        match self.headers.get(LOCATION) {
            Some(location) if is_redirect => {
                let location = address::encode(location.as_bytes());
                address::redirect(&self.url, &location).map(Some)
            }
            _ => Ok(None),
        }
    }

    /// Calls `each` with every chunk of the decoded body as it arrives, and returns the length.
    ///
    /// # Errors
    ///
    /// If the whole body cannot be read within the timeout and the limit. `each` may have been called with a part of
    /// it.
    pub fn read(mut self, each: impl FnMut(&[u8])) -> Result<u64, Error> {
        let limits = Limits {
            bytes: self.client.0.max_body,
            timeout: self.client.0.timeout,
        };
        let codings = self.codings();
        let size = body::read(&mut self.body, &codings, limits, each);
        self.client.unless_cancelled(size)
    }

    /// The decoded body, or its first `limit` bytes if it is longer.
    ///
    /// # Errors
    ///
    /// If these bytes cannot be read within the timeout.
    pub fn beginning(mut self, limit: usize) -> Result<Vec<u8>, Error> {
        let (codings, timeout) = (self.codings(), self.client.0.timeout);
        let bytes = body::beginning(&mut self.body, &codings, limit, timeout);
        self.client.unless_cancelled(bytes)
    }

    /// Reads the body if it is short, so that the connection can be reused. Returns the length that the server sent,
    /// or else the number of bytes read.
    pub fn skip(self) -> u64 {
        body::drain(self.body)
    }

    /// The content codings of the body, in a list.
    fn codings(&self) -> String {
        let fields: Vec<_> = self.headers("content-encoding").collect();
        fields.join(",")
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
