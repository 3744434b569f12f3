//! A demo's options: read once at the start, one clear line when they are wrong.
//!
//! ```no_run
//! use common::demo::lexopt::{self, prelude::*};
//! use common::demo::{help, number, or_exit};
//!
//! fn times() -> Result<u32, lexopt::Error> {
//!     let mut times = 1;
//!     let mut arguments = lexopt::Parser::from_env();
//!     while let Some(argument) = arguments.next()? {
//!         match argument {
//!             Long("times") => times = number("--times", &arguments.value()?, 1..=1000)?,
//!             Long("help") | Short('h') => help("Counts.\n\n  --times N  how often (1)"),
//!             _ => return Err(argument.unexpected()),
//!         }
//!     }
//!     Ok(times)
//! }
//!
//! let times = or_exit(times());
//! # let _ = times;
//! ```

use super::{print_line, printable};
use lexopt::Error;
use std::ffi::OsStr;
use std::fmt::Display;
use std::io::Write;
use std::ops::RangeInclusive;
use std::path::Path;
use std::str::FromStr;

/// Prints `text` and ends the program: what `--help` does.
pub fn help(text: &str) -> ! {
    print_line(format_args!("{text}"));
    std::process::exit(0)
}

/// The value of a numeric option, when it lies within `range`.
///
/// # Errors
///
/// One line that names the option, what was given, and what would do.
pub fn number<N>(option: &str, value: &OsStr, range: RangeInclusive<N>) -> Result<N, Error>
where
    N: FromStr + PartialOrd + Display,
{
    let given = value.to_string_lossy();
    match given.parse() {
        Ok(number) if range.contains(&number) => Ok(number),
        _ => Err(Error::from(format!(
            "{option} takes a number from {} to {}, not '{given}'",
            range.start(),
            range.end()
        ))),
    }
}

/// The options, or one line on stderr and exit code 2.
pub fn or_exit<T>(options: Result<T, Error>) -> T {
    options.unwrap_or_else(|error| refuse(&format!("{error} (--help shows the options)")))
}

/// Ends the program with one line on stderr and exit code 2: its arguments make no sense.
pub(super) fn refuse(reason: &str) -> ! {
    complain(reason);
    std::process::exit(2)
}

/// Ends the program with one line on stderr and exit code 1: it cannot go on.
pub fn fail(reason: &str) -> ! {
    complain(reason);
    std::process::exit(1)
}

/// One line on stderr, with the program's name before it, whatever `reason` quotes. When nobody can read it,
/// nothing is said.
pub fn complain(reason: &str) {
    let _ = writeln!(std::io::stderr(), "{}: {}", program(), printable(reason));
}

/// The name that the program was called by.
pub(super) fn program() -> String {
    let path = std::env::args_os().next().unwrap_or_default();
    let name = Path::new(&path).file_stem().unwrap_or_default();
    name.to_string_lossy().into_owned()
}
