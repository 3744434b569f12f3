//! The command line.

use common::demo::Args;
use std::time::Duration;

pub(crate) struct Options {
    pub(crate) mode: Mode,
    pub(crate) filters: Vec<String>,
    pub(crate) rounds: usize,
    pub(crate) timeout: Duration,
    pub(crate) json: bool,
}

pub(crate) enum Mode {
    Run,
    List,
    /// Serves samples of one contender to the parent process.
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
    let about = "seconds after which a contender counts as hung";
    let timeout = args.number("--timeout", 20, 1..=3600, about);
    let json = args.flag("--json", "prints a record for machines, no table");
    let list = args.flag("--list", "names the lines and their contenders");
    let about = "serves samples of a contender to the parent process";
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
        timeout: Duration::from_secs(timeout),
        json,
    }
}
