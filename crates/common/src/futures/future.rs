//! Python's `concurrent.futures.Future`.

mod core;

pub(super) use core::{CompletionQueue, Core, Observer, Outcome, Phase};

use super::error::FutureError;
use crate::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use crate::sync::{Arc, Deadline, deferred, thread};
use crate::threading::{catch, print};
use core::Callback;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::iter;
use std::time::Duration;

/// The allocation that a future and its call share, seen from the future.
pub(super) trait Shared<T>: Send + Sync {
    fn core(&self) -> &Core<T>;
    fn core_mut(&mut self) -> &mut Core<T>;
    /// Removes a task that was just cancelled from the counts and the memory of its executor. Runs no user code.
    fn leave_executor(&self) {}
    /// Drops the call of a cancelled future, with what it owns.
    fn drop_call(&self) {}
}

/// A future without a call: a [`Promise`](super::Promise) completes it.
impl<T: Send + Sync> Shared<T> for Core<T> {
    fn core(&self) -> &Core<T> {
        self
    }

    fn core_mut(&mut self) -> &mut Core<T> {
        self
    }
}

/// The result of a call that another thread makes, now or later. Python's `concurrent.futures.Future`.
///
/// A future is pending, running, finished or cancelled. Clones are the same future, and equal; futures of
/// different calls are not, so that a map from futures to what they were made for works as in Python.
///
/// Contract: `docs/semantics.md`, lines 51 to 55.
///
/// ```
/// use common::futures::ThreadPoolExecutor;
///
/// let executor = ThreadPoolExecutor::new(2);
/// let future = executor.submit(|| 6 * 7).unwrap();
/// assert_eq!(future.result().unwrap(), &42);
/// assert!(future.done() && !future.cancel());
/// ```
///
/// Async code awaits a future with [a callback](Self::add_done_callback).
///
/// ```
/// use common::futures::{Future, FutureError, Promise};
/// use std::time::Duration;
///
/// let (_promise, future): (_, Future<u32>) = Promise::new();
/// let moment = Duration::from_millis(1);
/// assert!(matches!(future.result_timeout(moment), Err(FutureError::TimedOut)));
/// assert!(matches!(future.exception_timeout(moment), Err(FutureError::TimedOut)));
/// assert!(!future.running() && future.cancel() && future.cancelled());
/// assert!(matches!(future.exception(), Err(FutureError::Cancelled)));
/// ```
#[doc(alias = "JoinHandle")]
pub struct Future<T>(pub(super) Arc<dyn Shared<T>>);

impl<T> Future<T> {
    /// Another handle. `Core::new` has counted the first one.
    pub(super) fn new_handle(shared: Arc<dyn Shared<T>>) -> Self {
        shared.core().handles.fetch_add(1, Relaxed);
        Self(shared)
    }

    pub(super) fn core(&self) -> &Core<T> {
        self.0.core()
    }

    /// Identifies the future as long as it exists.
    pub(super) fn address(&self) -> usize {
        Arc::as_ptr(&self.0).cast::<()>().addr()
    }

    /// Whether the call was cancelled. Python's `cancelled()`.
    pub fn cancelled(&self) -> bool {
        self.core().phase().is_cancelled()
    }

    /// Whether the call is being made at this moment. Python's `running()`.
    pub fn running(&self) -> bool {
        matches!(self.core().phase(), Phase::Running | Phase::Completing)
    }

    /// Whether the future is finished or cancelled. Python's `done()`.
    #[doc(alias = "is_finished")]
    pub fn done(&self) -> bool {
        self.core().phase().is_done()
    }

    /// Blocks until the call's result is there, and lends it. Python's `result()`.
    ///
    /// Clones of the future lend the same result to other threads: this is why
    /// [`submit`](super::ThreadPoolExecutor::submit) asks for `T: Sync`. A result that is not `Sync` is returned in a
    /// [`Mutex`](std::sync::Mutex). [`into_result`](Self::into_result) takes the result out.
    ///
    /// # Errors
    ///
    /// [`FutureError::Cancelled`], or how the call failed: the same error every time.
    #[doc(alias = "join")]
    pub fn result(&self) -> Result<&T, FutureError> {
        self.outcome_until(Deadline::NEVER)
            .map_err(FutureError::clone)
    }

