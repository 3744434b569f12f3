//! A future's phase, its outcome, and the threads and observers that wait for it.

use super::Future;
use crate::futures::error::FutureError;
use crate::sync::atomic::{AtomicU8, AtomicUsize, Ordering::AcqRel, Ordering::Acquire};
use crate::sync::{Arc, Backoff, Deadline, deferred};
use crate::wait_queue::{Parked, WaitQueue, WaitQueueGuard, WakeList};
use std::mem;
use std::sync::OnceLock;

/// How a call ended.
pub(in crate::futures) type Outcome<T> = Result<T, FutureError>;

/// The stage of a future.
///
/// | phase                  | meaning                                 | set by                                | left to          |
/// | ---------------------- | --------------------------------------- | ------------------------------------- | ---------------- |
/// | `Pending`              | not begun                               | the constructor                       | `Running`, `Completing`, `Cancelled` |
/// | `Running`              | its call runs, or it fails without one  | a worker; `set_running_…`; a refusal  | `Completing`, `Finished` |
/// | `Completing`           | its outcome is being stored             | `set_result`, `set_exception`         | `Finished`       |
/// | `Finished`             | its outcome is stored                   | the thread that stored it             | final            |
/// | `Cancelled`            | it has no outcome                       | `cancel`, over `Pending` only         | the next one     |
/// | `CancelledAndNotified` | and the promise's owner knows of it     | `set_running_or_notify_cancel`        | final            |
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(in crate::futures) enum Phase {
    Pending,
    Running,
    Completing,
    Finished,
    Cancelled,
    CancelledAndNotified,
}

impl Phase {
    const BITS: u8 = 0b111;

    fn of(state: u8) -> Self {
        match state & Self::BITS {
            0 => Self::Pending,
            1 => Self::Running,
            2 => Self::Completing,
            3 => Self::Finished,
            4 => Self::Cancelled,
            _ => Self::CancelledAndNotified,
        }
    }

    /// Python's name for it.
    pub(in crate::futures) fn name(self) -> &'static str {
        match self {
            Self::Pending => "PENDING",
            Self::Running | Self::Completing => "RUNNING",
            Self::Finished => "FINISHED",
            Self::Cancelled => "CANCELLED",
            Self::CancelledAndNotified => "CANCELLED_AND_NOTIFIED",
        }
    }

    pub(in crate::futures) fn is_done(self) -> bool {
        matches!(self, Self::Finished) || self.is_cancelled()
    }

    pub(in crate::futures) fn is_cancelled(self) -> bool {
        matches!(self, Self::Cancelled | Self::CancelledAndNotified)
    }
}

/// What `add_done_callback` adds.
pub(super) type Callback<T> = Box<dyn FnOnce(Future<T>) + Send>;

/// The numbers of completed futures that were not taken yet, in the order of completion. One thread waits for them.
pub(in crate::futures) type CompletionQueue = WaitQueue<Vec<usize>>;

/// What a future's wait queue holds besides the blocked threads.
pub(in crate::futures) enum Observer<T> {
    Callback(Callback<T>),
    /// The queue to notify, and the queue's own number for the future.
    Queue(Arc<CompletionQueue>, usize),
}

/// The bit beside the phase: the wait queue may hold threads or observers. Set under the queue's mutex by the first that
/// enters it; it says nothing in a final phase.
const HAS_OBSERVERS: u8 = Phase::BITS + 1;

/// What a future and the call that completes it share.
///
/// Invariant: the outcome is stored if the phase is `Finished`, and the wait queue is empty once a completion was taken
/// in a final phase.
pub(in crate::futures) struct Core<T> {
    /// A [`Phase`] and [`HAS_OBSERVERS`].
    state: AtomicU8,
    /// Stored once, in phase `Running` or `Completing`; read in phase `Finished` only.
    pub(super) outcome: OnceLock<Outcome<T>>,
    /// Allocated for the first that waits: most futures are done before. Drained once, in a final phase; none enters
    /// it after that.
    observers: OnceLock<Box<WaitQueue<Vec<Observer<T>>>>>,
    /// The number of `Future` handles; the executor's own reference is none.
    pub(super) handles: AtomicUsize,
}

impl<T> Core<T> {
    /// Pending, with one handle.
    pub(in crate::futures) fn new() -> Self {
        Self {
            state: AtomicU8::new(Phase::Pending as u8),
            outcome: OnceLock::new(),
            observers: OnceLock::new(),
            handles: AtomicUsize::new(1),
        }
    }

    pub(in crate::futures) fn phase(&self) -> Phase {
        // Acquire: pairs with the AcqRel of `complete`, so that a thread that sees `Finished` sees the outcome.
        Phase::of(self.state.load(Acquire))
    }

    /// The outcome of a future that is finished or cancelled; `None` before.
    pub(in crate::futures) fn outcome(&self) -> Option<Result<&T, &FutureError>> {
        match self.phase() {
            Phase::Finished => self.outcome.get().map(Result::as_ref),
            phase if phase.is_cancelled() => Some(Err(&FutureError::Cancelled)),
            _ => None,
        }
    }

