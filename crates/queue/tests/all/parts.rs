//! The ideas of the demo: every item of §4.

use common::testing::{Demo, assert_in_order};

const QUEUE: Demo = Demo::at(env!("CARGO_BIN_EXE_queue"));

/// The lines of one idea below its heading.
fn idea(arguments: &[&str]) -> Vec<String> {
    QUEUE.lines(arguments)[1..].to_vec()
}

#[test]
fn list_names_the_ideas_and_each_plays_alone() {
    QUEUE.plays_each_alone(&[
        "kinds",
        "priorities",
        "size",
        "put",
        "get",
        "join",
        "shutdown",
        "shutdown-now",
        "worker",
        "worker-panics",
        "workers-end",
        "more-work",
        "buffer",
        "buffer-blocks",
        "ahead",
        "frontier",
        "crawl",
        "bounded-frontier",
        "channels",
        "collections",
        "channel-end",
        "channel-limit",
        "one-consumer",
    ]);
}

#[test]
fn kinds_differ_in_which_item_comes_next() {
    let expected = [
        "put into each:  [2, 3, 1]",
        "Queue:          [2, 3, 1]",
        "LifoQueue:      [1, 3, 2]",
        "PriorityQueue:  [1, 2, 3]",
        "SimpleQueue:    [2, 3, 1]",
    ];
    assert_eq!(idea(&["kinds"]), expected);
    let expected = [
        r#"put into each:             [(2, "/c"), (1, "/b"), (1, "/a")]"#,
        r#"the smallest first:        [(1, "/a"), (1, "/b"), (2, "/c")]"#,
        r#"with Reverse the greatest: [(2, "/c"), (1, "/b"), (1, "/a")]"#,
        r#"of equals the first put:   [(1, 1, "/b"), (1, 2, "/a"), (2, 0, "/c")]"#,
    ];
    assert_eq!(idea(&["priorities"]), expected);
}

#[test]
fn queue_tells_its_size_and_whether_it_is_empty_or_full() {
    let expected = [
        "maxsize 2: qsize 0, empty true, full false",
        "maxsize 2: qsize 1, empty false, full false",
        "maxsize 2: qsize 2, empty false, full true",
        "a lower bound, then none: the items stay in the queue",
        "maxsize 1: qsize 2, empty false, full true",
        "maxsize 0: qsize 2, empty false, full false",
    ];
    assert_eq!(idea(&["size"]), expected);
}

#[test]
fn put_blocks_while_the_queue_is_full_or_hands_the_item_back() {
    let expected = [
        "put_nowait: Full, the caller gets /b back",
        "put(timeout 20 ms): Full, the caller gets /b back",
        "put blocks: the queue is full",
        "get takes /a and makes room",
        "put returns: /b is in the queue",
    ];
    assert_eq!(idea(&["put"]), expected);
}

#[test]
fn get_blocks_while_the_queue_is_empty_or_says_so() {
    let expected = [
        "get_nowait: Empty",
        "get(timeout 20 ms): Empty",
        "get blocks: the queue is empty",
        "get returns /a",
    ];
    assert_eq!(idea(&["get"]), expected);
}

#[test]
fn join_blocks_until_task_done_and_one_task_done_too_many_is_an_error() {
    let expected = [
        "/a is taken: empty true, join(20 ms) returns false",
        "join blocks: unfinished tasks: 1",
        "join returns: unfinished tasks: 0",
        "task_done once more: ValueError: task_done() called too many times",
    ];
    assert_eq!(idea(&["join"]), expected);
}

#[test]
fn shutdown_refuses_new_items_and_shutdown_now_hands_the_others_back() {
    let expected = [
        "put: ShutDown, the caller gets /b back",
        "get: /a, which was still in the queue",
        "get: ShutDown: queue is shut down",
    ];
    assert_eq!(idea(&["shutdown"]), expected);
    let expected = [
        "/a is taken; the caller gets back /b and /c",
        "/a is not done: join(20 ms) returns false",
        "/a is done: join(20 ms) returns true",
    ];
    assert_eq!(idea(&["shutdown-now"]), expected);
}

