//! The output of the demo.

use common::testing::{Demo, assert_in_order};

const JOIN: Demo = Demo::at(env!("CARGO_BIN_EXE_join"));

#[test]
fn demo_follows_the_conventions() {
    JOIN.follows_conventions(
        &[
            "no-join", "join", "timeout", "joiners", "panic", "errors", "result", "scope",
        ],
        &["--timeout N", "--joiners N"],
        &["--timeout -1", "--timeout", "--joiners 0", "--joiners=1001"],
    );
}

#[test]
fn main_continues_first_without_join_and_last_with_it() {
    let expected = [
        "§2.3 Without join · 不调用 join",
        "main continues, the thread is alive: true",
        "the thread ends",
        "",
        "§2.3 With join · 调用 join",
        "the thread ends",
        "main continues, the thread is alive: false",
    ];
    assert_eq!(JOIN.lines(&["no-join", "join"]), expected);
}

#[test]
fn join_that_times_out_is_false_and_the_next_one_true() {
    let expected = [
        "§2.3 join(timeout) · 超时",
        "after 20 ms the thread has ended: false",
        "joined again without a limit, the thread has ended: true",
    ];
    assert_in_order(&JOIN.lines(&[]), &expected);
}

#[test]
fn several_threads_join_one_thread_and_all_return() {
    let expected = [
        "§2.3 Many joiners · 多个线程等待同一个线程",
        "threads that block in join: 3",
        "the thread has ended: every join returns",
        "one more join returns at once",
    ];
    assert_in_order(&JOIN.lines(&[]), &expected);
}

#[test]
fn panic_ends_the_wait_and_every_join_returns_it() {
    let expected = [
        "§2.3 After an error · 线程出错",
        "excepthook: worker: no such page",
        "join: panicked: no such page",
        "join: panicked: no such page",
        "the thread is alive: false",
    ];
    assert_in_order(&JOIN.lines(&[]), &expected);
}

#[test]
fn thread_that_cannot_be_joined_is_an_error_with_the_text_of_python() {
    let expected = [
        "§2.3 RuntimeError · 不能 join 的线程",
        "join before the start: RuntimeError: cannot join thread before it is started",
        "join in the thread itself: RuntimeError: cannot join current thread",
    ];
    assert_in_order(&JOIN.lines(&[]), &expected);
}

#[test]
fn plain_rust_joins_by_handle_and_by_scope() {
    let expected = [
        "§2.3 Plain Rust: JoinHandle · 返回值",
        "the thread returned 8",
        "panicked: no such page",
        "§2.3 Plain Rust: scope · 作用域线程",
        "after the scope all sizes are known: [8, 6]",
    ];
    assert_in_order(&JOIN.lines(&[]), &expected);
}

#[test]
fn timeout_and_joiners_can_be_chosen() {
    let expected = [
        "after 0 ms the thread has ended: false",
        "threads that block in join: 9",
    ];
    assert_in_order(&JOIN.lines(&["--timeout=0", "--joiners", "9"]), &expected);
}

#[test]
fn run_prints_the_same_every_time() {
    JOIN.prints_the_same(&[], 10);
}
