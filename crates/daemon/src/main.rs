//! §2.2 Daemon · 守护线程: which threads a program waits for at its end, and which end with it.
//!
//! `cargo run -p daemon` plays all ideas, `cargo run -p daemon -- daemon` plays one, `--list` names them.

mod at_the_end;
mod child;
mod endless;

use common::demo::{Args, Idea};
use common::threading::run;
use std::time::Duration;

struct Options {
    unit: Duration,
    lines: usize,
}

#[rustfmt::skip] // a table: one idea a line
const IDEAS: &[Idea<Options>] = &[
    Idea("no-daemon", "§2.2 daemon = false · 非守护线程", child::no_daemons),
    Idea("daemon", "§2.2 daemon = true · 守护线程", child::daemons),
    Idea("after-main", "§2.2 After main · 主线程终止之后", at_the_end::after_main),
    Idea("abandoned", "§2.2 Abandoned · 程序不等待守护线程", at_the_end::abandoned),
    Idea("inherited", "§2.2 Inherited · 继承", at_the_end::inherited),
    Idea("shutdown", "§2.2 Graceful shutdown · 优雅关闭", at_the_end::shutdown),
    Idea("plain-rust", "§2.2 Plain Rust · main 返回，程序即结束", child::in_plain_rust),
];

fn main() {
    let mut args = Args::new("§2.2 Daemon: which threads a program waits for at its end.");
    let unit = args.number("--unit", 100, 1..=60_000, "milliseconds of a unit");
    let unit = Duration::from_millis(unit);
    let lines = args.number("--lines", 6, 1..=1000, "lines before no-daemon is ended");
    let program = args.text("--program", "NAME", "only runs false, true or plain");
    let Some(program) = program else {
        return args.play(IDEAS, &Options { unit, lines });
    };
    if !["false", "true", "plain"].contains(&&*program) {
        args.refuse(format!(
            "--program takes false, true or plain, not '{program}'"
        ));
    }
    args.finish();
    match &*program {
        "plain" => endless::plain_threads(unit),
        daemon => run(|| endless::three_threads(daemon == "true", unit)),
    }
}
