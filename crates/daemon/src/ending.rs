//! The program of the notes: main ends while three threads are at work.

use crate::clock::{Clock, THREADS};
use crate::options::Pace;
use common::demo::fail;
use common::println;
use common::threading::{Barrier, Runnable, Thread, active_count, main_thread, run};
use std::sync::Arc;
use std::thread::sleep;

/// Main is there for the ticks 0, 1 and 2.
pub(crate) const TICKS_OF_MAIN: u64 = 3;

/// Prints its number and how many threads are alive, at every tick that its number divides.
struct Ticker {
    number: u64,
    pace: Pace,
    clock: Arc<Clock>,
    /// All end together, so that each counts the others to the last.
    end: Arc<Barrier>,
}

impl Runnable for Ticker {
    fn run(self) {
        let Pace { rounds, unit } = self.pace;
        for tick in 0..rounds.unwrap_or(u64::MAX) {
            self.clock.wait_for(tick, self.number);
            if self.number == 1 && tick == TICKS_OF_MAIN {
                main_thread().join().expect("main is not this thread"); // it is counted until it has ended
            }
            if self.number == 1 && tick > 0 {
                sleep(unit);
            }
            if tick % self.number == 0 {
                println!("{}: active threads: {}", self.number, active_count());
            }
            self.clock.pass_on();
        }
        self.end.wait().expect("nothing breaks it");
    }
}

/// Inside `run`, a program ends as in Python.
pub(crate) fn with_main(pace: Pace, daemon: bool) {
    run(|| {
        let (clock, ticks) = (Arc::new(Clock::new()), ticks_of_main(pace));
        start_three(pace, daemon, &clock);
        clock.run_to(TICKS_OF_MAIN); // all are started, so all are counted
        clock.wait_until(ticks);
        println!("main ends");
        if !daemon {
            clock.run_to(u64::MAX); // a daemon might get one line more in before the program's end: luck, so it gets none
        }
    });
    println!("the program ends");
}

fn start_three(pace: Pace, daemon: bool, clock: &Arc<Clock>) {
    let end = Arc::new(Barrier::new(3));
    for number in 1..=THREADS {
        let (clock, end) = (Arc::clone(clock), Arc::clone(&end));
        let thread = Thread::of(Ticker {
            number,
            pace,
            clock,
            end,
        });
        thread.set_daemon(daemon).expect("it is not started yet");
        let started = thread.start();
        started.unwrap_or_else(|error| fail(&error.to_string()));
    }
}

/// No more than the threads go on for.
pub(crate) fn ticks_of_main(pace: Pace) -> u64 {
    let rounds = pace.rounds.unwrap_or(TICKS_OF_MAIN);
    rounds.min(TICKS_OF_MAIN)
}
