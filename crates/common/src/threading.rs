//! Python's `threading`: threads, and the primitives for thread synchronization.
//!
//! | primitive | a thread blocks until |
//! | --- | --- |
//! | [`Lock`] | the lock is free; any thread may release it |
//! | [`RLock`] | the lock is free; its owner acquires it again without blocking |
//! | [`Condition`] | another thread notifies it, or a predicate is true |
//! | [`Semaphore`], [`BoundedSemaphore`] | a permit is free |
//! | [`Event`] | the flag is set |
//! | [`Barrier`] | all parties have arrived |
//! | [`Thread`], [`Timer`] | the thread has ended (`join`) |
//!
//! Every operation in the table has a form with a timeout, such as [`acquire_timeout`](Lock::acquire_timeout). Locks,
//! conditions and semaphores also have a form that does not block, [`try_acquire`](Lock::try_acquire), and one that
//! returns a guard, [`guard`](Lock::guard) or [`permit`](Semaphore::permit). A guard is the `with` form: it releases
//! when it is dropped, by a panic too.
//!
//! A primitive is shared in an `Arc`, by reference with the threads of a [`std::thread::scope`], or, if its `new` is
//! `const`, in a `static`. Threads that std or another library spawned may use it like a [`Thread`].

mod barrier;
mod condition;
mod event;
mod exit;
mod lock;
mod panic;
mod rlock;
mod semaphore;
mod thread;
mod timer;

pub use barrier::{Barrier, BarrierError};
pub use condition::{Condition, ConditionGuard, ConditionLock, Truth};
pub use event::Event;
pub use exit::{AtexitError, register_atexit, run};
pub use lock::{Lock, LockError, LockGuard};
pub use panic::Panic;
pub use rlock::{RLock, RLockGuard};
pub use semaphore::{BoundedSemaphore, Permit, Semaphore, SemaphoreError};
pub use thread::{
    DaemonError, JoinError, Runnable, StartError, Thread, ThreadEntry, active_count,
    current_thread, enumerate, get_ident, main_thread, set_excepthook, set_spawner,
};
pub use timer::Timer;

pub(crate) use panic::{catch, print};
#[cfg(all(test, shuttle))]
pub(crate) use timer::Service;
