//! Python's `threading`, `concurrent.futures` and `queue`, in safe Rust.
//!
//! Three modules have the names and the behaviour of Python's:
//!
//! - [`threading`]: locks that any thread may release, locks that their owner may acquire again, conditions,
//!   semaphores, events, barriers with a timeout, timers, and threads that can be named, listed and joined.
//! - [`futures`]: a thread pool whose futures can be cancelled, waited for together and observed by callbacks.
//! - [`queue`]: bounded and unbounded queues for producers and consumers, with task counts and graceful shutdown.
//!
//! The examples name this crate `common`; in a crate that renames the dependency to `pythreads`, as the README does, write
//! `pythreads::` instead of `common::`.
//!
//! Every acquire, wait, join, put and get has a form with a timeout. A panic poisons no lock. The contract, the file
//! `docs/semantics.md` of the repository, specifies the behaviour of every primitive, names the tests of each line, and
//! says where this library differs from Python.
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
//!
//! # When to use it
//!
//! To port Python as it stands, or for what `std` lacks: a lock that any thread may release, acquire and join with a
//! timeout, a semaphore, a barrier that can be aborted and reset, a timer, futures with callbacks, `as_completed`, a
//! queue with task counts and a shutdown.
//!
//! A waiter spins for up to 15 µs before it blocks. No waiter starves: one that other threads have overtaken for about
//! half a millisecond is handed what it waits for. What a thread writes before it releases a lock or a permit, sets an
//! event, puts an item, completes a future or ends is visible to the thread that then acquires, waits, gets or joins.
//!
//! # Python names and Rust names
//!
//! A demo is a program of the repository: `cargo run -p lock` runs the demo `lock`, and `docs/lock.md` explains it.
//!
//! | Python | Rust | demo |
//! | --- | --- | --- |
//! | `threading.Thread`; a subclass with `run` | [`threading::Thread`]; [`threading::Runnable`] | `threads`, `join` |
//! | `current_thread`, `main_thread`, `get_ident` | [`current_thread`], [`main_thread`], [`get_ident`] | `daemon` |
//! | `enumerate`, `active_count` | [`enumerate`], [`active_count`] | `daemon` |
//! | the end of the program, `threading._register_atexit` | [`threading::run`], [`register_atexit`] | `daemon` |
//! | `threading.excepthook` | [`set_excepthook`] | `join` |
//! | `threading.Lock` | [`threading::Lock`] | `lock` |
//! | `threading.RLock` | [`threading::RLock`] | `rlock` |
//! | `threading.Condition` | [`threading::Condition`] | `condition` |
//! | `threading.Semaphore`, `BoundedSemaphore` | [`threading::Semaphore`], [`threading::BoundedSemaphore`] | `semaphore` |
//! | `threading.Event` | [`threading::Event`] | `event` |
//! | `threading.Timer` | [`threading::Timer`] | `timer` |
//! | `threading.Barrier`, `BrokenBarrierError` | [`threading::Barrier`], [`threading::BarrierError`] | `barrier` |
//! | `ThreadPoolExecutor` | [`futures::ThreadPoolExecutor`] | `pool` |
//! | `executor.map`, with `timeout`, with `buffersize` | [`map`], [`map_timeout`], [`map_buffered`] | `pool` |
//! | `executor.shutdown(wait, cancel_futures=…)` | [`shutdown_with`], [`futures::Shutdown`] | `pool` |
//! | `Future`; `CancelledError`, `TimeoutError` | [`futures::Future`]; [`futures::FutureError`] | `pool` |
//! | `future.set_result`, `set_exception` | [`futures::Promise`] | |
//! | `as_completed`, with `timeout` | [`as_completed`], [`as_completed_timeout`] | `pool` |
//! | `wait`, with `timeout`; `FIRST_COMPLETED` | [`wait`], [`wait_timeout`]; [`futures::ReturnWhen`] | `pool` |
//! | `queue.Queue`, `LifoQueue`, `PriorityQueue` | [`queue::Queue`], [`queue::LifoQueue`], [`queue::PriorityQueue`] | `queue` |
//! | `queue.SimpleQueue` | [`queue::SimpleQueue`] | `queue` |
//! | `queue.Full`, `Empty`, `ShutDown` | [`queue::PutError`], [`queue::GetError`], [`queue::ShutDown`] | `queue` |
//! | `get` with `task_done` | [`get_task`], [`queue::Task`] | `queue` |
//!
//! # Examples
//!
//! `cargo run -p common --example pool` runs the first one, in a clone of the repository.
//!
//! | File in `crates/common` | shows |
//! | --- | --- |
//! | `examples/pool.rs` | results of a pool in the order of completion, and a timeout for each wait |
//! | `examples/shutdown.rs` | a bounded queue, three consumers, and a graceful shutdown |
//! | `examples/lock_released_elsewhere.rs` | a lock that one thread acquires and another one releases |
//! | `examples/barrier_timeout.rs` | a barrier that a timeout breaks and that a reset restores |
//! | `examples/await_future.rs` | a future of the pool that async code awaits |
//!
//! # Locks hold no data
//!
//! As in Python, a lock stands beside the data that it protects, and the caller must acquire it first. Where the lock
//! and the data belong together, [`std::sync::Mutex`] is the Rust way: it gives access to the data only while the
//! lock is held.
//!
//! # Results of tasks are `Sync`
//!
//! A future lends its result to every thread that has a clone of it, so the result must be `Sync`. One that is not, such
//! as a `Cell`, is returned in a `Mutex`: see [`ThreadPoolExecutor`](futures::ThreadPoolExecutor#results-are-send--sync).
//!
//! # Features
//!
//! No feature is on by default: the three modules depend on `crossbeam-channel` alone and need Rust 1.85. The features
//! serve the demos and tests of the repository, and their modules may change at any time.
//!
//! | feature | adds | Rust |
//! | --- | --- | --- |
//! | `demo` | headings, options, and a `println!` that ends the program quietly at a closed pipe | 1.85 |
//! | `interrupt` | Ctrl-C for the demos that fetch pages; implies `demo` | 1.85 |
//! | `site` | a small web site on loopback | 1.85 |
//! | `http` | an HTTP client for many threads | 1.85 |
//! | `testing` | running programs in tests, with a limit for each run | 1.85 |
//! | `hostile` | a local server that misbehaves, for tests; implies `testing` | 1.85 |
//! | `trace` | events of the primitives, and the timelines of the demos; implies `demo` | 1.85 |
//!
//! [`current_thread`]: threading::current_thread
//! [`main_thread`]: threading::main_thread
//! [`get_ident`]: threading::get_ident
//! [`enumerate`]: threading::enumerate
//! [`active_count`]: threading::active_count
//! [`register_atexit`]: threading::register_atexit
//! [`set_excepthook`]: threading::set_excepthook
//! [`map`]: futures::ThreadPoolExecutor::map
//! [`map_timeout`]: futures::ThreadPoolExecutor::map_timeout
//! [`map_buffered`]: futures::ThreadPoolExecutor::map_buffered
//! [`shutdown_with`]: futures::ThreadPoolExecutor::shutdown_with
//! [`as_completed`]: futures::as_completed
//! [`as_completed_timeout`]: futures::as_completed_timeout
//! [`wait`]: futures::wait
//! [`wait_timeout`]: futures::wait_timeout
//! [`get_task`]: queue::BlockingQueue::get_task

#[macro_use]
#[doc(hidden)]
pub mod trace;
#[macro_use]
mod error;
#[macro_use]
mod sync;

pub mod futures;
pub mod queue;
pub mod threading;

#[cfg(feature = "demo")]
pub mod demo;
#[cfg(feature = "http")]
pub mod http;
#[cfg(feature = "site")]
pub mod site;
#[cfg(feature = "testing")]
pub mod testing;

mod wait_queue;

#[cfg(all(test, any(shuttle, loom)))]
mod explore;
