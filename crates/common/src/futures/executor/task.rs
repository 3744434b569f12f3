//! A call and its future, in one allocation.

use super::pool::Pool;
use super::work_queue::Job;
use crate::futures::error::{FutureError, SubmitError};
use crate::futures::future::{Core, Future, Outcome, Phase, Shared};
use crate::sync::{Arc, Mutex};
use crate::threading::{catch, print};
use std::mem::needs_drop;

/// Has a worker of the pool make the call `call(function)`, and returns its future, or the function back.
pub(super) fn submit<T, F, C>(
    pool: &Arc<Pool>,
    function: F,
    call: C,
) -> Result<Future<T>, SubmitError<F>>
where
    T: Send + Sync + 'static,
    F: Send + 'static,
    C: FnOnce(F) -> Outcome<T> + Send + 'static,
{
    let task = Arc::new(Task {
        core: Core::new(),
        pool: pool.id,
        call: Mutex::new(Some((function, call))),
    });
    match pool.put(&task) {
        Ok(()) => Ok(Future(task)),
        Err(reason) => {
            let call = task.call.lock().take();
            let (task, _) = call.expect("a task that was not accepted was not called");
            Err(SubmitError { task, reason })
        }
    }
}

/// A call and its future.
struct Task<T, F, C> {
    core: Core<T>,
    /// The id of its pool. A reference would have each submit and each worker count in one place.
    pool: u64,
    /// What to call, and how. Taken by the thread that changes the phase from `Pending`: the worker calls it, a cancel
    /// drops it, a refused submit hands it back.
    call: Mutex<Option<(F, C)>>,
}

/// A `drop` that panics keeps no callback from being called, and no other task from failing.
fn drop_quietly<V>(call: V) {
    if let Err(panic) = catch(|| drop(call)) {
        print(format_args!(
            "exception dropping a call that is not made:\n{panic}"
        ));
    }
}

impl<T: Send + Sync, F: Send, C: Send> Shared<T> for Task<T, F, C> {
    fn core(&self) -> &Core<T> {
        &self.core
    }

    fn core_mut(&mut self) -> &mut Core<T> {
        &mut self.core
    }

    fn leave_executor(&self) {
        Pool::task_cancelled(self.pool);
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

    fn complete(self: Arc<Self>, before_user_code: &mut dyn FnMut()) {
        let completion = self.core.complete();
        if completion.has_callbacks() {
            let future = Future::new_handle(self);
            let callbacks = completion.notify();
            before_user_code();
            return future.call_back(callbacks);
        }
        // Before the threads are woken: one of them may want to be the last holder.
        let last = Arc::into_inner(self);
        drop(completion.notify());
        // The task is dropped here. That runs user code, unless its result is plain.
        let may_run_code =
            |last: &Self| needs_drop::<T>() || !matches!(last.core.outcome(), Some(Ok(_)));
        if last.as_ref().is_some_and(may_run_code) {
            before_user_code();
        }
    }

    fn finish_cancel(self: Arc<Self>) {
        Future::new_handle(self).finish_cancel();
    }

    fn fail(self: Arc<Self>, error: FutureError) {
        let mut call = self.call.lock().take();
        self.core.store(Err(error));
        self.complete(&mut || drop_quietly(call.take()));
        drop_quietly(call);
    }
}
