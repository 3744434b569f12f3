//! `--waiters`, `--notify` and `--items`.

use common::demo::lexopt::{self, prelude::*};
use common::demo::{help, number, or_exit};

const HELP: &str = "\
§2.5 Condition: two speakers who take turns, and threads that wait until something is so.

Usage: condition [--waiters N] [--notify N] [--items N]

  --waiters N   how many threads wait to be notified (5)
  --notify N    how many of them the first notify wakes (2)
  --items N     how many items go from the producer to the consumer (3)";

pub(crate) struct Options {
    pub(crate) waiters: usize,
    pub(crate) notify: usize,
    pub(crate) items: u32,
}

pub(crate) fn read() -> Options {
    or_exit(parse(lexopt::Parser::from_env()))
}

fn parse(mut arguments: lexopt::Parser) -> Result<Options, lexopt::Error> {
    let (mut waiters, mut notify, mut items) = (5, 2, 3);
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("waiters") => waiters = number("--waiters", &arguments.value()?, 1..=1000)?,
            Long("notify") => notify = number("--notify", &arguments.value()?, 0..=1000)?,
            Long("items") => items = number("--items", &arguments.value()?, 1..=1000)?,
            Long("help") | Short('h') => help(HELP),
            _ => return Err(argument.unexpected()),
        }
    }
    Ok(Options {
        waiters,
        notify,
        items,
    })
}
