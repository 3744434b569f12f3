//! The proxies that the environment names, by the rules of curl.

use super::error::Error;
use super::{Header, OriginHeaders};
use std::env;
use std::net::IpAddr;
use ureq::http::header::PROXY_AUTHORIZATION;
use url::{Host, Url};

/// The proxy settings of the environment.
pub(super) struct Environment {
    /// For `http:` URLs, and for `https:` URLs.
    pub(super) http: Option<Result<Url, Error>>,
    pub(super) https: Option<Result<Url, Error>>,
    pub(super) exceptions: Exceptions,
}

impl Environment {
    pub(super) fn read() -> Self {
        // A web server sets HTTP_PROXY for a CGI program to the `Proxy:` header of a client.
        let is_cgi = env::var_os("REQUEST_METHOD").is_some();
        let http: &[_] = if is_cgi {
            &["http_proxy"]
        } else {
            &["http_proxy", "HTTP_PROXY"]
        };
        Self {
            http: first(http).map(parse),
            https: first(&["https_proxy", "HTTPS_PROXY"]).map(parse),
            exceptions: Exceptions(
                variable(&["no_proxy", "NO_PROXY"]).map_or(String::new(), |(_, value)| value),
            ),
        }
    }
}

/// The first of these variables that is set, or else the variable for all schemes.
fn first(names: &[&'static str]) -> Option<(&'static str, String)> {
    variable(names).or_else(|| variable(&["all_proxy", "ALL_PROXY"]))
}

fn variable(names: &[&'static str]) -> Option<(&'static str, String)> {
    let values = names
        .iter()
        .filter_map(|name| Some((*name, env::var(name).ok()?)));
    values
        .into_iter()
        .find(|(_, value)| !value.trim().is_empty())
}

/// The URL of a proxy; a scheme may be missing.
fn parse((name, value): (&str, String)) -> Result<Url, Error> {
    let value = value.trim();
    let whole = if value.contains("://") {
        value.to_owned()
    } else {
        format!("http://{value}")
    };
    // The value may contain a password.
    let url = Url::parse(&whole).ok().filter(Url::has_host);
    let url = url.ok_or_else(|| Error::Proxy(format!("{name} is not a URL")))?;
    match url.scheme() {
        "http" | "https" | "socks" | "socks4" | "socks4a" | "socks5" | "socks5h" => Ok(url),
        scheme => Err(Error::Proxy(format!(
            "{name} has the unknown scheme {scheme}:"
        ))),
    }
}

/// The `Proxy-Authorization` header for a proxy with a user's name and password.
pub(super) fn authorization(proxy: &Url) -> Option<Header> {
    OriginHeaders::basic(proxy, PROXY_AUTHORIZATION)
}

/// The hosts for which no proxy is used.
#[derive(Debug, Default)]
pub(super) struct Exceptions(pub(super) String);

impl Exceptions {
    /// Whether the host of `url` is one of these hosts or a subdomain; `*` alone matches every host.
    pub(super) fn contains(&self, url: &Url) -> bool {
        if self.0.trim() == "*" {
            return true;
        }
        let mut names = self
            .0
            .split(|char: char| char == ',' || char.is_ascii_whitespace());
        match url.host() {
            Some(Host::Domain(host)) => names.any(|name| is_below(host, name)),
            Some(Host::Ipv4(host)) => names.any(|name| is_in(host.into(), name)),
            Some(Host::Ipv6(host)) => names.any(|name| is_in(host.into(), name)),
            None => false,
        }
    }
}

/// `site.org` and `.site.org` both match `site.org` and its subdomains.
fn is_below(host: &str, name: &str) -> bool {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    let name = name.strip_prefix('.').unwrap_or(&name);
    let rest = host.strip_suffix(name).filter(|_| !name.is_empty());
    rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

/// Whether the address is this one, or in this network, as `10.0.0.0/8`.
fn is_in(host: IpAddr, network: &str) -> bool {
    let (address, bits) = network.split_once('/').unwrap_or((network, "128"));
    let Ok(address) = address.trim_matches(['[', ']']).parse::<IpAddr>() else {
        return false;
    };
    let (host, address, width) = match (host, address) {
        (IpAddr::V4(host), IpAddr::V4(address)) => {
            (host.to_bits().into(), address.to_bits().into(), 32)
        }
        (IpAddr::V6(host), IpAddr::V6(address)) => (host.to_bits(), address.to_bits(), 128),
        _ => return false,
    };
    let bits: u32 = bits.parse().unwrap_or(width).min(width);
    let differing: u128 = host ^ address;
    differing.checked_shr(width - bits).unwrap_or_default() == 0
}

#[cfg(test)]
mod tests;
