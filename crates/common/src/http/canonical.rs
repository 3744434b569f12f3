//! Canonical URLs: the same URL for all spellings of a link to a page.

use super::address;
use std::borrow::Cow;
use url::Url;

/// Returns the URL that a request for `url` contains: without fragment and userinfo. `None` if it is not an HTTP URL.
#[must_use]
pub fn page_url(mut url: Url) -> Option<Url> {
    if !address::is_web(&url) || !url.has_host() {
        return None;
    }
    url.set_fragment(None);
    address::remove_userinfo(&mut url);
    Some(url)
}

/// Returns the canonical spelling of `url`, if it differs: percent-encoded only where needed. Parsing has already
/// normalized the case of the host, default ports and `..`.
///
/// ```
/// use common::http::{canonical, page_url, url::Url};
///
/// let url = page_url(Url::parse("HTTP://Me.org:80/a/../%7ejoe/?q=%c3%A9#top")?).unwrap();
/// assert_eq!(url.as_str(), "http://me.org/%7ejoe/?q=%c3%A9");
/// assert_eq!(canonical(&url).unwrap().as_str(), "http://me.org/~joe/?q=%C3%A9");
/// assert_eq!(canonical(&Url::parse("http://me.org/~joe/")?), None);
/// assert_eq!(page_url(Url::parse("mailto:joe@me.org")?), None);
/// # Ok::<(), common::http::url::ParseError>(())
/// ```
#[must_use]
pub fn canonical(url: &Url) -> Option<Url> {
    let mut canonical = Cow::Borrowed(url);
    if let Cow::Owned(path) = canonical_escapes(url.path()) {
        canonical.to_mut().set_path(&path);
    }
    if let Some(Cow::Owned(query)) = url.query().map(canonical_escapes) {
        canonical.to_mut().set_query(Some(&query));
    }
    match canonical {
        Cow::Owned(url) => Some(url),
        Cow::Borrowed(_) => None,
    }
}

/// Normalizes the percent-encoded bytes in `text` as [`canonical`] does in a URL (RFC 3986, 6.2.2).
///
/// ```
/// assert_eq!(common::http::canonical_escapes("/%7ejoe/%c3%A9"), "/~joe/%C3%A9");
/// ```
#[must_use]
pub fn canonical_escapes(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return Cow::from(text);
    }
    let mut pieces = text.split('%');
    let mut decoded = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let hex = piece
            .get(..2)
            .filter(|hex| hex.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let code = hex.and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match code.map(char::from) {
            Some(char) if char.is_ascii_alphanumeric() || "-._~".contains(char) => {
                decoded.push(char);
                decoded.push_str(&piece[2..]);
            }
            Some(_) => {
                decoded.push('%');
                decoded.push_str(&piece[..2].to_ascii_uppercase());
                decoded.push_str(&piece[2..]);
            }
            None => {
                decoded.push('%');
                decoded.push_str(piece);
            }
        }
    }
    if decoded == text {
        Cow::from(text)
    } else {
        Cow::from(decoded)
    }
}
