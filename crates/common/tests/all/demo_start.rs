//! `demo::start`: a refused thread ends the program. The demo here is this file's own program.

use common::demo::{or_fail, start};
use common::threading::{Thread, set_spawner};
use std::process::Command;
use std::{env, io};

const REFUSE: &str = "COMMON_TEST_REFUSE";

/// Runs `test` again in a new process, and returns the exit code and the stderr of that process.
fn again(test: &str) -> (Option<i32>, String) {
    let output = Command::new(env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture", "--test-threads=1"])
        .env(REFUSE, "1")
        .output()
        .unwrap();
    let complaints = String::from_utf8(output.stderr).unwrap();
    (output.status.code(), complaints)
}

#[test]
fn start_of_a_refused_thread_ends_the_program_with_one_line() {
    if env::var_os(REFUSE).is_some() {
        set_spawner(|_, _| Err(io::Error::other("enough")));
        start(&Thread::new(|| {}));
        return;
    }
    let (code, complaints) =
        again("demo_start::start_of_a_refused_thread_ends_the_program_with_one_line");
    assert_eq!(code, Some(1), "{complaints}");
    assert_eq!(complaints.lines().count(), 1, "{complaints}");
    assert!(
        complaints.ends_with(": can't start new thread: enough\n"),
        "{complaints}"
    );
}

#[test]
fn or_fail_returns_the_value() {
    assert_eq!(or_fail(Ok::<_, io::Error>(3)), 3);
}
