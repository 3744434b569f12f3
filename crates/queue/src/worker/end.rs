//! How one knows that the work is at its end: when a worker died, when nothing more comes, when work makes work.

use super::made_by;
use crate::options::Team;
use crate::{OPEN, SHORT, spawn};
use common::demo::heading;
use common::println;
use common::queue::Queue;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::thread;

pub(super) fn of_a_worker_that_dies() {
    heading("§4", "A worker that dies", "工作线程中途死掉");
    told("get and task_done:", by_hand);
    told("get_task:         ", with_a_guard);
    println!();
}

fn told(calls: &str, worker: fn(&Queue<&str>)) {
    let queue = Queue::new();
    queue.put("/a").expect(OPEN);
    let died = thread::scope(|scope| spawn(scope, || worker(&queue)).join().is_err());
    let joined = queue.join_timeout(SHORT);
    println!("{calls} the worker died {died}, join_timeout(20 ms) {joined}");
}

fn by_hand(queue: &Queue<&str>) {
    let page = queue.get().expect(OPEN);
    work_on(page);
    queue.task_done().expect("this item was unfinished");
}

fn with_a_guard(queue: &Queue<&str>) {
    let page = queue.get_task().expect(OPEN); // counts as done when it is dropped
    work_on(&page);
}

fn work_on(page: &str) {
    resume_unwind(Box::new(format!("{page} is too much"))); // a panic that says nothing on stderr
}

pub(super) fn by_shutdown(Team { items, workers }: Team) {
    heading("§4", "Workers that end", "关闭队列，线程自行结束");
    let (queue, done) = (Queue::new(), AtomicU32::new(0));
    thread::scope(|scope| {
        for _ in 0..workers {
            spawn(scope, || {
                while let Ok(_item) = queue.get_task() {
                    done.fetch_add(1, Relaxed);
                }
            });
        }
        for item in 0..items {
            queue.put(item).expect(OPEN);
        }
        queue.shutdown(); // what is in is still worked off
    });
    println!("items done: {done:?}, and the workers have ended\n");
}

pub(super) fn of_work_that_makes_work(Team { workers, .. }: Team) {
    heading("§4", "Work that makes work", "任务产生新任务");
    let (queue, done) = (Queue::new(), AtomicU32::new(0));
    queue.put(4).expect(OPEN);
    thread::scope(|scope| {
        for _ in 0..workers {
            spawn(scope, || {
                while let Ok(item) = queue.get_task() {
                    made_by(*item).for_each(|made| queue.put(made).expect(OPEN));
                    done.fetch_add(1, Relaxed);
                }
            });
        }
        queue.join(); // what an item made is put before the item itself is done
        queue.shutdown();
    });
    println!("one item made two, each of them two, and so on; items done: {done:?}\n");
}
