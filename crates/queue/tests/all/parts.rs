//! The parts of the demo: every item of §4 up to the crawler.

use common::testing::{Demo, assert_in_order};

const QUEUE: Demo = Demo::at(env!("CARGO_BIN_EXE_queue"));

/// The lines below a heading, up to the next.
fn below<'a>(printed: &'a [String], heading: &str) -> Vec<&'a str> {
    let mut lines = printed.iter().map(String::as_str);
    assert!(lines.any(|line| line == heading), "there is no {heading}");
    let lines = lines.take_while(|line| !line.starts_with('§'));
    lines.filter(|line| !line.is_empty()).collect()
}

#[test]
fn the_kinds_differ_in_which_item_comes_next() {
    let printed = QUEUE.lines(&["kinds"]);
    let expected = [
        "put into each:  [2, 3, 1]",
        "Queue:          [2, 3, 1]",
        "LifoQueue:      [1, 3, 2]",
        "PriorityQueue:  [1, 2, 3]",
        "SimpleQueue:    [2, 3, 1]",
    ];
    let heading = "§4 FIFO, LIFO, priority, simple · 四种队列";
    assert_eq!(below(&printed, heading), expected);
    let expected = [
        r#"put into each:             [(2, "/c"), (1, "/b"), (1, "/a")]"#,
        r#"the smallest first:        [(1, "/a"), (1, "/b"), (2, "/c")]"#,
        r#"with Reverse the greatest: [(2, "/c"), (1, "/b"), (1, "/a")]"#,
        r#"of equals the first put:   [(1, 1, "/b"), (1, 2, "/a"), (2, 0, "/c")]"#,
    ];
    assert_eq!(below(&printed, "§4 Priorities · 优先级"), expected);
}

#[test]
fn a_queue_says_how_many_are_in_it_and_whether_it_is_empty_or_full() {
    let expected = [
        "maxsize 2: qsize 0, empty true, full false",
        "maxsize 2: qsize 1, empty false, full false",
        "maxsize 2: qsize 2, empty false, full true",
        "the bound is lowered, and then taken away; what is in stays in",
        "maxsize 1: qsize 2, empty false, full true",
        "maxsize 0: qsize 2, empty false, full false",
    ];
    let printed = QUEUE.lines(&["kinds"]);
    let heading = "§4 qsize, empty, full, maxsize · 队列的大小";
    assert_eq!(below(&printed, heading), expected);
}

#[test]
fn put_waits_for_room_or_hands_the_item_back() {
    let expected = [
        "put_nowait:         Full, and /b is handed back",
        "put_timeout(20 ms): Full, and /b is handed back",
        "put waits:          Queue { maxsize: 1, qsize: 1, unfinished: 1, shutdown: false, waiting: 1, joining: 0 }",
        r#"one is taken:       Ok("/a")"#,
        "put is done:        Queue { maxsize: 1, qsize: 1, unfinished: 2, shutdown: false, waiting: 0, joining: 0 }",
    ];
    let printed = QUEUE.lines(&["kinds"]);
    let heading = "§4 put(block, timeout), Full · 队列已满";
    assert_eq!(below(&printed, heading), expected);
}

#[test]
fn get_waits_for_an_item_or_says_that_there_is_none() {
    let expected = [
        "get_nowait:         Err(Empty)",
        "get_timeout(20 ms): Err(Empty)",
        "get waits:          Queue { maxsize: 0, qsize: 0, unfinished: 0, shutdown: false, waiting: 1, joining: 0 }",
        r#"one is put, it has: Ok("/a")"#,
    ];
    let printed = QUEUE.lines(&["kinds"]);
    let heading = "§4 get(block, timeout), Empty · 队列为空";
    assert_eq!(below(&printed, heading), expected);
}

#[test]
fn join_waits_for_the_work_and_task_done_once_too_often_is_an_error() {
    let expected = [
        r#"got Ok("/a") and Ok("/b")"#,
        "empty true, but join_timeout(20 ms) false",
        "join waits:    Queue { maxsize: 0, qsize: 0, unfinished: 1, shutdown: false, waiting: 0, joining: 1 }",
        "join returned: Queue { maxsize: 0, qsize: 0, unfinished: 0, shutdown: false, waiting: 0, joining: 0 }",
        "task_done once more: ValueError: task_done() called too many times",
    ];
    let printed = QUEUE.lines(&["kinds"]);
    let heading = "§4 task_done, join · 所有任务完成";
    assert_eq!(below(&printed, heading), expected);
}

