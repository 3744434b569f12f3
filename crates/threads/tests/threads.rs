//! The output of the demo.

use common::testing::{Demo, assert_in_order, assert_narrow};

const THREADS: Demo = Demo::at(env!("CARGO_BIN_EXE_threads"));

#[test]
fn demo_follows_the_conventions() {
    THREADS.follows_conventions(
        &[
            "sequential",
            "concurrent",
            "serial",
            "parallel",
            "process",
            "thread",
            "coroutine",
            "callable",
            "type",
            "name",
            "daemon",
            "start",
            "timeout",
            "plain-rust",
        ],
        &["--threads N", "--measure"],
        &[
            "--threads 1",
            "--threads 65",
            "--threads",
            "--measure thread",
        ],
    );
}

#[test]
fn sequential_tasks_exist_one_at_a_time_and_concurrent_ones_all_at_once() {
    let expected = [
        "§1.1 Sequential · 顺序",
        "task 1 begins",
        "task 1 ends",
        "task 2 begins",
        "task 2 ends",
        "tasks that existed at once: 1",
        "",
        "§1.1 Concurrent · 并发",
        "tasks that existed at once: 2",
    ];
    assert_eq!(THREADS.lines(&["sequential", "concurrent"]), expected);
}

#[test]
fn serial_threads_compute_one_at_a_time_and_parallel_ones_all_at_once() {
    for threads in ["2", "5"] {
        let expected = [
            "§1.1 Serial yet concurrent: one core, or a GIL · 串行而并发",
            &format!("tasks that existed at once: {threads}"),
            "threads that computed at once: 1",
            "",
            "§1.1 Parallel: several cores, no GIL · 并行",
            &format!("threads that computed at once: {threads}"),
        ];
        let printed = THREADS.lines(&["serial", "parallel", "--threads", threads]);
        assert_eq!(printed, expected);
    }
}

#[test]
fn processes_own_their_memory_threads_share_it_and_coroutines_yield() {
    let expected = [
        "§1.2 Process · 进程",
        "in a child process: a thread adds 1, main reads 1",
        "in this process main still reads 0",
        "",
        "§1.2 Thread · 线程",
        "a thread adds 1, main reads 1",
        "",
        "§1.2 Coroutine · 协程",
        "a begins and yields",
        "b begins and yields",
        "a continues and ends",
        "b continues and ends",
        "both have ended, on one thread",
    ];
    let printed = THREADS.lines(&["process", "thread", "coroutine"]);
    assert_eq!(printed, expected);
}

#[test]
fn thread_is_made_from_a_callable_or_from_a_type_with_run() {
    let expected = [
        "§2.1 A callable · 传入函数",
        "1",
        "",
        "§2.1 A type with run · 重写 run 方法",
        "MyThread runs: 2",
    ];
    assert_eq!(THREADS.lines(&["callable", "type"]), expected);
}

#[test]
fn name_and_daemon_are_read_and_set_and_daemon_only_before_the_start() {
    let expected = [
        "§2.1 name · 线程名称",
        "of a closure: Thread-1",
        "of a function: Thread-2 (nothing)",
        "given: fetcher",
        "set: parser",
        "",
        "§2.1 daemon · 守护线程",
        "main makes a thread, daemon: false",
        "set before the start: true",
        "set after the start: RuntimeError: cannot set daemon status of active thread",
    ];
    assert_eq!(THREADS.lines(&["name", "daemon"]), expected);
}

#[test]
fn thread_starts_once_and_a_join_may_time_out() {
    let expected = [
        "§2.1 start, once · 只能启动一次",
        "alive before the start: false",
        "the thread runs",
        "alive after its end: false",
        "second start: RuntimeError: threads can only be started once",
        "",
        "§2.1 join(timeout) · 超时",
        "after 20 ms the thread has ended: false",
        "join returns: the thread has ended",
    ];
    assert_eq!(THREADS.lines(&["start", "timeout"]), expected);
}

#[test]
fn plain_rust_has_results_and_scopes() {
    let expected = [
        "§2.1 Plain Rust · thread::spawn 与 scope",
        "a scoped thread returns 8",
        "a spawned thread returns 8",
    ];
    assert_eq!(THREADS.lines(&["plain-rust"]), expected);
}

#[test]
fn figures_are_printed_with_measure_only() {
    let figures = THREADS.lines(&["--measure"]);
    assert_narrow(&figures, 100);
    let headings = [
        "§1.2 I/O-bound · I/O 密集",
        "§1.2 CPU-bound · CPU 密集",
        "§1.2 CPU-bound under a GIL · GIL 之下",
        "§1.2 What switching and starting cost · 切换与启动的开销",
    ];
    assert_in_order(&figures, &headings);
    let is_figure = |line: &&String| line.ends_with(" ns") || line.ends_with("times as fast");
    assert!(figures.iter().filter(is_figure).count() >= 10);
    assert_eq!(THREADS.lines(&[]).iter().find(is_figure), None);
}

#[test]
fn figures_say_when_the_machine_is_busy_and_only_then() {
    let printed = THREADS.lines(&["--measure", "cpu-bound"]);
    let speed_up = |line: &String| {
        let figure = line.strip_suffix(" times as fast")?;
        figure.split_whitespace().last()?.parse::<f64>().ok()
    };
    let speed_ups = printed.iter().filter_map(speed_up).skip(1);
    let highest = speed_ups.fold(0.0, f64::max);
    let several_cores = printed[1] != "cores: 1";
    let says = printed.last().unwrap() == "the machine is busy: figures say little";
    assert_eq!(says, several_cores && highest < 1.25, "{printed:#?}");
}

#[test]
fn run_prints_the_same_every_time() {
    THREADS.prints_the_same(&[], 10);
}
