//! Python's `threading.Timer`.

mod schedule;
mod service;

pub(crate) use service::Service;
pub(super) use service::global;

use super::event::Event;
use super::thread::{StartError, Thread};
use crate::sync::global_atomic::{AtomicUsize, Ordering::Relaxed};
use std::fmt;
use std::ops::Deref;
use std::time::Duration;

/// Calls a function once, after an interval has passed since `start`. Python's `threading.Timer`.
///
/// A timer must be started, and can be cancelled until it fires. As in Python, a timer is a [`Thread`]: it has a name
/// and an ident, is started and joined, and is alive while it is pending or its function runs; inside its function it
/// is the [current thread](super::current_thread). But it has no system thread, and `enumerate` does not list it. A few
/// worker threads serve all timers, so that ten thousand timers cost no more than a handful of threads. A function that
/// blocks delays no other timer, as long as at most 64 of them block at once; further timers that are due wait for a
/// worker.
///
/// [`join`](Thread::join) blocks until the function has ended or the timer was cancelled. It returns
/// [`JoinError::Panicked`](super::JoinError::Panicked) also when the function will never be called, because a host's
/// [spawner](super::set_spawner) dropped the worker's entry and no other worker exists.
///
/// The value is a handle: clones refer to the same timer, and dropping a handle does not cancel the timer.
///
/// Contract: `docs/semantics.md`, lines 41 and 42.
///
/// ```
/// use common::threading::Timer;
/// use std::time::Duration;
///
/// let tea = Timer::new(Duration::from_millis(5), || println!("tea is ready"));
/// let alarm = Timer::new(Duration::from_secs(3600), || println!("wake up"));
/// tea.start().unwrap();
/// alarm.start().unwrap();
/// alarm.cancel();
/// tea.join().unwrap();
/// alarm.join().unwrap();
/// assert!(tea.finished().is_set() && tea.interval() < alarm.interval());
/// ```
///
/// In plain Rust, a thread that has nothing else to do calls `std::thread::sleep`, and a thread that waits for a
/// message besides calls a channel's `recv_timeout`.
#[derive(Clone)]
#[doc(alias = "delay")]
#[doc(alias = "call_later")]
pub struct Timer(Thread);

/// The fields of a timer besides those of its thread. The function is the target of that thread. The thread that
/// removes a started timer from the service takes it; if the timer is cancelled before its start, the thread that
/// starts it does.
struct TimerInner {
    interval: Duration,
    service: &'static Service,
    /// Invariant: `cancel` sets this before it removes the timer from the service, and `start` checks it under the
    /// mutex of the service. So a timer that is cancelled during its start is not left in the service.
    finished: Event,
    /// The timer's index among the pending ones, or `NOT_PENDING`. Written under the mutex of the service.
    place: AtomicUsize,
}

/// The `place` of a timer that is not pending: not started, refused, fired, failed or cancelled.
const NOT_PENDING: usize = usize::MAX;

impl Timer {
    /// A timer that is to call `function` when `interval` has passed since its start. Python's
    /// `Timer(interval, function)`.
    ///
    /// It is named `Thread-N`, and a daemon if the thread that makes it is one.
    #[must_use = "nothing runs before `start`"]
    pub fn new<F: FnOnce() + Send + 'static>(interval: Duration, function: F) -> Self {
        Self::with(global(), interval, function)
    }

    /// A timer of the given service.
    pub(crate) fn with<F: FnOnce() + Send + 'static>(
        service: &'static Service,
        interval: Duration,
        function: F,
    ) -> Self {
        let inner = TimerInner {
            interval,
            service,
            finished: Event::new(),
            place: AtomicUsize::new(NOT_PENDING),
        };
        Self(Thread::timer(function, Self::begin, inner))
    }

    /// Starts the timer of `thread`.
    fn begin(thread: &Thread) -> Result<(), StartError> {
        let inner: &TimerInner = thread.extra();
        inner.service.start(Self(thread.clone()), inner)
    }

    /// Prevents the timer from firing. Has no effect once it has fired. Python's `cancel()`.
    ///
    /// A started timer ends in this call, which drops its function. A timer that was not started keeps its function
    /// until `start`.
    #[doc(alias = "abort")]
    pub fn cancel(&self) {
        let inner = self.inner();
        if inner.place.load(Relaxed) != NOT_PENDING {
            self.trace_cancel();
        }
        inner.finished.set();
        let was_pending = inner.service.schedule.lock().remove(inner);
        if was_pending || fault!(CancelledWhileFiring) {
            self.end_uncalled();
        }
    }

    /// Called by the worker that has taken the timer from the service.
    fn fire(&self) {
        let inner = self.inner();
        let function = self.0.take_target();
        self.0.run_here(|| {
            trace!(Sleep, self, "", "", inner.interval.as_micros() as usize);
            if let Some(function) = function {
                function();
            }
            inner.service.callback_returned();
            inner.finished.set();
        });
    }

    /// Called by the thread that has taken the timer from the service because no worker is left to call its function.
    fn fail(&self) {
        self.0.fail(
            "the timer's function was not called: the spawner dropped the entry of its thread",
        );
    }

    fn inner(&self) -> &TimerInner {
        self.0.extra()
    }

    /// The time between the timer's start and the call of its function. Python's `interval`.
    pub fn interval(&self) -> Duration {
        self.inner().interval
    }

    /// Set once the timer was cancelled, or its function has returned; not when the function has panicked. A timer
    /// whose `finished` is set when it is started ends without a call. Python's `finished`.
    pub fn finished(&self) -> &Event {
        &self.inner().finished
    }
}

/// In Python, `Timer` is a subclass of `Thread`.
impl Deref for Timer {
    type Target = Thread;

    fn deref(&self) -> &Thread {
        &self.0
    }
}

/// Shows the fields of a thread. The stage is `started` from the start until the function has ended or the timer was
/// cancelled.
impl fmt::Debug for Timer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.show("Timer", f)
    }
}
