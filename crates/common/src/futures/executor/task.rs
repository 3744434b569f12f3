//! A call and its future, in one allocation.

use crate::futures::error::FutureError;
use crate::futures::future::{Core, Future, Outcome, Phase, Shared};
use crate::sync::{Arc, Mutex};
use crate::threading::catch;

/// A task as its worker sees it, whatever it returns.
pub(super) trait Job: Send + Sync {
    /// Makes the call and keeps its outcome to itself. False when it was cancelled before.
    fn work(&self) -> bool;

    /// Lets the outcome be seen and wakes those who wait for it. The callbacks, if there are any, are
    /// for the worker to call, once it has seen to it that nobody waits for it meanwhile.
    fn publish(self: Arc<Self>) -> Option<Box<dyn FnOnce()>>;

    /// Cancels it, if it has not begun.
    fn cancel(self: Arc<Self>);

    /// Ends it with an error without calling it.
    fn fail(self: Arc<Self>, error: FutureError);
}

pub(super) struct Task<T, F, C> {
    core: Core<T>,
    /// What to call, and how. Taken by whoever goes on from `Pending`: the worker to call it, the
    /// canceller to drop it, the executor to hand it back.
    call: Mutex<Option<(F, C)>>,
}

impl<T, F, C> Task<T, F, C> {
    pub(super) fn new(task: F, call: C) -> Self {
        Self {
            core: Core::new(),
            call: Mutex::new(Some((task, call))),
        }
    }

    /// The task that was refused: nobody has seen it yet.
    pub(super) fn take_back(&self) -> F {
        let call = self.call.lock().take();
        call.expect("a refused task has not been called").0
    }
}

impl<T, F, C> Shared<T> for Task<T, F, C>
where
    T: Send + Sync,
    F: Send,
    C: Send,
{
    fn core(&self) -> &Core<T> {
        &self.core
    }

    fn core_mut(&mut self) -> &mut Core<T> {
        &mut self.core
    }

    fn discard(&self) {
        let call = self.call.lock().take();
        drop(call);
    }
}

impl<T, F, C> Job for Task<T, F, C>
where
    T: Send + Sync + 'static,
    F: Send + 'static,
    C: FnOnce(F) -> Outcome<T> + Send + 'static,
{
    fn work(&self) -> bool {
        if self
            .core
            .advance(&[Phase::Pending], Phase::Running)
            .is_err()
        {
            return false;
        }
        let call = self.call.lock().take();
        if let Some((task, call)) = call {
            let outcome = catch(|| call(task));
            self.core
                .settle(outcome.unwrap_or_else(|panic| Err(FutureError::Panicked(panic))));
        }
        true
    }

    fn publish(self: Arc<Self>) -> Option<Box<dyn FnOnce()>> {
        let end = self.core.publish()?;
        if end.has_callbacks() {
            let future = Future::again(self);
            let callbacks = end.tell();
            return Some(Box::new(move || future.call_back(callbacks)));
        }
        // First let go, then wake: who is woken may want to have it alone.
        drop(self);
        end.tell();
        None
    }

    fn cancel(self: Arc<Self>) {
        Future::again(self).cancel();
    }

    fn fail(self: Arc<Self>, error: FutureError) {
        if self.core.advance(&[Phase::Pending], Phase::Running).is_ok() {
            self.discard();
            self.core.settle(Err(error));
            self.publish().into_iter().for_each(|call_back| call_back());
        }
    }
}
