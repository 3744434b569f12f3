//! Printing, and ending the program with one line on stderr.

use std::fmt::Arguments;
use std::io::{self, ErrorKind, IsTerminal, Write};
use std::path::Path;

/// Prints the heading of an idea: bold on a terminal, unless `NO_COLOR` is set.
pub(super) fn print_heading(heading: &str) {
    let (bold, plain) = if styled() {
        ("\x1b[1m", "\x1b[0m")
    } else {
        ("", "")
    };
    print_line(format_args!("{bold}{heading}{plain}"));
}

/// Prints a line to stdout. If the pipe is closed (`| head -1`), the program ends with exit code 0.
///
/// The macro [`println!`](crate::println) calls this function.
pub fn print_line(line: Arguments<'_>) {
    trace!(Print, "", "", &line.to_string(), 0);
    // One write: the end of the program must not cut the line of a daemon, and stdout is not buffered at that time.
    let line = format!("{line}\n");
    if let Err(error) = io::stdout().write_all(line.as_bytes()) {
        if error.kind() == ErrorKind::BrokenPipe {
            std::process::exit(0);
        }
        fail(&format!("cannot write to stdout: {error}"));
    }
}

/// Ends the program with one line on stderr and exit code 2: its arguments are wrong.
pub(super) fn refuse(reason: &str) -> ! {
    complain(reason);
    std::process::exit(2)
}

/// Ends the program with one line on stderr and exit code 1: it cannot continue.
pub fn fail(reason: &str) -> ! {
    complain(reason);
    std::process::exit(1)
}

/// Prints one line to stderr, with the program's name before `reason`. An error of stderr is ignored.
pub fn complain(reason: &str) {
    let _ = writeln!(io::stderr(), "{}: {}", program(), printable(reason));
}

/// The name of the program.
pub(super) fn program() -> String {
    let path = std::env::args_os().next().unwrap_or_default();
    let name = Path::new(&path).file_stem().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

/// Escapes the control characters of `text`, so that it is one line and no command for a terminal.
///
/// ```
/// assert_eq!(common::demo::printable("a\u{1b}[2J\nb"), r"a\u{1b}[2J\nb");
/// ```
pub fn printable(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for char in text.chars() {
        if char.is_control() {
            shown.extend(char.escape_default());
        } else {
            shown.push(char);
        }
    }
    shown
}

/// `1 page`, `2 pages`.
///
/// ```
/// assert_eq!([0, 1, 2].map(|links| common::demo::counted(links, "link")), ["0 links", "1 link", "2 links"]);
/// ```
pub fn counted(number: u64, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}

/// Like [`std::println!`], but a closed stdout ends the program with exit code 0 instead of a panic.
#[macro_export]
macro_rules! println {
    () => {
        $crate::println!("")
    };
    ($($line:tt)*) => {
        $crate::demo::print_line(::core::format_args!($($line)*))
    };
}

fn styled() -> bool {
    let no_color = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let dumb = std::env::var_os("TERM").is_some_and(|value| value == "dumb");
    io::stdout().is_terminal() && !no_color && !dumb && !cfg!(windows)
}
