//! Each ending once: how a program ends can be seen only from outside of it.

use common::demo::{fail, heading};
use common::println;
use std::process::{Command, ExitCode};

pub(crate) fn play() -> ExitCode {
    heading("§2.2", "daemon=False", "主线程终止后继续运行");
    end_with(&["--daemon", "false"]);
    println!("the program has ended, after its threads\n");
    heading("§2.2", "daemon=True", "随主线程一起终止");
    end_with(&["--daemon", "true"]);
    println!("the program has ended, and its threads with it\n");
    heading("§2.2", "Plain Rust", "没有守护线程之分");
    end_with(&["--plain"]);
    println!("the program has ended, and its threads with it");
    ExitCode::SUCCESS
}

/// Runs this program again, to its end.
fn end_with(arguments: &[&str]) {
    let program = std::env::current_exe();
    let ended = program.and_then(|program| Command::new(program).args(arguments).status());
    match ended {
        Ok(status) if status.success() => {}
        Ok(status) => fail(&format!("it ended badly: {status}")),
        Err(error) => fail(&format!("cannot run itself: {error}")),
    }
}