    /// Changes the phase from one of `from`, which is returned; otherwise returns the phase that it is in.
    pub(in crate::futures) fn advance(&self, from: &[Phase], next: Phase) -> Result<Phase, Phase> {
        let step = |state: u8| {
            let may = from.contains(&Phase::of(state));
            may.then_some(state & HAS_OBSERVERS | next as u8)
        };
        if fault!(TwoSteps) {
            if let Some(next) = step(self.state.load(Acquire)) {
                return Ok(Phase::of(self.state.swap(next, AcqRel)));
            }
        }
        let stepped = self.state.fetch_update(AcqRel, Acquire, step);
        stepped.map(Phase::of).map_err(Phase::of)
    }

    /// Stores the outcome, which [`complete`](Self::complete) makes visible.
    pub(in crate::futures) fn store(&self, outcome: Outcome<T>) {
        let stored = self.outcome.set(outcome);
        debug_assert!(stored.is_ok(), "a future has two outcomes");
    }

    /// Changes the phase to `Finished`.
    pub(in crate::futures) fn complete(&self) -> Completion<T> {
        trace!(Signal, self, "future", "complete", 1);
        // Release: pairs with the Acquire of `phase`.
        let before = self.state.swap(Phase::Finished as u8, AcqRel);
        if before & HAS_OBSERVERS == 0 {
            return Completion(None);
        }
        self.take_completion()
    }

    /// Empties the wait queue, in a final phase. A thread that allocates the queue later finds the final phase and does
    /// not enter.
    pub(in crate::futures) fn take_completion(&self) -> Completion<T> {
        Completion(self.observers.get().map(|queue| {
            let mut observers = queue.lock();
            (observers.drain(), mem::take(&mut *observers))
        }))
    }

    /// The locked wait queue for one that enters it; `None` when the future is done. The completing thread sees
    /// `HAS_OBSERVERS`, and finds the entry, because both are set under this mutex.
    fn observers(&self) -> Option<WaitQueueGuard<'_, Vec<Observer<T>>>> {
        if self.phase().is_done() {
            return None;
        }
        let observers = self.observers.get_or_init(Box::default).lock();
        let before = Phase::of(self.state.fetch_or(HAS_OBSERVERS, AcqRel));
        (!before.is_done() || fault!(EnqueuedTooLate)).then_some(observers)
    }

    /// Has the observer notified when the future is done. Returns the observer if the future is done already.
    pub(in crate::futures) fn add_observer(&self, observer: Observer<T>) -> Option<Observer<T>> {
        match self.observers() {
            Some(mut observers) => {
                // Most futures have one at most.
                if observers.is_empty() {
                    observers.reserve_exact(1);
                }
                observers.push(observer);
            }
            None => return Some(observer),
        }
        None
    }

    pub(in crate::futures) fn remove_queue(&self, queue: &Arc<CompletionQueue>) {
        if let Some(observers) = self.observers.get() {
            observers.lock().retain(|observer| match observer {
                Observer::Queue(other, _) => !Arc::ptr_eq(other, queue),
                Observer::Callback(_) => true,
            });
        }
    }

    /// Blocks until the future is done. Returns false if the deadline expires first.
    pub(in crate::futures) fn wait(&self, deadline: Deadline) -> bool {
        trace!(Call, self, "future", "result", 0);
        let is_done = || self.phase().is_done();
        let is_in_time = Backoff::Yield.until(is_done) || self.block(deadline) || is_done();
        trace!(ProceedAfterAll if is_in_time, self, "future", "", 0);
        trace!(GiveUp if !is_in_time, self, "", "TimeoutError", 1);
        is_in_time
    }

    /// Returns false if the deadline expires before the future notifies its observers.
    fn block(&self, deadline: Deadline) -> bool {
        deferred::run_before_blocking();
        let waited = self
            .observers()
            .map(|observers| observers.wait(deadline, Backoff::None));
        !matches!(waited, Some(Parked::TimedOut(_)))
    }

    pub(super) fn waiting(&self) -> usize {
        self.observers.get().map_or(0, |queue| queue.waiting())
    }
}

/// What a completed future owes to the threads, queues and callbacks that its wait queue held; nothing if that was
/// never allocated.
#[must_use = "blocked threads are to be woken"]
pub(in crate::futures) struct Completion<T>(Option<(WakeList, Vec<Observer<T>>)>);

impl<T> Completion<T> {
    pub(in crate::futures) fn has_callbacks(&self) -> bool {
        let is_callback = |observer: &Observer<T>| matches!(observer, Observer::Callback(_));
        let taken = self.0.as_ref();
        taken.is_some_and(|(_, observers)| observers.iter().any(is_callback))
    }

    /// Wakes the blocked threads, then notifies the queues. The callbacks are left to the caller: one that blocks keeps
    /// no thread from the result.
    pub(in crate::futures) fn notify(self) -> Vec<Callback<T>> {
        let Some((wakeups, observers)) = self.0 else {
            return Vec::new();
        };
        drop(wakeups);
        let mut callbacks = Vec::new();
        for observer in observers {
            match observer {
                Observer::Callback(callback) => callbacks.push(callback),
                Observer::Queue(queue, number) => {
                    let mut completed = queue.lock();
                    completed.push(number);
                    let wakeup = completed.pop_front();
                    completed.unlock_and_wake(wakeup);
                }
            }
        }
        callbacks
    }
}
