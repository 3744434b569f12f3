//! Failures: why a page could not be fetched, in one line each.

use super::politeness::Refusal;
use common::http::Error;
use common::http::url::Url;
use std::any::Any;
use std::fmt;

/// Why there is no page.
#[derive(Debug)]
pub(super) enum Failure {
    Refusal(Refusal),
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
            Self::Refusal(Refusal::Failed(Error::RedirectScheme(scheme))) => {
                !matches!(&**scheme, "mailto" | "tel" | "sms")
            }
            _ => !self.is_cancelled(),
        }
    }

    /// Whether the crawl was cancelled, which tells nothing about the page.
    pub(super) fn is_cancelled(&self) -> bool {
        use Refusal::{Failed, Robots};
        matches!(
            self,
            Self::Refusal(Failed(Error::Cancelled) | Robots(Error::Cancelled))
        )
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Refusal(Refusal::Failed(error))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refusal(refusal) => refusal.fmt(f),
            Self::LeadsAway(url) => write!(f, "redirect out of scope: {url}"),
            Self::LeadsToForbidden(url) => {
                write!(f, "redirect to what robots.txt keeps out: {url}")
            }
            Self::Loop => write!(f, "redirect loop: it leads back to itself"),
            Self::Panic(message) => write!(f, "visit panicked: {message}"),
        }
    }
}
