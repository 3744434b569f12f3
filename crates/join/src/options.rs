//! `--timeout` and `--joiners`.

use common::demo::lexopt::{self, prelude::*};
use common::demo::{help, number, or_exit};
use std::time::Duration;

const HELP: &str = "\
§2.3 Join: waiting for the end of a thread, with a timeout, and after its error.

Usage: join [--timeout MILLISECONDS] [--joiners N]

  --timeout MILLISECONDS   how long to wait for a thread that does not end (20)
  --joiners N              how many threads wait for the same one (3)";

pub(crate) struct Options {
    pub(crate) timeout: Duration,
    pub(crate) joiners: usize,
}

pub(crate) fn read() -> Options {
    or_exit(parse(lexopt::Parser::from_env()))
}

fn parse(mut arguments: lexopt::Parser) -> Result<Options, lexopt::Error> {
    let (mut timeout, mut joiners) = (20, 3);
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("timeout") => timeout = number("--timeout", &arguments.value()?, 0..=60_000)?,
            Long("joiners") => joiners = number("--joiners", &arguments.value()?, 1..=1000)?,
            Long("help") | Short('h') => help(HELP),
            _ => return Err(argument.unexpected()),
        }
    }
    let timeout = Duration::from_millis(timeout);
    Ok(Options { timeout, joiners })
}
