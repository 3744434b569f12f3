//! Producer and consumer, why the check is in a loop, `wait_for`, and the same with std.

use crate::Options;
use common::demo::{scope, spawn, until};
use common::println;
use common::threading::Condition;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::sync::{Condvar, Mutex};
use std::time::Duration;

#[derive(Default)]
struct Store {
    cv: Condition,
    /// How many items there are; changes under the lock of `cv`.
    items: AtomicU32,
}

impl Store {
    // The notes' listing, §2.5
    fn consume_one_item(&self) {
        let cv = self.cv.guard(); // Python's `with cv:`
        while !self.an_item_is_available() {
            cv.wait();
        }
        self.get_an_available_item();
    }

    fn produce_one_item(&self) {
        let cv = self.cv.guard();
        self.make_an_item_available();
        cv.notify(1);
    }

    // The notes leave these three open.
    fn an_item_is_available(&self) -> bool {
        self.items.load(Relaxed) > 0
    }

    fn get_an_available_item(&self) {
        self.items.fetch_sub(1, Relaxed);
        println!("a consumer gets an item");
    }

    fn make_an_item_available(&self) {
        self.items.fetch_add(1, Relaxed);
        println!("the producer makes an item available");
    }
}

pub(crate) fn producer_and_consumer(options: &Options) {
    let store = Store::default();
    scope(|scope| {
        spawn(scope, || {
            for _ in 0..options.items {
                store.consume_one_item();
            }
        });
        for _ in 0..options.items {
            until(|| store.cv.waiting() == 1);
            println!("the consumer blocks: no item is available");
            store.produce_one_item();
        }
    });
}

pub(crate) fn why_a_loop(_: &Options) {
    let store = Store::default();
    scope(|scope| {
        let one_check = spawn(scope, || {
            let cv = store.cv.guard();
            cv.wait(); // checked once, before: no item is available
            let available = store.an_item_is_available();
            println!("one check: the consumer continues, an item is available: {available}");
        });
        spawn(scope, || store.consume_one_item());
        until(|| store.cv.waiting() == 2);
        let cv = store.cv.guard();
        store.make_an_item_available();
        cv.notify_all();
        store.get_an_available_item(); // a third consumer takes the item while it still holds the lock
        drop(cv);
        one_check.join().expect("it does not panic");
        until(|| store.cv.waiting() == 1);
        println!("a loop: the consumer checks again and waits again");
        store.produce_one_item();
    });
}

pub(crate) fn wait_for(_: &Options) {
    let store = Store::default();
    let an_item_is_available = || store.an_item_is_available();
    scope(|scope| {
        let cv = store.cv.guard();
        let value = cv.wait_for_timeout(an_item_is_available, Duration::from_millis(20));
        println!("no thread produces: wait_for_timeout returns {value} after 20 ms");
        spawn(scope, || store.produce_one_item()); // acquires the lock once main waits
        let value = cv.wait_for(an_item_is_available);
        println!("a thread produces: wait_for returns {value}");
    });
}

pub(crate) fn mutex_and_condvar(_: &Options) {
    let (items, cv) = (Mutex::new(0), Condvar::new()); // the Mutex contains the number of items
    scope(|scope| {
        spawn(scope, || {
            *items.lock().expect("no thread panics under it") += 1;
            cv.notify_one();
        });
        let guard = items.lock().expect("no thread panics under it");
        let guard = cv.wait_while(guard, |items| *items == 0);
        *guard.expect("no thread panics under it") -= 1;
        println!("the consumer gets an item");
    });
}