    /// Blocks until the call's result is there, no longer than `timeout`. Python's `result(timeout)`.
    ///
    /// # Errors
    ///
    /// The errors of [`result`](Self::result), and [`FutureError::TimedOut`] when the future is not done by then.
    pub fn result_timeout(&self, timeout: Duration) -> Result<&T, FutureError> {
        self.outcome_until(Deadline::after(timeout))
            .map_err(FutureError::clone)
    }

    /// Blocks until the future is done and returns how the call failed; `None` when it did not. Python's `exception()`.
    ///
    /// # Errors
    ///
    /// [`FutureError::Cancelled`].
    pub fn exception(&self) -> Result<Option<&FutureError>, FutureError> {
        self.exception_until(Deadline::NEVER)
    }

    /// Blocks as [`exception`](Self::exception) does, no longer than `timeout`. Python's `exception(timeout)`.
    ///
    /// # Errors
    ///
    /// [`FutureError::Cancelled`], and [`FutureError::TimedOut`] when the future is not done by then.
    pub fn exception_timeout(
        &self,
        timeout: Duration,
    ) -> Result<Option<&FutureError>, FutureError> {
        self.exception_until(Deadline::after(timeout))
    }

    fn exception_until(&self, deadline: Deadline) -> Result<Option<&FutureError>, FutureError> {
        match self.outcome_until(deadline) {
            Ok(_) => Ok(None),
            // No call fails with these two.
            Err(error @ (FutureError::Cancelled | FutureError::TimedOut)) => Err(error.clone()),
            Err(error) => Ok(Some(error)),
        }
    }

    fn outcome_until(&self, deadline: Deadline) -> Result<&T, &FutureError> {
        let core = self.core();
        // Most futures are done by the time that they are asked.
        let outcome = core.outcome().or_else(|| {
            core.wait(deadline);
            core.outcome()
        });
        outcome.unwrap_or(Err(&FutureError::TimedOut))
    }

    /// Blocks until the future is done and takes the result out.
    ///
    /// # Errors
    ///
    /// Outside, the future itself, when it has another holder: a clone, a callback that has not returned, a
    /// [`Promise`](super::Promise) that has not been dropped. Inside, what [`result`](Self::result) returns.
    ///
    /// ```
    /// use common::futures::ThreadPoolExecutor;
    ///
    /// let executor = ThreadPoolExecutor::new(1);
    /// let future = executor.submit(|| vec![1, 2, 3]).unwrap();
    /// let numbers: Vec<i32> = future.into_result().unwrap().unwrap();
    /// assert_eq!(numbers, [1, 2, 3]);
    /// ```
    pub fn into_result(mut self) -> Result<Outcome<T>, Self> {
        self.core().wait(Deadline::NEVER);
        if self.cancelled() {
            return Ok(Err(FutureError::Cancelled));
        }
        // Acquire: pairs with the Release of `drop`, so that what was done with other handles comes before.
        while self.core().handles.load(Acquire) == 1 {
            if let Some(shared) = Arc::get_mut(&mut self.0) {
                let outcome = shared.core_mut().outcome.take();
                return Ok(outcome.unwrap_or(Err(FutureError::Abandoned)));
            }
            // The worker has completed the future and is about to drop its reference.
            thread::yield_now();
        }
        Err(self)
    }
}

