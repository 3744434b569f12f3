//! A call and its future, in one allocation.

use super::pool::Pool;
use super::work_queue::Job;
use crate::futures::error::{FutureError, SubmitError};
use crate::futures::future::{Core, Future, Outcome, Phase, Shared};
use crate::sync::{Arc, Mutex};
use crate::threading::{catch, print};

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
        Ok(()) => Ok(Future::from_new(task)),
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

impl<T, F, C> Task<T, F, C> {
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

    fn complete(self: Arc<Self>) -> Option<Box<dyn FnOnce()>> {
        let completion = self.core.complete();
        if completion.has_callbacks() {
            let future = Future::new_handle(self);
            let callbacks = completion.notify();
            return Some(Box::new(move || future.run_callbacks(callbacks)));
        }
        // Before the threads are woken: one of them may want to be the last holder.
        let last = Arc::into_inner(self);
        drop(completion.notify());
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
