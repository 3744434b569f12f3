//! Producer and consumer, with a shelf for one item between them.

use crate::options::Options;
use crate::spawn;
use common::demo::{heading, until};
use common::println;
use common::threading::Condition;
use std::sync::{Mutex, MutexGuard};
use std::thread;

#[derive(Default)]
struct Shelf {
    condition: Condition,
    /// Touched under the condition's lock only, so that nobody ever waits for this one.
    item: Mutex<Option<u32>>,
}

impl Shelf {
    fn put(&self, who: &str, item: u32) {
        let guard = self.condition.guard();
        while self.item().is_some() {
            guard.wait();
        }
        println!("{who}: put {item}");
        *self.item() = Some(item);
        guard.notify(1);
    }

    fn take(&self, who: &str) -> u32 {
        let guard = self.condition.guard();
        while self.item().is_none() {
            guard.wait();
        }
        let item = self.item().take().expect("the loop ended");
        println!("{who}: took {item}");
        guard.notify(1);
        item
    }

    fn item(&self) -> MutexGuard<'_, Option<u32>> {
        self.item.lock().expect("nobody panics under it")
    }
}

pub(crate) fn producer_and_consumer(&Options { items, .. }: &Options) {
    heading("§2.5", "Producer and consumer", "生产者与消费者");
    let shelf = Shelf::default();
    thread::scope(|scope| {
        spawn(scope, || {
            (1..=items).for_each(|item| shelf.put("producer", item));
        });
        let sum: u32 = (1..=items).map(|_| shelf.take("consumer")).sum();
        println!("the sum: {sum}\n");
    });
}

pub(crate) fn why_the_check_is_in_a_loop() {
    heading("§2.5", "Why a loop", "为什么要循环检查");
    let shelf = Shelf::default();
    thread::scope(|scope| {
        println!("one check:");
        spawn(scope, || take_after_one_check(&shelf));
        until(|| shelf.condition.waiting() == 1);
        put_and_take_away(&shelf, 1);
    });
    thread::scope(|scope| {
        println!("a check in a loop:");
        spawn(scope, || {
            shelf.take("consumer");
        });
        until(|| shelf.condition.waiting() == 1);
        put_and_take_away(&shelf, 2);
        until(|| shelf.condition.waiting() == 1); // it has looked, and waits again
        shelf.put("main", 3);
    });
    println!();
}

fn take_after_one_check(shelf: &Shelf) {
    let guard = shelf.condition.guard();
    if shelf.item().is_none() {
        guard.wait();
    }
    println!("consumer: woken, took {:?}", shelf.item().take());
}

/// Whoever waits is notified, but finds nothing: another consumer had the lock before it.
fn put_and_take_away(shelf: &Shelf, item: u32) {
    let _guard = shelf.condition.guard(); // put and take acquire it again: it is an RLock
    shelf.put("main", item);
    shelf.take("main");
}
