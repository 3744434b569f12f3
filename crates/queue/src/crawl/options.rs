//! The arguments of `queue crawl`: what to crawl, and how.

use super::scope::Scope;
use common::demo::Args;
use common::http::url::Url;
use common::http::{self, Authorities, Header, OriginHeaders, without_userinfo};
use std::time::Duration;

/// What to crawl, and how.
pub(crate) struct Crawl {
    pub(crate) urls: Vec<Url>,
    pub(crate) workers: usize,
    pub(crate) max_pages: usize,
    pub(crate) depth: u32,
    pub(crate) scope: Scope,
    pub(crate) timeout: Duration,
    pub(crate) max_body: u64,
    pub(crate) headers: OriginHeaders,
    pub(crate) delay: Duration,
    pub(crate) ignore_robots: bool,
    pub(crate) json: bool,
    pub(crate) authorities: Authorities,
}

impl Crawl {
    pub(crate) fn new(urls: Vec<Url>) -> Self {
        Self {
            urls,
            workers: 5,
            max_pages: usize::MAX,
            depth: u32::MAX,
            scope: Scope::default(),
            timeout: Duration::from_secs(60),
            max_body: 10 * 1024 * 1024,
            headers: OriginHeaders::default(),
            delay: Duration::ZERO,
            ignore_robots: false,
            json: false,
            authorities: Authorities::default(),
        }
    }
}

#[rustfmt::skip] // a table: one option a line
pub(crate) fn read(mut args: Args) -> Crawl {
    let seconds = Duration::from_secs_f64;
    let mut job = Crawl::new(Vec::new());
    job.workers = args.number("--workers", job.workers, 1..=1000, "threads that fetch pages");
    job.max_pages = args.optional_number("--max-pages", 1..=usize::MAX, "most pages").unwrap_or(job.max_pages);
    job.depth = args.optional_number("--depth", 0..=u32::MAX, "most links from the start").unwrap_or(job.depth);
    job.scope = Scope::read(&mut args);
    job.timeout = seconds(args.number("--timeout", 60.0, 0.001..=86_400.0, "seconds for a whole answer"));
    job.max_body = args.number("--max-body", job.max_body, 0..=u64::MAX, "most bytes of a page, decompressed");
    let about = "sent to the origins of these URLs only; may be given again";
    let headers = each(&mut args, "--header", "'N: V'", about, header);
    job.delay = seconds(args.number("--delay", 0.0, 0.0..=86_400.0, "seconds between two requests to one host"));
    let about = "trusts the certificate authorities in this PEM file only";
    let authorities = Authorities::read(&args.texts("--cacert", "FILE", about));
    job.authorities = args.accept(authorities).unwrap_or_default();
    job.ignore_robots = args.flag("--ignore-robots", "fetches what robots.txt forbids, too");
    job.json = args.flag("--json", "prints one JSON object a page");
    let urls: Vec<_> = args.rest().iter().map(|url| utf8(url).and_then(start)).collect();
    if urls.is_empty() {
        args.refuse("there is no URL to begin with".into());
    }
    for url in urls {
        if let Some(mut url) = args.accept(url) {
            job.headers.add_origin(&mut url, &headers);
            job.urls.push(url);
        }
    }
    args.finish();
    job
}

/// The values given with `option`, parsed.
pub(super) fn each<T>(
    args: &mut Args,
    option: &str,
    value: &str,
    about: &str,
    parse: fn(&str) -> Result<T, String>,
) -> Vec<T> {
    let given = args.texts(option, value, about).into_iter();
    given
        .filter_map(|value| args.accept(parse(&value)))
        .collect()
}

fn start(url: &str) -> Result<Url, String> {
    http::parse(url).map_err(|error| format!("'{}': {error}", without_userinfo(url)))
}

/// The error does not quote the URL, which may contain a password.
fn utf8(url: &str) -> Result<&str, String> {
    let is_utf8 = !url.contains(char::REPLACEMENT_CHARACTER);
    is_utf8.then_some(url).ok_or("a URL is not UTF-8".into())
}

fn header(value: &str) -> Result<Header, String> {
    // No error quotes the value, not even if it is not UTF-8.
    let header: Result<Header, _> = utf8(value).unwrap_or_default().parse();
    header.map_err(|error| format!("--header: {error}"))
}
