//! The demo, as its reader runs it.

use common::testing::{Demo, assert_in_order};

const EVENT: Demo = Demo::at(env!("CARGO_BIN_EXE_event"));

#[test]
fn every_item_of_the_section_is_printed() {
    let expected = [
        "§2.7 set, clear, is_set · 发出信号与等待",
        "before set: Event { set: false, waiting: 3 }",
        "after set:  Event { set: true, waiting: 0 }, all went on",
        "whoever comes now does not wait",
        "after clear: is_set false",
        "those who waited were woken all the same: Event { set: false, waiting: 0 }",
        "nobody sets it: wait_timeout(20 ms) false",
        "one sets it:    wait_timeout(10 min) true",
        "the server serves /a",
        "the server turns away /b",
        "the server serves /c",
        "it has stopped, after 0 rounds",
        "condition, notified before the wait: in time false",
        "event, set before the wait:          in time true",
        "all have the value that they waited for: Some(42)",
    ];
    assert_in_order(&EVENT.lines(&[]), &expected);
}

#[test]
fn options_change_how_many_wait_and_how_long() {
    let expected = [
        "before set: Event { set: false, waiting: 20 }",
        "nobody sets it: wait_timeout(0 ms) false",
        "event, set before the wait:          in time true",
    ];
    let printed = EVENT.lines(&["--waiters", "20", "--timeout=0"]);
    assert_in_order(&printed, &expected);
}

#[test]
fn it_prints_the_same_every_time() {
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
fn a_reader_who_goes_is_no_failure() {
    EVENT.stops_quietly_at_a_closed_pipe(&[]);
}

#[test]
fn help_names_every_option() {
    let help = EVENT.lines(&["--help"]).join("\n");
    assert!(help.contains("--waiters N") && help.contains("--timeout MS"));
}
