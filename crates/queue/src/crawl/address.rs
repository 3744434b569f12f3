//! One name for each page, however a link spells it.

use common::http::url::Url;
use std::borrow::Cow;

/// What `text` on the command line means: a scheme may be missing.
pub(crate) fn start(text: &str) -> Result<Url, String> {
    let text = text.trim();
    let has_scheme = text
        .split_once("://")
        .is_some_and(|(scheme, _)| is_scheme(scheme));
    let whole = if has_scheme {
        Cow::from(text)
    } else {
        Cow::from(format!("http://{text}"))
    };
    let mut url = Url::parse(&whole).map_err(|error| format!("'{text}' is no URL: {error}"))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(format!("cannot crawl '{text}': only http: and https:"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(format!(
            "'{text}' holds a user's name; --header sends credentials"
        ));
    }
    normalize(&mut url);
    Ok(url)
}

fn is_scheme(text: &str) -> bool {
    text.chars()
        .all(|char| char.is_ascii_alphanumeric() || "+-.".contains(char))
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

/// Drops the fragment, what is percent-encoded without need, and a password that stood in a link.
fn normalize(url: &mut Url) {
    url.set_fragment(None);
    if !url.username().is_empty() || url.password().is_some() {
        // Fails only where there can be none.
        let _ = url.set_username("");
        let _ = url.set_password(None);
    }
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
