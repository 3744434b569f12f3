//! The demo, as its reader runs it.

use common::testing::Demo;

const RLOCK: Demo = Demo::at(env!("CARGO_BIN_EXE_rlock"));

/// The lines of one idea, without its heading.
fn idea(arguments: &[&str]) -> Vec<String> {
    RLOCK.lines(arguments).split_off(1)
}

#[test]
fn list_names_the_ideas_and_each_plays_alone() {
    RLOCK.plays_each_alone(&[
        "guards",
        "owner",
        "again",
        "levels",
        "methods",
        "plain-rust",
    ]);
}

#[test]
fn release_by_another_thread_is_an_error() {
    let expected = [
        "main acquires the lock: main owns it",
        "another thread releases it: RuntimeError: cannot release un-acquired lock",
        "main releases it",
        "main releases it once more: RuntimeError: cannot release un-acquired lock",
    ];
    assert_eq!(idea(&["owner"]), expected);
}

#[test]
fn acquire_again_deadlocks_a_lock_and_not_an_rlock() {
    let expected = [
        "main holds a Lock and acquires it again: false (a deadlock, until the timeout)",
        "main owns an RLock and acquires it again: true",
    ];
    assert_eq!(idea(&["again"]), expected);
}

#[test]
fn another_thread_acquires_it_after_the_last_release_only() {
    let expected = [
        "acquired, recursion level: 1",
        "acquired, recursion level: 2",
        "acquired, recursion level: 3",
        "released, recursion level: 2, another thread acquires it: false",
        "released, recursion level: 1, another thread acquires it: false",
        "released, recursion level: 0, another thread acquires it: true",
    ];
    assert_eq!(idea(&["levels"]), expected);
}

#[test]
fn levels_are_released_one_by_one() {
    let printed = idea(&["levels", "--levels", "12"]);
    let acquired = printed[12..].iter().map(|line| line.ends_with(": true"));
    let acquired: Vec<_> = acquired.collect();
    assert_eq!(acquired.len(), 12);
    assert_eq!(acquired.iter().position(|&acquired| acquired), Some(11));
    let printed = idea(&["levels", "--levels=1"]);
    let expected = "released, recursion level: 0, another thread acquires it: true";
    assert_eq!(printed[1..], [expected]);
}

#[test]
fn guards_and_methods_nest() {
    assert_eq!(idea(&["guards"]), ["main acquires the lock twice"]);
    let expected = [
        "add_all has added 200, another thread acquires the lock: false",
        "add_all has added 3000, another thread acquires the lock: false",
        "add_all has added 40000, another thread acquires the lock: false",
        "add_all has returned, another thread acquires the lock: true",
        "3 pages, 43200 bytes",
    ];
    assert_eq!(idea(&["methods"]), expected);
    let expected = [
        "main holds the Mutex and tries to lock it again: false",
        "3 pages, 43200 bytes",
    ];
    assert_eq!(idea(&["plain-rust"]), expected);
}

#[test]
fn every_run_prints_the_same() {
    RLOCK.prints_the_same(&[], 10);
}

#[test]
fn wrong_arguments_get_one_line_and_exit_code_2() {
    RLOCK.refuses(&["--levels", "0"]);
    RLOCK.refuses(&["--levels", "1001"]);
    RLOCK.refuses(&["--levels", "many"]);
    RLOCK.refuses(&["--levels"]);
    RLOCK.refuses(&["--fast"]);
    RLOCK.refuses(&["stray"]);
}

#[test]
fn a_closed_pipe_ends_the_demo_quietly() {
    RLOCK.stops_quietly_at_a_closed_pipe(&[]);
}

#[test]
fn help_names_every_option() {
    RLOCK.explains(&["--levels N", "--list", "--help"]);
}
