//! `demo::start`: a refused thread ends the program. The demo here is this file's own program.

use common::demo::{or_fail, start};
use common::testing::{Run, Running};
use common::threading::{Thread, set_spawner};
use std::process::Command;
use std::{env, io};

const REFUSE: &str = "COMMON_TEST_REFUSE";

/// Runs `test` again in a new process.
fn again(test: &str) -> Run {
    let mut command = Command::new(env::current_exe().unwrap());
    command.args(["--exact", test, "--nocapture", "--test-threads=1"]);
    Running::start(command.env(REFUSE, "1")).end()
}

#[test]
fn start_of_a_refused_thread_ends_the_program_with_one_line() {
    if env::var_os(REFUSE).is_some() {
        set_spawner(|_, _| Err(io::Error::other("enough")));
        start(&Thread::new(|| {}));
        return;
    }
    let run = again("demo_start::start_of_a_refused_thread_ends_the_program_with_one_line");
    assert_eq!(run.code, Some(1), "{run}");
    assert_eq!(run.complaints.len(), 1, "{run}");
    assert!(
        run.complaints[0].ends_with(": can't start new thread: enough"),
        "{run}"
    );
}

#[test]
fn or_fail_returns_the_value() {
    assert_eq!(or_fail(Ok::<_, io::Error>(3)), 3);
}
