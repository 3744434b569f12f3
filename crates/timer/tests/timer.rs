//! The demo, as its reader runs it.

use common::testing::{Demo, assert_in_order};

const TIMER: Demo = Demo::at(env!("CARGO_BIN_EXE_timer"));

#[test]
fn every_item_of_the_section_is_printed() {
    let expected = [
        "§2.8 Timer(interval, function) · 定时执行",
        "a timer for 100 ms",
        "2 times hello from XiaoAi",
        "it has ended: alive false",
        "not started: cannot join thread before it is started",
        "called",
        "started again: threads can only be started once",
        "the function runs on thread alarm",
        "excepthook: broken alarm, out of power",
        "whoever joins it: panicked: out of power",
        "it waits for an hour: alive true",
        "cancelled:            alive false",
        "joined at once, finished true",
        "the function runs, cancelled: alive true",
        "the function goes on to its end",
        "the thread waits for its start: alive false",
        "the thread runs",
        "the timer has started it, and it has ended",
        "the timer was cancelled: cannot join thread before it is started",
        "10000 are waiting, and no more than one thread was started for them",
        "the time was up: called",
        "cancelled: not called",
    ];
    let printed = TIMER.lines(&[]);
    assert_in_order(&printed, &expected);
    assert!(!printed.contains(&"never printed".to_owned()));
}

#[test]
fn the_same_is_printed_every_time_whatever_the_interval() {
    let rest = |interval: &str| {
        let mut lines = TIMER.lines(&["--interval", interval]);
        assert_eq!(lines.remove(1), format!("a timer for {interval} ms"));
        lines
    };
    let first = rest("0");
    for interval in ["0", "1", "20", "0"] {
        assert_eq!(rest(interval), first);
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
fn a_reader_who_goes_is_no_failure() {
    TIMER.stops_quietly_at_a_closed_pipe(&["--interval", "1"]);
}

#[test]
fn help_names_every_option() {
    assert!(
        TIMER
            .lines(&["--help"])
            .join("\n")
            .contains("--interval MS")
    );
}
