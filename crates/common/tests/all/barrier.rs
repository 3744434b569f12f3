//! `threading::Barrier`, as a user sees it: those who come, and the action. What breaks it: `barrier_broken.rs`.

use crate::support::{LONG, on_threads, until_shows};
use common::threading::{Barrier, BarrierError, ValueError};
use std::panic::catch_unwind;
use std::sync::atomic::{AtomicUsize, Ordering::*};
use std::sync::{Arc, Mutex, OnceLock, mpsc};
use std::thread::{self, ThreadId};

#[test]
fn a_barrier_for_nobody_cannot_be() {
    let error = Barrier::builder().build().unwrap_err();
    assert_eq!(error, ValueError::NoParties);
    assert_eq!(error.to_string(), "parties must be >= 1");
    let panic = catch_unwind(|| Barrier::new(0)).unwrap_err();
    assert_eq!(panic.downcast_ref(), Some(&"parties must be >= 1"));
}

#[test]
fn one_alone_goes_on_at_once_and_its_action_runs() {
    let (acted, acts) = mpsc::channel();
    let barrier = Barrier::builder()
        .parties(1)
        .action(move || acted.send(()).unwrap())
        .build()
        .unwrap();
    for _ in 0..3 {
        assert_eq!(barrier.wait(), Ok(0));
        assert_eq!(acts.try_recv(), Ok(()));
    }
}

#[test]
fn each_is_told_as_which_it_came() {
    let barrier = Barrier::new(4);
    thread::scope(|scope| {
        let early: Vec<_> = (1..4)
            .map(|come| {
                let thread = scope.spawn(|| barrier.wait());
                until_shows(&barrier, &format!("waiting: {come}"));
                thread
            })
            .collect();
        assert_eq!(barrier.wait(), Ok(3));
        let told = early.into_iter().map(|thread| thread.join().unwrap());
        assert_eq!(told.collect::<Vec<_>>(), [Ok(0), Ok(1), Ok(2)]);
    });
}

#[test]
fn it_says_how_many_it_is_for_and_how_many_have_come() {
    let barrier = Barrier::new(2);
    assert_eq!((barrier.parties(), barrier.n_waiting()), (2, 0));
    let empty = r#"Barrier { parties: 2, state: "filling", waiting: 0 }"#;
    assert_eq!(format!("{barrier:?}"), empty);
    thread::scope(|scope| {
        scope.spawn(|| barrier.wait().unwrap());
        until_shows(&barrier, "waiting: 1");
        assert_eq!(barrier.n_waiting(), 1);
        barrier.wait().unwrap();
    });
    assert_eq!(barrier.n_waiting(), 0);
    assert_eq!(format!("{barrier:?}"), empty);
}

#[test]
fn nobody_goes_on_before_all_have_come_and_generations_never_mix() {
    const ROUNDS: usize = 150;
    for parties in [2, 3, 5] {
        let (barrier, come, told) = (
            Barrier::new(parties),
            AtomicUsize::new(0),
            AtomicUsize::new(0),
        );
        on_threads(parties, |_| {
            for round in 1..=ROUNDS {
                come.fetch_add(1, Relaxed);
                let index = barrier.wait().unwrap();
                told.fetch_add(index, Relaxed);
                // Those of this round have all come; one that is ahead may have come for the next.
                let come = come.load(Relaxed);
                assert!(come >= round * parties && come < (round + 1) * parties);
            }
        });
        assert_eq!(told.into_inner(), ROUNDS * (0..parties).sum::<usize>());
    }
}

#[test]
fn more_threads_than_parties_pass_in_groups_of_that_many() {
    let acts = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&acts);
    let barrier = Barrier::builder()
        .parties(2)
        .action(move || {
            count.fetch_add(1, Relaxed);
        })
        .build()
        .unwrap();
    let (told, left) = ([const { AtomicUsize::new(0) }; 2], AtomicUsize::new(300));
    on_threads(6, |_| {
        // From one purse: with a share for each, the slowest would be left alone with the rest of its own.
        while left
            .fetch_update(Relaxed, Relaxed, |left| left.checked_sub(1))
            .is_ok()
        {
            told[barrier.wait().unwrap()].fetch_add(1, Relaxed);
        }
    });
    assert_eq!(told.map(AtomicUsize::into_inner), [150, 150]);
    assert_eq!(acts.load(Relaxed), 150);
}

#[test]
fn the_action_runs_once_in_the_last_that_comes_before_anybody_goes_on() {
    let acts: Arc<Mutex<Vec<ThreadId>>> = Arc::default();
    let log = Arc::clone(&acts);
    let barrier = Barrier::builder()
        .parties(3)
        .action(move || {
            thread::yield_now();
            log.lock().unwrap().push(thread::current().id());
        })
        .build()
        .unwrap();
    let all_have_looked = Barrier::new(3);
    on_threads(3, |_| {
        for round in 1..=50 {
            let index = barrier.wait().unwrap();
            let acts = acts.lock().unwrap().clone();
            assert_eq!(acts.len(), round);
            assert_eq!(acts[round - 1] == thread::current().id(), index == 2);
            all_have_looked.wait().unwrap();
        }
    });
}

#[test]
fn from_its_action_a_barrier_can_be_looked_at_but_not_used() {
    static BARRIER: OnceLock<Barrier> = OnceLock::new();
    let (seen, sight) = mpsc::channel();
    let action = move || {
        let barrier = BARRIER.get().unwrap();
        seen.send((
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
    let barrier = BARRIER.get_or_init(|| {
        Barrier::builder()
            .parties(2)
            .action(action)
            .build()
            .unwrap()
    });
    on_threads(2, |_| assert!(barrier.wait().is_ok()));
    let shown = r#"Barrier { parties: 2, state: "in action", waiting: 2 }"#;
    assert_eq!(sight.recv().unwrap(), (2, false, shown.to_owned()));
    assert!(!barrier.broken());
    let text = "cannot use a barrier from its own action";
    assert_eq!(BarrierError::FromAction.to_string(), text);
}

#[test]
fn who_comes_while_an_action_runs_waits_for_its_end_and_counts_for_the_next() {
    let (begun, has_begun) = mpsc::channel();
    let (let_go, hold) = mpsc::channel();
    let action = move || {
        begun.send(()).unwrap();
        hold.recv().unwrap();
    };
    let barrier = Barrier::builder()
        .parties(2)
        .action(action)
        .build()
        .unwrap();
    thread::scope(|scope| {
        let inside = [(); 2].map(|()| scope.spawn(|| barrier.wait()));
        has_begun.recv().unwrap();
        let early = scope.spawn(|| barrier.wait());
        let waits = r#"Barrier { parties: 2, state: "in action", waiting: 2, entering: 1 }"#;
        until_shows(&barrier, waits);
        let_go.send(()).unwrap();
        for thread in inside {
            assert!(thread.join().unwrap().is_ok());
        }
        until_shows(&barrier, r#"state: "filling", waiting: 1 }"#);
        let_go.send(()).unwrap();
        assert_eq!(barrier.wait(), Ok(1));
        assert_eq!(early.join().unwrap(), Ok(0));
    });
}

#[test]
fn a_barrier_may_be_a_static() {
    static BARRIER: Barrier = Barrier::new(2);
    on_threads(2, |_| assert!(BARRIER.wait().is_ok()));
}
