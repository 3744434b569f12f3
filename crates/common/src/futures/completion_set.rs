//! A set of futures, in the order in which they complete: what `wait` and `as_completed` are made of.

use super::future::{Future, Observer};
use crate::sync::{Arc, Backoff, Deadline, deferred};
use crate::wait_queue::{Parked, WaitQueue, Waiter};
use std::collections::{HashSet, VecDeque};
use std::hash::{BuildHasherDefault, Hasher};
use std::iter::Enumerate;
use std::vec;

/// Futures, each once, and the order in which they complete.
pub(super) struct CompletionSet<T> {
    /// `None` once it was taken out.
    futures: Vec<Option<Future<T>>>,
    /// Whether each was done at the beginning: these come first.
    already_done: Enumerate<vec::IntoIter<bool>>,
    /// Indices that were drained from the queue and come next.
    ready: VecDeque<usize>,
    /// The number of indices that [`next`](Self::next) has not returned yet.
    remaining: usize,
    queue: Arc<CompletionQueue>,
    /// The queue, as the futures know it.
    observer: Arc<dyn Observer>,
}

impl<T> CompletionSet<T> {
    pub(super) fn new(futures: impl IntoIterator<Item = Future<T>>) -> Self {
        let futures = dedup(futures);
        let queue = Arc::new(CompletionQueue::default());
        let observer: Arc<dyn Observer> = Arc::clone(&queue) as _;
        let is_done =
            |(index, future): (usize, &Future<T>)| !future.core().add_observer(&observer, index);
        let already_done: Vec<_> = futures.iter().enumerate().map(is_done).collect();
        Self {
            remaining: futures.len(),
            futures: futures.into_iter().map(Some).collect(),
            already_done: already_done.into_iter().enumerate(),
            ready: VecDeque::new(),
            queue,
            observer,
        }
    }

    /// The number of futures, with those that were taken out.
    pub(super) fn len(&self) -> usize {
        self.futures.len()
    }

    pub(super) fn remaining(&self) -> usize {
        self.remaining
    }

    pub(super) fn get(&self, index: usize) -> Option<&Future<T>> {
        self.futures[index].as_ref()
    }

    pub(super) fn take(&mut self, index: usize) -> Option<Future<T>> {
        self.futures[index].take()
    }

    /// The index of the next future that is done; `None` when the deadline comes first. A completion that was notified
    /// by then is never missed.
    ///
    /// When none is ready, the caller is woken once `wanted` more are done, and not for each.
    pub(super) fn next(&mut self, wanted: usize, deadline: Deadline) -> Option<usize> {
        let next = self.next_ready().or_else(|| {
            self.queue.drain_into(&mut self.ready, wanted, deadline);
            self.ready.pop_front()
        });
        self.remaining -= usize::from(next.is_some());
        next
    }

    fn next_ready(&mut self) -> Option<usize> {
        let was_done = |(index, was_done): (usize, bool)| was_done.then_some(index);
        let first = self.already_done.find_map(was_done);
        first.or_else(|| self.ready.pop_front())
    }

    /// The index of a future that is done, and whose notification has not come yet.
    pub(super) fn first_done(&self) -> Option<usize> {
        let is_done = |future: &Option<Future<T>>| future.as_ref().is_some_and(Future::done);
        self.futures.iter().position(is_done)
    }

    /// The futures that are done, and the others, in the order given.
    pub(super) fn partition(mut self) -> (Vec<Future<T>>, Vec<Future<T>>) {
        let futures = std::mem::take(&mut self.futures);
        let futures = futures.into_iter().flatten();
        if self.remaining == 0 {
            return (futures.collect(), Vec::new());
        }
        let (done, not_done): (Vec<_>, Vec<_>) = futures.partition(Future::done);
        self.stop_observing(&not_done);
        (done, not_done)
    }

    fn stop_observing<'a>(&self, futures: impl IntoIterator<Item = &'a Future<T>>)
    where
        T: 'a,
    {
        for future in futures {
            future.core().remove_observer(&self.observer);
        }
    }
}

impl<T> Drop for CompletionSet<T> {
    fn drop(&mut self) {
        self.stop_observing(self.futures.iter().flatten());
    }
}

/// The indices of completed futures that were not taken yet, and the thread that waits for them.
#[derive(Default)]
struct CompletionQueue(WaitQueue<Completed>);

#[derive(Default)]
struct Completed {
    indices: VecDeque<usize>,
    /// The waiting thread is woken once there are this many.
    wanted: usize,
}

