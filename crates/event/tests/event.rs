//! The demo, as its reader runs it.

use common::testing::{Demo, assert_in_order};

const EVENT: Demo = Demo::at(env!("CARGO_BIN_EXE_event"));

#[test]
fn list_names_the_ideas_and_each_plays_alone() {
    EVENT.plays_each_alone(&[
        "set",
        "set-clear",
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
        "§2.7 set, clear, is_set · 发出信号与等待",
        "3 threads block: is_set returns false",
        "set wakes all threads: is_set returns true",
        "the event is set: wait returns at once",
        "after clear: is_set returns false",
        "set and clear at once: all 3 threads are woken",
        "is_set returns false",
        "no thread sets the event:  wait_timeout(20 ms) returns false",
        "a thread sets the event:   wait_timeout(10 min) returns true",
        "the server serves /a",
        "the server refuses /b",
        "the server serves /c",
        "the stop event is set: the thread ends, rounds: 0",
        "Condition, notified before the wait: wait_timeout returns false",
        "Event, set before the wait:          wait_timeout returns true",
        "all 3 threads read the value that they waited for",
    ];
    assert_in_order(&EVENT.lines(&[]), &expected);
}

#[test]
fn options_change_how_many_wait_and_how_long() {
    let expected = [
        "20 threads block: is_set returns false",
        "no thread sets the event:  wait_timeout(0 ms) returns false",
        "Event, set before the wait:          wait_timeout returns true",
    ];
    let printed = EVENT.lines(&["--waiters", "20", "--timeout=0"]);
    assert_in_order(&printed, &expected);
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
    EVENT.refuses(&["--timeout", "-1"]);
    EVENT.refuses(&["--timeout", "60001"]);
    EVENT.refuses(&["--timeout", "soon"]);
    EVENT.refuses(&["--fast"]);
    EVENT.refuses(&["stray"]);
}

#[test]
fn a_closed_pipe_ends_the_demo_quietly() {
    EVENT.stops_quietly_at_a_closed_pipe(&[]);
}

#[test]
fn help_names_every_option() {
    EVENT.explains(&["--waiters N", "--timeout N", "--list", "--help"]);
}