impl<T: 'static> Future<T> {
    /// Cancels the call unless it has begun: true when it is cancelled, now or since earlier. Python's `cancel()`.
    ///
    /// The calling thread removes the task from its executor, wakes the threads that are blocked on the future, drops
    /// the call with what it owns, and calls the callbacks, in this order.
    #[doc(alias = "abort")]
    pub fn cancel(&self) -> bool {
        if let Err(phase) = self.core().advance(&[Phase::Pending], Phase::Cancelled) {
            return phase.is_cancelled();
        }
        self.0.leave_executor();
        self.finish_cancel();
        true
    }

    /// Wakes the threads that wait, drops the call, and calls the callbacks.
    pub(super) fn finish_cancel(&self) {
        if fault!(CallDroppedBeforeWakeup) {
            self.0.drop_call();
        }
        let drop_call: Callback<T> = Box::new(|future| future.0.drop_call());
        let callbacks = self.core().take_completion().notify();
        self.call_back(iter::once(drop_call).chain(callbacks));
    }

    pub(super) fn call_back(&self, callbacks: impl IntoIterator<Item = Callback<T>> + 'static) {
        let future = self.clone();
        deferred::nest(move || {
            for callback in callbacks {
                if let Err(panic) = catch(|| callback(future.clone())) {
                    print(format_args!(
                        "exception calling callback for {future:?}:\n{panic}"
                    ));
                }
            }
        });
    }

    /// Calls `callback` with the future when it is done: on the thread that completes or cancels it, or immediately on
    /// the calling thread if it is done already. Python's `add_done_callback(callback)`.
    ///
    /// Callbacks are called in the order in which they were added. A panic in a callback
    /// is reported on stderr; the other callbacks are still called, and the future is done.
    ///
    /// A callback may complete or cancel further futures, whose callbacks are called inside it. At a depth of more than
    /// 32 they are called later instead, by the same thread: before it blocks, or when the outermost callback has
    /// returned. So no chain of callbacks overflows the stack, however long it is.
    ///
    /// ```
    /// use common::futures::ThreadPoolExecutor;
    /// use std::sync::mpsc;
    ///
    /// let (done, results) = mpsc::channel();
    /// let executor = ThreadPoolExecutor::new(1);
    /// let future = executor.submit(|| 42).unwrap();
    /// future.add_done_callback(move |future| done.send(*future.result().unwrap()).unwrap());
    /// assert_eq!(results.recv(), Ok(42));
    /// ```
    ///
    /// In async code, a callback that wakes the async task makes the future awaitable in any runtime, as in
    /// `examples/await_future.rs`:
    ///
    /// ```
    /// # use common::futures::{Future, ThreadPoolExecutor};
    /// use std::task::{Poll, Waker};
    ///
    /// async fn ended<T: 'static>(future: &Future<T>) {
    ///     let mut told: Option<Waker> = None;
    ///     std::future::poll_fn(|context| {
    ///         if future.done() {
    ///             return Poll::Ready(());
    ///         }
    ///         let waker = context.waker();
    ///         if !told.as_ref().is_some_and(|told| told.will_wake(waker)) {
    ///             told = Some(waker.clone());
    ///             let waker = waker.clone();
    ///             future.add_done_callback(move |_| waker.wake());
    ///         }
    ///         Poll::Pending // a callback of a future that is done by now has woken us at once
    ///     })
    ///     .await;
    /// }
    /// # // The least that can run a task: it waits for the wake-up.
    /// # struct Unpark(std::thread::Thread);
    /// # impl std::task::Wake for Unpark {
    /// #     fn wake(self: std::sync::Arc<Self>) {
    /// #         self.0.unpark();
    /// #     }
    /// # }
    /// # fn block_on(task: impl std::future::Future<Output = ()>) {
    /// #     let mut task = std::pin::pin!(task);
    /// #     let waker = std::sync::Arc::new(Unpark(std::thread::current())).into();
    /// #     let mut context = std::task::Context::from_waker(&waker);
    /// #     while task.as_mut().poll(&mut context).is_pending() {
    /// #         std::thread::park();
    /// #     }
    /// # }
    /// # let executor = ThreadPoolExecutor::new(1);
    /// # let future = executor.submit(|| 6 * 7).unwrap();
    /// # block_on(async {
    /// ended(&future).await;
    /// assert_eq!(future.result().unwrap(), &42);
    /// # });
    /// # let (promise, pending) = common::futures::Promise::new();
    /// # let setter = std::thread::spawn(move || promise.set_result(7));
    /// # block_on(ended(&pending));
    /// # assert!(pending.done());
    /// # setter.join().unwrap().unwrap();
    /// ```
    pub fn add_done_callback(&self, callback: impl FnOnce(Future<T>) + Send + 'static) {
        let callback = Observer::Callback(Box::new(callback));
        if let Some(Observer::Callback(callback)) = self.core().add_observer(callback) {
            self.call_back([callback]);
        }
    }
}

impl<T> Clone for Future<T> {
    fn clone(&self) -> Self {
        Self::new_handle(Arc::clone(&self.0))
    }
}

impl<T> Drop for Future<T> {
    fn drop(&mut self) {
        self.core().handles.fetch_sub(1, Release);
    }
}

impl<T> PartialEq for Future<T> {
    fn eq(&self, other: &Self) -> bool {
        self.address() == other.address()
    }
}

impl<T> Eq for Future<T> {}

impl<T> Hash for Future<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.address().hash(state);
    }
}

impl<T> fmt::Debug for Future<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Future")
            .field("state", &self.core().phase().name().to_lowercase())
            .field("waiting", &self.core().waiting())
            .finish()
    }
}
