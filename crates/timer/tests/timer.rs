//! The demo, as its reader runs it.

use common::testing::{Demo, assert_in_order};

const TIMER: Demo = Demo::at(env!("CARGO_BIN_EXE_timer"));

#[test]
fn list_names_the_ideas_and_each_plays_alone() {
    TIMER.plays_each_alone(&[
        "timer",
        "start",
        "thread",
        "cancel",
        "too-late",
        "delayed-start",
        "cancelled-start",
        "many",
        "plain-rust",
    ]);
}

#[test]
fn every_item_of_the_section_is_printed() {
    let expected = [
        "§2.8 Timer(interval, function) · 定时执行",
        "main starts the timer",
        "2 times hello from XiaoAi",
        "the timer has ended",
        "joined before its start: RuntimeError: cannot join thread before it is started",
        "the function is called",
        "started again: RuntimeError: threads can only be started once",
        "name 'alarm', daemon true",
        "the function runs on thread 'alarm'",
        "the timer waits for an hour: is_alive true",
        "the timer is cancelled:      is_alive false",
        "finished is set: true",
        "cancelled while the function runs: is_alive true",
        "the function returns",
        "before the timer fires: is_alive false",
        "the thread runs",
        "the timer has started the thread, and the thread has ended",
        "the timer is cancelled: RuntimeError: cannot join thread before it is started",
        "10000 timers wait for an hour, threads that wait for them: 1",
        "the interval has passed: the function is called",
        "cancelled: the function is not called",
    ];
    let printed = TIMER.lines(&[]);
    assert_in_order(&printed, &expected);
    assert!(!printed.contains(&"never printed".to_owned()));
}

#[test]
fn every_run_prints_the_same_whatever_the_interval() {
    let first = TIMER.lines(&[]);
    for interval in ["0", "1", "20", "0"] {
        assert_eq!(TIMER.lines(&["--interval", interval]), first);
    }
    TIMER.prints_the_same(&["--interval=1"], 5);
}

#[test]
fn wrong_arguments_get_one_line_and_exit_code_2() {
    TIMER.refuses(&["--interval", "-1"]);
    TIMER.refuses(&["--interval", "60001"]);
    TIMER.refuses(&["--interval"]);
    TIMER.refuses(&["--interval=soon"]);
    TIMER.refuses(&["--cancel"]);
    TIMER.refuses(&["stray"]);
}

#[test]
fn a_closed_pipe_ends_the_demo_quietly() {
    TIMER.stops_quietly_at_a_closed_pipe(&["--interval", "1"]);
}

#[test]
fn help_names_every_option() {
    TIMER.explains(&["--interval N", "--list", "--help"]);
}
