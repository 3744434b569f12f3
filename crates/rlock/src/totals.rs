//! Why one wants it: a method that takes the lock and calls another that takes it too.

use crate::on_another_thread;
use common::demo::heading;
use common::println;
use common::threading::RLock;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// How many pages were fetched, and their size.
#[derive(Default)]
struct Totals {
    /// Held while the two change or are read, so that nobody sees one without the other.
    lock: RLock,
    pages: AtomicU64,
    bytes: AtomicU64,
}

impl Totals {
    fn add(&self, size: u64) {
        let _guard = self.lock.guard();
        self.pages.fetch_add(1, Relaxed);
        self.bytes.fetch_add(size, Relaxed);
    }

    fn add_all(&self, sizes: impl Iterator<Item = u64>) {
        let _guard = self.lock.guard(); // others see all of them added, or none
        sizes.for_each(|size| self.add(size)); // takes it again: a Lock would wait for itself here
    }
}

pub(crate) fn methods_that_call_each_other() {
    heading("§2.4", "Why one wants it", "加锁的方法互相调用");
    let totals = Totals::default();
    let may_look = || on_another_thread(|| totals.lock.try_guard().is_some());
    let sizes = [200, 3000, 40_000].into_iter().inspect(|size| {
        println!("adding {size}: may another thread look? {}", may_look());
    });
    totals.add_all(sizes);
    println!("all added: may another thread look? {}", may_look());
    let (pages, bytes) = (totals.pages.into_inner(), totals.bytes.into_inner());
    println!("{pages} pages, {bytes} bytes\n");
}

/// The same without a lock of its own: whoever has it as `&mut` is alone with it.
#[derive(Default)]
struct PlainTotals {
    pages: u64,
    bytes: u64,
}

impl PlainTotals {
    fn add(&mut self, size: u64) {
        self.pages += 1;
        self.bytes += size;
    }

    fn add_all(&mut self, sizes: impl Iterator<Item = u64>) {
        sizes.for_each(|size| self.add(size));
    }
}

pub(crate) fn in_plain_rust() {
    heading("§2.4", "Plain Rust", "Mutex 与 &mut");
    let totals = Mutex::new(PlainTotals::default());
    {
        let mut guard = totals.lock().expect("nobody panics under it");
        guard.add_all([200, 3000, 40_000].into_iter()); // one lock, and every call below it is inside
        let again = totals.try_lock().is_ok();
        println!("a Mutex that main holds: try_lock {again}");
    }
    let PlainTotals { pages, bytes } = totals.into_inner().expect("nobody panicked under it");
    println!("{pages} pages, {bytes} bytes");
}
