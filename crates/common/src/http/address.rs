//! URLs: which ones can be fetched, and where a redirect leads.

use super::error::Error;
use url::{Host, Url};

/// The URL that `text` means.
pub(super) fn parse(text: &str) -> Result<Url, Error> {
    let mut url = Url::parse(text.trim()).map_err(|error| Error::Malformed(error.to_string()))?;
    if !is_web(&url) {
        return Err(Error::Scheme(url.scheme().to_owned()));
    }
    url.set_fragment(None);
    Ok(url)
}

/// The URL that `location` means on the page `base`.
pub(super) fn redirect(base: &Url, location: &str) -> Result<Url, Error> {
    let joined = base.join(location.trim());
    let mut url = joined.map_err(|error| Error::RedirectMalformed(error.to_string()))?;
    if !is_web(&url) {
        return Err(Error::RedirectScheme(url.scheme().to_owned()));
    }
    url.set_fragment(None);
    Ok(url)
}

fn is_web(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https")
}

/// Whether `url` is on this very machine, where no proxy leads.
pub(super) fn is_local(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        None => false,
    }
}
