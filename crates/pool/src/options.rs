//! The URLs and how to fetch them.

use crate::list;
use common::demo::lexopt::{self, prelude::*};
use common::demo::{help, number, or_exit};
use std::time::Duration;

const HELP: &str = "\
§3.3 ThreadPoolExecutor: a list of URLs, fetched by a pool of threads.

Usage: pool                         the notes' example, on a site of its own
       pool [OPTIONS] URL...        these pages, in the order in which they come
       pool [OPTIONS] --file FILE   those in FILE, one a line; - is stdin

  --file FILE      blank lines and lines that begin with # do not count
  --workers N      how many threads fetch (5)
  --timeout S      how many seconds a URL's whole answer may take (60)
  --max-body N     how many bytes a page may have, decompressed (10485760)

A URL that is given twice is fetched twice. The exit code is 0 when all pages
came, 1 when some did not, 2 for bad arguments, 130 after Ctrl-C.";

pub(crate) struct Job {
    pub(crate) urls: Vec<String>,
    pub(crate) workers: usize,
    pub(crate) timeout: Duration,
    pub(crate) max_body: u64,
}

/// What to fetch, or nothing when there were no arguments.
pub(crate) fn read() -> Option<Job> {
    (std::env::args_os().len() > 1).then(|| or_exit(parse(lexopt::Parser::from_env())))
}

fn parse(mut arguments: lexopt::Parser) -> Result<Job, lexopt::Error> {
    let mut job = Job {
        urls: Vec::new(),
        workers: 5,
        timeout: Duration::from_mins(1),
        max_body: 10 * 1024 * 1024,
    };
    while let Some(argument) = arguments.next()? {
        match argument {
            Value(url) => job.urls.push(url.string()?),
            Long("file") => job.urls.append(&mut list::read(&arguments.value()?)?),
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
