//! Timer: started and cancelled before it fires, and started to fire at once.

use crate::line::Line;
use crate::timing::{spin_until, timed};
use common::threading::Timer;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

const HOUR: Duration = Duration::from_hours(1);

pub(super) fn lines() -> Vec<Line> {
    vec![
        Line::new("Timer, start and cancel")
            .goal(0.6)
            .ours(|timers| {
                timed(timers, |_| {
                    let timer = Timer::new(HOUR, || ());
                    timer.start().expect("the system starts a thread");
                    timer.cancel();
                })
            })
            .peer("timer", |timers| {
                let peer = timer::Timer::new();
                timed(timers, |_| {
                    // Dropping the guard is its cancel.
                    drop(peer.schedule_with_delay(chrono::Duration::hours(1), || ()));
                })
            })
            .python(include_str!("timer.py"), &["cancel"]),
        Line::new("Timer, fire")
            .goal(0.6)
            .ours(|timers| {
                fired(timers, |function| {
                    let timer = Timer::new(Duration::ZERO, function);
                    timer.start().expect("the system starts a thread");
                })
            })
            .peer("timer", |timers| {
                let peer = timer::Timer::new();
                fired(timers, |function| {
                    peer.schedule_with_delay(chrono::Duration::zero(), function)
                        .ignore();
                })
            })
            .reference("std sleeping thread", |timers| {
                fired(timers, |mut function| {
                    let wait = move || {
                        thread::sleep(Duration::ZERO);
                        function();
                    };
                    drop(thread::spawn(wait));
                })
            })
            .python(include_str!("timer.py"), &["fire"]),
    ]
}

/// The function of a timer, which records that it was called.
type Function = Box<dyn FnMut() + Send>;

/// Each timer is seen to have fired before the next one is started.
fn fired(timers: u64, start: impl Fn(Function)) -> Duration {
    let count = Arc::new(AtomicU64::new(0));
    timed(timers, |number| {
        let counter = Arc::clone(&count);
        start(Box::new(move || {
            counter.store(number + 1, Ordering::Release);
        }));
        spin_until(|| count.load(Ordering::Acquire) == number + 1);
    })
}
