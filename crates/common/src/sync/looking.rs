//! Looking again for a short while before sleeping.
//!
//! To sleep and be woken costs 5 to 45 µs, to find that the partner is done costs 0.1 µs. So a thread
//! that must wait looks first, a bounded number of times: for about as long as the sleep would cost that
//! it may save. A thread that has looked in vain looks for a shorter while next time. With one processor
//! there is nobody to meet, and nobody looks.
//!
//! The pauses between looks grow: who looks rarely leaves the cache line to the one that works on it.

use super::{spin_loop, thread};
use std::cell::Cell;
use std::sync::OnceLock;

/// Looks that everybody takes, with so many pauses of the processor before each: some 3 µs in all.
const FIRST_LOOKS: [u32; 5] = [4, 8, 16, 32, 64];
/// Yields before all that where the partner may need the processor.
const FIRST_YIELDS: u32 = 4;
/// Looks that the patient take after those. Before each they let another thread run: with more threads
/// than processors, the partner may be waiting for this one's.
const MOST_PATIENCE: u32 = 24;
/// Even the impatient take so many of them.
const LEAST_PATIENCE: u32 = 3;
/// Pauses before each of them.
const PAUSES: u32 = 8;

thread_local! {
    /// How many further looks this thread takes: fewer when they were in vain, all again when not.
    static PATIENCE: Cell<u32> = const { Cell::new(MOST_PATIENCE) };
}

/// True as soon as `ready` says so, false after a while.
pub(crate) fn look_again(mut ready: impl FnMut() -> bool) -> bool {
    if ready() {
        return true;
    }
    if cfg!(all(test, any(shuttle, loom))) || !several_processors() {
        return false;
    }
    let mut look_after = |pauses: u32| {
        (0..pauses).for_each(|_| spin_loop());
        ready()
    };
    let patience = PATIENCE.get();
    let paid = FIRST_LOOKS.into_iter().any(&mut look_after)
        || (0..patience).any(|_| {
            thread::yield_now();
            look_after(PAUSES)
        });
    let next = if paid { MOST_PATIENCE } else { patience - 2 };
    PATIENCE.set(next.max(LEAST_PATIENCE));
    paid
}

/// The same, letting other threads run before: for flows, in which the partner fills or drains a whole buffer
/// meanwhile, for meetings of several, and for the end of a thread that has just begun. The partner may have
/// been waiting for this very processor; if it has one of its own, a yield is a pause.
pub(crate) fn yield_and_look(mut ready: impl FnMut() -> bool) -> bool {
    if cfg!(all(test, any(shuttle, loom))) {
        return ready();
    }
    let mut yield_once = |_| {
        thread::yield_now();
        ready()
    };
    (0..FIRST_YIELDS).any(&mut yield_once) || look_again(ready)
}

fn several_processors() -> bool {
    static SEVERAL: OnceLock<bool> = OnceLock::new();
    *SEVERAL.get_or_init(|| std::thread::available_parallelism().is_ok_and(|n| n.get() > 1))
}
