//! What one may write for a start URL.

use common::http::canonical;
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
    let url = Url::parse(&whole).map_err(|error| format!("'{text}' is no URL: {error}"))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(format!("cannot crawl '{text}': only http: and https:"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(format!(
            "'{text}' holds a user's name; --header sends credentials"
        ));
    }
    canonical(url).ok_or_else(|| format!("'{text}' is no page"))
}

fn is_scheme(text: &str) -> bool {
    text.chars()
        .all(|char| char.is_ascii_alphanumeric() || "+-.".contains(char))
}