#[test]
fn thirty_items_are_worked_on_and_finished_in_order_before_all_work_is_completed() {
    let mut expected: Vec<String> = (0..30)
        .flat_map(|item| [format!("Working on {item}"), format!("Finished {item}")])
        .collect();
    expected.push("All work completed".to_owned());
    assert_eq!(idea(&["worker"]), expected);
}

#[test]
fn each_item_is_worked_on_once_by_any_number_of_workers() {
    let printed = QUEUE.lines(&["worker", "--items", "200", "--workers=4"]);
    let place = |line: &str| {
        let mut places = (0..printed.len()).filter(|&place| printed[place] == line);
        let place = places.next();
        assert!(
            place.is_some() && places.next().is_none(),
            "not once: {line}"
        );
        place
    };
    let completed = place("All work completed");
    for item in 0..200 {
        let finished = place(&format!("Finished {item}"));
        assert!(place(&format!("Working on {item}")) < finished && finished < completed);
    }
}

#[test]
fn worker_that_panics_leaves_its_task_undone_unless_the_task_is_a_guard() {
    let expected = [
        "get and task_done: the worker panicked true, join(20 ms) returns false",
        "get_task: the worker panicked true, join(20 ms) returns true",
    ];
    assert_eq!(idea(&["worker-panics"]), expected);
}

#[test]
fn workers_end_by_shutdown_or_by_the_end_of_the_channel() {
    let expected = [
        "§4 Workers that end · 关闭队列，线程自行结束",
        "tasks done: 7, and the workers have ended",
        "§4 Work that makes work · 任务产生新任务",
        "each task adds two, four times; tasks done: 31",
        "§4 Plain Rust, a channel · 通道关闭，线程自行结束",
        "tasks done: 7, and the workers have ended",
        "§4 Plain Rust, its limit · 发送者不消失，通道不关闭",
        "tasks done: 31; the worker still has a sender: only a timeout ends the loop",
    ];
    let ideas = ["workers-end", "more-work", "channel-end", "channel-limit"];
    for workers in ["1", "3", "20"] {
        let options = ["--items", "7", "--workers", workers];
        assert_in_order(&QUEUE.lines(&[&ideas[..], &options].concat()), &expected);
    }
}

#[test]
fn consumer_takes_all_items_in_order_whatever_the_seed() {
    let mut expected: Vec<_> = (1..=9).map(|item| format!("consumed {item}")).collect();
    expected.push("no more items".into());
    for seed in ["1", "2", "18446744073709551615"] {
        assert_eq!(idea(&["buffer", "--seed", seed]), expected);
    }
    let expected = ["consumed [1, 2, 3, 4, 5, 6, 7, 8, 9]"];
    assert_eq!(idea(&["one-consumer"]), expected);
}

#[test]
fn buffer_is_empty_then_full_and_bounds_how_far_ahead_the_producer_gets() {
    for (maxsize, items, sum) in [(1, 3, 6), (3, 9, 45), (40, 120, 7260)] {
        let expected = [
            "the consumer blocks: the queue is empty".to_owned(),
            format!("the producer blocks: the queue is full, qsize {maxsize}"),
            format!("the consumer takes all {items} items: their sum is {sum}"),
        ];
        let option = format!("--maxsize={maxsize}");
        assert_eq!(idea(&["buffer-blocks", &option]), expected);
        let expected = [
            format!("bounded: without a consumer the producer puts {maxsize} items"),
            format!(
                "unbounded: without a consumer the producer puts {} items",
                100 * maxsize
            ),
        ];
        assert_eq!(idea(&["ahead", &option]), expected);
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
fn empty_queue_is_not_the_end_of_a_crawl_and_a_bounded_frontier_blocks() {
    let printed = idea(&["crawl"]);
    let expected = [
        "before the slow page comes: 0 in the queue, 1 unfinished: not the end",
        "/last: 50 bytes, 1 links",
        "8 pages, 576 bytes, 1 failed",
    ];
    assert_in_order(&printed, &expected);
    let expected = "/locks would block for good: no other worker takes links out";
    assert_eq!(idea(&["bounded-frontier"]).last().unwrap(), expected);
}
