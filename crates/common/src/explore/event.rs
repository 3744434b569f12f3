//! The event.

use super::{finds, run};
use crate::sync::Arc;
use crate::sync::fault::Fault;
use crate::threading::Event;
use shuttle::thread;
use std::time::Duration;

/// Two wait for ever, one gives up at some time; it is set once: all end, and nobody is in line.
fn a_setting_reaches_all() {
    let event = Arc::new(Event::new());
    let patient = [(); 2].map(|()| {
        let event = Arc::clone(&event);
        thread::spawn(move || event.wait())
    });
    let impatient = thread::spawn({
        let event = Arc::clone(&event);
        move || {
            let _ = event.wait_timeout(Duration::from_millis(1));
        }
    });
    event.set();
    for waiter in patient {
        waiter.join().unwrap();
    }
    impatient.join().unwrap();
    assert_eq!(format!("{event:?}"), "Event { set: true, waiting: 0 }");
}

/// One is in line when the event is set; who sees it set, clears it, and waits then is not woken by that.
fn a_setting_wakes_only_those_who_were_there() {
    let event = Arc::new(Event::new());
    let earlier = thread::spawn({
        let event = Arc::clone(&event);
        move || event.wait()
    });
    while !format!("{event:?}").contains("waiting: 1") {
        thread::yield_now();
    }
    let setter = thread::spawn({
        let event = Arc::clone(&event);
        move || event.set()
    });
    while !event.is_set() {
        thread::yield_now();
    }
    event.clear();
    assert!(!event.wait_timeout(Duration::from_millis(1)));
    for thread in [earlier, setter] {
        thread.join().unwrap();
    }
    assert_eq!(format!("{event:?}"), "Event { set: false, waiting: 0 }");
}

#[test]
fn an_event_reaches_all() {
    run(a_setting_reaches_all);
}

#[test]
fn finds_a_lost_wake_up() {
    finds(Fault::LostWakeup, a_setting_reaches_all);
}

#[test]
fn finds_a_waiter_that_was_entered_too_late() {
    finds(Fault::EnqueuedTooLate, a_setting_reaches_all);
}

#[test]
fn an_event_wakes_those_who_were_there() {
    run(a_setting_wakes_only_those_who_were_there);
}

#[test]
fn finds_those_who_came_later_and_were_woken() {
    finds(
        Fault::DrainedTooLate,
        a_setting_wakes_only_those_who_were_there,
    );
}
