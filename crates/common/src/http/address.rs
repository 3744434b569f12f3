//! URLs: which ones can be fetched, and where a redirect leads.

use super::error::Error;
use percent_encoding::{CONTROLS, percent_encode};
use std::borrow::Cow;
use std::fmt::Display;
use url::{Host, Url};

/// Parses a URL as users type it: without a scheme it becomes an `http:` URL.
///
/// ```
/// use common::http::{Error, parse};
///
/// assert_eq!(parse("localhost:8000")?.as_str(), "http://localhost:8000/");
/// assert!(matches!(parse("exectuor"), Err(Error::Malformed(_))));
/// # Ok::<(), Error>(())
/// ```
///
/// # Errors
///
/// If `text` is not an HTTP URL. A single word is refused, because it may be a typing error. A user's name without a
/// scheme is refused, because `http:` would send the password unencrypted. No error quotes `text`.
pub fn parse(text: &str) -> Result<Url, Error> {
    let text = text.trim();
    let malformed = |reason: &dyn Display| Error::Malformed(reason.to_string());
    if text != "localhost" && !text.contains(['.', ':', '/']) {
        return Err(malformed(
            &"a word alone, write http:// before it or / after it",
        ));
    }
    let is_scheme = |char: char| char.is_ascii_alphanumeric() || "+-.".contains(char);
    let scheme = text.split_once(':').filter(|(scheme, rest)| {
        let is_web = ["http", "https"]
            .iter()
            .any(|web| scheme.eq_ignore_ascii_case(web));
        is_web || rest.starts_with("//") && scheme.chars().all(is_scheme)
    });
    let whole = match scheme {
        Some(_) => Cow::from(text),
        None => Cow::from(format!("http://{text}")),
    };
    let mut url = Url::parse(&whole).map_err(|error| malformed(&error))?;
    if !is_web(&url) {
        return Err(Error::Scheme(url.scheme().to_owned()));
    }
    if scheme.is_none() && has_userinfo(&url) {
        return Err(malformed(&"no http:// or https://"));
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

/// The bytes of a URL as text: bytes that are not UTF-8 are percent-encoded, so that the server receives them
/// unchanged.
pub(super) fn encode(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::from(text),
        Err(_) => Cow::from(percent_encode(bytes, CONTROLS)),
    }
}

/// Removes the user's name and the password.
pub(super) fn remove_userinfo(url: &mut Url) {
    if has_userinfo(url) {
        // Fails only if the URL cannot have userinfo.
        let _ = url.set_username("");
        let _ = url.set_password(None);
    }
}

fn has_userinfo(url: &Url) -> bool {
    !url.username().is_empty() || url.password().is_some()
}

/// Removes a user's name and password from the URL `text`, even if it is malformed, so that it can be printed.
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
        // The end of the userinfo in such a text is unknown: everything before the last @ is hidden.
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

pub(super) fn is_web(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https")
}

/// Whether `url` is on this machine, for which no proxy is used.
pub(super) fn is_local(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        None => false,
    }
}
