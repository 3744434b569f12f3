//! The output of the demo.

use common::testing::{Demo, assert_in_order};

const BARRIER: Demo = Demo::at(env!("CARGO_BIN_EXE_barrier"));

const BROKEN: &str = "BrokenBarrierError: broken barrier";

#[test]
fn demo_follows_the_conventions() {
    BARRIER.follows_conventions(
        &[
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
        ],
        &["--parties N", "--rounds N", "--seed N"],
        &[
            "--parties 0",
            "--parties 1",
            "--parties 1001",
            "--parties",
            "--rounds 0",
            "--rounds=-1",
        ],
    );
}

#[test]
fn wait_returns_once_both_threads_have_called_it() {
    let printed = BARRIER.lines(&["wait"]);
    assert_eq!(printed[1..], ["both threads have called wait"]);
}

#[test]
fn round_ends_once_all_threads_have_finished_it() {
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
        "the last thread arrives, all continue, n_waiting: 0",
        "",
        "§2.9 Index · 到达序号",
        "thread 1: continues, index 0",
        "thread 2: continues, index 1",
        "thread 3: continues, index 2",
        "",
        "§2.9 Action · 动作",
        "the last thread arrives: MainThread",
        "the action runs in MainThread, n_waiting: 3",
        "thread 1: continues, index 0",
        "thread 2: continues, index 1",
    ];
    let printed = BARRIER.lines(&["n-waiting", "index", "action"]);
    assert_eq!(printed, expected);
}

#[test]
fn waiters_of_a_broken_barrier_get_the_error() {
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
        "thread 3: continues, index 2",
        "§2.9 reset · 重置",
        first,
        second,
        "broken: false",
        "thread 3: continues, index 2",
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
        "thread 5: continues, index 4",
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
fn run_prints_the_same_every_time() {
    BARRIER.prints_the_same(&[], 10);
    BARRIER.prints_the_same(&["--parties", "20", "--rounds", "50"], 3);
}
