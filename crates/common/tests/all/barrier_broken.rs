//! What breaks a `threading::Barrier`: a timeout, an abort, a reset, a panic of its action.

use crate::support::{LONG, SHORT, until, until_shows};
use common::threading::BarrierError::Broken;
use common::threading::{Barrier, BarrierError};
use std::sync::mpsc;
use std::thread::{self, Scope, ScopedJoinHandle};
use std::time::{Duration, Instant};

type Outcome = Result<usize, BarrierError>;

/// So many wait at it, one after the other.
fn wait_in<'scope>(
    scope: &'scope Scope<'scope, '_>,
    barrier: &'scope Barrier,
    count: usize,
) -> Vec<ScopedJoinHandle<'scope, Outcome>> {
    let come = |number: usize| {
        let thread = scope.spawn(|| barrier.wait());
        until_shows(barrier, &format!("waiting: {number}"));
        thread
    };
    (1..=count).map(come).collect()
}

fn outcomes(threads: Vec<ScopedJoinHandle<'_, Outcome>>) -> Vec<Outcome> {
    threads
        .into_iter()
        .map(|thread| thread.join().unwrap())
        .collect()
}

/// It is usable, and as many as it is for pass.
fn assert_passes(barrier: &Barrier) {
    assert!(!barrier.broken());
    thread::scope(|scope| {
        let threads: Vec<_> = (0..barrier.parties())
            .map(|_| scope.spawn(|| barrier.wait()))
            .collect();
        assert!(outcomes(threads).iter().all(Result::is_ok));
    });
}

/// Somebody comes, and has not gone a short while after.
fn assert_stays(barrier: &Barrier) {
    until_shows(barrier, "waiting: 1");
    thread::sleep(SHORT);
    assert_eq!(barrier.n_waiting(), 1);
}

/// A barrier whose action says that it has begun and then waits to be let go; without a word, it panics.
fn held_in_action(parties: usize) -> (Barrier, mpsc::Receiver<()>, mpsc::Sender<()>) {
    let (begun, has_begun) = mpsc::channel();
    let (let_go, hold) = mpsc::channel();
    let action = move || {
        begun.send(()).unwrap();
        if hold.recv().is_err() {
            std::panic::resume_unwind(Box::new("on purpose"));
        }
    };
    let builder = Barrier::builder().parties(parties).action(action);
    (builder.build().unwrap(), has_begun, let_go)
}

#[test]
fn a_timeout_breaks_it_for_all_who_wait_and_all_who_come_later() {
    let barrier = Barrier::new(4);
    thread::scope(|scope| {
        let waiting = wait_in(scope, &barrier, 2);
        let start = Instant::now();
        assert_eq!(barrier.wait_timeout(SHORT), Err(Broken));
        assert!(start.elapsed() >= SHORT);
        assert_eq!(outcomes(waiting), [Err(Broken); 2]);
    });
    assert!(barrier.broken());
    assert_eq!(barrier.wait(), Err(Broken));
    assert_eq!(barrier.n_waiting(), 0);
    assert_eq!(Broken.to_string(), "broken barrier");
    let shown = r#"Barrier { parties: 4, state: "broken", waiting: 0 }"#;
    assert_eq!(format!("{barrier:?}"), shown);
}

#[test]
fn without_a_timeout_of_its_own_a_wait_has_the_builders() {
    let builder = || Barrier::builder().parties(2);
    let barrier = builder().timeout(SHORT).build().unwrap();
    assert_eq!(barrier.wait(), Err(Broken));
    let barrier = builder().timeout(Duration::ZERO).build().unwrap();
    thread::scope(|scope| {
        let patient = scope.spawn(|| barrier.wait_timeout(LONG));
        assert_stays(&barrier);
        assert_eq!(barrier.wait(), Ok(1), "the last to come needs no time");
        assert_eq!(patient.join().unwrap(), Ok(0));
    });
}

#[test]
fn a_timeout_beyond_the_clock_is_for_ever() {
    let barrier = Barrier::new(2);
    thread::scope(|scope| {
        let patient = scope.spawn(|| barrier.wait_timeout(Duration::MAX));
        assert_stays(&barrier);
        assert_eq!(barrier.wait(), Ok(1));
        assert_eq!(patient.join().unwrap(), Ok(0));
    });
}

#[test]
fn an_abort_breaks_it_for_all_who_wait_and_come_until_a_reset() {
    let barrier = Barrier::new(3);
    thread::scope(|scope| {
        let waiting = wait_in(scope, &barrier, 2);
        barrier.abort().unwrap();
        assert_eq!(outcomes(waiting), [Err(Broken); 2]);
    });
    assert_eq!(barrier.wait(), Err(Broken));
    barrier.reset().unwrap();
    assert_passes(&barrier);
}

