//! What stands in the frontier.

use super::politeness::Tries;
use common::http::canonical;
use common::http::url::Url;

/// A page on the web.
pub(crate) struct Address {
    /// The URL to request, spelled as it was found, without fragment and userinfo.
    pub(crate) url: Url,
    /// The canonical URL, if it differs.
    canonical: Option<Url>,
}

impl Address {
    /// None where `url` leads away from the web.
    pub(super) fn of(mut url: Url) -> Option<Self> {
        if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
            return None;
        }
        url.set_fragment(None);
        if !url.username().is_empty() || url.password().is_some() {
            let _ = (url.set_username(""), url.set_password(None));
        }
        // Spellings differ only in percent-encoded bytes.
        let is_encoded = url.as_str().contains('%');
        let canonical = is_encoded.then(|| url.clone()).and_then(canonical);
        let canonical = canonical.filter(|canonical| *canonical != url);
        Some(Self { url, canonical })
    }

    /// The one URL of the page, however it is spelled.
    pub(super) fn canonical(&self) -> &Url {
        self.canonical.as_ref().unwrap_or(&self.url)
    }
}

/// A page to ask for.
#[derive(Clone)]
pub(super) struct Link {
    pub(super) url: Url,
    pub(super) discovery: Discovery,
    /// The requests for it that failed, if it is to be requested again.
    pub(super) tries: Option<Box<Tries>>,
}

impl Link {
    pub(super) fn new(url: Url, discovery: Discovery) -> Self {
        Self {
            url,
            discovery,
            tries: None,
        }
    }
}

/// How a page was found.
#[derive(Clone, Copy)]
pub(super) struct Discovery {
    /// The page's number among all that were met.
    pub(super) number: usize,
    /// The page on which it was found first.
    pub(super) referrer: Option<usize>,
    /// How many links lead here from the start.
    pub(super) depth: u32,
    /// How many redirects in a row lead here.
    pub(super) redirects: u32,
    /// It is a start URL, or where one redirects to.
    pub(super) is_start: bool,
}

impl Discovery {
    /// That of a page that a link on the page `from` leads to, or of a start URL.
    pub(super) fn new(number: usize, from: Option<Self>) -> Self {
        Self {
            number,
            referrer: from.map(|from| from.number),
            depth: from.map_or(0, |from| from.depth + 1),
            redirects: 0,
            is_start: from.is_none(),
        }
    }

    /// That of a page that `from` redirects to: as deep as that, and a start URL if that is one.
    pub(super) fn redirected(number: usize, from: Self) -> Self {
        Self {
            number,
            referrer: Some(from.number),
            redirects: from.redirects + 1,
            ..from
        }
    }
}
