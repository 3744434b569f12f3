//! The demo, as its reader runs it.

use common::testing::{Demo, assert_in_order};

const BARRIER: Demo = Demo::at(env!("CARGO_BIN_EXE_barrier"));

const REFUSED: &str = "BrokenBarrierError: broken barrier";

#[test]
fn nobody_goes_on_before_all_have_come_in_each_generation() {
    let expected = [
        "§2.9 wait · 同时释放",
        "generation 1: 2 of 3 wait, gone on so far: 0",
        "generation 2: 2 of 3 wait, gone on so far: 3",
        "generation 3: 2 of 3 wait, gone on so far: 6",
        "gone on in all: 9",
    ];
    assert_in_order(&BARRIER.lines(&[]), &expected);
}

#[test]
fn index_action_and_counts_are_printed() {
    let expected = [
        "§2.9 Index · 到达次序",
        "waiter 1: goes on, index 0",
        "waiter 2: goes on, index 1",
        "the last: goes on, index 2",
        "§2.9 Action · 动作",
        "the last, MainThread, comes",
        "the action runs in MainThread, n_waiting: 3",
        "wait in the action: cannot use a barrier from its own action",
        "then all go on: 3",
        "§2.9 parties, n_waiting · 线程数与等待数",
        r#"for 3: Barrier { parties: 3, state: "filling", waiting: 0 }"#,
        "one more has come, n_waiting: 1",
        "one more has come, n_waiting: 2",
    ];
    assert_in_order(&BARRIER.lines(&[]), &expected);
}

#[test]
fn whatever_breaks_it_all_who_wait_are_told() {
    let waiters = [1, 2].map(|number| format!("waiter {number}: {REFUSED}"));
    let [first, second] = &waiters;
    let expected = [
        "§2.9 Timeout · 超时",
        "who gave up after 20 ms: BrokenBarrierError: broken barrier",
        first,
        "who comes later: BrokenBarrierError: broken barrier",
        r#"Barrier { parties: 3, state: "broken", waiting: 0 }"#,
        "§2.9 abort · 中止",
        first,
        second,
        "broken: true",
        "after a reset: false",
        "the last: goes on, index 2",
        "§2.9 reset · 重置",
        first,
        second,
        "broken: false",
        "the last: goes on, index 2",
        "§2.9 An action that fails · 动作出错",
        "the last: panicked, something went wrong",
        first,
        second,
        "broken: true",
    ];
    assert_in_order(&BARRIER.lines(&[]), &expected);
}

#[test]
fn the_barrier_of_std_is_beside_it() {
    let expected = [
        "§2.9 Plain Rust · std::sync::Barrier",
        "threads: 3, generations: 3, leaders in all: 3",
    ];
    assert_in_order(&BARRIER.lines(&[]), &expected);
}

#[test]
fn parties_and_rounds_can_be_chosen() {
    let expected = [
        "generation 1: 4 of 5 wait, gone on so far: 0",
        "generation 2: 4 of 5 wait, gone on so far: 5",
        "gone on in all: 10",
        "the last: goes on, index 4",
        "the action runs in MainThread, n_waiting: 5",
        "waiter 3: BrokenBarrierError: broken barrier",
        "threads: 5, generations: 2, leaders in all: 2",
    ];
    let printed = BARRIER.lines(&["--parties", "5", "--rounds=2"]);
    assert_in_order(&printed, &expected);
}

#[test]
fn where_two_meet_only_the_one_that_gave_up_was_waiting() {
    let printed = BARRIER.lines(&["--parties=2", "--rounds=1"]);
    let start = printed.iter().position(|line| line.contains("Timeout"));
    let expected = [
        "one of 2 never comes",
        "who gave up after 20 ms: BrokenBarrierError: broken barrier",
        "who comes later: BrokenBarrierError: broken barrier",
    ];
    assert_eq!(printed[start.unwrap() + 1..][..3], expected);
}

#[test]
fn it_prints_the_same_every_time() {
    BARRIER.prints_the_same(&[], 10);
    BARRIER.prints_the_same(&["--parties", "20", "--rounds", "50"], 3);
}

#[test]
fn wrong_arguments_get_one_line_and_exit_code_2() {
    BARRIER.refuses(&["--parties", "1"]);
    BARRIER.refuses(&["--parties", "1001"]);
    BARRIER.refuses(&["--parties"]);
    BARRIER.refuses(&["--rounds", "0"]);
    BARRIER.refuses(&["--rounds=-1"]);
    BARRIER.refuses(&["--fast"]);
    BARRIER.refuses(&["stray"]);
}

#[test]
fn a_reader_who_goes_is_no_failure() {
    BARRIER.stops_quietly_at_a_closed_pipe(&[]);
}

#[test]
fn help_names_every_option() {
    let help = BARRIER.lines(&["--help"]).join("\n");
    assert!(help.contains("--parties N") && help.contains("--rounds N"));
}
