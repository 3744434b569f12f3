//! How a program ends only a program can show: this one runs itself as a child.

use crate::Options;
use common::demo::or_fail;
use common::println;
use std::env::current_exe;
use std::io::{BufRead, BufReader, Result};
use std::process::{Child, ChildStdout, Command, Stdio};

/// The child prints without end, so it is ended after some lines.
pub(crate) fn no_daemons(options: &Options) {
    let (mut child, output) = or_fail(start("false", options));
    for line in output.lines().take(options.lines) {
        println!("{}", or_fail(line));
    }
    or_fail(child.kill());
    or_fail(child.wait());
    println!("the program goes on after main; it is ended here");
}

pub(crate) fn daemons(options: &Options) {
    until_it_ends("true", options);
}

pub(crate) fn in_plain_rust(options: &Options) {
    until_it_ends("plain", options);
}

fn until_it_ends(program: &str, options: &Options) {
    let (mut child, output) = or_fail(start(program, options));
    for line in output.lines() {
        println!("{}", or_fail(line));
    }
    let ended = or_fail(child.wait()).success();
    or_fail(ended.then_some(()).ok_or("the program failed"));
    println!("the program ended with main");
}

fn start(program: &str, options: &Options) -> Result<(Child, BufReader<ChildStdout>)> {
    let unit = options.unit.as_millis().to_string();
    let mut child = Command::new(current_exe()?)
        .args(["--program", program, "--unit", &unit])
        .stdout(Stdio::piped())
        .spawn()?;
    let output = child.stdout.take().expect("stdout is piped");
    Ok((child, BufReader::new(output)))
}
