//! What the command line asks for.

use common::demo::Args;
use std::time::Duration;

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

pub(crate) fn read() -> Options {
    let mut args =
        Args::new("Measures common beside its peers, on lines whose names contain a FILTER.");
    args.usage("[OPTIONS] [FILTER]...");
    let rounds = args.number("--rounds", 15, 1..=1000, "samples of each contender");
    let about = "seconds that a contender has for an answer";
    let patience = args.number("--patience", 20, 1..=3600, about);
    let json = args.flag("--json", "prints a record for machines, no table");
    let list = args.flag("--list", "names the lines and who takes part");
    let about = "answers a parent process for the contender that follows";
    let child = args.text("--child", "LINE", about);
    let mut filters = args.rest();
    args.finish();
    let mode = match child {
        Some(line) => Mode::Child {
            line,
            contender: filters.pop().unwrap_or_default(),
        },
        None if list => Mode::List,
        None => Mode::Run,
    };
    Options {
        mode,
        filters,
        rounds,
        patience: Duration::from_secs(patience),
        json,
    }
}
