//! The ideas of the demo: every item of §3.1, §3.2 and §3.3.

use common::testing::{Demo, assert_in_order, assert_narrow};

const POOL: Demo = Demo::at(env!("CARGO_BIN_EXE_pool")).reporting(&["callback-order"]);

const IDEAS: [&str; 23] = [
    "threads",
    "initializer",
    "submit",
    "map",
    "map-iterables",
    "map-timeout",
    "shutdown",
    "cancel-futures",
    "with",
    "no-wait",
    "result",
    "states",
    "done",
    "no-result",
    "callbacks",
    "callback-order",
    "first-completed",
    "first-exception",
    "all-completed",
    "as-completed",
    "timeout",
    "fetch",
    "plain-rust",
];

/// The lines of one idea below its heading; some ideas report an error on stderr.
fn idea(name: &str) -> Vec<String> {
    let run = POOL.run(&[name]);
    assert_eq!(run.code, Some(0), "{run}");
    run.lines[1..].to_vec()
}

#[test]
fn list_prints_all_ideas_and_each_plays_alone() {
    POOL.plays_each_alone(&IDEAS);
}

#[test]
fn threads_are_reused_named_and_prepared() {
    let expected = [
        "task 1 runs on fetch_0",
        "task 2 runs on fetch_0",
        "task 3 runs on fetch_0",
        "task 4 keeps fetch_0 busy",
        "task 5 runs on fetch_1",
    ];
    assert_eq!(idea("threads"), expected);
    let expected = ["fetch_0 opens a connection", "fetch_1 opens a connection"];
    assert_eq!(idea("initializer"), expected);
}

#[test]
fn calls_are_submitted_one_by_one_and_mapped_in_order() {
    let expected = ["submit(pow, 2, 10):   1024", "a call that may fail: 1024"];
    assert_eq!(idea("submit"), expected);
    let expected = ["the call for /quick ends first; results: [5, 6]"];
    assert_eq!(idea("map"), expected);
    let expected = ["TimeoutError: timed out; the pending calls are cancelled"];
    assert_eq!(idea("map-timeout"), expected);
}

#[test]
fn map_takes_several_iterables_or_an_endless_one_for_any_seed() {
    let expected = [
        "two pages, three numbers: /a?p=1, /b?p=2",
        "an endless input, buffersize=4: [1, 4, 9, 16, 25]",
        "chunksize: no effect on threads, in Python either",
    ];
    for seed in ["1", "2", "3", "18446744073709551615"] {
        assert_eq!(
            POOL.lines(&["map-iterables", "--seed", seed])[1..],
            expected
        );
    }
}

#[test]
fn shutdown_refuses_new_tasks_and_waits_or_cancels_pending_ones() {
    let expected = [
        "shutdown returns; the future is finished",
        "submit: RuntimeError: cannot schedule new futures after shutdown",
        "the caller gets the task back: page",
        "map: RuntimeError: cannot schedule new futures after shutdown",
    ];
    assert_eq!(idea("shutdown"), expected);
    let expected = ["finished: page", "running:  page", "pending:  cancelled"];
    assert_eq!(idea("cancel-futures"), expected);
    assert_eq!(idea("with"), ["after the block the future is finished"]);
    let expected = [
        "shutdown returns: running, pending",
        "run returns: the pending one is finished",
    ];
    assert_eq!(idea("no-wait"), expected);
}

#[test]
fn future_has_four_states_and_is_cancelled_only_while_it_is_pending() {
    let expected = [
        "  running: running true, done false, cancelled false, cancel() false",
        "  pending: running false, done false, cancelled false, cancel() true",
        "cancelled: running false, done true, cancelled true, cancel() true",
        " finished: running false, done true, cancelled false, cancel() false",
    ];
    assert_eq!(idea("states"), expected);
}

#[test]
fn result_and_exception_return_or_time_out() {
    let expected = ["result(): 1024", "done(): true, exception(): None"];
    assert_eq!(idea("result"), expected);
    let expected = [
        "running,   result(20 ms): TimeoutError: timed out",
        "cancelled, result():      CancelledError: cancelled",
        "cancelled, exception():   CancelledError: cancelled",
    ];
    assert_eq!(idea("no-result"), expected);
    let printed = idea("done");
    assert_eq!(
        printed[0],
        "an Err:  done true, exception: invalid digit found in string"
    );
    assert!(printed[1].starts_with("a panic: done true, exception: "));
    assert!(printed[1].ends_with(": no page"));
}

