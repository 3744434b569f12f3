//! Looking again for a short while before sleeping.
//!
//! To sleep and be woken costs 5 to 45 µs, to find that the partner is done costs 0.1 µs. So a thread
//! that must wait looks a bounded number of times first: long enough to meet a partner that runs on
//! another processor, short against the sleep that it may save. With one processor there is nobody to meet.
//!
//! The pauses between looks grow: who looks rarely leaves the cache line to the one that works on it.

use crate::sync::{spin_loop, thread};
use std::sync::OnceLock;

/// Looks, with so many pauses of the processor before each: some 3 µs in all.
const LOOKS: [u32; 5] = [4, 8, 16, 32, 64];
/// Looks that let another thread run before them, for when there are more threads than processors.
const YIELDS: u32 = 3;

/// True as soon as `ready` says so, false after a while.
pub(crate) fn look_again(mut ready: impl FnMut() -> bool) -> bool {
    if ready() {
        return true;
    }
    if cfg!(any(shuttle, loom)) || !several_processors() {
        return false;
    }
    let after_pauses = LOOKS.iter().any(|&pauses| {
        (0..pauses).for_each(|_| spin_loop());
        ready()
    });
    after_pauses
        || (0..YIELDS).any(|_| {
            thread::yield_now();
            ready()
        })
}

fn several_processors() -> bool {
    static SEVERAL: OnceLock<bool> = OnceLock::new();
    *SEVERAL.get_or_init(|| std::thread::available_parallelism().is_ok_and(|n| n.get() > 1))
}
