//! The output of the demo.

use common::testing::Demo;

const CONDITION: Demo = Demo::at(env!("CARGO_BIN_EXE_condition"));

const DIALOGUE: [&str; 6] = [
    "tianmao:小爱同学",
    "xiaoai:在",
    "tianmao:我们来对古诗吧",
    "xiaoai:好啊",
    "tianmao:我住长江头",
    "xiaoai:不聊了，再见",
];

#[test]
fn demo_follows_the_conventions() {
    CONDITION.follows_conventions(
        &[
            "two-locks",
            "locks-xiaoai-first",
            "semaphores",
            "condition",
            "condition-xiaoai-first",
            "turns",
            "producer-consumer",
            "wait-for",
            "layers",
            "notify",
            "timeout",
            "without-lock",
            "loop",
            "plain-rust",
        ],
        &["--waiters N", "--notify N", "--items N"],
        &[
            "--waiters 0",
            "--waiters 1001",
            "--notify -1",
            "--notify",
            "--items=none",
            "--items 0",
        ],
    );
}

#[test]
fn dialogue_is_in_order_in_every_form() {
    for name in ["two-locks", "semaphores", "condition", "turns"] {
        for _ in 0..5 {
            assert_eq!(CONDITION.idea(&[name]), DIALOGUE, "{name}");
        }
    }
}

#[test]
fn two_locks_fail_when_xiaoai_is_first() {
    let expected = [
        "xiaoai:在",
        "xiaoai ends with RuntimeError: release unlocked lock",
        "tianmao ends within 50 ms: false",
    ];
    assert_eq!(CONDITION.idea(&["locks-xiaoai-first"]), expected);
}

#[test]
fn wake_up_is_lost_when_xiaoai_is_first() {
    let expected = [
        "xiaoai:在",
        "tianmao:小爱同学",
        "tianmao ends within 50 ms: false",
        "xiaoai ends within 50 ms: false",
    ];
    assert_eq!(CONDITION.idea(&["condition-xiaoai-first"]), expected);
}

#[test]
fn wait_releases_and_acquires_all_levels() {
    let expected = [
        "the waiter acquires the lock 3 times and calls wait()",
        "the waiter blocks in wait(), main acquires the lock",
        "  threads that wait for a notification: 1, for the lock: 0",
        "main calls notify(1), and still holds the lock",
        "  threads that wait for a notification: 0, for the lock: 1",
        "main releases the lock",
        "wait() returns, the waiter releases the lock 3 times",
    ];
    assert_eq!(CONDITION.idea(&["layers"]), expected);
}

#[test]
fn wait_timeout_returns_whether_the_thread_was_notified() {
    let expected = [
        "no thread notifies: wait_timeout(20 ms) returns false",
        "a thread notifies: wait_timeout(1 min) returns true",
    ];
    assert_eq!(CONDITION.idea(&["timeout"]), expected);
}

#[test]
fn notify_wakes_the_threads_that_have_waited_longest() {
    let expected = [
        "main calls notify(2) and holds the lock",
        "  threads that have woken: 0",
        "main releases the lock",
        "  thread 1 wakes",
        "  thread 2 wakes",
        "main calls notify_all() and releases the lock",
        "  thread 3 wakes",
        "  thread 4 wakes",
        "  thread 5 wakes",
    ];
    assert_eq!(CONDITION.idea(&["notify"]), expected);
}

#[test]
fn notify_wakes_at_most_n_threads_and_all_if_there_are_fewer() {
    let release = "main releases the lock";
    let all = "main calls notify_all() and releases the lock";
    let printed = CONDITION.idea(&["notify", "--waiters", "1", "--notify", "0"]);
    assert_eq!(printed[2..], [release, all, "  thread 1 wakes"]);
    let printed = CONDITION.idea(&["notify", "--waiters=1", "--notify=9"]);
    assert_eq!(printed[2..], [release, "  thread 1 wakes", all]);
}

#[test]
fn wait_and_notify_without_the_lock_are_errors() {
    let expected = [
        "RuntimeError: cannot wait on un-acquired lock",
        "RuntimeError: cannot notify on un-acquired lock",
    ];
    assert_eq!(CONDITION.idea(&["without-lock"]), expected);
}

#[test]
fn consumer_blocks_until_the_producer_notifies() {
    let each = [
        "the consumer blocks: no item is available",
        "the producer makes an item available",
        "a consumer gets an item",
    ];
    let printed = CONDITION.idea(&["producer-consumer", "--items", "4"]);
    assert_eq!(printed, each.repeat(4));
    assert_eq!(
        CONDITION.idea(&["plain-rust"]),
        ["the consumer gets an item"]
    );
}

#[test]
fn check_in_a_loop_outlasts_another_consumer() {
    let expected = [
        "the producer makes an item available",
        "a consumer gets an item",
        "one check: the consumer continues, an item is available: false",
        "a loop: the consumer checks again and waits again",
        "the producer makes an item available",
        "a consumer gets an item",
    ];
    assert_eq!(CONDITION.idea(&["loop"]), expected);
}

#[test]
fn wait_for_returns_the_last_value_of_the_predicate() {
    let expected = [
        "no thread produces: wait_for_timeout returns false after 20 ms",
        "the producer makes an item available",
        "a thread produces: wait_for returns true",
    ];
    assert_eq!(CONDITION.idea(&["wait-for"]), expected);
}

#[test]
fn run_prints_the_same_every_time() {
    CONDITION.prints_the_same(&[], 10);
}
