//! A future's state: who may change it, and who hears of it.

use super::phase::Phase;
use super::watchers::{Callback, End, Subscriber, Watchers};
use crate::futures::error::FutureError;
use crate::sync::atomic::{AtomicU8, AtomicUsize, Ordering::AcqRel, Ordering::Acquire};
use crate::sync::{Arc, Backoff, Deadline};
use crate::wait_queue::{Parked, WaitQueue, WaitQueueGuard, Waiter};
use std::sync::OnceLock;

pub(in crate::futures) type Outcome<T> = Result<T, FutureError>;

/// Somebody waits, or is to be called. Set under the mutex of `watchers`, before they are entered
/// there, and gone with the end.
const WATCHED: u8 = Phase::BITS + 1;

pub(in crate::futures) struct Core<T> {
    /// A `Phase`, and `WATCHED`.
    state: AtomicU8,
    /// Written once, by whoever brought the phase to `Settling` or runs the call; read only once it is
    /// `Finished`.
    outcome: OnceLock<Outcome<T>>,
    /// Who waits. Made for the first who does: most futures are done before anybody asks. Emptied once,
    /// after the phase became a final one; nobody enters after that.
    watchers: OnceLock<Box<WaitQueue<Watchers<T>>>>,
    /// How many `Future`s there are: the executor's own reference is none.
    pub(super) handles: AtomicUsize,
}

impl<T> Core<T> {
    /// Pending, with one handle.
    pub(in crate::futures) fn new() -> Self {
        Self {
            state: AtomicU8::new(0),
            outcome: OnceLock::new(),
            watchers: OnceLock::new(),
            handles: AtomicUsize::new(1),
        }
    }

    pub(in crate::futures) fn phase(&self) -> Phase {
        // Acquire: pairs with the Release of `end`; who sees the end sees the outcome.
        Phase::of(self.state.load(Acquire))
    }

    /// What `Finished` left, or that it was cancelled; `None` before the end.
    pub(in crate::futures) fn outcome(&self) -> Option<Result<&T, &FutureError>> {
        match self.phase() {
            Phase::Finished => self.outcome.get().map(Result::as_ref),
            phase if phase.is_cancelled() => Some(Err(&FutureError::Cancelled)),
            _ => None,
        }
    }

    pub(super) fn take_outcome(&mut self) -> Option<Outcome<T>> {
        self.outcome.take()
    }

    /// Goes on from one of `from`, and says whether it did.
    pub(in crate::futures) fn advance(&self, from: &[Phase], to: Phase) -> Result<Phase, Phase> {
        let step = |state: u8| {
            let may = from.contains(&Phase::of(state));
            may.then_some(state & WATCHED | to as u8)
        };
        if fault!(TwoSteps) {
            if let Some(next) = step(self.state.load(Acquire)) {
                return Ok(Phase::of(self.state.swap(next, AcqRel)));
            }
        }
        match self.state.fetch_update(AcqRel, Acquire, step) {
            Ok(before) => Ok(Phase::of(before)),
            Err(now) => Err(Phase::of(now)),
        }
    }

    /// Writes the outcome; it is to be published next.
    pub(in crate::futures) fn settle(&self, outcome: Outcome<T>) {
        let written = self.outcome.set(outcome);
        debug_assert!(written.is_ok(), "two wrote one outcome");
    }

    /// Goes to the final phase `Finished`. What is returned is to be told, if there is anybody to tell.
    pub(in crate::futures) fn publish(&self) -> Option<End<T>> {
        // Release: pairs with the Acquire of `phase`.
        let before = self.state.swap(Phase::Finished as u8, AcqRel);
        if before & WATCHED == 0 {
            return None;
        }
        self.empty_watchers()
    }

    /// Goes from `Pending` to `Cancelled`, if it is pending; the rest as [`publish`](Self::publish).
    pub(super) fn cancel(&self) -> Result<Option<End<T>>, Phase> {
        self.advance(&[Phase::Pending], Phase::Cancelled)?;
        Ok(self.empty_watchers())
    }

    /// The line, which whoever is to enter it makes if need be.
    fn line(&self) -> &WaitQueue<Watchers<T>> {
        self.watchers
            .get_or_init(|| Box::new(WaitQueue::new(Watchers::new())))
    }

    /// Nobody, where no line was made: who makes it now finds that the end has come.
    fn empty_watchers(&self) -> Option<End<T>> {
        Some(End::of(&mut self.watchers.get()?.lock()))
    }

    /// Where to enter who is to hear of the end; `None` when it has come. Whoever ends the future sees
    /// `WATCHED`, because it was set before, and finds the entry, because both are made under one mutex.
    fn watchers(&self) -> Option<WaitQueueGuard<'_, Watchers<T>>> {
        let watchers = self.line().lock();
        let before = Phase::of(self.state.fetch_or(WATCHED, AcqRel));
        let is_in_time = !before.is_done() || fault!(EnqueuedTooLate);
        is_in_time.then_some(watchers)
    }

    /// False when the future is done: then the subscriber is not entered, and will not be told.
    pub(in crate::futures) fn subscribe(
        &self,
        subscriber: &Arc<dyn Subscriber>,
        number: usize,
    ) -> bool {
        if self.phase().is_done() {
            return false;
        }
        let Some(mut watchers) = self.watchers() else {
            return false;
        };
        watchers.subscribers.enter(Arc::clone(subscriber), number);
        true
    }

    pub(in crate::futures) fn unsubscribe(&self, subscriber: &Arc<dyn Subscriber>) {
        if let Some(line) = self.watchers.get() {
            line.lock().subscribers.strike(subscriber);
        }
    }

    /// The callback back, when the future is done and it is to be called at once.
    pub(super) fn add_callback(&self, callback: Callback<T>) -> Option<Callback<T>> {
        let Some(mut watchers) = self.watchers() else {
            return Some(callback);
        };
        watchers.callbacks.push(callback);
        None
    }

    /// Waits for the end: false when the deadline came first.
    pub(super) fn wait(&self, deadline: Deadline) -> bool {
        if Backoff::Yield.until(|| self.phase().is_done()) {
            return true;
        }
        let Some(waiter) = self.watchers().map(|mut watchers| watchers.enqueue()) else {
            return true;
        };
        let cancel = |waiter: &Waiter| self.line().lock().cancel(waiter);
        matches!(
            waiter.park(cancel, deadline, Backoff::None),
            Parked::Notified(_)
        )
    }

    pub(super) fn waiting(&self) -> usize {
        self.watchers.get().map_or(0, |line| line.len())
    }
}
