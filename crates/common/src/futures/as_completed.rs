//! Python's `concurrent.futures.as_completed`.

use super::future::{CompletionQueue, Future, Observer};
use crate::sync::{Arc, Backoff, Deadline, deferred};
use crate::wait_queue::Parked;
use std::collections::HashSet;
use std::error::Error;
use std::iter::FusedIterator;
use std::mem;
use std::time::Duration;

/// The futures, each once, in the order in which they complete; those that are done already come first.
/// Python's `as_completed`.
///
/// The futures may come from different executors. Without a timeout no item is an `Err`.
///
/// Contract: `docs/semantics.md`, lines 52 and 57.
///
/// ```
/// use common::futures::{as_completed, ThreadPoolExecutor};
///
/// let executor = ThreadPoolExecutor::new(2);
/// let squares = [1, 2, 3].map(|n| executor.submit(move || n * n).unwrap());
/// let mut results: Vec<i32> = Vec::new();
/// for future in as_completed(squares) {
///     results.push(*future?.result().unwrap());
/// }
/// results.sort();
/// assert_eq!(results, [1, 4, 9]);
/// # Ok::<(), common::futures::AsCompletedTimeout>(())
/// ```
pub fn as_completed<T>(futures: impl IntoIterator<Item = Future<T>>) -> AsCompleted<T> {
    AsCompleted::new(dedup(futures), Deadline::NEVER)
}

/// [`as_completed`] with a timeout, counted from this call: the iterator ends with an [`AsCompletedTimeout`] when some
/// futures are not done by then. A future that was done in time is always yielded before that, however late it is asked
/// for. Python's `as_completed(…, timeout)`.
///
/// ```
/// use common::futures::{as_completed_timeout, Promise};
/// use std::time::Duration;
///
/// let (_slow, slow_page) = Promise::<&str>::new();
/// let (fast, fast_page) = Promise::new();
/// fast.set_result("page").unwrap();
/// let mut pages = as_completed_timeout([slow_page, fast_page.clone()], Duration::from_millis(1));
/// assert_eq!(pages.next(), Some(Ok(fast_page)));
/// let error = pages.next().unwrap().unwrap_err();
/// assert_eq!(error.to_string(), "1 (of 2) futures unfinished");
/// assert_eq!(pages.next(), None);
/// ```
pub fn as_completed_timeout<T>(
    futures: impl IntoIterator<Item = Future<T>>,
    timeout: Duration,
) -> AsCompleted<T> {
    AsCompleted::new(dedup(futures), Deadline::after(timeout))
}

/// What [`as_completed`] returns.
#[derive(Debug)]
#[must_use = "an iterator does nothing until it is asked"]
pub struct AsCompleted<T> {
    /// Each once, in the order given; `None` once it was yielded.
    futures: Vec<Option<Future<T>>>,
    /// The futures of `futures` that were not yielded yet; none after a timeout.
    unfinished: usize,
    /// The indices to yield next: first the futures that were done at the call, then those taken from the queue.
    ready: std::vec::IntoIter<usize>,
    /// Invariant: it is notified of each future that was not done at the call and is still in `futures`.
    queue: Arc<CompletionQueue>,
    deadline: Deadline,
}

impl<T> AsCompleted<T> {
    pub(super) fn new(futures: Vec<Future<T>>, deadline: Deadline) -> Self {
        let queue = Arc::new(CompletionQueue::default());
        let is_done = |index: &usize| {
            let observer = Observer::Queue(Arc::clone(&queue), *index);
            futures[*index].core().add_observer(observer).is_some()
        };
        let ready: Vec<_> = (0..futures.len()).filter(is_done).collect();
        Self {
            ready: ready.into_iter(),
            unfinished: futures.len(),
            futures: futures.into_iter().map(Some).collect(),
            queue,
            deadline,
        }
    }

    /// The index of a future that is done, or was yielded already because it was found done before its notification;
    /// `None` when the deadline comes first.
    fn next_index(&mut self) -> Option<usize> {
        trace!(Call, self, "future", "wait", 0);
        if self.ready.len() == 0 {
            self.ready = self.take_completed().into_iter();
        }
        let is_done = |future: &Option<Future<T>>| future.as_ref().is_some_and(Future::done);
        let ready = self.ready.next();
        ready.or_else(|| self.futures.iter().position(is_done))
    }

    /// Blocks until a future completes. Empty when the deadline comes first.
    fn take_completed(&self) -> Vec<usize> {
        deferred::run_before_blocking();
        let mut completed = self.queue.lock();
        if completed.is_empty() {
            completed = match completed.wait(self.deadline, Backoff::Yield) {
                Parked::Notified(_) => self.queue.lock(),
                Parked::TimedOut(completed) => completed,
            };
        }
        mem::take(&mut *completed)
    }
}

impl<T> Iterator for AsCompleted<T> {
    type Item = Result<Future<T>, AsCompletedTimeout>;

