//! A set of futures, in the order in which they complete: what `wait` and `as_completed` are made of.

use super::future::{CompletionQueue, Future};
use crate::sync::{Arc, Deadline};
use std::collections::{HashSet, VecDeque};
use std::hash::{BuildHasherDefault, Hasher};
use std::mem;

/// Futures, each once, and the order in which they complete.
///
/// Invariant: `queue` is notified of each future that was not done at the beginning and was not taken out.
pub(super) struct CompletionSet<T> {
    /// `None` once it was taken out.
    futures: Vec<Option<Future<T>>>,
    /// Indices to yield next: first the futures that were done at the start, then the indices drained from the queue.
    ready: VecDeque<usize>,
    /// The number of indices that [`next_index`](Self::next_index) has not returned yet.
    remaining: usize,
    queue: Arc<CompletionQueue>,
}

impl<T> CompletionSet<T> {
    pub(super) fn new(futures: impl IntoIterator<Item = Future<T>>) -> Self {
        let futures = dedup(futures);
        let queue = Arc::new(CompletionQueue::default());
        let is_done = |index: &usize| !futures[*index].core().add_observer(&queue, *index);
        let ready = (0..futures.len()).filter(is_done).collect();
        Self {
            ready,
            remaining: futures.len(),
            futures: futures.into_iter().map(Some).collect(),
            queue,
        }
    }

    /// The number of futures, with those that were taken out.
    pub(super) fn len(&self) -> usize {
        self.futures.len()
    }

    pub(super) fn remaining(&self) -> usize {
        self.remaining
    }

    /// The next future that is done; `None` when the deadline comes first, or when none remains. A completion that was
    /// notified by then is never missed.
    ///
    /// When none is ready, the caller is woken once `wanted` more are done, and not for each.
    pub(super) fn next(&mut self, wanted: usize, deadline: Deadline) -> Option<&Future<T>> {
        let index = self.next_index(wanted, deadline)?;
        self.futures[index].as_ref()
    }

    /// Takes the next future that is done out of the set, even if its notification has not come yet.
    pub(super) fn take_next(&mut self, deadline: Deadline) -> Option<Future<T>> {
        loop {
            let index = self.next_index(1, deadline).or_else(|| self.first_done())?;
            // `None` if `first_done` found it before its notification.
            let future = self.futures[index].take();
            if future.is_some() {
                return future;
            }
        }
    }

    fn next_index(&mut self, wanted: usize, deadline: Deadline) -> Option<usize> {
        trace!(Call, self, "future", "wait", 0);
        if self.ready.is_empty() && self.remaining > 0 {
            self.queue.drain_into(&mut self.ready, wanted, deadline);
        }
        let index = self.ready.pop_front()?;
        if let Some(future) = &self.futures[index] {
            trace!(ProceedAfterAll, future.core(), "future", "", 0);
        }
        self.remaining -= 1;
        Some(index)
    }

    fn first_done(&self) -> Option<usize> {
        let is_done = |future: &Option<Future<T>>| future.as_ref().is_some_and(Future::done);
        self.futures.iter().position(is_done)
    }

    /// The futures that are done, and the others, in the order given.
    pub(super) fn partition(mut self) -> (Vec<Future<T>>, Vec<Future<T>>) {
        let futures = mem::take(&mut self.futures).into_iter().flatten();
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
            future.core().remove_observer(&self.queue);
        }
    }
}

impl<T> Drop for CompletionSet<T> {
    fn drop(&mut self) {
        self.stop_observing(self.futures.iter().flatten());
    }
}

/// The futures in the order in which each was given first.
fn dedup<T>(futures: impl IntoIterator<Item = Future<T>>) -> Vec<Future<T>> {
    let mut futures: Vec<_> = futures.into_iter().collect();
    let mut seen = Addresses::with_capacity_and_hasher(futures.len(), BuildHasherDefault::new());
    futures.retain(|future| seen.insert(future.address()));
    futures
}

/// The addresses of the futures that were seen.
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
    use super::PointerHasher;
    use crate::futures::future::{Core, Phase, Shared};
    use crate::futures::{
        Future, ReturnWhen, as_completed, as_completed_timeout, wait, wait_timeout,
    };
    use std::collections::HashMap;
    use std::hash::{BuildHasher, BuildHasherDefault};
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
            Future::from_new(Arc::new(Counted { core, accesses }))
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
