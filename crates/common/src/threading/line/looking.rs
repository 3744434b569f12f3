//! Looking again for a short while before sleeping.
//!
//! To sleep and be woken costs 5 to 45 µs, to find that the partner is done costs 0.1 µs. So a thread
//! that must wait looks a bounded number of times first: long enough to meet a partner that runs on
//! another processor, short against the sleep that it may save. With one processor there is nobody to meet.

use crate::sync::{spin_loop, thread};
use std::sync::OnceLock;

/// Looks with a pause of the processor between them, some 40 ns each.
const SPINS: u32 = 60;
/// Looks that let another thread run between them, for when there are more threads than processors.
const YIELDS: u32 = 2;

/// True as soon as `ready` says so, false after a while.
pub(crate) fn look_again(mut ready: impl FnMut() -> bool) -> bool {
    if ready() {
        return true;
    }
    if cfg!(any(shuttle, loom)) || !several_processors() {
        return false;
    }
    for _ in 0..SPINS {
        spin_loop();
        if ready() {
            return true;
        }
    }
    for _ in 0..YIELDS {
        thread::yield_now();
        if ready() {
            return true;
        }
    }
    false
}

fn several_processors() -> bool {
    static SEVERAL: OnceLock<bool> = OnceLock::new();
    *SEVERAL.get_or_init(|| std::thread::available_parallelism().is_ok_and(|n| n.get() > 1))
}
