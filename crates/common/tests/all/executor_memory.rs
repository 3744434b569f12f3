//! `futures::ThreadPoolExecutor`: what it keeps of tasks that are done, which is nothing.
#![cfg(target_os = "linux")]

use crate::support::{alone, busy};
use common::futures::ThreadPoolExecutor;
use std::collections::VecDeque;
use std::fs;

/// The most memory that this process ever had at once, in bytes.
fn most_memory() -> usize {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    let kilobytes = line.unwrap().split_whitespace().nth(1).unwrap();
    kilobytes.parse::<usize>().unwrap() * 1024
}

/// Submits trivial tasks with so many unfinished at most.
fn submit(executor: &ThreadPoolExecutor, count: usize, unfinished: usize) {
    let mut window = VecDeque::new();
    for n in 0..count {
        if window.len() == unfinished {
            let oldest: Option<common::futures::Future<usize>> = window.pop_front();
            oldest.unwrap().result().unwrap();
        }
        window.push_back(executor.submit(move || n).unwrap());
    }
}

#[test]
fn a_million_tasks_take_the_memory_of_the_unfinished_ones() {
    const UNFINISHED: usize = 1_000;
    alone(|| {
        let executor = ThreadPoolExecutor::new(2);
        submit(&executor, 10 * UNFINISHED, UNFINISHED);
        let before = most_memory();
        submit(&executor, 1_000_000, UNFINISHED);
        let more = most_memory() - before;
        // Three bytes a task at most, where one future alone takes eighty.
        assert!(more < 3_000_000, "{more} bytes more");
    });
}

#[test]
fn waiting_tasks_take_memory_which_this_test_measures() {
    alone(|| {
        let executor = ThreadPoolExecutor::new(1);
        let first = busy(&executor);
        let before = most_memory();
        for n in 0..100_000 {
            drop(executor.submit(move || n).unwrap());
        }
        let more = most_memory() - before;
        assert!(more > 3_000_000, "{more} bytes more");
        first.let_go();
    });
}

#[test]
fn cancelled_tasks_take_no_memory_and_do_not_wait() {
    alone(|| {
        let executor = ThreadPoolExecutor::new(1);
        let first = busy(&executor);
        let waiting = executor.submit(|| 7).unwrap();
        let before = most_memory();
        for n in 0..1_000_000_usize {
            assert!(executor.submit(move || n).unwrap().cancel());
        }
        let more = most_memory() - before;
        assert!(more < 3_000_000, "{more} bytes more");
        let shown = format!("{executor:?}");
        assert!(shown.contains("waiting_tasks: 1,"), "{shown}");
        first.let_go();
        assert_eq!(waiting.result().unwrap(), &7);
    });
}
