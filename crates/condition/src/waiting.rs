//! What `wait` does with the lock, and when it gives up.

use crate::spawn;
use common::demo::{heading, shown, until};
use common::println;
use common::threading::{Condition, LockError};
use std::cell::Cell;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::thread;
use std::time::Duration;

const SHORT: Duration = Duration::from_millis(20);
const LONG: Duration = Duration::from_secs(60);

pub(crate) fn releases_the_lock_at_every_level() {
    heading("§2.5", "wait()", "两层锁");
    let condition = Condition::new();
    thread::scope(|scope| {
        spawn(scope, || {
            wait_three_levels_deep(&condition).expect("it holds the lock");
        });
        until(|| condition.waiting() == 1);
        drop(condition.guard()); // main gets the lock once wait has released it
        println!("it waits:    {}", shown(&condition, "main"));
        let guard = condition.guard();
        guard.notify(1);
        println!("notified:    {}", shown(&condition, "main"));
    });
    println!("it released: {}\n", shown(&condition, "main"));
}

fn wait_three_levels_deep(condition: &Condition) -> Result<(), LockError> {
    (0..3).for_each(|_| condition.acquire());
    println!("before wait: {}", shown(condition, "waiter"));
    condition.wait()?;
    println!("after wait:  {}", shown(condition, "waiter"));
    (0..3).try_for_each(|_| condition.release())
}

pub(crate) fn with_a_timeout() {
    heading("§2.5", "wait(timeout)", "超时");
    let condition = Condition::new();
    thread::scope(|scope| {
        let guard = condition.guard();
        println!(
            "nobody notifies: wait_timeout(20 ms) {}",
            guard.wait_timeout(SHORT)
        );
        spawn(scope, || condition.guard().notify(1)); // gets the lock only once main waits
        println!(
            "notified:        wait_timeout(1 min) {}\n",
            guard.wait_timeout(LONG)
        );
    });
}

pub(crate) fn for_a_predicate() {
    heading("§2.5", "wait_for(predicate, timeout)", "谓词");
    let (condition, pages) = (Condition::new(), AtomicUsize::new(0));
    let looks = Cell::new(0);
    let three_pages = || {
        looks.set(looks.get() + 1);
        Some(pages.load(Relaxed)).filter(|&pages| pages >= 3)
    };
    thread::scope(|scope| {
        let guard = condition.guard();
        let got = guard.wait_for_timeout(three_pages, Duration::ZERO);
        println!("timeout 0:     {got:?}, looked {} times", looks.take());
        let got = guard.wait_for_timeout(three_pages, SHORT);
        println!("timeout 20 ms: {got:?}, looked {} times", looks.take());
        for _ in 0..3 {
            spawn(scope, || {
                let guard = condition.guard();
                pages.fetch_add(1, Relaxed);
                guard.notify(1);
            });
        }
        println!("no timeout:    {:?}\n", guard.wait_for(three_pages));
    });
}
