//! `--connections` and `--clients`.

use common::demo::lexopt::{self, prelude::*};
use common::demo::{help, number, or_exit};

const HELP: &str = "\
§2.6 Semaphore: a counter that threads wait for, and a pool of connections behind one.

Usage: semaphore [--connections N] [--clients N]

  --connections N   how many connections the pool has (2)
  --clients N       how many clients want one, each in a thread of its own (5)";

pub(crate) struct Options {
    pub(crate) connections: usize,
    pub(crate) clients: usize,
}

pub(crate) fn read() -> Options {
    or_exit(parse(lexopt::Parser::from_env()))
}

fn parse(mut arguments: lexopt::Parser) -> Result<Options, lexopt::Error> {
    let (mut connections, mut clients) = (2, 5);
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("connections") => {
                connections = number("--connections", &arguments.value()?, 1..=1000)?;
            }
            Long("clients") => clients = number("--clients", &arguments.value()?, 1..=1000)?,
            Long("help") | Short('h') => help(HELP),
            _ => return Err(argument.unexpected()),
        }
    }
    Ok(Options {
        connections,
        clients,
    })
}
