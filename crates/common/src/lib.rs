//! Python's `threading`, `concurrent.futures` and `queue`, in safe Rust: a threads toolkit with what std lacks.
//!
//! A lock that any thread may release, one that its owner may take again, waits with a timeout everywhere, a
//! barrier that can be aborted, timers by the thousand, a pool whose futures have callbacks, `wait` and
//! `as_completed`, queues that know when the work is done. All of it behaves as Python's does, and the contract,
//! `docs/semantics.md`, says to the letter how, and where it does better.
//!
//! | Python | here | demo |
//! | --- | --- | --- |
//! | `threading.Thread`, `current_thread`, `enumerate` | [`threading::Thread`], [`current_thread`], [`enumerate`] | `threads`, `join` |
//! | the end of a program, `threading._register_atexit` | [`threading::run`], [`register_atexit`] | `daemon` |
//! | `threading.excepthook` | [`set_excepthook`] | `join` |
//! | `threading.Lock` | [`threading::Lock`] | `lock` |
//! | `threading.RLock` | [`threading::RLock`] | `rlock` |
//! | `threading.Condition` | [`threading::Condition`] | `condition` |
//! | `threading.Semaphore`, `BoundedSemaphore` | [`threading::Semaphore`], [`threading::BoundedSemaphore`] | `semaphore` |
//! | `threading.Event` | [`threading::Event`] | `event` |
//! | `threading.Timer` | [`threading::Timer`] | `timer` |
//! | `threading.Barrier` | [`threading::Barrier`] | `barrier` |
//! | `ThreadPoolExecutor`; its `map` | [`futures::ThreadPoolExecutor`]; [`futures::Map`] | `pool` |
//! | `Future`; its `set_result` and the like | [`futures::Future`]; [`futures::Promise`] | `pool` |
//! | `as_completed`, `wait` | [`futures::as_completed`], [`futures::wait`] | `pool` |
//! | `queue.Queue`, `LifoQueue`, `PriorityQueue`, `SimpleQueue` | [`queue::Queue`], [`queue::LifoQueue`], [`queue::PriorityQueue`], [`queue::SimpleQueue`] | `queue` |
//!
//! The oldest supported Rust is 1.85; the features `html` and `manners` need 1.90.
//!
//! Locks hold no data, as in Python: what they guard lives beside them. Where lock and data belong
//! together, [`std::sync::Mutex`] is the Rust way.
//!
//! [`current_thread`]: threading::current_thread
//! [`enumerate`]: threading::enumerate
//! [`register_atexit`]: threading::register_atexit
//! [`set_excepthook`]: threading::set_excepthook
//!
//! ```
//! use common::futures::{ThreadPoolExecutor, as_completed};
//!
//! let executor = ThreadPoolExecutor::new(4);
//! let lengths = ["threads", "locks", "pools"].map(|page| executor.submit(move || page.len()).unwrap());
//! let mut sum = 0;
//! for future in as_completed(lengths) {
//!     sum += future?.result()?;
//! }
//! assert_eq!(sum, 17);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#[macro_use]
mod sync;

pub mod futures;
pub mod queue;
pub mod threading;

#[cfg(feature = "demo")]
pub mod demo;
#[cfg(feature = "html")]
pub mod html;
#[cfg(feature = "http")]
pub mod http;
#[cfg(feature = "site")]
pub mod site;

mod wait_queue;

#[cfg(all(test, any(shuttle, loom)))]
mod explore;