#[test]
fn callbacks_print_the_results_in_the_order_of_the_tasks() {
    assert_eq!(idea("callbacks"), ["8", "9"]);
}

#[test]
fn callbacks_run_in_the_order_of_adding_and_panics_are_reported() {
    let expected = [
        "the first runs on fetch_0",
        "the second panics: the panic is reported on stderr and ignored",
        "the third: the future is finished",
        "added when done: runs on MainThread",
    ];
    assert_eq!(idea("callback-order"), expected);
    let complaints = POOL.run(&["callback-order"]).complaints.join("\n");
    assert!(complaints.contains("exception calling callback for Future"));
    assert!(complaints.contains("a callback went wrong"));
}

#[test]
fn wait_returns_done_and_not_done_for_each_of_its_conditions() {
    let expected = ["done: {quick}, not_done: {slow}"];
    assert_eq!(idea("first-completed"), expected);
    let expected = [
        "done: {fails, quick}, not_done: {slow}",
        "if no call fails, as ALL_COMPLETED:",
        "done: {quick, slow}, not_done: {}",
    ];
    assert_eq!(idea("first-exception"), expected);
    let expected = ["done: {cancelled, page}, not_done: {}"];
    assert_eq!(idea("all-completed"), expected);
}

#[test]
fn as_completed_yields_each_future_once_in_order_of_completion() {
    let expected = [
        "submitted: first, second, third; the second is done",
        "completed: second",
        "completed: third",
        "completed: first",
    ];
    assert_eq!(idea("as-completed"), expected);
    let expected = [
        "done: {quick}, not_done: {slow}",
        "as_completed: quick",
        "as_completed: TimeoutError: 1 (of 2) futures unfinished",
    ];
    assert_eq!(idea("timeout"), expected);
}

#[test]
fn example_fetches_four_urls_and_reports_one_exception() {
    let mut printed = idea("fetch");
    printed.sort_unstable();
    let expected = [
        "'/locks' page is 30000 bytes",
        "'/pools' page is 400 bytes",
        "'/queues' page is 5000 bytes",
        "'/threads' page is 2000 bytes",
        "'http://no-such-host.invalid/' generated an exception: cannot find host no-such-host.invalid",
    ];
    assert_eq!(printed, expected);
    assert_eq!(idea("plain-rust"), ["4 of 5 pages, 37400 bytes"]);
}

#[test]
fn ideas_play_in_order_and_print_the_same_in_every_run() {
    let [before_fetch @ .., _, _] = &IDEAS;
    let first = POOL.run(before_fetch);
    assert_in_order(
        &first.lines,
        &[
            "task 1 runs on fetch_0",
            "shutdown returns; the future is finished",
            "result(): 1024",
            "as_completed: quick",
        ],
    );
    for _ in 0..5 {
        assert_eq!(POOL.run(before_fetch), first);
    }
}

#[test]
fn wrong_arguments_print_one_line_and_exit_with_2() {
    POOL.refuses(&["stray"]);
    POOL.refuses(&["--seed", "none"]);
    POOL.refuses(&["threads", "--workers", "2"]);
    POOL.refuses(&["fetch", "--workers", "0", "http://127.0.0.1/"]);
    POOL.refuses(&["fetch", "--workers", "2"]);
    POOL.refuses(&["fetch", "--seed", "2", "http://127.0.0.1/"]);
}

#[test]
fn help_lists_every_option() {
    POOL.explains(&["--seed N", "--list", "--help", "fetch [OPTIONS] URL..."]);
    let help = POOL.lines(&["fetch", "--help"]);
    assert_narrow(&help, 80);
    let help = help.join("\n");
    for option in ["--workers N", "--timeout N", "--max-body N", "--file FILE"] {
        assert!(help.contains(option), "{help}");
    }
}

#[test]
fn closed_pipe_ends_the_demo_without_an_error() {
    POOL.stops_quietly_at_a_closed_pipe(&["threads", "submit", "states"]);
}
