//! Timer: started and cancelled before its time, and started to fire at once.

use crate::line::Line;
use common::threading::Timer;
use std::hint::spin_loop;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

const FAR: Duration = Duration::from_hours(1);

pub(super) fn lines() -> Vec<Line> {
    vec![
        Line::new("Timer, start and cancel")
            .goal(0.5)
            .ours(|timers| {
                timed(timers, |_| {
                    let timer = Timer::new(FAR, || ());
                    timer.start().expect("a thread is there");
                    timer.cancel();
                })
            })
            .peer("timer", |timers| {
                let peer = timer::Timer::new();
                timed(timers, |_| {
                    // Dropping the guard is its cancel.
                    drop(peer.schedule_with_delay(peer_hours(1), || ()));
                })
            })
            .python(include_str!("timer.py"), &["cancel"]),
        Line::new("Timer, fire")
            .goal(0.8)
            .ours(|timers| {
                fired(timers, |tell| {
                    let timer = Timer::new(Duration::ZERO, tell);
                    timer.start().expect("a thread is there");
                })
            })
            .peer("timer", |timers| {
                let peer = timer::Timer::new();
                fired(timers, |tell| {
                    peer.schedule_with_delay(peer_hours(0), tell).ignore();
                })
            })
            .beside("std sleeping thread", |timers| {
                fired(timers, |tell| {
                    let mut tell = tell;
                    let wait = move || {
                        thread::sleep(Duration::ZERO);
                        tell();
                    };
                    drop(thread::spawn(wait));
                })
            })
            .python(include_str!("timer.py"), &["fire"]),
    ]
}

fn peer_hours(hours: i64) -> chrono::Duration {
    chrono::Duration::hours(hours)
}

/// What a timer is to call: says that it was called.
type Tell = Box<dyn FnMut() + Send>;

/// Each is seen to have fired before the next is started.
fn fired(timers: u64, start: impl Fn(Tell)) -> Duration {
    let seen = Arc::new(AtomicU64::new(0));
    timed(timers, |number| {
        let tells = Arc::clone(&seen);
        start(Box::new(move || {
            tells.store(number, Ordering::Release);
        }));
        look_for(|| seen.load(Ordering::Acquire) == number);
    })
}

/// Spins, but leaves the core now and then: there may be only one.
fn look_for(happened: impl Fn() -> bool) {
    loop {
        for _ in 0..1000 {
            if happened() {
                return;
            }
            spin_loop();
        }
        thread::yield_now();
    }
}

fn timed(times: u64, each: impl Fn(u64)) -> Duration {
    let start = Instant::now();
    (1..=times).for_each(each);
    start.elapsed()
}
