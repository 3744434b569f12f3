//! What to crawl, and how.

use crate::crawl::{host_of, start_url};
use common::demo::lexopt::{self, prelude::*};
use common::demo::{help, number};
use common::http::url::Url;
use common::http::{Header, OriginHeaders, canonical, without_userinfo};
use regex_lite::Regex;
use std::ffi::{OsStr, OsString};
use std::time::Duration;

const HELP: &str = "\
§4 A crawler whose URL frontier is a queue.

Usage: queue crawl                       a site of its own
       queue crawl [OPTIONS] URL...      all pages that these lead to, on their hosts

  --workers N        how many threads ask for pages (5)
  --max-pages N      at most so many pages
  --depth N          at most so many links from the start
  --under PATH       only pages under this path, as /docs; may be given again
  --exclude REGEX    no page whose URL matches; may be given again
  --allow-host HOST  this host too; may be given again
  --timeout S        how many seconds a whole answer may take (60)
  --max-body N       how many bytes a page may have, decompressed (10485760)
  --header 'N: V'    sent to the hosts of these URLs only; may be given again
  --delay S          seconds between two requests to one host (0)
  --ignore-robots    ask for what robots.txt keeps out, too
  --json             one JSON object a page

A header, and user:password@ in a URL, is sent to the scheme, host and port of
the URLs given here and to no others, be it by redirect, link or --allow-host.

A page is asked for once, however links spell it. One that cannot be had is
named at the end with the pages it stands on. The exit code is 0 when all pages
came, 1 when some did not, 2 for bad arguments, 130 after Ctrl-C.";

/// What to crawl, and how.
pub(crate) struct Crawl {
    pub(crate) urls: Vec<Url>,
    pub(crate) workers: usize,
    pub(crate) max_pages: usize,
    pub(crate) depth: u32,
    pub(crate) under: Vec<String>,
    pub(crate) exclude: Vec<Regex>,
    /// As [`host_of`] has them.
    pub(crate) allow_host: Vec<String>,
    pub(crate) timeout: Duration,
    pub(crate) max_body: u64,
    pub(crate) headers: OriginHeaders,
    pub(crate) delay: Duration,
    pub(crate) ignore_robots: bool,
    pub(crate) json: bool,
}

impl Crawl {
    pub(crate) fn new(urls: Vec<Url>) -> Self {
        Self {
            urls,
            workers: 5,
            max_pages: usize::MAX,
            depth: u32::MAX,
            under: Vec::new(),
            exclude: Vec::new(),
            allow_host: Vec::new(),
            timeout: Duration::from_secs(60),
            max_body: 10 * 1024 * 1024,
            headers: OriginHeaders::default(),
            delay: Duration::ZERO,
            ignore_robots: false,
            json: false,
        }
    }
}

/// What follows the word `crawl`, if anything does.
pub(crate) fn parse(mut arguments: lexopt::Parser) -> Result<Option<Crawl>, lexopt::Error> {
    if arguments.raw_args()?.peek().is_none() {
        return Ok(None);
    }
    let mut job = Crawl::new(Vec::new());
    let (mut urls, mut headers) = (Vec::new(), Vec::new());
    while let Some(argument) = arguments.next()? {
        match argument {
            Value(url) => {
                let url = url.into_string().map_err(|_| "a URL is not UTF-8")?;
                urls.push(start_url(&url)?);
            }
            Long("workers") => job.workers = number("--workers", &arguments.value()?, 1..=1000)?,
            Long("max-pages") => {
                job.max_pages = number("--max-pages", &arguments.value()?, 1..=usize::MAX)?;
            }
            Long("depth") => job.depth = number("--depth", &arguments.value()?, 0..=u32::MAX)?,
            Long("under") => job.under.push(path(arguments.value()?)?),
            Long("exclude") => job.exclude.push(pattern(arguments.value()?)?),
            Long("allow-host") => job.allow_host.push(host(arguments.value()?)?),
            Long("timeout") => job.timeout = seconds("--timeout", &arguments.value()?, 0.001)?,
            Long("max-body") => {
                job.max_body = number("--max-body", &arguments.value()?, 0..=u64::MAX)?;
            }
            Long("header") => headers.push(header(&arguments.value()?)?),
            Long("delay") => job.delay = seconds("--delay", &arguments.value()?, 0.0)?,
            Long("ignore-robots") => job.ignore_robots = true,
            Long("json") => job.json = true,
            Long("help") | Short('h') => help(HELP),
            _ => return Err(argument.unexpected()),
        }
    }
    if urls.is_empty() {
        return Err("there is no URL to begin with".into());
    }
    for mut url in urls {
        job.headers.add_origin(&mut url, &headers);
        job.urls.extend(canonical(url));
    }
    Ok(Some(job))
}

fn seconds(option: &str, value: &OsStr, least: f64) -> Result<Duration, lexopt::Error> {
    Ok(Duration::from_secs_f64(number(
        option,
        value,
        least..=86_400.0,
    )?))
}

fn path(value: OsString) -> Result<String, lexopt::Error> {
    let path = value.string()?;
    if path.starts_with('/') {
        Ok(path)
    } else {
        Err(format!("--under takes a path that begins with /, not '{path}'").into())
    }
}

fn pattern(value: OsString) -> Result<Regex, lexopt::Error> {
    let pattern = value.string()?;
    let regex = Regex::new(&pattern);
    regex.map_err(|error| {
        format!("--exclude takes a regular expression, not '{pattern}': {error}").into()
    })
}

fn host(value: OsString) -> Result<String, lexopt::Error> {
    let host = value.string()?;
    match Url::parse(&format!("http://{host}/")) {
        Ok(url) if url.path() == "/" && url.has_host() => Ok(host_of(&url)),
        _ => Err(format!(
            "--allow-host takes a host or host:port, not '{}'",
            without_userinfo(&host)
        )
        .into()),
    }
}

fn header(value: &OsStr) -> Result<Header, lexopt::Error> {
    // No error quotes the value, not even where it is not UTF-8.
    let header: Result<Header, _> = value.to_str().unwrap_or_default().parse();
    header.map_err(|error| format!("--header: {error}").into())
}
