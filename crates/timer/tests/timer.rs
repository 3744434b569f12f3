//! The output of the demo.

use common::testing::{Demo, assert_in_order};

const TIMER: Demo = Demo::at(env!("CARGO_BIN_EXE_timer"));

#[test]
fn demo_follows_the_conventions() {
    TIMER.follows_conventions(
        &[
            "timer",
            "start",
            "thread",
            "cancel",
            "too-late",
            "delayed-start",
            "cancelled-start",
            "many",
            "plain-rust",
        ],
        &["--interval N"],
        &[
            "--interval -1",
            "--interval 60001",
            "--interval",
            "--interval=soon",
            "--cancel",
        ],
    );
}

#[test]
fn run_prints_every_item_of_the_section() {
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
fn run_prints_the_same_with_any_interval() {
    let first = TIMER.lines(&[]);
    for interval in ["0", "1", "20", "0"] {
        assert_eq!(TIMER.lines(&["--interval", interval]), first);
    }
    TIMER.prints_the_same(&["--interval=1"], 5);
}
