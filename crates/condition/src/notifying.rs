//! Whom `notify` wakes, and when.

use crate::options::Options;
use crate::spawn;
use common::demo::{heading, shown, until};
use common::println;
use common::threading::Condition;
use std::sync::mpsc;
use std::thread;

pub(crate) fn wakes_the_oldest(options: &Options) {
    heading("§2.5", "notify(n), notify_all()", "唤醒");
    let (waiters, notify) = (options.waiters, options.notify);
    let condition = Condition::new();
    let (woken, numbers) = mpsc::channel();
    thread::scope(|scope| {
        for number in 1..=waiters {
            let (condition, woken) = (&condition, woken.clone());
            spawn(scope, move || {
                let guard = condition.guard();
                guard.wait();
                woken.send(number).expect("main listens");
            });
            until(|| condition.waiting() == number); // so that they stand in line as they are numbered
        }
        let first = notify.min(waiters);
        let guard = condition.guard();
        guard.notify(notify);
        println!("notify({notify}), main still has the lock:");
        println!("{}", shown(&condition, "main"));
        drop(guard);
        let woken = |count| numbers.iter().take(count).collect::<Vec<_>>();
        println!("main released it, woken: {:?}", woken(first));
        condition.guard().notify_all();
        println!("notify_all(), woken: {:?}\n", woken(waiters - first));
    });
}

pub(crate) fn without_the_lock() {
    heading("§2.5", "RuntimeError", "未获取锁");
    let condition = Condition::new();
    for (call, outcome) in [
        ("wait()", condition.wait()),
        ("notify(1)", condition.notify(1)),
        ("notify_all()", condition.notify_all()),
    ] {
        match outcome {
            Ok(()) => println!("{call}: done"),
            Err(error) => println!("{call}: RuntimeError: {error}"),
        }
    }
    println!();
}
