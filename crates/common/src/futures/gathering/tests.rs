//! How often a future is looked at, and how often who waits is woken.

use super::mailbox::Mailbox;
use crate::futures::future::{Core, Phase, Shared, Subscriber};
use crate::futures::{Future, ReturnWhen, as_completed, wait};
use crate::sync::Deadline;
use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::thread;
use std::time::Duration;

const FEW: usize = 100;
const MANY: usize = 10_000;

/// A future that counts how often anybody comes to it.
struct Counting {
    core: Core<usize>,
    looks: Arc<AtomicUsize>,
}

impl Shared<usize> for Counting {
    fn core(&self) -> &Core<usize> {
        self.looks.fetch_add(1, Relaxed);
        &self.core
    }

    fn core_mut(&mut self) -> &mut Core<usize> {
        &mut self.core
    }
}

/// Futures that are pending, and the count of the looks at all of them.
fn counting(count: usize) -> (Vec<Future<usize>>, Arc<AtomicUsize>) {
    let looks = Arc::new(AtomicUsize::new(0));
    let future = |_| {
        let (core, looks) = (Core::new(), Arc::clone(&looks));
        Future::first(Arc::new(Counting { core, looks }))
    };
    ((0..count).map(future).collect(), looks)
}

/// Ends it, which takes three looks.
fn end(future: &Future<usize>) {
    let begun = future.core().advance(&[Phase::Pending], Phase::Running);
    assert_eq!(begun, Ok(Phase::Pending));
    future.core().settle(Ok(0));
    if let Some(end) = future.core().publish() {
        assert!(end.tell().is_empty());
    }
}

/// Asserts that `gather` looks at many futures as often as at few, each.
fn looks_at_each_as_often(gather: impl Fn(Vec<Future<usize>>)) {
    let [few, many] = [FEW, MANY].map(|count| {
        let (futures, looks) = counting(count);
        gather(futures);
        looks.load(Relaxed)
    });
    assert!(few > FEW, "{few} looks: nothing is counted");
    assert_eq!(many, few * (MANY / FEW));
}

#[test]
fn wait_looks_at_each_of_many_as_often_as_at_each_of_few() {
    for return_when in [ReturnWhen::AllCompleted, ReturnWhen::FirstException] {
        looks_at_each_as_often(|futures| {
            futures.iter().for_each(end);
            let waited = wait(futures, None, return_when);
            assert!(waited.not_done.is_empty());
        });
        looks_at_each_as_often(|futures| {
            let waited = wait(futures, Some(Duration::ZERO), return_when);
            assert!(waited.done.is_empty());
        });
    }
}

#[test]
fn as_completed_looks_at_each_of_many_as_often_as_at_each_of_few() {
    looks_at_each_as_often(|futures| {
        let clones = futures.clone();
        let mut completed = as_completed(clones, None);
        // The last first: whoever searches for the next from the start has the longest way.
        for future in futures.iter().rev() {
            end(future);
            assert_eq!(completed.next().unwrap().unwrap(), *future);
        }
        assert!(completed.next().is_none());
    });
    looks_at_each_as_often(|futures| {
        futures.iter().for_each(end);
        let count = futures.len();
        assert_eq!(as_completed(futures, None).flatten().count(), count);
    });
}

#[test]
fn leaving_as_completed_looks_at_each_of_many_as_often_as_at_each_of_few() {
    looks_at_each_as_often(|futures| {
        let mut completed = as_completed(futures, Some(Duration::ZERO));
        assert!(completed.next().unwrap().is_err());
    });
}

#[test]
fn who_waits_for_all_is_woken_by_the_last() {
    let mailbox = Mailbox::default();
    thread::scope(|scope| {
        let waiting = scope.spawn(|| {
            let mut told = VecDeque::new();
            mailbox.empty_into(&mut told, 3, Deadline::NEVER);
            told
        });
        while mailbox.waiting() == 0 {
            thread::yield_now();
        }
        let waiting_after = [2, 0, 1].map(|number| {
            mailbox.completed(number);
            mailbox.waiting()
        });
        assert_eq!(waiting.join().unwrap(), [2, 0, 1]);
        assert_eq!(waiting_after, [1, 1, 0]);
    });
}
