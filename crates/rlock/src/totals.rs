//! What an `RLock` is for: a method that acquires the lock and calls another method that acquires it.

use crate::{Options, acquired_by_another_thread};
use common::println;
use common::threading::RLock;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// How many pages were fetched, and their size.
#[derive(Default)]
struct Totals {
    lock: RLock, // held while the two change: no thread sees one changed without the other
    pages: AtomicU64,
    bytes: AtomicU64,
}

impl Totals {
    fn add(&self, size: u64) {
        let _guard = self.lock.guard();
        self.pages.fetch_add(1, Relaxed);
        self.bytes.fetch_add(size, Relaxed);
    }

    fn add_all(&self, sizes: &[u64]) {
        let _guard = self.lock.guard(); // other threads see all of the sizes added, or none
        for &size in sizes {
            self.add(size); // acquires the lock again: a Lock would deadlock here
            let acquired = acquired_by_another_thread(&self.lock);
            println!("add_all has added {size}, another thread acquires the lock: {acquired}");
        }
    }
}

pub(crate) fn methods(_: &Options) {
    let totals = Totals::default();
    totals.add_all(&[200, 3000, 40_000]);
    let acquired = acquired_by_another_thread(&totals.lock);
    println!("add_all has returned, another thread acquires the lock: {acquired}");
    let (pages, bytes) = (totals.pages.into_inner(), totals.bytes.into_inner());
    println!("{pages} pages, {bytes} bytes");
}

/// The totals without a lock of their own: `&mut` says that no other thread uses them.
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

    fn add_all(&mut self, sizes: &[u64]) {
        for &size in sizes {
            self.add(size);
        }
    }
}

pub(crate) fn plain_rust(_: &Options) {
    let totals = Mutex::new(PlainTotals::default());
    let mut guard = totals.lock().expect("no thread panics under it");
    guard.add_all(&[200, 3000, 40_000]); // one lock for all calls
    let acquired = totals.try_lock().is_ok();
    println!("main holds the Mutex and tries to lock it again: {acquired}");
    println!("{} pages, {} bytes", guard.pages, guard.bytes);
}
