//! Which pages belong to the crawl.

use super::options::Crawl;
use common::http::url::Url;
use regex_lite::Regex;
use std::sync::RwLock;

/// The hosts of the crawl, and what of them is wanted.
pub(super) struct Scope {
    /// Those allowed from the beginning, and those to which the start URLs have led.
    hosts: RwLock<Vec<String>>,
    under: Vec<String>,
    exclude: Vec<Regex>,
}

impl Scope {
    pub(super) fn new(job: &Crawl) -> Self {
        Self {
            hosts: RwLock::new(job.allow_host.clone()),
            under: job.under.clone(),
            exclude: job.exclude.clone(),
        }
    }

    /// A start URL has led here, after its redirects.
    pub(super) fn add(&self, url: &Url) {
        let host = host_of(url);
        let mut hosts = self.hosts.write().expect("nobody panics with it");
        if !hosts.contains(&host) {
            hosts.push(host);
        }
    }

    pub(super) fn contains(&self, url: &Url) -> bool {
        let hosts = self.hosts.read().expect("nobody panics with it");
        hosts.iter().any(|host| is_host(url, host))
            && (self.under.is_empty() || self.under.iter().any(|under| is_under(url, under)))
            && !self
                .exclude
                .iter()
                .any(|pattern| pattern.is_match(url.as_str()))
    }
}

/// The host, and the port unless it is the scheme's own: `http://me.org` and `https://me.org` are one site.
pub(crate) fn host_of(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    }
}

/// As [`host_of`], without making it.
fn is_host(url: &Url, host: &str) -> bool {
    let rest = url.host_str().and_then(|name| host.strip_prefix(name));
    match (rest, url.port()) {
        (Some(""), None) => true,
        (Some(rest), Some(port)) => {
            rest.strip_prefix(':').and_then(|text| text.parse().ok()) == Some(port)
        }
        _ => false,
    }
}

/// `/docs` holds `/docs` and `/docs/a`, but not `/docs2`.
fn is_under(url: &Url, path: &str) -> bool {
    match url.path().strip_prefix(path) {
        Some(rest) => rest.is_empty() || path.ends_with('/') || rest.starts_with('/'),
        None => false,
    }
}
