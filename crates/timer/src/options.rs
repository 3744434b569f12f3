//! `--interval`.

use common::demo::lexopt::{self, prelude::*};
use common::demo::{help, number, or_exit};
use std::time::Duration;

const HELP: &str = "\
§2.8 Timer: a function is called when some time has passed, unless the timer is cancelled before.

Usage: timer [--interval MS]

  --interval MS   after how many milliseconds the timers fire (100)";

pub(crate) fn read() -> Duration {
    or_exit(parse(lexopt::Parser::from_env()))
}

fn parse(mut arguments: lexopt::Parser) -> Result<Duration, lexopt::Error> {
    let mut milliseconds = 100;
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("interval") => {
                milliseconds = number("--interval", &arguments.value()?, 0..=60_000)?;
            }
            Long("help") | Short('h') => help(HELP),
            _ => return Err(argument.unexpected()),
        }
    }
    Ok(Duration::from_millis(milliseconds))
}
