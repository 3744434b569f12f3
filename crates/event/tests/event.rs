//! The output of the demo.

use common::testing::{Demo, assert_in_order};

const EVENT: Demo = Demo::at(env!("CARGO_BIN_EXE_event"));

#[test]
fn demo_follows_the_conventions() {
    EVENT.follows_conventions(
        &[
            "signal",
            "flag",
            "broadcast",
            "timeout",
            "steer",
            "stop",
            "condition",
            "plain-rust",
        ],
        &["--waiters N"],
        &["--waiters 0", "--waiters", "--waiters 1001"],
    );
}

#[test]
fn run_prints_every_item_of_the_section() {
    let expected = [
        "§2.7 Signal · 发出信号与等待信号",
        "main sets the event",
        "the waiter continues",
        "a new event: is_set returns false",
        "after set:   is_set returns true",
        "after clear: is_set returns false",
        "threads that block: 3",
        "the event is set: all threads have continued",
        "no thread sets the event: wait_timeout(20 ms) returns false",
        "a thread sets the event:  wait_timeout(10 min) returns true",
        "the server serves /a",
        "the server refuses /b",
        "the server serves /c",
        "the thread waits for an hour; main sets the stop event",
        "the thread saves its work and ends",
        "notify_all, then wait_timeout(20 ms): false",
        "set, then wait_timeout(20 ms):        true",
        "main sets the value",
        "the waiter reads 42",
    ];
    let printed = EVENT.lines(&[]);
    assert_in_order(&printed, &expected);
    assert!(!printed.contains(&"the work of one hour".to_owned()));
}

#[test]
fn waiters_option_changes_how_many_threads_block() {
    let printed = EVENT.lines(&["broadcast", "--waiters", "20"]);
    assert_in_order(&printed, &["threads that block: 20"]);
}

#[test]
fn run_prints_the_same_every_time() {
    EVENT.prints_the_same(&[], 20);
}
