//! The ideas of the demo: every item of §4.

use common::testing::{Demo, assert_in_order};

const QUEUE: Demo = Demo::at(env!("CARGO_BIN_EXE_queue"));

/// The lines of one idea below its heading.
fn idea(arguments: &[&str]) -> Vec<String> {
    QUEUE.lines(arguments)[1..].to_vec()
}

#[test]
fn list_prints_all_ideas_and_each_plays_alone() {
    QUEUE.plays_each_alone(&[
        "size",
        "kinds",
        "priorities",
        "put",
        "get",
        "join",
        "shutdown",
        "shutdown-now",
        "worker",
        "more-work",
        "worker-panics",
        "workers-end",
        "frontier",
        "buffer",
        "buffer-blocks",
        "crawl",
        "bounded-frontier",
        "collections",
        "channel-end",
        "channel-limit",
        "one-consumer",
    ]);
}

#[test]
fn get_order_depends_on_the_kind_of_queue() {
    let expected = [
        "Queue         [2, 3, 1]",
        "LifoQueue     [1, 3, 2]",
        "PriorityQueue [1, 2, 3]",
        "SimpleQueue   [2, 3, 1]",
    ];
    assert_eq!(idea(&["kinds"]), expected);
    let expected = [
        r#"smallest first: (1, "/a"), greatest first: (2, "/c")"#,
        r#"smallest first: (1, "/b"), greatest first: (1, "/b")"#,
        r#"smallest first: (2, "/c"), greatest first: (1, "/a")"#,
    ];
    assert_eq!(idea(&["priorities"]), expected);
    let expected = [
        "VecDeque:   [Some(2), Some(3), Some(1)]",
        "Vec:        [Some(1), Some(3), Some(2)]",
        "BinaryHeap: [Some(Reverse(1)), Some(Reverse(2)), Some(Reverse(3))]",
    ];
    assert_eq!(idea(&["collections"]), expected);
}

#[test]
fn qsize_empty_and_full_report_the_state_of_the_queue() {
    let expected = [
        "qsize 1, full false",
        "qsize 2, full true",
        "get: /a",
        "qsize 1, empty false",
    ];
    assert_eq!(idea(&["size"]), expected);
}

#[test]
fn put_blocks_while_the_queue_is_full_or_returns_the_item() {
    let expected = [
        "put_nowait: Full, the caller gets /b back",
        "put_timeout(20 ms): Full, the caller gets /b back",
        "put blocks: the queue is full",
        "get takes /a and makes room",
        "put returns: /b is in the queue",
    ];
    assert_eq!(idea(&["put"]), expected);
}

#[test]
fn get_blocks_while_the_queue_is_empty_or_returns_an_error() {
    let expected = [
        "get_nowait: Empty",
        "get_timeout(20 ms): Empty",
        "get blocks: the queue is empty",
        "get returns /a",
    ];
    assert_eq!(idea(&["get"]), expected);
}

#[test]
fn join_blocks_while_the_queue_is_empty_and_a_task_is_unfinished() {
    let expected = [
        "qsize 0, unfinished tasks 1",
        "join blocks: the worker has not finished /a",
        "join returns: unfinished tasks 0",
        "task_done once more: ValueError: task_done() called too many times",
    ];
    assert_eq!(idea(&["join"]), expected);
}

#[test]
fn shutdown_refuses_new_items_and_shutdown_now_returns_the_rest() {
    let expected = [
        "put: ShutDown, the caller gets /b back",
        "get: /a, still in the queue",
        "get: ShutDown: queue is shut down",
    ];
    assert_eq!(idea(&["shutdown"]), expected);
    let expected = [
        "get: /a",
        r#"shutdown_now returns ["/b", "/c"]"#,
        "unfinished tasks 1",
    ];
    assert_eq!(idea(&["shutdown-now"]), expected);
}

#[test]
fn join_returns_after_thirty_items_are_finished() {
    let mut expected: Vec<String> = (0..30)
        .flat_map(|item| [format!("Working on {item}"), format!("Finished {item}")])
        .collect();
    expected.push("All work completed".to_owned());
    assert_eq!(idea(&["worker"]), expected);
}

#[test]
fn panic_leaves_the_task_unfinished_unless_it_is_a_guard() {
    let expected = [
        "get and task_done: the worker panicked: true, join(20 ms): false",
        "get_task: the worker panicked: true, join(20 ms): true",
    ];
    assert_eq!(idea(&["worker-panics"]), expected);
}

#[test]
fn workers_end_at_shutdown_or_when_the_channel_closes() {
    let expected = [
        "§4 Tasks that add tasks · 任务产生新任务",
        "each task adds all smaller numbers as tasks; tasks done: 16",
        "§4 Graceful shutdown · 优雅关闭",
        "tasks done: 7, and all workers have ended",
        "§4 Plain Rust, a channel · 通道关闭，线程结束",
        "tasks done: 7, and all workers have ended",
        "§4 Plain Rust, its limit · 通道不会关闭",
        "tasks done: 16; only the timeout ends the loop",
    ];
    let ideas = ["workers-end", "more-work", "channel-end", "channel-limit"];
    for workers in ["1", "3", "20"] {
        let options = ["--items", "7", "--workers", workers];
        assert_in_order(&QUEUE.lines(&[&ideas[..], &options].concat()), &expected);
    }
}

#[test]
fn consumer_takes_all_items_in_order_for_any_seed() {
    let expected: Vec<_> = (1..=5).map(|item| format!("consumed {item}")).collect();
    for seed in ["1", "2", "18446744073709551615"] {
        assert_eq!(idea(&["buffer", "--seed", seed]), expected);
    }
    assert_eq!(idea(&["one-consumer"]), expected);
}

#[test]
fn consumer_blocks_on_an_empty_buffer_and_producer_on_a_full_one() {
    for maxsize in [1, 3, 40] {
        let more = 3 * maxsize - 1;
        let expected = [
            "the consumer blocks: the queue is empty".to_owned(),
            format!("the producer blocks: the queue is full, qsize {maxsize}"),
            format!("the consumer has taken item 1 and then {more} more"),
        ];
        let option = format!("--maxsize={maxsize}");
        assert_eq!(idea(&["buffer-blocks", &option]), expected);
    }
}

#[test]
fn crawler_of_one_screen_fetches_each_page_once() {
    let expected = [
        "/: 4 links",
        "/last: 1 links",
        "/missing: HTTP 404 Not Found",
        "/old: 1 links",
        "/queues: 3 links",
        "/slow: 1 links",
        "/threads: 2 links",
    ];
    for _ in 0..5 {
        let mut printed = idea(&["frontier"]);
        printed.sort_unstable();
        assert_eq!(printed, expected);
    }
}

#[test]
fn empty_frontier_does_not_end_a_crawl_and_a_bounded_one_blocks() {
    let printed = idea(&["crawl"]);
    let expected = [
        "before the slow page comes: 0 in the queue, 1 unfinished: not the end",
        "/last: 50 bytes, 1 link",
        "8 pages, 576 bytes, 1 failed",
    ];
    assert_in_order(&printed, &expected);
    let expected = "/locks would block for good: no other worker takes links out";
    assert_eq!(idea(&["bounded-frontier"]).last().unwrap(), expected);
}
