//! The programs in `crates/common/examples`: each succeeds and prints exactly this.

use common::testing::{Run, Running};
use std::env;
use std::ffi::OsStr;
use std::path::PathBuf;
use std::process::Command;
use std::sync::LazyLock;

/// The directory of the built examples. `cargo test --test all` does not build them, so this builds those that are
/// missing or out of date, without features.
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

/// Each example, and its whole output.
const EXAMPLES_AND_OUTPUT: &[(&str, &str)] = &[
    (
        "pool",
        "\
first completed: quick
as_completed_timeout: quick
as_completed_timeout: 1 (of 2) futures unfinished
wait_timeout: 1 done, 1 not done
result_timeout: timed out
result: slow
",
    ),
    (
        "shutdown",
        "\
30 items put, 30 items consumed
each item once: true
0 unfinished tasks
item 30 refused: the queue is shut down
",
    ),
    (
        "lock_released_elsewhere",
        "\
the job is in progress: true
acquired within the timeout: false
acquired after the release by the worker: true
Lock: release unlocked lock
RLock: cannot release un-acquired lock
",
    ),
    (
        "barrier_timeout",
        "\
two of three: broken barrier
two of three: broken barrier
broken: true
a late thread: broken barrier
broken after the reset: false
three of three: [0, 1, 2]
",
    ),
    (
        "await_future",
        "\
answer: 42
error: invalid digit found in string
",
    ),
    (
        "exercise_bounded_semaphore",
        "\
6 clients, 2 permits, most at once: 2
one release more: ValueError: Semaphore released too many times
",
    ),
    (
        "exercise_dialogue",
        "\
XiaoAi begins:
  tianmao:小爱同学
  xiaoai:在
  tianmao:我们来对古诗吧
  xiaoai:好啊
  tianmao:我住长江头
  xiaoai:不聊了，再见
TianMao begins:
  tianmao:小爱同学
  xiaoai:在
  tianmao:我们来对古诗吧
  xiaoai:好啊
  tianmao:我住长江头
  xiaoai:不聊了，再见
",
    ),
    ("exercise_frontier", "pages crawled: 40\n"),
];

fn run(example: &str, arguments: &[&str]) -> Run {
    let program = EXAMPLES.join(example);
    let program = program.with_extension(env::consts::EXE_EXTENSION);
    Running::start(Command::new(program).args(arguments)).end()
}

#[test]
fn examples_print_the_expected_lines() {
    for (example, output) in EXAMPLES_AND_OUTPUT {
        let run = run(example, &[]);
        assert_eq!(run.code, Some(0), "{example}: {run}");
        assert!(run.complaints.is_empty(), "{example}: {run}");
        assert!(run.lines.iter().eq(output.lines()), "{example}: {run}");
    }
}

#[test]
fn compare_of_an_unknown_topic_is_refused() {
    let run = run("compare", &["no-such-topic"]);
    let complaint = "compare: there is no page docs/no-such-topic.md (--help shows what there is)";
    assert_eq!(run.code, Some(2), "{run}");
    assert_eq!(run.complaints, [complaint]);
}

#[test]
fn every_example_has_an_expected_output() {
    let directory = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("examples");
    for entry in directory.read_dir().unwrap() {
        let name = entry.unwrap().path();
        let name = name.file_stem().and_then(OsStr::to_str).unwrap();
        assert!(
            EXAMPLES_AND_OUTPUT
                .iter()
                .any(|(example, _)| *example == name),
            "{name}"
        );
    }
}
