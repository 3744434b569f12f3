//! A call and its future, in one allocation.

use super::work_queue::{Job, WorkQueue};
use crate::futures::error::FutureError;
use crate::futures::future::{Completion, Core, Future, Outcome, Phase, Shared};
use crate::sync::{Arc, Mutex};
use crate::threading::{catch, print};

pub(super) struct Task<T, F, C> {
    core: Core<T>,
    /// The queue that it is put into.
    queue: u64,
    /// What to call, and how. Taken by the thread that changes the phase from `Pending`: the worker calls it, a cancel
    /// drops it, a refused submit hands it back.
    call: Mutex<Option<(F, C)>>,
}

impl<T, F, C> Task<T, F, C> {
    pub(super) fn new(queue: &WorkQueue, function: F, call: C) -> Self {
        Self {
            core: Core::new(),
            queue: queue.id(),
            call: Mutex::new(Some((function, call))),
        }
    }

    /// The function of a task that was not accepted.
    pub(super) fn into_function(self: Arc<Self>) -> F {
        let call = self.call.lock().take();
        call.expect("a task that was not accepted was not called").0
    }

    /// Whether dropping the task, which is done, may run user code.
    fn runs_code_when_dropped(&self) -> bool {
        std::mem::needs_drop::<T>() || !matches!(self.core.outcome(), Some(Ok(_)))
    }
}

/// A `drop` that panics keeps no thread from learning of the completion.
fn drop_quietly<V>(call: V) {
    if let Err(panic) = catch(|| drop(call)) {
        print(format_args!(
            "exception dropping a call that is not made:\n{panic}"
        ));
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

    fn leave_executor(&self) {
        WorkQueue::task_cancelled(self.queue);
    }

    fn drop_call(&self) {
        let call = self.call.lock().take();
        drop_quietly(call);
    }
}

impl<T, F, C> Job for Task<T, F, C>
where
    T: Send + Sync + 'static,
    F: Send + 'static,
    C: FnOnce(F) -> Outcome<T> + Send + 'static,
{
    fn claim(&self, next: Phase) -> bool {
        self.core.advance(&[Phase::Pending], next).is_ok()
    }

    fn is_cancelled(&self) -> bool {
        self.core.phase().is_cancelled()
    }

    fn run(&self) {
        let call = self.call.lock().take();
        if let Some((function, call)) = call {
            let outcome = catch(|| call(function));
            let outcome = outcome.unwrap_or_else(|panic| Err(FutureError::Panicked(panic)));
            self.core.store(outcome);
        }
    }

    fn complete(self: Arc<Self>) -> Option<Box<dyn FnOnce()>> {
        let completion = self.core.complete();
        if completion.as_ref().is_some_and(Completion::has_callbacks) {
            let future = Future::new_handle(self);
            let callbacks = completion.map(Completion::notify).unwrap_or_default();
            return Some(Box::new(move || future.run_callbacks(callbacks)));
        }
        // Before the threads are woken: one of them may want to be the last holder.
        let last = Arc::into_inner(self);
        drop(completion.map(Completion::notify));
        let last = last.filter(Self::runs_code_when_dropped)?;
        Some(Box::new(move || drop(last)))
    }

    fn finish_cancel(self: Arc<Self>) {
        Future::new_handle(self).finish_cancel();
    }

    fn fail(self: Arc<Self>, error: FutureError) {
        let call = self.call.lock().take();
        self.core.store(Err(error));
        let user_code = self.complete();
        drop_quietly(call);
        if let Some(user_code) = user_code {
            user_code();
        }
    }
}
