//! The semaphore.

use super::{finds, run};
use crate::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use crate::sync::fault::Fault;
use crate::sync::{Arc, CHANCE};
use crate::threading::{BoundedSemaphore, Semaphore};
use shuttle::thread;
use std::time::Duration;

/// Three want one of two units, twice each: two at most have one, all end, and both are back at the end.
fn no_more_than_two_have_one_of_two() {
    let shared = Arc::new((Semaphore::new(2), AtomicUsize::new(0)));
    let threads = [(); 3].map(|()| {
        let shared = Arc::clone(&shared);
        thread::spawn(move || {
            let (semaphore, inside) = &*shared;
            for _ in 0..2 {
                let _permit = semaphore.permit();
                assert!(inside.fetch_add(1, Relaxed) < 2);
                inside.fetch_sub(1, Relaxed);
            }
        })
    });
    for thread in threads {
        thread.join().unwrap();
    }
    let shown = format!("{:?}", shared.0);
    assert_eq!(shown, "Semaphore { value: 2, waiting: 0 }");
}

/// Two give up at some time, two wait for ever: each of those gets one of the units that come, whoever
/// else gets one and gives it back.
fn those_who_give_up_keep_nobody_from_a_unit() {
    let semaphore = Arc::new(Semaphore::new(0));
    let threads = [true, false, true, false].map(|is_patient| {
        let semaphore = Arc::clone(&semaphore);
        thread::spawn(move || {
            let timeout = if is_patient {
                Duration::MAX
            } else {
                Duration::from_millis(1)
            };
            if semaphore.acquire_timeout(timeout) {
                semaphore.release();
            } else {
                assert!(!is_patient);
            }
        })
    });
    semaphore.release();
    for thread in threads {
        thread.join().unwrap();
    }
    let shown = format!("{semaphore:?}");
    assert_eq!(shown, "Semaphore { value: 1, waiting: 0 }");
}

/// Units that come two at a time, given back too often by one: the bound holds, and nobody is left waiting.
fn a_bound_holds_whoever_releases() {
    let semaphore = Arc::new(BoundedSemaphore::new(2));
    (0..2).for_each(|_| semaphore.acquire());
    let waiters = [(); 2].map(|()| {
        let semaphore = Arc::clone(&semaphore);
        thread::spawn(move || semaphore.acquire())
    });
    let releasers = [(); 2].map(|()| {
        let semaphore = Arc::clone(&semaphore);
        thread::spawn(move || usize::from(semaphore.release_many(2).is_ok()))
    });
    let released: usize = releasers.map(|thread| thread.join().unwrap()).iter().sum();
    for waiter in waiters {
        waiter.join().unwrap();
    }
    let value = 2 * (released - 1);
    let expected = format!("BoundedSemaphore {{ value: {value}, initial: 2, waiting: 0 }}");
    assert_eq!(format!("{semaphore:?}"), expected);
}

/// Two wait, and two units come one by one: whoever takes the first, and whenever, the other is had too.
fn each_unit_finds_one_who_waits() {
    let semaphore = Arc::new(Semaphore::new(0));
    let waiters = [(); 2].map(|()| {
        let semaphore = Arc::clone(&semaphore);
        thread::spawn(move || semaphore.acquire())
    });
    (0..2).for_each(|_| semaphore.release());
    for waiter in waiters {
        waiter.join().unwrap();
    }
    let shown = format!("{semaphore:?}");
    assert_eq!(shown, "Semaphore { value: 0, waiting: 0 }");
}

/// One thread has the only permit and acquires it again at once; another waits, with each deadline passed. It may be
/// overtaken once, and is handed the permit then.
fn overtaken_waiter_is_handed_the_permit() {
    CHANCE.set(1.0);
    let shared = Arc::new((BoundedSemaphore::new(1), AtomicUsize::new(0)));
    let (semaphore, done) = &*shared;
    semaphore.acquire();
    let waiter = thread::spawn({
        let shared = Arc::clone(&shared);
        move || {
            shared.0.acquire();
            shared.1.store(1, Relaxed);
            shared.0.release().unwrap();
        }
    });
    let mut overtakes = 0;
    loop {
        while semaphore.waiting() == 0 && done.load(Relaxed) == 0 {
            thread::yield_now();
        }
        semaphore.release().unwrap();
        if !semaphore.try_acquire() {
            break;
        }
        if done.load(Relaxed) == 1 {
            semaphore.release().unwrap();
            break;
        }
        overtakes += 1;
        assert!(overtakes <= 1);
    }
    waiter.join().unwrap();
    assert!(semaphore.try_acquire() && !semaphore.try_acquire());
    CHANCE.set(0.3);
}

#[test]
fn starving_waiter_is_handed_the_permit() {
    run(overtaken_waiter_is_handed_the_permit);
}

#[test]
fn finds_an_unfair_release() {
    finds(Fault::UnfairRelease, overtaken_waiter_is_handed_the_permit);
}

#[test]
fn a_semaphore_lets_in_as_many_as_it_has_units() {
    run(no_more_than_two_have_one_of_two);
}

#[test]
fn finds_a_lost_wake_up() {
    finds(Fault::LostWakeup, no_more_than_two_have_one_of_two);
}

#[test]
fn finds_a_word_that_forgets_who_waits() {
    finds(Fault::UnmarkedWaiter, no_more_than_two_have_one_of_two);
}

#[test]
fn a_timeout_passes_its_wake_up_on() {
    run(those_who_give_up_keep_nobody_from_a_unit);
}

#[test]
fn finds_a_wake_up_spent_on_a_waiter_that_timed_out() {
    finds(
        Fault::CancelledAfterNotify,
        those_who_give_up_keep_nobody_from_a_unit,
    );
}

#[test]
fn a_release_of_several_is_one_step() {
    run(a_bound_holds_whoever_releases);
}

#[test]
fn who_comes_for_a_unit_is_counted_on_until_it_has_one() {
    run(each_unit_finds_one_who_waits);
}

#[test]
fn finds_a_unit_kept_for_a_thread_that_has_one() {
    finds(Fault::StillInFlight, each_unit_finds_one_who_waits);
}
