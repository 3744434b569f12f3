//! The demo, as its reader runs it.

use common::testing::{Demo, assert_in_order};

const JOIN: Demo = Demo::at(env!("CARGO_BIN_EXE_join"));

#[test]
fn main_goes_on_first_without_join_and_last_with_it() {
    let expected = [
        "§2.3 Without join · 不调用 join",
        "main: goes on, the thread is alive: true",
        "thread: done",
        "§2.3 With join · 调用 join",
        "thread: done",
        "main: goes on, the thread is alive: false",
    ];
    assert_in_order(&JOIN.lines(&[]), &expected);
}

#[test]
fn a_join_that_times_out_is_false_and_the_next_one_true() {
    let expected = [
        "§2.3 join(timeout) · 超时",
        "20 ms: ended false, alive true",
        "once it may go on: ended true, alive false",
    ];
    assert_in_order(&JOIN.lines(&[]), &expected);
}

#[test]
fn any_number_of_threads_may_wait_and_all_go_on() {
    let expected = [
        "§2.3 Many joiners · 多个线程等待同一个线程",
        "waiting for one thread: 3",
        "it has ended, and all of them went on",
        "joined again, at once: true",
    ];
    assert_in_order(&JOIN.lines(&[]), &expected);
}

#[test]
fn an_error_ends_the_wait_and_is_told_every_time() {
    let expected = [
        "§2.3 After an error · 线程出错",
        "excepthook: worker: no such page",
        "join: panicked, no such page",
        "joined again: panicked, no such page",
        "alive: false",
    ];
    assert_in_order(&JOIN.lines(&[]), &expected);
}

#[test]
fn what_cannot_be_joined_is_an_error_with_the_text_of_python() {
    let expected = [
        "§2.3 RuntimeError · 不能 join 的线程",
        "one not started: cannot join thread before it is started",
        "itself: cannot join current thread",
    ];
    assert_in_order(&JOIN.lines(&[]), &expected);
}

#[test]
fn the_two_ways_of_plain_rust_are_beside_it() {
    let expected = [
        "§2.3 Plain Rust: JoinHandle · 返回值",
        "results: [8, 6]",
        "panicked: no such page",
        "§2.3 Plain Rust: scope · 作用域线程",
        "all are joined at the scope's end: [8, 6]",
    ];
    assert_in_order(&JOIN.lines(&[]), &expected);
}

#[test]
fn timeout_and_joiners_can_be_chosen() {
    let expected = ["0 ms: ended false, alive true", "waiting for one thread: 9"];
    assert_in_order(&JOIN.lines(&["--timeout=0", "--joiners", "9"]), &expected);
}

#[test]
fn it_prints_the_same_every_time() {
    JOIN.prints_the_same(&[], 10);
}

#[test]
fn wrong_arguments_get_one_line_and_exit_code_2() {
    JOIN.refuses(&["--timeout", "-1"]);
    JOIN.refuses(&["--timeout"]);
    JOIN.refuses(&["--joiners", "0"]);
    JOIN.refuses(&["--joiners=1001"]);
    JOIN.refuses(&["--fast"]);
    JOIN.refuses(&["stray"]);
}

#[test]
fn a_reader_who_goes_is_no_failure() {
    JOIN.stops_quietly_at_a_closed_pipe(&[]);
}

#[test]
fn help_names_every_option() {
    let help = JOIN.lines(&["--help"]).join("\n");
    assert!(help.contains("--timeout MILLISECONDS") && help.contains("--joiners N"));
}
