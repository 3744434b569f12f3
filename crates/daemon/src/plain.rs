//! Plain Rust: main waits for whom it joins, and for nobody else.

use crate::clock::{Clock, THREADS};
use crate::ending::{TICKS_OF_MAIN, ticks_of_main};
use crate::options::Pace;
use common::demo::heading;
use common::println;
use std::sync::Arc;
use std::thread::{self, sleep};

/// The threads of std have no `daemon`: all of them are.
pub(crate) fn nobody_is_waited_for(pace: Pace) {
    let clock = Arc::new(Clock::new());
    for number in 1..=THREADS {
        let clock = Arc::clone(&clock);
        thread::spawn(move || tick(&clock, number, pace, u64::MAX));
    }
    clock.run_to(TICKS_OF_MAIN);
    clock.wait_until(ticks_of_main(pace));
    println!("main ends, and the program with it");
}

pub(crate) fn scope_waits_for_all(pace: Pace) {
    heading("§2.2", "Plain Rust: scope", "作用域线程");
    let clock = Clock::new();
    thread::scope(|scope| {
        for number in 1..=THREADS {
            let clock = &clock;
            scope.spawn(move || tick(clock, number, pace, TICKS_OF_MAIN));
        }
        clock.run_to(TICKS_OF_MAIN);
    });
    println!("main goes on, once all three have ended");
}

fn tick(clock: &Clock, number: u64, pace: Pace, limit: u64) {
    for tick in 0..pace.rounds.unwrap_or(u64::MAX).min(limit) {
        clock.wait_for(tick, number);
        if number == 1 && tick > 0 {
            sleep(pace.unit);
        }
        if tick % number == 0 {
            println!("{number}");
        }
        clock.pass_on();
    }
}
