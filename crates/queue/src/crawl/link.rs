//! What stands in the frontier.

use std::sync::Arc;

/// A page to ask for, and how it was found.
#[derive(Clone)]
pub(super) struct Link {
    pub(super) url: Arc<str>,
    /// Its place among all pages that were met.
    pub(super) number: usize,
    /// The page on which it was found first.
    pub(super) referrer: Option<Arc<str>>,
    /// How many links lead here from the start.
    pub(super) depth: u32,
    /// So many redirects in a row have led here.
    pub(super) redirects: u32,
    /// It is a start URL, or where one redirects to.
    pub(super) is_start: bool,
}

impl Link {
    /// A link found on the page `from`, or a start URL.
    pub(super) fn new(url: Arc<str>, number: usize, from: Option<&Self>) -> Self {
        Self {
            url,
            number,
            referrer: from.map(|from| Arc::clone(&from.url)),
            depth: from.map_or(0, |from| from.depth + 1),
            redirects: 0,
            is_start: from.is_none(),
        }
    }

    /// The same, found by a redirect of `from`: as deep as that, and a start URL if that is one.
    pub(super) fn redirected(self, from: &Self) -> Self {
        Self {
            depth: from.depth,
            redirects: from.redirects + 1,
            is_start: from.is_start,
            ..self
        }
    }
}
