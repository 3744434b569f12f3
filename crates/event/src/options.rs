//! `--waiters` and `--timeout`.

use common::demo::lexopt::{self, prelude::*};
use common::demo::{help, number, or_exit};
use std::time::Duration;

const HELP: &str = "\
§2.7 Event: one thread says that something has happened, others wait for it.

Usage: event [--waiters N] [--timeout MS]

  --waiters N    how many threads wait for the event (3)
  --timeout MS   how many milliseconds to wait for what does not come (20)";

pub(crate) struct Options {
    pub(crate) waiters: usize,
    pub(crate) timeout: Duration,
}

pub(crate) fn read() -> Options {
    or_exit(parse(lexopt::Parser::from_env()))
}

fn parse(mut arguments: lexopt::Parser) -> Result<Options, lexopt::Error> {
    let (mut waiters, mut milliseconds) = (3, 20);
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("waiters") => waiters = number("--waiters", &arguments.value()?, 1..=1000)?,
            Long("timeout") => milliseconds = number("--timeout", &arguments.value()?, 0..=60_000)?,
            Long("help") | Short('h') => help(HELP),
            _ => return Err(argument.unexpected()),
        }
    }
    let timeout = Duration::from_millis(milliseconds);
    Ok(Options { waiters, timeout })
}
