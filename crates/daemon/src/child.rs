//! The end of a program is observable only from outside, so the demo runs itself as a child process.

use crate::Options;
use common::demo::or_fail;
use common::println;
use std::env::current_exe;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

/// The child prints endlessly, so it is killed after some lines.
pub(crate) fn no_daemons(options: &Options) {
    let mut child = show("false", options.lines, options);
    or_fail(child.kill());
    or_fail(child.wait());
    println!("the program continues after main; it is ended here");
}

pub(crate) fn daemons(options: &Options) {
    until_it_ends("true", options);
}

pub(crate) fn in_plain_rust(options: &Options) {
    until_it_ends("plain", options);
}

fn until_it_ends(program: &str, options: &Options) {
    let ended = or_fail(show(program, usize::MAX, options).wait()).success();
    or_fail(ended.then_some(()).ok_or("the program failed"));
    println!("the program ended with main");
}

/// Starts the program and prints at most `lines` lines of its output.
fn show(program: &str, lines: usize, options: &Options) -> Child {
    let unit = options.unit.as_millis().to_string();
    let mut command = Command::new(or_fail(current_exe()));
    command.args(["--program", program, "--unit", &unit]);
    let mut child = or_fail(command.stdout(Stdio::piped()).spawn());
    let output = BufReader::new(child.stdout.take().expect("stdout is piped"));
    for line in output.lines().take(lines) {
        println!("{}", or_fail(line));
    }
    child
}
