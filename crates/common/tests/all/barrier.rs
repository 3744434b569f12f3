//! `threading::Barrier`: arrivals, generations, the action. The broken state: `barrier_broken.rs`.

use crate::support::{LONG, on_threads, until, until_shows};
use common::threading::{Barrier, BarrierError};
use std::panic::catch_unwind;
use std::sync::atomic::{AtomicUsize, Ordering::*};
use std::sync::{Arc, Mutex, OnceLock, mpsc};
use std::thread::{self, ThreadId};

#[test]
fn new_for_zero_parties_panics() {
    let panic = catch_unwind(|| Barrier::new(0)).unwrap_err();
    assert_eq!(panic.downcast_ref(), Some(&"parties must be >= 1"));
}

#[test]
fn wait_of_one_party_runs_the_action_and_never_blocks() {
    let (ran, runs) = mpsc::channel();
    let barrier = Barrier::new(1).with_action(move || ran.send(()).unwrap());
    for _ in 0..3 {
        assert_eq!(barrier.wait(), Ok(0));
        assert_eq!(runs.try_recv(), Ok(()));
    }
}

#[test]
fn wait_returns_the_index_of_the_arrival() {
    let barrier = Barrier::new(4);
    thread::scope(|scope| {
        let early: Vec<_> = (1..4)
            .map(|arrived| {
                let thread = scope.spawn(|| barrier.wait());
                until(|| barrier.n_waiting() == arrived);
                thread
            })
            .collect();
        assert_eq!(barrier.wait(), Ok(3));
        let indices = early.into_iter().map(|thread| thread.join().unwrap());
        assert_eq!(indices.collect::<Vec<_>>(), [Ok(0), Ok(1), Ok(2)]);
    });
}

#[test]
fn n_waiting_counts_the_arrived_threads() {
    let barrier = Barrier::new(2);
    assert_eq!((barrier.parties(), barrier.n_waiting()), (2, 0));
    let empty = "Barrier { parties: 2, waiting: 0, entering: 0, broken: false }";
    assert_eq!(format!("{barrier:?}"), empty);
    thread::scope(|scope| {
        scope.spawn(|| barrier.wait().unwrap());
        until(|| barrier.n_waiting() == 1);
        let filling = "Barrier { parties: 2, waiting: 1, entering: 0, broken: false }";
        assert_eq!(format!("{barrier:?}"), filling);
        barrier.wait().unwrap();
    });
    assert_eq!(barrier.n_waiting(), 0);
    assert_eq!(format!("{barrier:?}"), empty);
}

#[test]
fn wait_releases_all_parties_together_and_never_mixes_generations() {
    const ROUNDS: usize = 150;
    for parties in [2, 3, 5] {
        let (barrier, arrivals, indices) = (
            Barrier::new(parties),
            AtomicUsize::new(0),
            AtomicUsize::new(0),
        );
        on_threads(parties, |_| {
            for round in 1..=ROUNDS {
                arrivals.fetch_add(1, Relaxed);
                let index = barrier.wait().unwrap();
                indices.fetch_add(index, Relaxed);
                // All threads of this round have arrived; faster threads may have arrived for the next round.
                let arrivals = arrivals.load(Relaxed);
                assert!(arrivals >= round * parties && arrivals < (round + 1) * parties);
            }
        });
        assert_eq!(indices.into_inner(), ROUNDS * (0..parties).sum::<usize>());
    }
}

#[test]
fn wait_of_more_threads_than_parties_passes_in_whole_generations() {
    let runs = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&runs);
    let barrier = Barrier::new(2).with_action(move || {
        count.fetch_add(1, Relaxed);
    });
    let indices = [const { AtomicUsize::new(0) }; 2];
    let left = AtomicUsize::new(300);
    on_threads(6, |_| {
        // One count for all threads: with a fixed share each, the slowest thread would be left without a partner.
        while left
            .fetch_update(Relaxed, Relaxed, |left| left.checked_sub(1))
            .is_ok()
        {
            indices[barrier.wait().unwrap()].fetch_add(1, Relaxed);
        }
    });
    assert_eq!(indices.map(AtomicUsize::into_inner), [150, 150]);
    assert_eq!(runs.load(Relaxed), 150);
}

#[test]
fn action_runs_once_in_the_last_arrival_before_any_release() {
    let runs: Arc<Mutex<Vec<ThreadId>>> = Arc::default();
    let log = Arc::clone(&runs);
    let barrier = Barrier::new(3).with_action(move || {
        thread::yield_now();
        log.lock().unwrap().push(thread::current().id());
    });
    let all_have_checked = Barrier::new(3);
    on_threads(3, |_| {
        for round in 1..=50 {
            let index = barrier.wait().unwrap();
            let runs = runs.lock().unwrap().clone();
            assert_eq!(runs.len(), round);
            assert_eq!(runs[round - 1] == thread::current().id(), index == 2);
            all_have_checked.wait().unwrap();
        }
    });
}

#[test]
fn action_can_read_its_barrier_but_not_wait_reset_or_abort() {
    static BARRIER: OnceLock<Barrier> = OnceLock::new();
    let (send, received) = mpsc::channel();
    let action = move || {
        let barrier = BARRIER.get().unwrap();
        send.send((
            barrier.n_waiting(),
            barrier.broken(),
            format!("{barrier:?}"),
        ))
        .unwrap();
        assert_eq!(barrier.wait(), Err(BarrierError::FromAction));
        assert_eq!(barrier.wait_timeout(LONG), Err(BarrierError::FromAction));
        assert_eq!(barrier.reset(), Err(BarrierError::FromAction));
        assert_eq!(barrier.abort(), Err(BarrierError::FromAction));
    };
    let barrier = BARRIER.get_or_init(|| Barrier::new(2).with_action(action));
    on_threads(2, |_| assert!(barrier.wait().is_ok()));
    let shown = "Barrier { parties: 2, waiting: 2, entering: 0, broken: false }";
    assert_eq!(received.recv().unwrap(), (2, false, shown.to_owned()));
    assert!(!barrier.broken());
    let text = "cannot use a barrier from its own action";
    assert_eq!(BarrierError::FromAction.to_string(), text);
}

#[test]
fn arrival_during_an_action_joins_the_next_generation() {
    let (begun, has_begun) = mpsc::channel();
    let (end, may_end) = mpsc::channel();
    let action = move || {
        begun.send(()).unwrap();
        may_end.recv().unwrap();
    };
    let barrier = Barrier::new(2).with_action(action);
    thread::scope(|scope| {
        let generation = [(); 2].map(|()| scope.spawn(|| barrier.wait()));
        has_begun.recv().unwrap();
        let early = scope.spawn(|| barrier.wait());
        let entering = "Barrier { parties: 2, waiting: 2, entering: 1, broken: false }";
        until_shows(&barrier, entering);
        end.send(()).unwrap();
        for thread in generation {
            assert!(thread.join().unwrap().is_ok());
        }
        until(|| barrier.n_waiting() == 1);
        end.send(()).unwrap();
        assert_eq!(barrier.wait(), Ok(1));
        assert_eq!(early.join().unwrap(), Ok(0));
    });
}

#[test]
fn new_can_initialize_a_static() {
    static BARRIER: Barrier = Barrier::new(2);
    on_threads(2, |_| assert!(BARRIER.wait().is_ok()));
}
