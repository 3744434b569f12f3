//! Which part, and for the fetch: the URLs and how to fetch them.

use crate::fetch::read_list;
use common::demo::lexopt::{self, prelude::*};
use common::demo::{help, number, or_exit};
use std::time::Duration;

const HELP: &str = "\
§3 ThreadPoolExecutor: a pool of threads, its futures, and pages fetched by it.

Usage: pool                               all parts, one after the other
       pool executor|future|functions     one part: §3.1, §3.2, §3.3
       pool fetch                         the notes' example, on a site of its own
       pool fetch [OPTIONS] URL...        these pages, in the order in which they come
       pool fetch [OPTIONS] --file FILE   those in FILE, one a line; - is stdin

  --file FILE      blank lines and lines that begin with # do not count
  --workers N      how many threads fetch (5)
  --timeout S      how many seconds a URL's whole answer may take (60)
  --max-body N     how many bytes a page may have, decompressed (10485760)

Without the word fetch, URLs and options mean the same. A URL that is given
twice is fetched twice. The exit code is 0 when all pages came, 1 when some did
not, 2 for bad arguments, 130 after Ctrl-C.";

/// What to play.
pub(crate) enum Part {
    All,
    Executor,
    Future,
    Functions,
    /// The fetch on the demo's own site.
    Site,
    Fetch(Job),
}

pub(crate) struct Job {
    pub(crate) urls: Vec<String>,
    pub(crate) workers: usize,
    pub(crate) timeout: Duration,
    pub(crate) max_body: u64,
}

pub(crate) fn read() -> Part {
    or_exit(parse(lexopt::Parser::from_env()))
}

fn parse(mut arguments: lexopt::Parser) -> Result<Part, lexopt::Error> {
    let words = ["executor", "future", "functions", "fetch"];
    let (word, is_all) = {
        let mut given = arguments.raw_args()?;
        let word = given.next_if(|word| words.iter().any(|known| word == *known));
        (word, given.peek().is_none())
    };
    let word = word.unwrap_or_default();
    let part = match word.to_str() {
        Some("executor") => Part::Executor,
        Some("future") => Part::Future,
        Some("functions") => Part::Functions,
        Some("fetch") if is_all => Part::Site,
        _ if is_all => Part::All,
        _ => return job(arguments).map(Part::Fetch),
    };
    match arguments.next()? {
        None => Ok(part),
        Some(Long("help") | Short('h')) => help(HELP),
        Some(other) => Err(other.unexpected()),
    }
}

fn job(mut arguments: lexopt::Parser) -> Result<Job, lexopt::Error> {
    let mut job = Job {
        urls: Vec::new(),
        workers: 5,
        timeout: Duration::from_secs(60),
        max_body: 10 * 1024 * 1024,
    };
    while let Some(argument) = arguments.next()? {
        match argument {
            Value(url) => {
                let url = url.into_string().map_err(|_| "a URL is not UTF-8")?;
                job.urls.push(url);
            }
            Long("file") => job.urls.append(&mut read_list(&arguments.value()?)?),
            Long("workers") => job.workers = number("--workers", &arguments.value()?, 1..=1000)?,
            Long("timeout") => {
                let seconds = number("--timeout", &arguments.value()?, 0.001..=86_400.0)?;
                job.timeout = Duration::from_secs_f64(seconds);
            }
            Long("max-body") => {
                job.max_body = number("--max-body", &arguments.value()?, 0..=u64::MAX)?;
            }
            Long("help") | Short('h') => help(HELP),
            _ => return Err(argument.unexpected()),
        }
    }
    if job.urls.is_empty() {
        return Err("there is no URL to fetch".into());
    }
    Ok(job)
}
