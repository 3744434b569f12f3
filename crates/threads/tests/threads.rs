//! The demo, as its reader runs it.

use common::testing::{Demo, assert_in_order};

const THREADS: Demo = Demo::at(env!("CARGO_BIN_EXE_threads"));

#[test]
fn in_turn_one_task_exists_at_a_time_and_on_threads_all_of_them() {
    let expected = [
        "§1.1 Sequential · 顺序",
        "task 1 of 2 begins",
        "task 1 of 2 ends",
        "task 2 of 2 begins",
        "task 2 of 2 ends",
        "existed at once: 1",
        "§1.1 Concurrent · 并发",
        "tasks: 2, existed at once: 2",
    ];
    assert_in_order(&THREADS.lines(&[]), &expected);
}

#[test]
fn a_process_has_memory_of_its_own_threads_share_it_and_coroutines_hand_over_themselves() {
    let expected = [
        "§1.2 Process · 进程",
        "a process of its own added one: 0 became 1",
        "here it is still 0",
        "§1.2 Thread · 线程",
        "a thread added one, and main sees it: 1",
        "§1.2 Coroutine · 协程",
        "a begins, and hands over",
        "b begins, and hands over",
        "a goes on, and ends",
        "b goes on, and ends",
        "both are through, on one thread",
    ];
    assert_in_order(&THREADS.lines(&[]), &expected);
}

#[test]
fn under_a_gil_one_computes_at_a_time_but_all_wait_at_once() {
    let expected = [
        "§1.2 Taking turns · 全局解释器锁",
        "threads: 2, primes below 200000: 17984",
        "computed at once: 1, waited at once: 2",
        "§1.2 No GIL · 没有全局解释器锁",
        "threads: 1, primes below 200000: 17984",
        "threads: 2, primes below 200000: 17984",
        "computed at once: 2",
    ];
    assert_in_order(&THREADS.lines(&[]), &expected);
}

#[test]
fn a_thread_is_made_from_a_callable_or_from_a_type_with_run() {
    let expected = [
        "§2.1 A callable · 传入函数",
        "fetched /threads, 2 times",
        "§2.1 A type with run · 重写 run 方法",
        "a Fetcher fetched /locks",
    ];
    assert_in_order(&THREADS.lines(&[]), &expected);
}

#[test]
fn name_and_daemon_are_got_and_set_and_daemon_only_before_the_start() {
    let expected = [
        "§2.1 name · 线程名称",
        "by default: Thread-2",
        "of a function: Thread-3 (nothing)",
        "set: fetcher",
        "§2.1 daemon · 守护线程",
        "made by main: false",
        "set: true",
        "set after the start: RuntimeError: cannot set daemon status of active thread",
    ];
    assert_in_order(&THREADS.lines(&[]), &expected);
}

#[test]
fn it_starts_once_and_a_join_may_time_out() {
    let expected = [
        "§2.1 start, once · 只能启动一次",
        "it runs",
        "started again: RuntimeError: threads can only be started once",
        "§2.1 join(timeout) · 超时",
        "20 ms: ended false",
        "once it may go on: ended true",
    ];
    assert_in_order(&THREADS.lines(&[]), &expected);
}

#[test]
fn the_threads_of_std_are_beside_it() {
    let expected = [
        "§2.1 Plain Rust · thread::spawn 与 scope",
        r#"spawned: its name comes back from join: Some("fetcher")"#,
        "scoped: borrowed /threads, 8 bytes long",
    ];
    assert_in_order(&THREADS.lines(&[]), &expected);
}

#[test]
fn threads_and_timeout_can_be_chosen() {
    let expected = [
        "tasks: 5, existed at once: 5",
        "computed at once: 1, waited at once: 5",
        "computed at once: 5",
        "0 ms: ended false",
    ];
    assert_in_order(
        &THREADS.lines(&["--threads", "5", "--timeout=0"]),
        &expected,
    );
}

#[test]
fn figures_come_with_measure_only() {
    let figures = THREADS.lines(&["--measure"]);
    for heading in ["I/O-bound", "CPU-bound", "What switching and starting cost"] {
        assert!(
            figures.iter().any(|line| line.contains(heading)),
            "{heading}"
        );
    }
    let is_figure = |line: &&String| line.ends_with("µs") || line.ends_with("times as fast");
    assert!(figures.iter().filter(is_figure).count() >= 8);
    assert_eq!(THREADS.lines(&[]).iter().find(is_figure), None);
}

#[test]
fn it_prints_the_same_every_time() {
    THREADS.prints_the_same(&[], 10);
}

#[test]
fn wrong_arguments_get_one_line_and_exit_code_2() {
    THREADS.refuses(&["--threads", "1"]);
    THREADS.refuses(&["--threads", "65"]);
    THREADS.refuses(&["--threads"]);
    THREADS.refuses(&["--timeout=-1"]);
    THREADS.refuses(&["--fast"]);
    THREADS.refuses(&["stray"]);
}

#[test]
fn a_reader_who_goes_is_no_failure() {
    THREADS.stops_quietly_at_a_closed_pipe(&[]);
}

#[test]
fn help_names_every_option() {
    let help = THREADS.lines(&["--help"]).join("\n");
    for option in [
        "--threads N",
        "--timeout MILLISECONDS",
        "--measure",
        "--add-one",
    ] {
        assert!(help.contains(option), "{option}");
    }
}
