//! The entries of the frontier.

use super::politeness::Requests;
use common::http::url::Url;
use common::http::{canonical, page_url};

/// An HTTP page.
pub(crate) struct Address {
    /// The URL to request, spelled as it was found, without fragment and userinfo.
    pub(crate) url: Url,
    /// The canonical URL, if it differs.
    canonical: Option<Url>,
}

impl Address {
    /// Returns `None` if `url` is not an HTTP URL.
    pub(super) fn of(url: Url) -> Option<Self> {
        let url = page_url(url)?;
        let canonical = canonical(&url);
        Some(Self { url, canonical })
    }

    /// The canonical URL of the page, which is equal for all spellings.
    pub(super) fn canonical(&self) -> &Url {
        self.canonical.as_ref().unwrap_or(&self.url)
    }
}

/// A page to request.
#[derive(Clone)]
pub(super) struct Link {
    pub(super) url: Url,
    pub(super) discovery: Discovery,
    /// The failed requests for the page, if it is retried.
    pub(super) requests: Option<Box<Requests>>,
}

impl Link {
    pub(super) fn new(url: Url, discovery: Discovery) -> Self {
        Self {
            url,
            discovery,
            requests: None,
        }
    }
}

/// How a page was found.
#[derive(Clone, Copy)]
pub(super) struct Discovery {
    /// The page's number among all known pages.
    pub(super) number: usize,
    /// The page on which the link was found first.
    pub(super) referrer: Option<usize>,
    /// The number of links from the start URL to the page.
    pub(super) depth: u32,
    /// The number of consecutive redirects to the page.
    pub(super) redirects: u32,
    /// Whether the page is a start URL or the target of its redirects.
    pub(super) is_start: bool,
}

impl Discovery {
    /// The discovery of a page by a link on the page `from`, or of a start URL.
    pub(super) fn new(number: usize, from: Option<Self>) -> Self {
        Self {
            number,
            referrer: from.map(|from| from.number),
            depth: from.map_or(0, |from| from.depth + 1),
            redirects: 0,
            is_start: from.is_none(),
        }
    }

    /// The discovery of a page by a redirect of `from`: it has the depth of `from`, and is a start URL if `from` is
    /// one.
    pub(super) fn redirected(number: usize, from: Self) -> Self {
        Self {
            number,
            referrer: Some(from.number),
            redirects: from.redirects + 1,
            ..from
        }
    }
}
