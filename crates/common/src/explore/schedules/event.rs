//! The event.

use super::{explore, join, spawn, until};
use crate::sync::Arc;
use crate::sync::fault::Fault;
use crate::threading::Event;
use std::time::Duration;

/// Two threads wait without a timeout, one may time out, and the event is set once: all end, and the queue is empty.
#[test]
fn set_wakes_every_waiter() {
    explore(&[Fault::LostWakeup, Fault::EnqueuedTooLate], || {
        let event = Arc::new(Event::new());
        let timeouts = [Duration::MAX, Duration::MAX, Duration::from_millis(1)];
        let threads = timeouts.map(|timeout| {
            spawn(&event, move |event| {
                event.wait_timeout(timeout) || timeout < Duration::MAX
            })
        });
        event.set();
        assert_eq!(join(threads), [true; 3]);
        assert_eq!((event.is_set(), event.waiting()), (true, 0));
    });
}

/// A thread waits when the event is set. Another one sees it set, clears it and waits: it is not woken by that set.
#[test]
fn set_wakes_no_later_waiter() {
    explore(&[Fault::DrainedTooLate], || {
        let event = Arc::new(Event::new());
        let earlier = spawn(&event, Event::wait);
        until(|| event.waiting() == 1);
        let setter = spawn(&event, Event::set);
        until(|| event.is_set());
        event.clear();
        assert!(!event.wait_timeout(Duration::from_millis(1)));
        join([earlier, setter]);
        assert_eq!((event.is_set(), event.waiting()), (false, 0));
    });
}
