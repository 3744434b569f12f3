//! The demo, as its reader runs it.

use common::demo::testing::{Demo, assert_in_order};

const LOCK: Demo = Demo::at(env!("CARGO_BIN_EXE_lock"));

fn has(printed: &[String], line: &str) -> bool {
    printed.iter().any(|printed| printed == line)
}

#[test]
fn the_unlocked_sum_is_wrong_and_the_locked_one_right_every_time() {
    for _ in 0..5 {
        let expected = [
            "the sum is less than 2000000: additions were lost",
            "the sum: 2000000",
        ];
        assert_in_order(&LOCK.lines(&[]), &expected);
    }
}

#[test]
fn even_one_addition_each_loses_all_but_one() {
    let printed = LOCK.lines(&["--threads", "8", "--times=1"]);
    assert!(has(&printed, "the sum is less than 8: additions were lost"));
    assert!(has(&printed, "the sum: 8"));
}

#[test]
fn one_thread_alone_has_nobody_to_race_with() {
    let printed = LOCK.lines(&["--threads=1", "--times=10"]);
    assert!(has(&printed, "the sum is 10: nothing was lost"));
}

#[test]
fn every_item_of_the_section_is_printed() {
    let expected = [
        "inside the block: Lock { held: true, waiting: 0 }",
        "after a panic:    Lock { held: false, waiting: 0 } (panicked)",
        "one thread waits:     Lock { held: true, waiting: 1 }",
        "another released it, the waiter has it: Lock { held: true, waiting: 0 }",
        "RuntimeError: release unlocked lock",
        "free: try_acquire true",
        "held: try_acquire false",
        "held: acquire_timeout(20 ms) false",
    ];
    assert_in_order(&LOCK.lines(&["--times", "10"]), &expected);
}

#[test]
fn wrong_arguments_get_one_line_and_exit_code_2() {
    LOCK.refuses(&["--threads", "0"]);
    LOCK.refuses(&["--threads", "1001"]);
    LOCK.refuses(&["--threads"]);
    LOCK.refuses(&["--times", "many"]);
    LOCK.refuses(&["--times=-1"]);
    LOCK.refuses(&["--fast"]);
    LOCK.refuses(&["stray"]);
}

#[test]
fn a_reader_who_goes_is_no_failure() {
    LOCK.stops_quietly_at_a_closed_pipe(&["--times", "10"]);
}

#[test]
fn help_names_every_option() {
    let help = LOCK.lines(&["--help"]).join("\n");
    assert!(help.contains("--threads N") && help.contains("--times N"));
}
