//! Producer and consumer.

use crate::Options;
use common::demo::{spawn, until};
use common::println;
use common::threading::Condition;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::thread;

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

pub(crate) fn producer_and_consumer(&Options { items, .. }: &Options) {
    let store = Store::default();
    thread::scope(|scope| {
        spawn(scope, || (0..items).for_each(|_| store.consume_one_item()));
        for _ in 0..items {
            until(|| store.cv.waiting() == 1);
            println!("the consumer blocks: no item is available");
            store.produce_one_item();
        }
    });
}

pub(crate) fn why_a_loop(_: &Options) {
    let store = Store::default();
    thread::scope(|scope| {
        let checks_once = spawn(scope, || consume_after_one_check(&store));
        spawn(scope, || store.consume_one_item());
        until(|| store.cv.waiting() == 2);
        let cv = store.cv.guard();
        store.make_an_item_available();
        cv.notify_all();
        store.get_an_available_item(); // a third consumer, which holds the lock before the other two
        drop(cv);
        checks_once.join().expect("it does not panic");
        until(|| store.cv.waiting() == 1);
        println!("the consumer with a loop wakes, checks again, and waits again");
        store.produce_one_item();
    });
}

fn consume_after_one_check(store: &Store) {
    let cv = store.cv.guard();
    if !store.an_item_is_available() {
        cv.wait();
    }
    let available = store.an_item_is_available();
    println!("the consumer with one check wakes and goes on, an item is available: {available}");
}
