//! One name for each page, however a link spells it.

use common::http::url::Url;
use std::borrow::Cow;

/// What `text` on the command line means: a scheme may be missing.
pub(crate) fn start(text: &str) -> Result<Url, String> {
    let text = text.trim();
    let whole = if text.contains("://") {
        Cow::from(text)
    } else {
        Cow::from(format!("http://{text}"))
    };
    let mut url = Url::parse(&whole).map_err(|error| format!("'{text}' is no URL: {error}"))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(format!("cannot crawl '{text}': only http: and https:"));
    }
    normalize(&mut url);
    Ok(url)
}

/// The page that a link means, when that is on the web. Case of the host, default ports and `..` are in order
/// by then, as parsing leaves them.
pub(super) fn page(mut url: Url) -> Option<Url> {
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        return None;
    }
    normalize(&mut url);
    Some(url)
}

/// Drops the fragment, and what is percent-encoded without need.
fn normalize(url: &mut Url) {
    url.set_fragment(None);
    if let Cow::Owned(path) = decode_unreserved(url.path()) {
        url.set_path(&path);
    }
    if let Some(Cow::Owned(query)) = url.query().map(decode_unreserved) {
        url.set_query(Some(&query));
    }
}

/// `%7e` and `~` are the same, and `%c3` and `%C3` are (RFC 3986, 6.2.2).
fn decode_unreserved(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return Cow::from(text);
    }
    let mut pieces = text.split('%');
    let mut decoded = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let code = piece
            .get(..2)
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
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