#[test]
fn a_reset_sends_away_who_waits_and_leaves_it_usable() {
    let barrier = Barrier::new(3);
    thread::scope(|scope| {
        let waiting = wait_in(scope, &barrier, 2);
        barrier.reset().unwrap();
        // Those who were sent away need not have gone.
        assert_passes(&barrier);
        assert_eq!(outcomes(waiting), [Err(Broken); 2]);
    });
}

#[test]
fn a_reset_of_one_where_nobody_waits_changes_nothing() {
    let barrier = Barrier::new(2);
    barrier.reset().unwrap();
    assert_passes(&barrier);
}

#[test]
fn a_panic_of_the_action_goes_on_in_its_thread_and_breaks_it_for_the_others() {
    let (barrier, has_begun, let_go) = held_in_action(3);
    thread::scope(|scope| {
        let waiting = wait_in(scope, &barrier, 2);
        let last = scope.spawn(|| barrier.wait());
        has_begun.recv().unwrap();
        let next = scope.spawn(|| barrier.wait());
        until_shows(&barrier, "entering: 1");
        drop(let_go);
        let panic = last.join().unwrap_err();
        assert_eq!(panic.downcast_ref(), Some(&"on purpose"));
        assert_eq!(outcomes(waiting), [Err(Broken); 2]);
        assert_eq!(next.join().unwrap(), Err(Broken));
    });
    assert!(barrier.broken());
    assert_eq!(barrier.wait(), Err(Broken));
}

#[test]
fn after_a_panic_and_a_reset_the_action_runs_again() {
    let (acted, acts) = mpsc::channel();
    let mut is_first = true;
    let action = move || {
        acted.send(()).unwrap();
        if std::mem::take(&mut is_first) {
            std::panic::resume_unwind(Box::new("the first time"));
        }
    };
    let builder = Barrier::builder().parties(1).action(action);
    let barrier = builder.build().unwrap();
    let panic = std::panic::catch_unwind(|| barrier.wait());
    assert!(panic.is_err());
    assert_eq!(barrier.wait(), Err(Broken));
    barrier.reset().unwrap();
    assert_eq!(barrier.wait(), Ok(0));
    assert_eq!(acts.try_iter().count(), 2);
}

#[test]
fn a_timeout_covers_the_action_and_breaks_it_for_all_of_its_generation() {
    let mut timeout = SHORT;
    while !time_is_up_while_the_action_runs(timeout) {
        timeout *= 2;
    }
}

/// False when it was up before the last had come.
fn time_is_up_while_the_action_runs(timeout: Duration) -> bool {
    let (barrier, has_begun, let_go) = held_in_action(3);
    thread::scope(|scope| {
        let patient = wait_in(scope, &barrier, 1);
        let impatient = scope.spawn(|| barrier.wait_timeout(timeout));
        until(|| barrier.n_waiting() == 2 || barrier.broken());
        let last = scope.spawn(|| barrier.wait());
        // The action is held until all the others have gone.
        assert_eq!(impatient.join().unwrap(), Err(Broken));
        assert_eq!(outcomes(patient), [Err(Broken)]);
        assert!(barrier.broken());
        let _ = let_go.send(());
        assert_eq!(last.join().unwrap(), Err(Broken));
        has_begun.try_recv().is_ok()
    })
}

#[test]
fn who_gives_up_at_the_door_breaks_it_for_the_next_but_not_for_those_inside() {
    let (barrier, has_begun, let_go) = held_in_action(2);
    thread::scope(|scope| {
        let mut inside = wait_in(scope, &barrier, 1);
        inside.push(scope.spawn(|| barrier.wait()));
        has_begun.recv().unwrap();
        let beside = scope.spawn(|| barrier.wait());
        until_shows(&barrier, "entering: 1");
        assert_eq!(barrier.wait_timeout(SHORT), Err(Broken));
        assert_eq!(beside.join().unwrap(), Err(Broken));
        assert!(barrier.broken());
        let_go.send(()).unwrap();
        assert_eq!(outcomes(inside), [Ok(0), Ok(1)]);
        assert_eq!(barrier.wait(), Err(Broken));
    });
}

fn break_it(barrier: &Barrier, is_reset: bool) {
    if is_reset {
        barrier.reset()
    } else {
        barrier.abort()
    }
    .unwrap();
}

#[test]
fn an_abort_or_reset_does_not_wait_for_the_action_whose_thread_has_come_in_vain_too() {
    for is_reset in [false, true] {
        let (barrier, has_begun, let_go) = held_in_action(2);
        thread::scope(|scope| {
            let waiting = wait_in(scope, &barrier, 1);
            let acting = scope.spawn(|| barrier.wait());
            has_begun.recv().unwrap();
            break_it(&barrier, is_reset);
            assert_eq!(outcomes(waiting), [Err(Broken)]);
            assert_eq!((barrier.broken(), barrier.n_waiting()), (!is_reset, 0));
            let_go.send(()).unwrap();
            assert_eq!(acting.join().unwrap(), Err(Broken));
        });
        assert_eq!(barrier.broken(), !is_reset);
    }
}

