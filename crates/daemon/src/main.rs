//! §2.2 Daemon · 守护线程: which threads a program waits for at its end, and which end with it.
//!
//! `cargo run -p daemon` plays all ideas, `cargo run -p daemon -- daemon` plays one, `--list` names them.

mod certain;
mod child;
mod notes;
mod plain;

use common::demo::{Args, Idea};
use common::threading::run;
use std::time::Duration;

struct Options {
    unit: Duration,
    lines: usize,
}

#[rustfmt::skip] // a table: one idea a line
const IDEAS: &[Idea<Options>] = &[
    Idea("no-daemon", "§2.2 daemon = false · 非守护线程", "the program goes on after main ends", child::no_daemons),
    Idea("daemon", "§2.2 daemon = true · 守护线程", "the program ends with main", child::daemons),
    Idea("goes-on", "§2.2 A thread after main · 主线程终止之后", "certain: main ends before the thread prints", certain::goes_on),
    Idea("left-behind", "§2.2 A daemon at the end · 程序不等守护线程", "certain: the daemon is alive at the end", certain::left_behind),
    Idea("inherited", "§2.2 Inherited · 继承", "a thread is a daemon if the one that makes it is", certain::inherited),
    Idea("plain-rust", "§2.2 Plain Rust · main 返回，程序即结束", "Rust waits for no thread", child::in_plain_rust),
    Idea("scope", "§2.2 Plain Rust: scope · 作用域线程", "a scope waits for its threads", plain::scope_waits),
];

fn main() {
    let mut args = Args::new("§2.2 Daemon: which threads a program waits for at its end.");
    let unit = args.number(
        "--unit",
        100,
        1..=60_000,
        "milliseconds of a unit; a second in the notes",
    );
    let unit = Duration::from_millis(unit);
    let lines = args.number(
        "--lines",
        6,
        1..=1000,
        "lines of the endless program before it is ended",
    );
    let program = args.text(
        "--program",
        "NAME",
        "false, true or plain: only that program, without end",
    );
    match program.as_deref() {
        None => return args.play(IDEAS, &Options { unit, lines }),
        Some("false" | "true" | "plain") => {}
        Some(other) => args.refuse(format!(
            "--program takes false, true or plain, not '{other}'"
        )),
    }
    args.finish();
    match program.as_deref() {
        Some("plain") => plain::three_threads(unit),
        program => run(|| notes::three_threads(program == Some("true"), unit)),
    }
}
