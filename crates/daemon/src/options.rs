//! `--daemon`, `--rounds`, `--unit` and `--plain`.

use common::demo::lexopt::{self, prelude::*};
use common::demo::{help, number, or_exit};
use std::time::Duration;

const HELP: &str = "\
§2.2 Daemon: which threads a program waits for at its end, and which die with it.

Usage: daemon [--daemon true|false] [--plain] [--rounds N] [--unit MILLISECONDS]

  --daemon true|false    only this ending, not the whole tour
  --plain                only the ending of plain Rust, which waits for no thread
  --rounds N             how many units the threads go on for (7); 0: for ever
  --unit MILLISECONDS    how long a unit is, a second in the notes (50)";

/// What this run shows.
#[derive(Clone, Copy)]
pub(crate) enum Part {
    Tour,
    Ending { daemon: bool },
    Plain,
}

pub(crate) struct Options {
    pub(crate) part: Part,
    pub(crate) pace: Pace,
}

/// How long the threads go on, and how fast.
#[derive(Clone, Copy)]
pub(crate) struct Pace {
    /// `None` is for ever.
    pub(crate) rounds: Option<u64>,
    pub(crate) unit: Duration,
}

pub(crate) fn read() -> Options {
    or_exit(parse(lexopt::Parser::from_env()))
}

fn parse(mut arguments: lexopt::Parser) -> Result<Options, lexopt::Error> {
    let (mut part, mut rounds, mut unit) = (Part::Tour, 7, 50);
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("daemon") => {
                let daemon = truth("--daemon", &arguments.value()?.to_string_lossy())?;
                part = Part::Ending { daemon };
            }
            Long("plain") => part = Part::Plain,
            Long("rounds") => rounds = number("--rounds", &arguments.value()?, 0..=1_000_000)?,
            Long("unit") => unit = number("--unit", &arguments.value()?, 0..=60_000)?,
            Long("help") | Short('h') => help(HELP),
            _ => return Err(argument.unexpected()),
        }
    }
    let rounds = Some(rounds).filter(|&rounds| rounds > 0);
    let unit = Duration::from_millis(unit);
    let pace = Pace { rounds, unit };
    Ok(Options { part, pace })
}

fn truth(option: &str, given: &str) -> Result<bool, lexopt::Error> {
    let refused = |_| lexopt::Error::from(format!("{option} takes true or false, not '{given}'"));
    given.parse().map_err(refused)
}
