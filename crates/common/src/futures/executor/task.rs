//! A call and its future, in one allocation.

use crate::futures::error::FutureError;
use crate::futures::future::{Core, End, Future, Outcome, Phase, Shared};
use crate::sync::{Arc, Mutex};
use crate::threading::{catch, print};

/// A task as its worker sees it, whatever it returns.
pub(super) trait Job: Send + Sync {
    /// Makes the call and keeps its outcome to itself. False when it was cancelled before.
    fn work(&self) -> bool;

    /// Lets the outcome be seen and wakes those who wait for it. What is left are the callbacks, or an
    /// outcome that nobody wants and that may run code when dropped: for the worker to call, once it has
    /// seen to it that nobody waits for it meanwhile.
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

    /// Whether code of the user's may run when this is dropped, which is done.
    fn runs_code_when_dropped(&self) -> bool {
        std::mem::needs_drop::<T>() || !matches!(self.core.outcome(), Some(Ok(_)))
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
        // A `drop` that panics must keep nobody from hearing of the end.
        if let Err(panic) = catch(|| drop(call)) {
            print(format_args!(
                "exception dropping a call that is not made:\n{panic}"
            ));
        }
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
        let end = self.core.publish();
        if end.as_ref().is_some_and(End::has_callbacks) {
            let future = Future::again(self);
            let callbacks = end.map(End::tell);
            return Some(Box::new(move || {
                future.call_back(callbacks.unwrap_or_default());
            }));
        }
        // First let go, then wake: who is woken may want to have it alone.
        let unwanted = Arc::into_inner(self);
        let _ = end.map(End::tell);
        let unwanted = unwanted.filter(Self::runs_code_when_dropped)?;
        Some(Box::new(move || drop(unwanted)))
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
