//! The parts of the demo: every item of §3.1, §3.2 and §3.3.

use common::testing::{Demo, Run, assert_in_order};

const POOL: Demo = Demo::at(env!("CARGO_BIN_EXE_pool"));

/// A part's run; what it says on stderr is looked at by the test of that.
fn part(name: &str) -> Run {
    let run = POOL.run(&[name]);
    assert_eq!(run.code, Some(0), "{run}");
    run
}

#[test]
fn threads_are_named_reused_and_prepared() {
    let expected = [
        "§3.1 max_workers, thread_name_prefix · 线程的数量、名字与重复利用",
        r#"task 3, after the one before: Ok("fetch_0")"#,
        r#"while that thread is busy:       Ok("fetch_1")"#,
        "§3.1 initializer, initargs · 线程初始化",
        r#"before its first task: ["fetch_0 prepared", "fetch_1 prepared"]"#,
        "one that fails: A thread initializer failed, the thread pool is not usable anymore",
    ];
    assert_in_order(&part("executor").lines, &expected);
}

#[test]
fn work_is_submitted_one_by_one_and_mapped_in_order() {
    let expected = [
        "§3.1 submit · 提交任务，得到 Future",
        "submit(pow, 2, 10): Ok(1024)",
        "§3.1 map · 结果按输入的顺序",
        "the last is done before the first, the results are: [2, 3, 4]",
        r#"two iterables, the shorter ends it: ["/a?p=1", "/b?p=2"]"#,
        "§3.1 map(timeout) · 从调用时开始计时",
        "TimeoutError; what has not begun is cancelled",
        "§3.1 map(buffersize), chunksize · 没有尽头的输入",
        r#"all numbers, never more than 3 ahead: ["/1", "/2", "/3", "/4"]"#,
        "none ahead: ValueError: buffersize must be None or > 0",
        "chunksize: without effect on threads, in Python too, and not carried over",
    ];
    assert_in_order(&part("executor").lines, &expected);
}

#[test]
fn a_shutdown_refuses_waits_or_cancels_and_the_program_waits_for_the_rest() {
    let expected = [
        "§3.1 shutdown(wait=True) · 关闭线程池",
        "it has returned, done: true",
        "map:    RuntimeError: cannot schedule new futures after shutdown",
        "§3.1 shutdown(wait=False) · 立即返回",
        r#"all that was submitted is done all the same: Ok("next page")"#,
        "§3.1 shutdown(cancel_futures=True) · 取消未开始的任务",
        r#"finished: Ok("page")"#,
        "pending:  Err(Cancelled)",
        r#"running:  Ok("next page")"#,
        "§3.1 The with form · with 语句",
        r#"after the block: Future { state: "finished", waiting: 0 }"#,
        "§3.1 The end of the program · 等到所有任务完成才退出",
        r#"threading::run has returned, Future { state: "finished", waiting: 0 }"#,
    ];
    assert_in_order(&part("executor").lines, &expected);
}

#[test]
fn a_future_has_four_states_and_can_be_cancelled_in_one() {
    let expected = [
        "§3.2 States · Pending、Running、Finished、Cancelled",
        r#"  Future { state: "running", waiting: 0 }"#,
        r#"  Future { state: "pending", waiting: 0 }"#,
        r#"  Future { state: "cancelled", waiting: 0 }"#,
        r#"  Future { state: "finished", waiting: 0 }"#,
        "the running one : cancel() false, cancelled() false, running() true, done() false",
        "the pending one : cancel() true, cancelled() true, running() false, done() true",
        "the finished one: cancel() false, cancelled() false, running() false, done() true",
    ];
    assert_in_order(&part("future").lines, &expected);
}

#[test]
fn a_future_has_a_result_an_error_or_neither_in_time() {
    let printed = part("future").lines;
    let expected = [
        "not done in 20 ms:  Err(TimedOut)",
        r#"done:               Ok("page")"#,
        "done, its error:    Ok(None)",
        "failed:             invalid digit found in string",
        "cancelled:          Err(Cancelled)",
    ];
    assert_in_order(&printed, &expected);
    let panicked = printed.iter().find(|line| line.starts_with("panicked:"));
    assert!(panicked.is_some_and(|line| line.ends_with("no page")));
}

#[test]
fn callbacks_print_in_place_of_a_wait_in_their_order_whatever_one_of_them_does() {
    let run = part("future");
    let expected = [
        "§3.2 add_done_callback · 回调代替阻塞",
        "a callback prints 1",
        "a callback prints 2",
        "first, on thread fetch_0",
        "second panics: it is reported on stderr, and ignored",
        r#"third is called with Future { state: "finished", waiting: 0 }"#,
        "called at once, on MainThread",
        "add_done_callback has returned, the result was 42",
    ];
    assert_in_order(&run.lines, &expected);
    assert!(
        run.complaints
            .contains("exception calling callback for Future")
    );
    assert!(run.complaints.contains("a callback went wrong"));
}

#[test]
fn wait_returns_when_it_is_told_to() {
    let expected = [
        r#"futures of two executors: 1 done, 1 not done, Ok("quick")"#,
        "one runs, one succeeds, one fails: 2 done, 1 not done",
        "none fails, as ALL_COMPLETED:      2 done, 0 not done",
        "two futures, each given twice, one cancelled: 2 done, 0 not done",
        "after 20 ms: 1 done, 1 not done",
    ];
    assert_in_order(&part("functions").lines, &expected);
}

#[test]
fn as_completed_gives_first_what_is_done_first() {
    let expected = [
        "§3.3 as_completed · 先完成的先返回",
        "  second",
        "  third",
        "  first",
        "each came once, though it was given twice",
        r#"done: Ok("quick")"#,
        "TimeoutError: 1 (of 2) futures unfinished",
    ];
    assert_in_order(&part("functions").lines, &expected);
}

#[test]
fn the_tour_has_all_parts_in_order_ends_with_the_fetch_and_is_the_same_every_time() {
    let first = POOL.run(&[]);
    let parts = ["executor", "future", "functions", "fetch"];
    let each: Vec<String> = parts.iter().flat_map(|name| part(name).lines).collect();
    assert_eq!(first.lines, each);
    for _ in 0..5 {
        assert_eq!(POOL.run(&[]), first);
    }
}

#[test]
fn a_part_takes_no_further_words() {
    POOL.refuses(&["future", "executor"]);
    POOL.refuses(&["executor", "--workers", "2"]);
    POOL.refuses(&["fetch", "--workers", "0", "http://127.0.0.1/"]);
    POOL.refuses(&["fetch", "--workers", "2"]);
}
