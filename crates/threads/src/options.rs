//! `--threads`, `--timeout`, `--measure` and `--add-one`.

use common::demo::lexopt::{self, prelude::*};
use common::demo::{help, number, or_exit};
use std::time::Duration;

const HELP: &str = "\
§1, §2.1 Thread: two ways to make one, and what several at once are good for.

Usage: threads [--threads N] [--timeout MILLISECONDS] [--measure | --add-one]

  --threads N              how many threads share the work (2)
  --timeout MILLISECONDS   how long to wait for a thread that does not end (20)
  --measure                only figures: work in turn and at once, and what switching costs
  --add-one                adds one to a number and ends: what the tour's child process does";

/// What this run shows.
pub(crate) enum Part {
    Tour,
    Figures,
    AddOne,
}

pub(crate) struct Options {
    pub(crate) threads: usize,
    pub(crate) timeout: Duration,
    pub(crate) part: Part,
}

pub(crate) fn read() -> Options {
    or_exit(parse(lexopt::Parser::from_env()))
}

fn parse(mut arguments: lexopt::Parser) -> Result<Options, lexopt::Error> {
    let (mut threads, mut timeout, mut part) = (2, 20, Part::Tour);
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("threads") => threads = number("--threads", &arguments.value()?, 2..=64)?,
            Long("timeout") => timeout = number("--timeout", &arguments.value()?, 0..=60_000)?,
            Long("measure") => part = Part::Figures,
            Long("add-one") => part = Part::AddOne,
            Long("help") | Short('h') => help(HELP),
            _ => return Err(argument.unexpected()),
        }
    }
    let timeout = Duration::from_millis(timeout);
    Ok(Options {
        threads,
        timeout,
        part,
    })
}