    fn next(&mut self) -> Option<Self::Item> {
        while self.unfinished > 0 {
            let Some(index) = self.next_index() else {
                let (unfinished, total) = (mem::take(&mut self.unfinished), self.futures.len());
                return Some(Err(AsCompletedTimeout { unfinished, total }));
            };
            // Taken out: the caller may be its last holder.
            if let Some(future) = self.futures[index].take() {
                trace!(ProceedAfterAll, future.core(), "future", "", 0);
                self.unfinished -= 1;
                return Some(Ok(future));
            }
        }
        None
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.unfinished.min(1), Some(self.unfinished))
    }
}

impl<T> FusedIterator for AsCompleted<T> {}

impl<T> Drop for AsCompleted<T> {
    fn drop(&mut self) {
        for future in self.futures.iter().flatten() {
            future.core().remove_queue(&self.queue);
        }
    }
}

/// The futures in the order in which each was given first.
pub(super) fn dedup<T>(futures: impl IntoIterator<Item = Future<T>>) -> Vec<Future<T>> {
    let mut futures: Vec<_> = futures.into_iter().collect();
    let mut seen = HashSet::with_capacity(futures.len());
    futures.retain(|future| seen.insert(future.address()));
    futures
}

/// Some futures were not done in time. Python's `TimeoutError("2 (of 3) futures unfinished")`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AsCompletedTimeout {
    unfinished: usize,
    total: usize,
}

impl AsCompletedTimeout {
    /// The number of futures that had not been yielded when the timeout expired.
    pub fn unfinished(self) -> usize {
        self.unfinished
    }

    /// The number of futures in all.
    pub fn total(self) -> usize {
        self.total
    }
}

show! {
    Display for AsCompletedTimeout {
        Self { unfinished, total } => format_args!("{unfinished} (of {total}) futures unfinished"),
    }
}

impl Error for AsCompletedTimeout {}

#[cfg(all(test, not(any(shuttle, loom))))]
mod tests {
    use crate::futures::future::{Core, Phase, Shared};
    use crate::futures::{
        Future, ReturnWhen, as_completed, as_completed_timeout, wait, wait_timeout,
    };
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
    use std::time::Duration;

    const FEW: usize = 100;
    const MANY: usize = 10_000;

    /// A future that counts how often it is accessed.
    struct Counted {
        core: Core<usize>,
        accesses: Arc<AtomicUsize>,
    }

    impl Shared<usize> for Counted {
        fn core(&self) -> &Core<usize> {
            self.accesses.fetch_add(1, Relaxed);
            &self.core
        }

        fn core_mut(&mut self) -> &mut Core<usize> {
            &mut self.core
        }
    }

    /// Pending futures, and the number of accesses to all of them.
    fn counted(count: usize) -> (Vec<Future<usize>>, Arc<AtomicUsize>) {
        let accesses = Arc::new(AtomicUsize::new(0));
        let future = |_| {
            let (core, accesses) = (Core::new(), Arc::clone(&accesses));
            Future(Arc::new(Counted { core, accesses }))
        };
        ((0..count).map(future).collect(), accesses)
    }

    /// Finishes the future, which takes three accesses.
    fn finish(future: &Future<usize>) {
        let begun = future.core().advance(&[Phase::Pending], Phase::Running);
        assert_eq!(begun, Ok(Phase::Pending));
        future.core().store(Ok(0));
        assert!(future.core().complete().notify().is_empty());
    }

    /// Asserts that `collect` accesses each of many futures no more often than each of few.
    fn accesses_each_equally(collect: impl Fn(Vec<Future<usize>>)) {
        let [few, many] = [FEW, MANY].map(|count| {
            let (futures, accesses) = counted(count);
            collect(futures);
            accesses.load(Relaxed)
        });
        assert!(few > FEW, "{few} accesses: none is counted");
        assert!(many <= few * (MANY / FEW), "{many} for {few}");
    }

    #[test]
    fn wait_costs_the_same_for_each_of_many_futures() {
        for return_when in [ReturnWhen::AllCompleted, ReturnWhen::FirstException] {
            accesses_each_equally(|futures| {
                futures.iter().for_each(finish);
                let waited = wait(futures, return_when);
                assert!(waited.not_done.is_empty());
            });
            accesses_each_equally(|futures| {
                let waited = wait_timeout(futures, Duration::ZERO, return_when);
                assert!(waited.done.is_empty());
            });
        }
    }

    #[test]
    fn as_completed_costs_the_same_for_each_of_many_futures() {
        accesses_each_equally(|futures| {
            let clones = futures.clone();
            let mut completed = as_completed(clones);
            // The last first: a search from the start takes longest.
            for future in futures.iter().rev() {
                finish(future);
                assert_eq!(completed.next().unwrap().unwrap(), *future);
            }
            assert!(completed.next().is_none());
        });
        accesses_each_equally(|futures| {
            futures.iter().for_each(finish);
            let count = futures.len();
            assert_eq!(as_completed(futures).flatten().count(), count);
        });
    }

    #[test]
    fn drop_of_as_completed_costs_the_same_for_each_of_many_futures() {
        accesses_each_equally(|futures| {
            let mut completed = as_completed_timeout(futures, Duration::ZERO);
            assert!(completed.next().unwrap().is_err());
        });
    }
}
