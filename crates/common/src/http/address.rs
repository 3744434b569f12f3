//! URLs: which ones can be fetched, and where a redirect leads.

use super::error::Error;
use std::borrow::Cow;
use url::{Host, Url};

/// The URL that `text` means.
pub(super) fn parse(text: &str) -> Result<Url, Error> {
    let mut url = Url::parse(text.trim()).map_err(|error| Error::Malformed(error.to_string()))?;
    if !is_web(&url) {
        // In `me:secret@host` the scheme is the user's name, which no error may name.
        if url.cannot_be_a_base() && text.contains('@') {
            return Err(Error::Malformed("no http:// or https://".to_owned()));
        }
        return Err(Error::Scheme(url.scheme().to_owned()));
    }
    url.set_fragment(None);
    Ok(url)
}

/// The URL that `location` means on the page `base`, without a user's name and password.
pub(super) fn redirect(base: &Url, location: &str) -> Result<Url, Error> {
    let joined = base.join(location.trim());
    let mut url = joined.map_err(|error| Error::RedirectMalformed(error.to_string()))?;
    if !is_web(&url) {
        return Err(Error::RedirectScheme(url.scheme().to_owned()));
    }
    url.set_fragment(None);
    remove_userinfo(&mut url);
    Ok(url)
}

/// Removes the user's name and the password.
pub(super) fn remove_userinfo(url: &mut Url) {
    if has_userinfo(url) {
        // Fails only where there can be none.
        let _ = url.set_username("");
        let _ = url.set_password(None);
    }
}

fn has_userinfo(url: &Url) -> bool {
    !url.username().is_empty() || url.password().is_some()
}

/// The URL `text` as it may be printed: without a user's name and password, also where it is malformed.
///
/// ```
/// use common::http::without_userinfo;
///
/// assert_eq!(without_userinfo("http://me.org/@a"), "http://me.org/@a");
/// assert_eq!(without_userinfo("http://me:secret@me.org/@a"), "http://me.org/@a");
/// assert_eq!(without_userinfo("http://me:se/cret@me.org/"), "http://***@me.org/");
/// assert_eq!(without_userinfo("me:secret@me.org"), "***@me.org");
/// ```
#[must_use]
pub fn without_userinfo(text: &str) -> Cow<'_, str> {
    match Url::parse(text.trim()) {
        Ok(mut url) if is_web(&url) => {
            if !has_userinfo(&url) {
                return Cow::from(text);
            }
            remove_userinfo(&mut url);
            Cow::from(String::from(url))
        }
        // Where the userinfo of such a text ends is unknown: everything before the last @ is hidden.
        _ => match text.rsplit_once('@') {
            Some((hidden, rest)) => {
                let scheme = hidden.split_once("://").map(|(scheme, _)| scheme);
                let scheme = scheme.map(|scheme| format!("{scheme}://"));
                Cow::from(format!("{}***@{rest}", scheme.unwrap_or_default()))
            }
            None => Cow::from(text),
        },
    }
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
