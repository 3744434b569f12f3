//! What one may write for a start URL.

use common::http::url::Url;
use common::http::without_userinfo;
use std::borrow::Cow;

/// What `text` on the command line means: a scheme may be missing, unless a user's name stands in front.
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
    let url = Url::parse(&whole)
        .map_err(|error| format!("'{}' is no URL: {error}", without_userinfo(text)))?;
    if !matches!(url.scheme(), "http" | "https") {
        let shown = without_userinfo(text);
        return Err(format!("cannot crawl '{shown}': only http: and https:"));
    }
    // A guess is not good enough for a password: http: sends it in the clear.
    if !has_scheme && (!url.username().is_empty() || url.password().is_some()) {
        let shown = without_userinfo(&whole);
        return Err(format!(
            "a user's name before '{shown}': write https:// or http:// before it"
        ));
    }
    Ok(url)
}

fn is_scheme(text: &str) -> bool {
    text.chars()
        .all(|char| char.is_ascii_alphanumeric() || "+-.".contains(char))
}
