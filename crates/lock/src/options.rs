//! `--threads` and `--times`.

use common::demo::lexopt::{self, prelude::*};
use common::demo::{help, number, or_exit};

const HELP: &str = "\
§2.4 Lock: threads that add to one number lose additions, and a lock that ends it.

Usage: lock [--threads N] [--times N]

  --threads N   how many threads add to the number (2)
  --times N     how often each of them adds one (1000000)";

pub(crate) struct Options {
    pub(crate) threads: usize,
    pub(crate) times: u64,
}

pub(crate) fn read() -> Options {
    or_exit(parse(lexopt::Parser::from_env()))
}

fn parse(mut arguments: lexopt::Parser) -> Result<Options, lexopt::Error> {
    let (mut threads, mut times) = (2, 1_000_000);
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("threads") => threads = number("--threads", &arguments.value()?, 1..=1000)?,
            Long("times") => times = number("--times", &arguments.value()?, 1..=1_000_000_000)?,
            Long("help") | Short('h') => help(HELP),
            _ => return Err(argument.unexpected()),
        }
    }
    Ok(Options { threads, times })
}
