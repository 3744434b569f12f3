//! The demo, as its reader runs it.

use std::process::{Command, Output};

fn lock(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_lock"))
        .args(arguments)
        .output()
        .expect("the demo starts")
}

fn lines(output: &Output) -> Vec<&str> {
    std::str::from_utf8(&output.stdout)
        .expect("the demo prints UTF-8")
        .lines()
        .collect()
}

#[test]
fn the_unlocked_sum_is_wrong_and_the_locked_one_right_every_time() {
    for _ in 0..5 {
        let output = lock(&[]);
        let lines = lines(&output);
        assert!(output.status.success());
        assert!(lines.contains(&"the sum is less than 2000000: additions were lost"));
        assert!(lines.contains(&"the sum: 2000000"));
    }
}

#[test]
fn even_one_addition_each_loses_all_but_one() {
    let output = lock(&["--threads", "8", "--times=1"]);
    assert!(lines(&output).contains(&"the sum is less than 8: additions were lost"));
    assert!(lines(&output).contains(&"the sum: 8"));
}

#[test]
fn one_thread_alone_has_nobody_to_race_with() {
    let output = lock(&["--threads=1", "--times=10"]);
    assert!(lines(&output).contains(&"the sum is 10: nothing was lost"));
}

#[test]
fn every_item_of_the_section_is_printed() {
    let output = lock(&["--times", "10"]);
    for line in [
        "inside the block: Lock { held: true, waiting: 0 }",
        "after a panic:    Lock { held: false, waiting: 0 } (panicked)",
        "one thread waits:     Lock { held: true, waiting: 1 }",
        "another released it, the waiter has it: Lock { held: true, waiting: 0 }",
        "RuntimeError: release unlocked lock",
        "free: try_acquire true",
        "held: try_acquire false",
        "held: acquire_timeout(20 ms) false",
    ] {
        assert!(lines(&output).contains(&line), "{line}");
    }
}

#[test]
fn wrong_arguments_get_one_line_and_exit_code_2() {
    for arguments in [
        &["--threads", "0"][..],
        &["--threads", "1001"],
        &["--threads"],
        &["--times", "many"],
        &["--times=-1"],
        &["--fast"],
        &["stray"],
    ] {
        let output = lock(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(output.stdout.is_empty(), "{arguments:?}");
        let complaint = String::from_utf8(output.stderr).unwrap();
        assert_eq!(complaint.lines().count(), 1, "{complaint}");
        assert!(complaint.starts_with("lock: "), "{complaint}");
    }
}

#[test]
fn help_names_every_option() {
    let output = lock(&["--help"]);
    assert!(output.status.success());
    let help = lines(&output).join("\n");
    assert!(help.contains("--threads N") && help.contains("--times N"));
}