#[test]
fn an_abort_sends_away_who_is_at_the_door_too() {
    let (barrier, has_begun, let_go) = held_in_action(1);
    thread::scope(|scope| {
        let acting = scope.spawn(|| barrier.wait());
        has_begun.recv().unwrap();
        let at_the_door = scope.spawn(|| barrier.wait());
        until_shows(&barrier, "entering: 1");
        barrier.abort().unwrap();
        // The action is held until it has gone.
        assert_eq!(at_the_door.join().unwrap(), Err(Broken));
        let_go.send(()).unwrap();
        assert_eq!(acting.join().unwrap(), Err(Broken));
    });
}

#[test]
fn after_a_reset_who_comes_waits_for_the_end_of_the_action_whose_panic_is_nobodys() {
    let (begun, has_begun) = mpsc::channel();
    let (let_go, hold) = mpsc::channel();
    let action = move || {
        begun.send(()).unwrap();
        if hold.recv().unwrap() {
            std::panic::resume_unwind(Box::new("in vain"));
        }
    };
    let builder = Barrier::builder().parties(2).action(action);
    let barrier = builder.build().unwrap();
    for panics in [false, true] {
        thread::scope(|scope| {
            let waiting = wait_in(scope, &barrier, 1);
            let acting = scope.spawn(|| barrier.wait());
            has_begun.recv().unwrap();
            let mut next = vec![scope.spawn(|| barrier.wait())];
            until_shows(&barrier, "entering: 1");
            barrier.reset().unwrap();
            assert_eq!(outcomes(waiting), [Err(Broken)]);
            next.push(scope.spawn(|| barrier.wait()));
            until_shows(&barrier, "entering: 2");
            let_go.send(panics).unwrap();
            assert_eq!(acting.join().ok(), (!panics).then_some(Err(Broken)));
            // Theirs is another run of it.
            has_begun.recv().unwrap();
            let_go.send(false).unwrap();
            assert!(outcomes(next).iter().all(Result::is_ok));
        });
        assert!(!barrier.broken());
    }
}

#[test]
fn who_is_let_in_after_others_have_come_again_waits_for_their_action_too() {
    let (barrier, has_begun, let_go) = held_in_action(1);
    for _ in 0..20 {
        thread::scope(|scope| {
            let twice = scope.spawn(|| barrier.wait().and_then(|_| barrier.wait()));
            has_begun.recv().unwrap();
            let once = scope.spawn(|| barrier.wait());
            until_shows(&barrier, "entering: 1");
            let_go.send(()).unwrap();
            // Whoever of the two is first, the other is at the door.
            has_begun.recv().unwrap();
            until_shows(&barrier, "entering: 1");
            let_go.send(()).unwrap();
            has_begun.recv().unwrap();
            let_go.send(()).unwrap();
            assert_eq!(outcomes(vec![twice, once]), [Ok(0), Ok(0)]);
        });
    }
}

#[test]
fn who_is_let_in_when_it_has_just_been_broken_has_come_in_vain() {
    for _ in 0..20 {
        let (barrier, has_begun, let_go) = held_in_action(2);
        thread::scope(|scope| {
            let inside = wait_in(scope, &barrier, 1);
            let last = scope.spawn(|| (barrier.wait(), barrier.abort()));
            has_begun.recv().unwrap();
            let next = scope.spawn(|| barrier.wait());
            until_shows(&barrier, "entering: 1");
            let_go.send(()).unwrap();
            assert_eq!(last.join().unwrap(), (Ok(1), Ok(())));
            assert_eq!(outcomes(inside), [Ok(0)]);
            assert_eq!(next.join().unwrap(), Err(Broken));
        });
    }
}

#[test]
fn what_was_waited_at_the_door_counts() {
    let mut timeout = Duration::from_millis(20);
    while !is_waited_no_longer_in_all(timeout) {
        timeout *= 2;
    }
}

/// False when it took much longer, or was not let in. Were only what is waited inside counted, that would be
/// always.
fn is_waited_no_longer_in_all(timeout: Duration) -> bool {
    let (barrier, has_begun, let_go) = held_in_action(2);
    thread::scope(|scope| {
        let mut inside = wait_in(scope, &barrier, 1);
        inside.push(scope.spawn(|| barrier.wait()));
        has_begun.recv().unwrap();
        let next = scope.spawn(|| {
            let start = Instant::now();
            assert_eq!(barrier.wait_timeout(timeout), Err(Broken));
            start.elapsed()
        });
        until(|| format!("{barrier:?}").contains("entering: 1") || barrier.broken());
        thread::sleep(timeout / 2);
        let_go.send(()).unwrap();
        assert_eq!(outcomes(inside), [Ok(0), Ok(1)]);
        until(|| barrier.n_waiting() == 1 || barrier.broken());
        let was_let_in = !barrier.broken();
        next.join().unwrap() < timeout * 3 / 2 && was_let_in
    })
}