impl CompletionQueue {
    /// Swaps the completed indices for `ready`, which is empty, once there are `wanted`; when the deadline comes first,
    /// there may be fewer, or none.
    fn drain_into(&self, ready: &mut VecDeque<usize>, wanted: usize, deadline: Deadline) {
        let mut completed = self.0.lock();
        if completed.indices.len() < wanted {
            drop(completed);
            deferred::run_before_blocking();
            completed = self.0.lock();
        }
        completed.wanted = wanted;
        while completed.indices.len() < wanted {
            let waiter = completed.enqueue();
            drop(completed);
            let cancel = |waiter: &Waiter| self.0.lock().cancel(waiter);
            completed = match waiter.park(cancel, deadline, Backoff::Yield) {
                Parked::Notified(_) => self.0.lock(),
                Parked::TimedOut(timed_out) => {
                    completed = timed_out;
                    break;
                }
            };
        }
        std::mem::swap(&mut completed.indices, ready);
    }
}

impl Observer for CompletionQueue {
    fn completed(&self, index: usize) {
        let mut completed = self.0.lock();
        completed.indices.push_back(index);
        let is_enough =
            completed.indices.len() >= completed.wanted && !fault!(LastFutureNotNotified);
        let wakeup = if is_enough {
            completed.pop_front()
        } else {
            None
        };
        drop(completed);
        drop(wakeup);
    }
}

/// The futures in the order in which each was given first.
fn dedup<T>(futures: impl IntoIterator<Item = Future<T>>) -> Vec<Future<T>> {
    let mut futures: Vec<_> = futures.into_iter().collect();
    let mut seen = Addresses::with_capacity_and_hasher(futures.len(), BuildHasherDefault::new());
    futures.retain(|future| seen.insert(future.address()));
    futures
}

type Addresses = HashSet<usize, BuildHasherDefault<PointerHasher>>;

/// Addresses come from the allocator and not from an attacker: a multiplication scatters them well enough, and costs
/// less than the default hasher.
#[derive(Default)]
struct PointerHasher(u64);

impl Hasher for PointerHasher {
    fn write_usize(&mut self, address: usize) {
        // By the golden ratio, whose multiples are far from each other; the upper bits are the best ones.
        self.0 = (address as u64)
            .wrapping_mul(0x9E37_79B9_7F4A_7C15)
            .rotate_left(26);
    }

    fn write(&mut self, _: &[u8]) {
        unreachable!("an address is one word");
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

#[cfg(all(test, not(any(shuttle, loom))))]
mod tests {
    use super::{CompletionQueue, PointerHasher};
    use crate::futures::future::{Core, Observer, Phase, Shared};
    use crate::futures::{
        Future, ReturnWhen, as_completed, as_completed_timeout, wait, wait_timeout,
    };
    use crate::sync::Deadline;
    use std::collections::{HashMap, VecDeque};
    use std::hash::{BuildHasher, BuildHasherDefault};
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
    use std::thread;
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
            Future::from_new(Arc::new(Counted { core, accesses }))
        };
        ((0..count).map(future).collect(), accesses)
    }

    /// Finishes the future, which takes three accesses.
    fn finish(future: &Future<usize>) {
        let begun = future.core().advance(&[Phase::Pending], Phase::Running);
        assert_eq!(begun, Ok(Phase::Pending));
        future.core().store(Ok(0));
        let completion = future.core().complete();
        assert!(completion.is_none_or(|completion| completion.notify().is_empty()));
    }

    /// Asserts that `collect` accesses each of many futures as often as each of few.
    fn accesses_each_equally(collect: impl Fn(Vec<Future<usize>>)) {
        let [few, many] = [FEW, MANY].map(|count| {
            let (futures, accesses) = counted(count);
            collect(futures);
            accesses.load(Relaxed)
        });
        assert!(few > FEW, "{few} accesses: none is counted");
        assert_eq!(many, few * (MANY / FEW));
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

    #[test]
    fn drain_into_is_woken_by_the_last_wanted_completion() {
        let queue = CompletionQueue::default();
        thread::scope(|scope| {
            let waiting = scope.spawn(|| {
                let mut ready = VecDeque::new();
                queue.drain_into(&mut ready, 3, Deadline::NEVER);
                ready
            });
            while queue.0.len() == 0 {
                thread::yield_now();
            }
            let waiting_after = [2, 0, 1].map(|number| {
                queue.completed(number);
                queue.0.len()
            });
            assert_eq!(waiting.join().unwrap(), [2, 0, 1]);
            assert_eq!(waiting_after, [1, 1, 0]);
        });
    }

    const ADDRESSES: usize = 1 << 14;

    #[test]
    fn pointer_hasher_scatters_addresses_at_any_distance() {
        for distance in [8, 16, 96, 112, 128, 4096, 4112, 1 << 16, 1 << 20] {
            let mut buckets: HashMap<u64, usize> = HashMap::new();
            for number in 0..ADDRESSES {
                let address = 0x7f3a_5c00_0010 + number * distance;
                let hash = BuildHasherDefault::<PointerHasher>::new().hash_one(address);
                *buckets.entry(hash % ADDRESSES as u64).or_default() += 1;
            }
            let fullest = buckets.into_values().max();
            assert!(
                fullest <= Some(8),
                "{fullest:?} at a distance of {distance}"
            );
        }
    }
}
