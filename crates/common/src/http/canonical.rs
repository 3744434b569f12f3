//! Canonical URLs: the same URL for all spellings of a link to a page.

use super::address;
use std::borrow::Cow;
use url::Url;

/// Returns the canonical URL of the page, if it is an HTTP URL: without fragment and userinfo, and percent-encoded
/// only where needed. Parsing has already normalized the case of the host, default ports and `..`.
///
/// ```
/// use common::http::{canonical, url::Url};
///
/// let url = Url::parse("HTTP://Me.org:80/a/../%7ejoe/?q=%c3%A9#top")?;
/// assert_eq!(canonical(url).unwrap().as_str(), "http://me.org/~joe/?q=%C3%A9");
/// assert_eq!(canonical(Url::parse("mailto:joe@me.org")?), None);
/// # Ok::<(), common::http::url::ParseError>(())
/// ```
#[must_use]
pub fn canonical(mut url: Url) -> Option<Url> {
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        return None;
    }
    normalize(&mut url);
    Some(url)
}

/// Removes the fragment, the userinfo, and unnecessary percent-encoding.
fn normalize(url: &mut Url) {
    url.set_fragment(None);
    address::remove_userinfo(url);
    if let Cow::Owned(path) = canonical_escapes(url.path()) {
        url.set_path(&path);
    }
    if let Some(Cow::Owned(query)) = url.query().map(canonical_escapes) {
        url.set_query(Some(&query));
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
