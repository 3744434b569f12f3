//! Header fields by origin: the only place that decides which origin receives them.

use super::Header;
use super::address;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use percent_encoding::percent_decode_str;
use std::fmt;
use ureq::http::header::{AUTHORIZATION, HeaderName, HeaderValue};
use url::{Origin, Url};

/// Header fields by the origin (scheme, host and port) that receives them. No other origin receives them, even after
/// redirects and links.
///
/// ```
/// use common::http::{OriginHeaders, url::Url};
///
/// let mut headers = OriginHeaders::default();
/// let mut url = Url::parse("https://me:p%40ss@me.org/")?;
/// headers.add_origin(&mut url, &["Cookie: a=b".parse()?]);
///
/// assert_eq!(url.as_str(), "https://me.org/");
/// assert_eq!(headers.of(&Url::parse("https://me.org:443/page")?).len(), 2);
/// assert!(headers.of(&Url::parse("http://me.org/")?).is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Default)]
pub struct OriginHeaders(Vec<(Origin, Vec<Header>)>);

impl OriginHeaders {
    /// Adds the origin of `url` with these headers, and moves the user's name and password out of `url` into an
    /// `Authorization` header, percent-decoded as RFC 3986, 3.2.1 specifies.
    ///
    /// An origin that is already there keeps its headers, and an `Authorization` header that it has takes precedence
    /// over the userinfo of `url`.
    pub fn add_origin(&mut self, url: &mut Url, headers: &[Header]) {
        let origin = url.origin();
        let authorization = Self::basic(url, AUTHORIZATION);
        address::remove_userinfo(url);
        let position = self.0.iter().position(|(known, _)| *known == origin);
        let position = position.unwrap_or_else(|| {
            self.0.push((origin, headers.to_vec()));
            self.0.len() - 1
        });
        let headers = &mut self.0[position].1;
        if !headers.iter().any(|header| header.name == AUTHORIZATION) {
            headers.extend(authorization);
        }
    }

    /// The header of this name for the user's name and password in `url` (RFC 7617), if there are any.
    pub(super) fn basic(url: &Url, name: HeaderName) -> Option<Header> {
        let (user, password) = (url.username(), url.password().unwrap_or_default());
        if user.is_empty() && password.is_empty() {
            return None;
        }
        let mut pair: Vec<u8> = percent_decode_str(user).collect();
        pair.push(b':');
        pair.extend(percent_decode_str(password));
        let value = format!("Basic {}", BASE64_STANDARD.encode(pair));
        let mut value = HeaderValue::try_from(value).expect("base64 is ASCII");
        value.set_sensitive(true);
        Some(Header { name, value })
    }

    /// The headers that a request for `url` carries.
    pub fn of(&self, url: &Url) -> &[Header] {
        if self.0.is_empty() {
            return &[];
        }
        let origin = url.origin();
        let found = self.0.iter().find(|(known, _)| *known == origin);
        found.map_or(&[], |(_, headers)| headers)
    }
}

impl fmt::Debug for OriginHeaders {
    /// Without the values, which may be secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let origins = self.0.iter();
        let named = origins.map(|(origin, headers)| (origin.ascii_serialization(), headers));
        f.debug_map().entries(named).finish()
    }
}
