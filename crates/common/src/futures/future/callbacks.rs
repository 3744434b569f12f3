//! Who is called when a future is done.

use super::{Callback, Future};
use crate::threading::{catch, print};

impl<T> Future<T> {
    /// Has `callback` called with the future when it is done, in the thread that ends it; at once, in
    /// here, if it is done already.
    ///
    /// Callbacks are called in the order in which they were added. A panic in one is reported on stderr
    /// and keeps neither the others from being called nor the future from being done.
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
    /// Async code awaits one by a callback that wakes its task, whatever runs that:
    ///
    /// ```
    /// # use common::futures::{Future, ThreadPoolExecutor};
    /// use std::task::{Poll, Waker};
    ///
    /// async fn ended<T>(future: &Future<T>) {
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
        let refused = self.core().add_callback(Box::new(callback));
        self.call_back(refused.into_iter().collect());
    }

    pub(in crate::futures) fn call_back(&self, callbacks: Vec<Callback<T>>) {
        for callback in callbacks {
            if let Err(panic) = catch(|| callback(self.clone())) {
                print(format_args!(
                    "exception calling callback for {self:?}:\n{panic}"
                ));
            }
        }
    }
}