#[test]
fn a_shutdown_hands_back_what_comes_late_and_at_once_what_is_in() {
    let expected = [
        "§4 shutdown · 关闭队列",
        "put: ShutDown, and /b is handed back",
        r#"get: Ok("/a"), which was in before"#,
        "get: ShutDown: queue is shut down",
        "§4 shutdown(immediate=True) · 立即关闭",
        r#"/a is got, the others come back: ["/b", "/c"]"#,
        "/a is not done: join_timeout(20 ms) false",
        "/a is done:     join_timeout(20 ms) true",
    ];
    assert_in_order(&QUEUE.lines(&["kinds"]), &expected);
}

#[test]
fn thirty_items_are_worked_on_and_finished_in_their_order_before_all_work_is_completed() {
    let printed = QUEUE.lines(&["worker"]);
    let mut expected: Vec<String> = (0..30)
        .flat_map(|item| [format!("Working on {item}"), format!("Finished {item}")])
        .collect();
    expected.push("All work completed".to_owned());
    let heading = "§4 Daemon worker · 守护线程处理任务";
    let lines = below(&printed, heading);
    assert_eq!(lines[..61], expected);
    assert_eq!(lines.len(), 62);
    assert!(lines[61].contains("unfinished: 0, shutdown: false, waiting: 1,"));
}

#[test]
fn however_many_work_each_item_is_worked_on_once_and_then_finished() {
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
fn a_worker_that_dies_keeps_join_waiting_unless_its_task_is_a_guard() {
    let expected = [
        "get and task_done: the worker died true, join_timeout(20 ms) false",
        "get_task:          the worker died true, join_timeout(20 ms) true",
    ];
    let printed = QUEUE.lines(&["worker"]);
    let heading = "§4 A worker that dies · 工作线程中途死掉";
    assert_eq!(below(&printed, heading), expected);
}

#[test]
fn workers_end_by_the_shutdown_or_the_channels_end_when_nothing_more_comes() {
    let expected = [
        "§4 Workers that end · 关闭队列，线程自行结束",
        "items done: 7, and the workers have ended",
        "§4 Work that makes work · 任务产生新任务",
        "one item made two, each of them two, and so on; items done: 31",
        "§4 Plain Rust, a channel · 通道关闭，线程自行结束",
        "items done: 7, and the workers have ended",
        "§4 Plain Rust, its limit · 发送者不消失，通道不关闭",
        "items done: 31, then: timed out waiting on receive operation",
    ];
    for workers in ["1", "3", "20"] {
        let arguments = ["worker", "--items", "7", "--workers", workers];
        assert_in_order(&QUEUE.lines(&arguments), &expected);
    }
}

#[test]
fn the_buffer_is_empty_then_full_and_everything_comes_in_order() {
    let expected = [
        "empty, the consumer waits:",
        "Queue { maxsize: 3, qsize: 0, unfinished: 0, shutdown: false, waiting: 1, joining: 0 }",
        "the consumer has one and is slow; full, the producer waits:",
        "Queue { maxsize: 3, qsize: 3, unfinished: 4, shutdown: false, waiting: 1, joining: 0 }",
        "the consumer goes on, and gets [1, 2, 3, 4, 5, 6, 7, 8, 9]",
    ];
    let printed = QUEUE.lines(&["buffer"]);
    let heading = "§4 Producer and consumer · 生产者与消费者";
    assert_eq!(below(&printed, heading), expected);
    let heading = "§4 Plain Rust, one consumer · 标准库的有界通道";
    let expected = ["the consumer gets [1, 2, 3, 4, 5, 6, 7, 8, 9]"];
    assert_eq!(below(&printed, heading), expected);
}

#[test]
fn the_buffer_bounds_how_far_ahead_the_producer_gets() {
    for (maxsize, without) in [("1", "100"), ("5", "500"), ("40", "4000")] {
        let full = format!("Queue {{ maxsize: {maxsize}, qsize: {maxsize}, ");
        let expected = [
            format!(
                "nobody takes any: with room for {maxsize} the producer is through with {maxsize} items"
            ),
            format!("without a bound it is through with {without}, and nothing would stop it"),
        ];
        let printed = QUEUE.lines(&["buffer", "--maxsize", maxsize]);
        assert!(printed.iter().any(|line| line.starts_with(&full)));
        assert_in_order(&printed, &expected.each_ref().map(String::as_str));
    }
}
