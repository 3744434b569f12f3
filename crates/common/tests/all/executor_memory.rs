//! `futures::ThreadPoolExecutor`: finished and cancelled tasks take no memory.
#![cfg(target_os = "linux")]

use crate::support::{alone, busy, process_figure};
use common::futures::{Future, ThreadPoolExecutor};
use std::collections::VecDeque;

/// The kilobytes that `work` adds to the peak memory of this process.
fn growth(work: impl FnOnce()) -> usize {
    let before = process_figure("VmHWM:");
    work();
    process_figure("VmHWM:") - before
}

/// Far less than a million futures take, of which each takes eighty bytes.
const THREE_MEGABYTES: usize = 3_000;

/// Submits trivial tasks; at most `unfinished` of them are unfinished at once.
fn submit(executor: &ThreadPoolExecutor, count: usize, unfinished: usize) {
    let mut window: VecDeque<Future<usize>> = VecDeque::new();
    for n in 0..count {
        if window.len() == unfinished {
            window.pop_front().unwrap().result().unwrap();
        }
        window.push_back(executor.submit(move || n).unwrap());
    }
}

#[test]
fn finished_tasks_take_no_memory() {
    const UNFINISHED: usize = 1_000;
    alone(|| {
        let executor = ThreadPoolExecutor::new(2);
        submit(&executor, 10 * UNFINISHED, UNFINISHED);
        let grown = growth(|| submit(&executor, 1_000_000, UNFINISHED));
        assert!(grown < THREE_MEGABYTES, "{grown} kilobytes more");
    });
}

/// Shows that the measurement finds tasks that take memory.
#[test]
fn waiting_tasks_take_memory() {
    alone(|| {
        let executor = ThreadPoolExecutor::new(1);
        let first = busy(&executor);
        let grown = growth(|| {
            for n in 0..100_000 {
                drop(executor.submit(move || n).unwrap());
            }
        });
        assert!(grown > THREE_MEGABYTES, "{grown} kilobytes more");
        first.release();
    });
}

#[test]
fn cancelled_tasks_take_no_memory_and_do_not_wait() {
    alone(|| {
        let executor = ThreadPoolExecutor::new(1);
        let first = busy(&executor);
        let waiting = executor.submit(|| 7).unwrap();
        let grown = growth(|| {
            for n in 0..1_000_000_usize {
                assert!(executor.submit(move || n).unwrap().cancel());
            }
        });
        assert!(grown < THREE_MEGABYTES, "{grown} kilobytes more");
        let shown = format!("{executor:?}");
        assert!(shown.contains("waiting_tasks: 1,"), "{shown}");
        first.release();
        assert_eq!(waiting.result().unwrap(), &7);
    });
}
