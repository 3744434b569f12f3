//! §2.2 Daemon · 守护线程: which threads a program waits for at its end, and which die with it.
//!
//! `cargo run -p daemon`; one ending alone, as in the notes: `cargo run -p daemon -- --daemon false --rounds 0 --unit 1000`

mod clock;
mod ending;
mod options;
mod plain;

use common::demo::{fail, heading};
use common::println;
use common::threading::{Thread, current_thread};
use options::{Pace, Part};
use std::env::current_exe;
use std::io::Result;
use std::process::{Command, ExitStatus, exit};

fn main() {
    let options = options::read();
    match options.part {
        Part::Ending { daemon } => ending::with_main(options.pace, daemon),
        Part::Plain => plain::nobody_is_waited_for(options.pace),
        Part::Tour => tour(options.pace),
    }
}

fn tour(pace: Pace) {
    not_a_daemon(pace);
    a_daemon(pace);
    inherited();
    plain_threads(pace);
    plain::scope_waits_for_all(pace);
}

fn not_a_daemon(pace: Pace) {
    heading("§2.2", "daemon = false", "非守护线程");
    program(&["--daemon", "false"], pace);
}

fn a_daemon(pace: Pace) {
    heading("§2.2", "daemon = true", "守护线程");
    program(&["--daemon", "true"], pace);
}

fn plain_threads(pace: Pace) {
    heading("§2.2", "Plain Rust", "main 返回，程序即结束");
    program(&["--plain"], pace);
}

fn inherited() {
    heading("§2.2", "Inherited", "继承");
    for daemon in [false, true] {
        let maker = Thread::new(|| {
            let made = Thread::new(|| {});
            let (maker, made) = (current_thread().daemon(), made.daemon());
            println!("daemon: {maker}, and so is a thread that it makes: {made}");
        });
        maker.set_daemon(daemon).expect("it is not started yet");
        let started = maker.start();
        started.unwrap_or_else(|error| fail(&error.to_string()));
        maker.join().expect("it does not panic");
    }
    println!();
}

/// How a program ends only a program can show: this one runs itself.
fn program(part: &[&str], pace: Pace) {
    println!("(daemon {})", part.join(" "));
    match run_itself(part, pace) {
        Err(error) => fail(&format!("cannot run itself: {error}")),
        Ok(status) if status.success() => println!(),
        Ok(status) => exit(status.code().unwrap_or(1)), // it has said why
    }
}

fn run_itself(part: &[&str], Pace { rounds, unit }: Pace) -> Result<ExitStatus> {
    let rounds = rounds.unwrap_or(0).to_string();
    let unit = unit.as_millis().to_string();
    let mut command = Command::new(current_exe()?);
    command.args(part);
    command
        .args(["--rounds", &rounds, "--unit", &unit])
        .status()
}
