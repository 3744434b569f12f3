//! Executors at the end of the program: what was submitted is done, and no more is taken.

use super::desk::Closed;
use super::pool::Pool;
use crate::sync::{Arc, GlobalMutex};
use crate::threading::register_atexit;
use std::sync::Weak;

/// Every pool that may be open.
static POOLS: GlobalMutex<Pools> = GlobalMutex::new(Pools {
    open: Vec::new(),
    is_registered: false,
});

struct Pools {
    open: Vec<Weak<Pool>>,
    /// The callback below is registered, and has not been called.
    is_registered: bool,
}

/// A pool made while the program is ending is closed from the start.
pub(super) fn enroll(pool: &Arc<Pool>) {
    let mut pools = POOLS.lock();
    pools.is_registered = pools.is_registered || register_atexit(close_all).is_ok();
    if pools.is_registered {
        pools.open.retain(|pool| pool.strong_count() > 0);
        pools.open.push(Arc::downgrade(pool));
    } else {
        drop(pools);
        pool.close(Closed::AtExit, false);
    }
}

fn close_all() {
    let open = {
        let mut pools = POOLS.lock();
        pools.is_registered = false;
        std::mem::take(&mut pools.open)
    };
    let open: Vec<_> = open.iter().filter_map(Weak::upgrade).collect();
    for pool in &open {
        pool.close(Closed::AtExit, false);
    }
    for pool in &open {
        pool.wait_until_workers_ended();
    }
}
