//! `--levels`.

use common::demo::lexopt::{self, prelude::*};
use common::demo::{help, number, or_exit};

const HELP: &str = "\
§2.4 RLock: a lock with an owner, who may take it again and releases it as often.

Usage: rlock [--levels N]

  --levels N   how often main acquires the lock before it releases it (3)";

pub(crate) struct Options {
    pub(crate) levels: usize,
}

pub(crate) fn read() -> Options {
    or_exit(parse(lexopt::Parser::from_env()))
}

fn parse(mut arguments: lexopt::Parser) -> Result<Options, lexopt::Error> {
    let mut levels = 3;
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("levels") => levels = number("--levels", &arguments.value()?, 1..=1000)?,
            Long("help") | Short('h') => help(HELP),
            _ => return Err(argument.unexpected()),
        }
    }
    Ok(Options { levels })
}
