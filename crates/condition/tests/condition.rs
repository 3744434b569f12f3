//! The demo, as its reader runs it.

use common::testing::{Demo, assert_in_order};

const CONDITION: Demo = Demo::at(env!("CARGO_BIN_EXE_condition"));

const DIALOGUE: [&str; 6] = [
    "tianmao:小爱同学",
    "xiaoai:在",
    "tianmao:我们来对古诗吧",
    "xiaoai:好啊",
    "tianmao:我住长江头",
    "xiaoai:不聊了，再见",
];

/// The lines below a heading, up to the next.
fn below<'a>(printed: &'a [String], heading: &str) -> Vec<&'a str> {
    let mut lines = printed.iter().map(String::as_str);
    assert!(lines.any(|line| line == heading), "there is no {heading}");
    let lines = lines.take_while(|line| !line.starts_with('§'));
    lines.filter(|line| !line.is_empty()).collect()
}

#[test]
fn the_dialogue_is_in_order_however_it_is_made() {
    let printed = CONDITION.lines(&[]);
    for heading in [
        "§2.5 Dialogue with one condition · 条件对象",
        "§2.5 XiaoAi first, with a check · 检查条件",
        "§2.5 Plain Rust, the dialogue · 通道",
    ] {
        assert_eq!(below(&printed, heading), DIALOGUE, "{heading}");
    }
    let with_two_locks = below(&printed, "§2.5 Dialogue with two locks · 两个原始锁");
    assert_eq!(with_two_locks[..6], DIALOGUE);
    assert_eq!(with_two_locks[6..], ["both locks are free again: true"]);
}

#[test]
fn with_two_locks_and_xiaoai_first_one_fails_and_one_is_stuck() {
    let expected = [
        "xiaoai:在",
        "xiaoai ends: RuntimeError: release unlocked lock",
        "tianmao waits, and nobody releases lock A: Lock { held: true, waiting: 1 }",
        "tianmao.join_timeout(50 ms) false",
    ];
    let printed = CONDITION.lines(&[]);
    let heading = "§2.5 Two locks, XiaoAi first · 小爱先获取锁";
    assert_eq!(below(&printed, heading), expected);
}

#[test]
fn with_one_condition_and_xiaoai_first_both_are_stuck() {
    let expected = [
        "xiaoai:在",
        "tianmao:小爱同学",
        "both wait, and nobody notifies:",
        "Condition { lock: RLock { held: false, owner: None, level: 0, waiting: 0 }, waiting: 2 }",
        "tianmao.join_timeout(50 ms) false",
        "xiaoai.join_timeout(50 ms) false",
    ];
    let printed = CONDITION.lines(&[]);
    let heading = "§2.5 One condition, XiaoAi first · 小爱先获取锁";
    assert_eq!(below(&printed, heading), expected);
}

#[test]
fn waiting_releases_every_level_and_takes_every_level_again() {
    let expected = [
        "before wait: Condition { lock: RLock { held: true, owner: Some(waiter), level: 3, waiting: 0 }, waiting: 0 }",
        "it waits:    Condition { lock: RLock { held: false, owner: None, level: 0, waiting: 0 }, waiting: 1 }",
        "notified:    Condition { lock: RLock { held: true, owner: Some(main), level: 1, waiting: 1 }, waiting: 0 }",
        "after wait:  Condition { lock: RLock { held: true, owner: Some(waiter), level: 3, waiting: 0 }, waiting: 0 }",
        "it released: Condition { lock: RLock { held: false, owner: None, level: 0, waiting: 0 }, waiting: 0 }",
    ];
    let printed = CONDITION.lines(&[]);
    assert_eq!(below(&printed, "§2.5 wait() · 两层锁"), expected);
}

#[test]
fn every_other_item_of_the_section_is_printed() {
    let expected = [
        "nobody notifies: wait_timeout(20 ms) false",
        "notified:        wait_timeout(1 min) true",
        "notify(2), main still has the lock:",
        "Condition { lock: RLock { held: true, owner: Some(main), level: 1, waiting: 2 }, waiting: 3 }",
        "main released it, woken: [1, 2]",
        "notify_all(), woken: [3, 4, 5]",
        "wait(): RuntimeError: cannot wait on un-acquired lock",
        "notify(1): RuntimeError: cannot notify on un-acquired lock",
        "notify_all(): RuntimeError: cannot notify on un-acquired lock",
        "timeout 0:     None, looked 2 times",
        "timeout 20 ms: None, looked 2 times",
        "no timeout:    Some(3)",
    ];
    assert_in_order(&CONDITION.lines(&[]), &expected);
}

#[test]
fn producer_and_consumer_take_turns_at_a_shelf_for_one() {
    let printed = CONDITION.lines(&["--items", "4"]);
    let expected = [
        "producer: put 1",
        "consumer: took 1",
        "producer: put 2",
        "consumer: took 2",
        "producer: put 3",
        "consumer: took 3",
        "producer: put 4",
        "consumer: took 4",
        "the sum: 10",
    ];
    let heading = "§2.5 Producer and consumer · 生产者与消费者";
    assert_eq!(below(&printed, heading), expected);
    let heading = "§2.5 Plain Rust, the shelf · Mutex 与 Condvar";
    assert_eq!(below(&printed, heading), ["the sum: 10"]);
}

#[test]
fn a_check_in_a_loop_outlasts_another_consumer() {
    let expected = [
        "one check:",
        "main: put 1",
        "main: took 1",
        "consumer: woken, took None",
        "a check in a loop:",
        "main: put 2",
        "main: took 2",
        "main: put 3",
        "consumer: took 3",
    ];
    let printed = CONDITION.lines(&[]);
    assert_eq!(
        below(&printed, "§2.5 Why a loop · 为什么要循环检查"),
        expected
    );
}

#[test]
fn notify_wakes_no_more_than_it_is_told_and_no_more_than_there_are() {
    let printed = CONDITION.lines(&["--waiters", "3", "--notify", "0"]);
    assert_in_order(
        &printed,
        &[
            "main released it, woken: []",
            "notify_all(), woken: [1, 2, 3]",
        ],
    );
    let printed = CONDITION.lines(&["--waiters=3", "--notify=9"]);
    assert_in_order(
        &printed,
        &[
            "main released it, woken: [1, 2, 3]",
            "notify_all(), woken: []",
        ],
    );
}

#[test]
fn the_same_every_time() {
    CONDITION.prints_the_same(&[], 10);
}

#[test]
fn wrong_arguments_get_one_line_and_exit_code_2() {
    CONDITION.refuses(&["--waiters", "0"]);
    CONDITION.refuses(&["--waiters", "1001"]);
    CONDITION.refuses(&["--notify", "-1"]);
    CONDITION.refuses(&["--notify"]);
    CONDITION.refuses(&["--items=none"]);
    CONDITION.refuses(&["--items", "0"]);
    CONDITION.refuses(&["--fast"]);
    CONDITION.refuses(&["stray"]);
}

#[test]
fn a_reader_who_goes_is_no_failure() {
    CONDITION.stops_quietly_at_a_closed_pipe(&[]);
}

#[test]
fn help_names_every_option() {
    let help = CONDITION.lines(&["--help"]).join("\n");
    for option in ["--waiters N", "--notify N", "--items N"] {
        assert!(help.contains(option), "{option}");
    }
}
