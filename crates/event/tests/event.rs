//! The demo, as its reader runs it.

use common::testing::{Demo, assert_in_order};

const EVENT: Demo = Demo::at(env!("CARGO_BIN_EXE_event"));

#[test]
fn list_names_the_ideas_and_each_plays_alone() {
    EVENT.plays_each_alone(&[
        "signal",
        "flag",
        "broadcast",
        "timeout",
        "steer",
        "stop",
        "condition",
        "plain-rust",
    ]);
}

#[test]
fn every_item_of_the_section_is_printed() {
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
fn every_run_prints_the_same() {
    EVENT.prints_the_same(&[], 20);
}

#[test]
fn wrong_arguments_get_one_line_and_exit_code_2() {
    EVENT.refuses(&["--waiters", "0"]);
    EVENT.refuses(&["--waiters"]);
    EVENT.refuses(&["--waiters", "1001"]);
    EVENT.refuses(&["--fast"]);
    EVENT.refuses(&["stray"]);
}

#[test]
fn a_closed_pipe_ends_the_demo_quietly() {
    EVENT.stops_quietly_at_a_closed_pipe(&[]);
}

#[test]
fn help_names_every_option() {
    EVENT.explains(&["--waiters N", "--list", "--help"]);
}
