//! The output of the demo.

use common::testing::Demo;

const RLOCK: Demo = Demo::at(env!("CARGO_BIN_EXE_rlock"));

#[test]
fn demo_follows_the_conventions() {
    RLOCK.follows_conventions(
        &[
            "guards",
            "owner",
            "again",
            "levels",
            "methods",
            "plain-rust",
        ],
        &["--levels N"],
        &["--levels 0", "--levels 1001", "--levels many", "--levels"],
    );
}

#[test]
fn release_by_another_thread_is_an_error() {
    let expected = [
        "main acquires the lock: main owns it",
        "another thread releases it: RuntimeError: cannot release un-acquired lock",
        "main releases it",
        "main releases it once more: RuntimeError: cannot release un-acquired lock",
    ];
    assert_eq!(RLOCK.idea(&["owner"]), expected);
}

#[test]
fn acquire_again_deadlocks_a_lock_and_not_an_rlock() {
    let expected = [
        "main holds a Lock and acquires it again: false (a deadlock, until the timeout)",
        "main owns an RLock and acquires it again: true",
    ];
    assert_eq!(RLOCK.idea(&["again"]), expected);
}

#[test]
fn another_thread_acquires_after_the_last_release_only() {
    let expected = [
        "acquired, recursion level: 1",
        "acquired, recursion level: 2",
        "acquired, recursion level: 3",
        "released, recursion level: 2, another thread acquires it: false",
        "released, recursion level: 1, another thread acquires it: false",
        "released, recursion level: 0, another thread acquires it: true",
    ];
    assert_eq!(RLOCK.idea(&["levels"]), expected);
}

#[test]
fn levels_are_released_one_by_one() {
    let printed = RLOCK.idea(&["levels", "--levels", "12"]);
    let acquired = printed[12..].iter().map(|line| line.ends_with(": true"));
    let acquired: Vec<_> = acquired.collect();
    assert_eq!(acquired.len(), 12);
    assert_eq!(acquired.iter().position(|&acquired| acquired), Some(11));
    let printed = RLOCK.idea(&["levels", "--levels=1"]);
    let expected = "released, recursion level: 0, another thread acquires it: true";
    assert_eq!(printed[1..], [expected]);
}

#[test]
fn guards_and_methods_nest() {
    assert_eq!(RLOCK.idea(&["guards"]), ["main acquires the lock twice"]);
    let expected = [
        "add_all has added 200, another thread acquires the lock: false",
        "add_all has added 3000, another thread acquires the lock: false",
        "add_all has added 40000, another thread acquires the lock: false",
        "add_all has returned, another thread acquires the lock: true",
        "3 pages, 43200 bytes",
    ];
    assert_eq!(RLOCK.idea(&["methods"]), expected);
    let expected = [
        "main holds the Mutex and tries to lock it again: false",
        "3 pages, 43200 bytes",
    ];
    assert_eq!(RLOCK.idea(&["plain-rust"]), expected);
}

#[test]
fn run_prints_the_same_every_time() {
    RLOCK.prints_the_same(&[], 10);
}
