//! `--parties` and `--rounds`.

use common::demo::lexopt::{self, prelude::*};
use common::demo::{help, number, or_exit};

const HELP: &str = "\
§2.9 Barrier: threads that go on together once all have come, and what breaks that.

Usage: barrier [--parties N] [--rounds N]

  --parties N   how many threads a barrier is for (3)
  --rounds N    how many generations pass it (3)";

pub(crate) struct Options {
    pub(crate) parties: usize,
    pub(crate) rounds: usize,
}

pub(crate) fn read() -> Options {
    or_exit(parse(lexopt::Parser::from_env()))
}

fn parse(mut arguments: lexopt::Parser) -> Result<Options, lexopt::Error> {
    let (mut parties, mut rounds) = (3, 3);
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("parties") => parties = number("--parties", &arguments.value()?, 2..=1000)?,
            Long("rounds") => rounds = number("--rounds", &arguments.value()?, 1..=1000)?,
            Long("help") | Short('h') => help(HELP),
            _ => return Err(argument.unexpected()),
        }
    }
    Ok(Options { parties, rounds })
}
