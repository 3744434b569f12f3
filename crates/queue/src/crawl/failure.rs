//! Failures: why a page could not be fetched, in one line each.

use common::http::Error;
use common::http::url::Url;
use std::any::Any;
use std::fmt;

/// Why there is no page.
#[derive(Debug)]
pub(super) enum Failure {
    /// All requests for the page failed.
    Failed(Error),
    /// The page was not requested: the host refused other pages for too long.
    GivenUp,
    /// robots.txt disallows the page.
    Forbidden,
    /// The page may not be requested, because robots.txt could not be read.
    Robots(Error),
    /// It redirects to this page, which is out of scope.
    LeadsAway(Url),
    /// It redirects to this page, which robots.txt disallows.
    LeadsToForbidden(Url),
    /// It redirects to itself, directly or through other pages.
    Loop,
    /// `visit` panicked with this message.
    Panic(String),
}

impl Failure {
    /// Returns the failure for a panic with this payload.
    pub(super) fn panic(payload: &(dyn Any + Send)) -> Self {
        let text = payload.downcast_ref::<&str>().copied();
        let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
        Self::Panic(text.unwrap_or("without a message").to_owned())
    }

    /// Whether a link to the page is a broken link: not if the page redirects out of scope, or to a mail address.
    pub(super) fn is_broken(&self) -> bool {
        match self {
            Self::LeadsAway(_) | Self::LeadsToForbidden(_) => false,
            Self::Failed(Error::RedirectScheme(scheme)) => {
                !matches!(&**scheme, "mailto" | "tel" | "sms")
            }
            _ => !self.is_cancelled(),
        }
    }

    /// Whether the crawl was cancelled, which tells nothing about the page.
    pub(super) fn is_cancelled(&self) -> bool {
        matches!(
            self,
            Self::Failed(Error::Cancelled) | Self::Robots(Error::Cancelled)
        )
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed(error) => error.fmt(f),
            Self::GivenUp => write!(f, "not asked for: the host refuses requests"),
            Self::Forbidden => write!(f, "kept out by robots.txt"),
            Self::Robots(error) => write!(f, "robots.txt: {error}"),
            Self::LeadsAway(url) => write!(f, "redirect out of scope: {url}"),
            Self::LeadsToForbidden(url) => {
                write!(f, "redirect to what robots.txt keeps out: {url}")
            }
            Self::Loop => write!(f, "redirect loop: it leads back to itself"),
            Self::Panic(message) => write!(f, "visit panicked: {message}"),
        }
    }
}
