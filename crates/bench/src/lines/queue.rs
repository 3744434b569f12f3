//! Queues: items from producers to consumers, and put and get by one thread.

mod flow;
mod peers;
mod priority;

use crate::line::Line;
use flow::{Ours, items_through, put_and_get};

/// The room of a bounded queue.
const BOUND: usize = 100;

pub(super) fn lines() -> Vec<Line> {
    let mut lines = Vec::new();
    for (from, to) in [(1, 1), (4, 1), (4, 4)] {
        lines.push(line(Some(BOUND), from, to).goal(1.5));
    }
    for (from, to, goal) in [(1, 1, 1.0), (4, 1, 1.0), (4, 4, 0.7)] {
        lines.push(line(None, from, to).goal(goal));
    }
    lines.extend([one_thread(None), one_thread(Some(BOUND))]);
    lines.extend(priority::lines());
    lines
}

fn line(bound: Option<usize>, from: u64, to: u64) -> Line {
    let kind = kind(bound);
    let line = Line::new(format!("Queue {kind}, {from} to {to}"))
        .ours(move |items| items_through::<Ours>(bound, from, to, items))
        .reference("common get_task", move |items| {
            items_through::<flow::OursAsTasks>(bound, from, to, items)
        })
        .reference("common SimpleQueue", move |items| {
            items_through::<flow::OursSimple>(None, from, to, items)
        })
        .peer("crossbeam-channel", move |items| {
            items_through::<peers::Crossbeam>(bound, from, to, items)
        })
        .peer("kanal", move |items| {
            items_through::<peers::Kanal>(bound, from, to, items)
        })
        .peer("crossfire", move |items| {
            items_through::<peers::Crossfire>(bound, from, to, items)
        });
    let line = match to {
        1 => line.peer("std mpsc", move |items| {
            items_through::<peers::Std>(bound, from, to, items)
        }),
        _ => line,
    };
    let arguments = [bound.unwrap_or(0) as u64, from, to].map(|number| number.to_string());
    line.python(
        include_str!("queue.py"),
        &arguments.each_ref().map(String::as_str),
    )
}

fn one_thread(bound: Option<usize>) -> Line {
    Line::new(format!("Queue {}, one thread, put and get", kind(bound)))
        .goal(1.2)
        .ours(move |pairs| put_and_get::<Ours>(bound, pairs))
        .peer("crossbeam-channel", move |pairs| {
            put_and_get::<peers::Crossbeam>(bound, pairs)
        })
        .peer("kanal", move |pairs| {
            put_and_get::<peers::Kanal>(bound, pairs)
        })
        .peer("crossfire", move |pairs| {
            put_and_get::<peers::Crossfire>(bound, pairs)
        })
        .peer("std mpsc", move |pairs| {
            put_and_get::<peers::Std>(bound, pairs)
        })
        .python(
            include_str!("queue.py"),
            &[&bound.unwrap_or(0).to_string(), "0", "0"],
        )
}

fn kind(bound: Option<usize>) -> &'static str {
    if bound.is_some() {
        "bounded"
    } else {
        "unbounded"
    }
}
