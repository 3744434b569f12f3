//! The demo, as its reader runs it.

use common::testing::{Demo, assert_in_order};

const BARRIER: Demo = Demo::at(env!("CARGO_BIN_EXE_barrier"));

const BROKEN: &str = "BrokenBarrierError: broken barrier";

#[test]
fn list_names_the_ideas_and_each_plays_alone() {
    BARRIER.plays_each_alone(&[
        "wait",
        "rounds",
        "n-waiting",
        "index",
        "action",
        "timeout",
        "abort",
        "reset",
        "failing-action",
        "plain-rust",
    ]);
}

#[test]
fn wait_returns_once_both_threads_have_called_it() {
    let printed = BARRIER.lines(&["wait"]);
    assert_eq!(printed[1..], ["both threads have called wait"]);
}

#[test]
fn round_ends_once_all_threads_have_finished_it_whatever_the_seed() {
    let expected =
        [1, 2, 3].map(|round| format!("round {round}: all threads have finished it: true"));
    for seed in ["0", "1", "2", "18446744073709551615"] {
        let printed = BARRIER.lines(&["rounds", "--seed", seed]);
        assert_eq!(printed[1..], expected, "{seed}");
    }
}

#[test]
fn n_waiting_index_and_action_are_printed() {
    let expected = [
        "§2.9 parties, n_waiting · 线程数与等待数",
        "parties: 3",
        "thread 1 blocks, n_waiting: 1",
        "thread 2 blocks, n_waiting: 2",
        "the last thread arrives, all go on, n_waiting: 0",
        "",
        "§2.9 Index · 到达序号",
        "thread 1: goes on, index 0",
        "thread 2: goes on, index 1",
        "thread 3: goes on, index 2",
        "",
        "§2.9 Action · 动作",
        "the last thread arrives: MainThread",
        "the action runs in MainThread, n_waiting: 3",
        "thread 1: goes on, index 0",
        "thread 2: goes on, index 1",
    ];
    let printed = BARRIER.lines(&["n-waiting", "index", "action"]);
    assert_eq!(printed, expected);
}

#[test]
fn whatever_breaks_the_barrier_all_waiters_get_the_error() {
    let waiters = [1, 2].map(|number| format!("thread {number}: {BROKEN}"));
    let [first, second] = &waiters;
    let expected = [
        "§2.9 Timeout · 超时",
        "timeout after 20 ms: BrokenBarrierError: broken barrier",
        first,
        "a thread that arrives later: BrokenBarrierError: broken barrier",
        "§2.9 abort · 中止",
        first,
        second,
        "broken: true",
        "after reset, broken: false",
        "thread 3: goes on, index 2",
        "§2.9 reset · 重置",
        first,
        second,
        "broken: false",
        "thread 3: goes on, index 2",
        "§2.9 An action that fails · 动作出错",
        "the last thread runs the action and panics: true",
        first,
        second,
        "broken: true",
    ];
    assert_in_order(&BARRIER.lines(&[]), &expected);
}

#[test]
fn std_barrier_has_one_leader() {
    let printed = BARRIER.lines(&["plain-rust"]);
    assert_eq!(printed[1..], ["one of 3 threads is the leader"]);
}

#[test]
fn parties_and_rounds_can_be_chosen() {
    let expected = [
        "round 2: all threads have finished it: true",
        "§2.9 parties, n_waiting · 线程数与等待数",
        "parties: 5",
        "thread 5: goes on, index 4",
        "the action runs in MainThread, n_waiting: 5",
        "thread 3: BrokenBarrierError: broken barrier",
        "one of 5 threads is the leader",
    ];
    let printed = BARRIER.lines(&["--parties", "5", "--rounds=2"]);
    assert_in_order(&printed, &expected);
}

#[test]
fn timeout_of_two_parties_has_no_other_waiter() {
    let expected = [
        "§2.9 Timeout · 超时",
        "one of 2 threads never arrives",
        "timeout after 20 ms: BrokenBarrierError: broken barrier",
        "a thread that arrives later: BrokenBarrierError: broken barrier",
    ];
    assert_eq!(BARRIER.lines(&["timeout", "--parties=2"]), expected);
}

#[test]
fn every_run_prints_the_same() {
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
fn a_closed_pipe_ends_the_demo_quietly() {
    BARRIER.stops_quietly_at_a_closed_pipe(&[]);
}

#[test]
fn help_names_every_option() {
    BARRIER.explains(&["--parties N", "--rounds N", "--seed N", "--list", "--help"]);
}
