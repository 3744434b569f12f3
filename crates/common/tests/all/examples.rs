//! The programs in `crates/common/examples`: each succeeds and prints exactly this.

use common::testing::Running;
use std::env;
use std::ffi::OsStr;
use std::path::PathBuf;
use std::process::Command;
use std::sync::LazyLock;

/// The directory of the built examples. Cargo builds them for `cargo test`, but not for `cargo test --test all`, so
/// this builds what is missing or out of date; without features, as a reader builds them.
static EXAMPLES: LazyLock<PathBuf> = LazyLock::new(|| {
    let test = env::current_exe().unwrap();
    // target/PROFILE/deps/all-HASH
    let directory = test.ancestors().nth(2).unwrap();
    let profile = match directory.file_name().and_then(OsStr::to_str) {
        Some("debug") | None => "dev",
        Some(profile) => profile,
    };
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let built = Command::new(cargo)
        .args(["build", "--quiet", "--examples", "--profile", profile])
        .arg("--target-dir")
        .arg(directory.parent().unwrap())
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .status()
        .unwrap();
    assert!(built.success(), "the examples do not build");
    directory.join("examples")
});

/// Runs the example and compares its whole output.
#[track_caller]
fn assert_prints(example: &str, expected: &str) {
    let program = EXAMPLES
        .join(example)
        .with_extension(env::consts::EXE_EXTENSION);
    let run = Running::start(&mut Command::new(program)).end();
    assert_eq!(run.code, Some(0), "{run}");
    assert!(run.complaints.is_empty(), "{run}");
    assert!(run.lines.iter().eq(expected.lines()), "{run}");
}

#[test]
fn pool_yields_in_order_of_completion_and_times_out() {
    let expected = "\
first completed: quick
as_completed_timeout: quick
as_completed_timeout: 1 (of 2) futures unfinished
wait_timeout: 1 done, 1 not done
result_timeout: timed out
result: slow
";
    assert_prints("pool", expected);
}

#[test]
fn shutdown_loses_no_item() {
    let expected = "\
30 items put, 30 items consumed
each item once: true
0 unfinished tasks
item 30 refused: the queue is shut down
";
    assert_prints("shutdown", expected);
}

#[test]
fn lock_released_elsewhere_can_be_acquired_again() {
    let expected = "\
the job is in progress: true
acquired within the timeout: false
acquired after the release by the worker: true
Lock: release unlocked lock
RLock: cannot release un-acquired lock
";
    assert_prints("lock_released_elsewhere", expected);
}

#[test]
fn barrier_timeout_breaks_the_barrier_and_reset_restores_it() {
    let expected = "\
two of three: broken barrier
two of three: broken barrier
broken: true
a late thread: broken barrier
broken after the reset: false
three of three: [0, 1, 2]
";
    assert_prints("barrier_timeout", expected);
}

#[test]
fn await_future_prints_the_result_and_the_error() {
    let expected = "\
answer: 42
error: invalid digit found in string
";
    assert_prints("await_future", expected);
}

#[test]
fn exercise_bounded_semaphore_has_two_permits_and_refuses_a_third() {
    let expected = "\
6 clients, 2 permits, most at once: 2
one release more: ValueError: Semaphore released too many times
";
    assert_prints("exercise_bounded_semaphore", expected);
}

#[test]
fn exercise_dialogue_is_in_order_whichever_thread_begins() {
    let lines = "  \
  tianmao:小爱同学
  xiaoai:在
  tianmao:我们来对古诗吧
  xiaoai:好啊
  tianmao:我住长江头
  xiaoai:不聊了，再见
";
    let expected = format!("XiaoAi begins:\n{lines}TianMao begins:\n{lines}");
    assert_prints("exercise_dialogue", &expected);
}

#[test]
fn exercise_frontier_crawls_all_pages_without_a_deadlock() {
    assert_prints("exercise_frontier", "pages crawled: 40\n");
}

#[test]
fn compare_of_an_unknown_topic_is_refused() {
    let program = EXAMPLES.join("compare");
    let program = program.with_extension(env::consts::EXE_EXTENSION);
    let run = Running::start(Command::new(program).arg("no-such-topic")).end();
    let complaint = "compare: there is no page docs/no-such-topic.md (--help shows what there is)";
    assert_eq!(
        (run.code, &*run.complaints),
        (Some(2), &[complaint.to_owned()][..])
    );
}

/// An example that no test runs is not kept right.
#[test]
fn every_example_is_run_here() {
    let directory = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("examples");
    for entry in directory.read_dir().unwrap() {
        let name = entry.unwrap().path();
        let name = name.file_stem().and_then(OsStr::to_str).unwrap();
        let call = format!("assert_prints(\"{name}\", ");
        assert!(include_str!("examples.rs").contains(&call), "{name}");
    }
}
