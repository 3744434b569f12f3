//! The scope of the crawl: which pages belong to it.

use super::options::each;
use common::demo::Args;
use common::http::url::Url;
use common::http::{canonical, canonical_escapes, without_userinfo};
use idna::domain_to_unicode;
use percent_encoding::percent_decode_str;
use regex_lite::Regex;
use std::sync::RwLock;

/// The hosts of the crawl, and the paths and patterns that limit it.
#[derive(Default)]
pub(crate) struct Scope {
    /// The hosts allowed by the user, and the hosts of the start URLs after their redirects.
    hosts: RwLock<Vec<Host>>,
    /// Paths, spelled as in canonical URLs.
    under: Vec<String>,
    exclude: Vec<Regex>,
}

impl Scope {
    #[rustfmt::skip] // a table: one option a line
    pub(super) fn read(args: &mut Args) -> Self {
        let under = each(args, "--under", "PATH", "only pages under this path, as /docs; may be given again", path);
        let exclude = each(args, "--exclude", "REGEX", "no page whose URL matches; may be given again", pattern);
        let hosts = each(args, "--allow-host", "HOST", "this host, too; may be given again", host);
        Self { hosts: hosts.into(), under, exclude }
    }

    /// Adds the host of `url`, at which the redirects of a start URL end.
    pub(super) fn add(&self, url: &Url) {
        let host = host_of(url);
        let mut hosts = self.hosts.write().expect("the lock is not poisoned");
        if !hosts.contains(&host) {
            hosts.push(host);
        }
    }

    /// Whether the page with this canonical URL belongs to the crawl.
    pub(super) fn contains(&self, url: &Url) -> bool {
        let hosts = self.hosts.read().expect("the lock is not poisoned");
        hosts
            .iter()
            .any(|(host, port)| url.host_str() == Some(host) && url.port() == *port)
            && (self.under.is_empty() || self.under.iter().any(|under| is_under(url, under)))
            && !self.is_excluded(url)
    }

    /// Matches the patterns against the URL as it is sent and as it is displayed.
    fn is_excluded(&self, url: &Url) -> bool {
        if self.exclude.is_empty() {
            return false;
        }
        let sent = url.as_str();
        let read = percent_decode_str(sent).decode_utf8_lossy();
        let read = match url.domain().filter(|domain| domain.contains("xn--")) {
            Some(domain) => read
                .replacen(domain, &domain_to_unicode(domain).0, 1)
                .into(),
            None => read,
        };
        let mut patterns = self.exclude.iter();
        patterns.any(|pattern| pattern.is_match(sent) || pattern.is_match(&read))
    }
}

/// The host, and the port unless it is the scheme's own: `http://me.org` and `https://me.org` are one site.
type Host = (String, Option<u16>);

fn host_of(url: &Url) -> Host {
    (url.host_str().unwrap_or_default().to_owned(), url.port())
}

/// `/docs` holds `/docs` and `/docs/a`, but not `/docs2`.
fn is_under(url: &Url, path: &str) -> bool {
    let rest = url.path().strip_prefix(path);
    rest.is_some_and(|rest| rest.is_empty() || path.ends_with('/') || rest.starts_with('/'))
}

/// The canonical spelling of the path.
fn path(path: &str) -> Result<String, String> {
    if !path.starts_with('/') || path.contains(['?', '#']) {
        return Err(format!(
            "--under takes a path that begins with /, without ? and #, not '{path}'"
        ));
    }
    let mut url = Url::parse("http://host").expect("a URL");
    url.set_path(path);
    Ok(canonical(&url).unwrap_or(url).path().to_owned())
}

/// A regular expression for canonical URLs, which have `~` for `%7e` and `%C3` for `%c3`.
fn pattern(pattern: &str) -> Result<Regex, String> {
    let regex = Regex::new(&canonical_escapes(pattern));
    regex.map_err(|error| format!("--exclude takes a regular expression, not '{pattern}': {error}"))
}

fn host(host: &str) -> Result<Host, String> {
    let is_host = !host.contains(['/', '\\', '?', '#', '@', '*']);
    match Url::parse(&format!("http://{host}/")) {
        Ok(url) if is_host && url.has_host() => Ok(host_of(&url)),
        _ => Err(format!(
            "--allow-host takes a host or host:port, not '{}'",
            without_userinfo(host)
        )),
    }
}
