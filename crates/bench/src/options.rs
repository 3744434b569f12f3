//! What the command line asks for.

use common::demo::lexopt::{self, prelude::*};
use common::demo::{help, number};
use std::time::Duration;

const HELP: &str = "\
Measures common beside its peers: bench [FILTER]… [OPTIONS]

  FILTER           only lines whose name contains one of these
  --rounds N       how often each contender is sampled (15)
  --patience S     seconds after which a contender that gives no answer is left out (20)
  --json           a record for machines instead of the table
  --list           the lines and who takes part, without measuring";

/// What to do, on which lines, and how thoroughly.
pub(crate) struct Options {
    pub(crate) mode: Mode,
    pub(crate) filters: Vec<String>,
    pub(crate) rounds: usize,
    pub(crate) patience: Duration,
    pub(crate) json: bool,
}

pub(crate) enum Mode {
    Run,
    List,
    /// Serve samples of one contender to the parent process.
    Child {
        line: String,
        contender: String,
    },
}

pub(crate) fn read() -> Result<Options, lexopt::Error> {
    let mut options = Options {
        mode: Mode::Run,
        filters: Vec::new(),
        rounds: 15,
        patience: Duration::from_secs(20),
        json: false,
    };
    let mut arguments = lexopt::Parser::from_env();
    while let Some(argument) = arguments.next()? {
        match argument {
            Value(filter) => options.filters.push(filter.string()?),
            Long("rounds") => options.rounds = number("--rounds", &arguments.value()?, 1..=1000)?,
            Long("patience") => {
                let seconds = number("--patience", &arguments.value()?, 1..=3600)?;
                options.patience = Duration::from_secs(seconds);
            }
            Long("json") => options.json = true,
            Long("list") => options.mode = Mode::List,
            Long("child") => {
                let line = arguments.value()?.string()?;
                let contender = arguments.value()?.string()?;
                options.mode = Mode::Child { line, contender };
            }
            Long("help") | Short('h') => help(HELP),
            _ => return Err(argument.unexpected()),
        }
    }
    Ok(options)
}
