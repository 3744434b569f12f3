//! `demo::start`: a refused thread ends the program.

use crate::support::{in_new_process, refuse_threads};
use common::demo::{or_fail, start};
use common::threading::Thread;
use std::io;

#[test]
fn start_of_a_refused_thread_ends_the_program_with_one_line() {
    let run = in_new_process(|| {
        refuse_threads();
        start(&Thread::new(|| {}));
    });
    let Some(run) = run else { return };
    assert_eq!(run.code, Some(1), "{run}");
    assert_eq!(run.complaints.len(), 1, "{run}");
    let text = ": can't start new thread: enough";
    assert!(run.complaints[0].ends_with(text), "{run}");
}

#[test]
fn or_fail_returns_the_value() {
    assert_eq!(or_fail(Ok::<_, io::Error>(3)), 3);
}
