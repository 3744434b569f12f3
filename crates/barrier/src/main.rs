//! §2.9 Barrier · 栅栏: threads that go on together once all have come, again and again, and what breaks that.
//!
//! `cargo run -p barrier`; with other figures: `cargo run -p barrier -- --parties 5 --rounds 2`

mod broken;
mod options;
mod waiters;

use common::demo::{heading, until};
use common::println;
use common::threading::{Barrier, current_thread};
use options::Options;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::thread;

fn main() {
    let options = options::read();
    released_together(&options);
    index(&options);
    action(&options);
    how_many_wait(&options);
    broken::by_a_timeout(&options);
    broken::by_abort(&options);
    broken::by_reset(&options);
    broken::by_its_action(&options);
    in_plain_rust(&options);
}

fn released_together(&Options { parties, rounds }: &Options) {
    heading("§2.9", "wait", "同时释放");
    let (barrier, gone_on) = (Barrier::new(parties), AtomicUsize::new(0));
    let meet = || {
        barrier.wait().expect("nothing breaks it");
        gone_on.fetch_add(1, Relaxed);
    };
    thread::scope(|scope| {
        for _ in 1..parties {
            waiters::spawn(scope, || (0..rounds).for_each(|_| meet()));
        }
        for round in 1..=rounds {
            until(|| barrier.n_waiting() == parties - 1); // every other thread is back, or has come for the first time
            let (waiting, gone_on) = (barrier.n_waiting(), gone_on.load(Relaxed));
            println!("generation {round}: {waiting} of {parties} wait, gone on so far: {gone_on}");
            meet();
        }
    });
    println!("gone on in all: {gone_on:?}\n");
}

fn index(&Options { parties, .. }: &Options) {
    heading("§2.9", "Index", "到达次序");
    let barrier = Barrier::new(parties);
    thread::scope(|scope| {
        let early = waiters::come(scope, &barrier, parties - 1);
        let last = barrier.wait();
        waiters::tell(early);
        println!("the last: {}\n", waiters::outcome(last));
    });
}

fn action(&Options { parties, .. }: &Options) {
    heading("§2.9", "Action", "动作");
    // The action looks at its barrier, which so must exist before it does: the action gets a weak reference.
    let barrier = Arc::new_cyclic(|barrier| {
        let barrier = barrier.clone();
        let action = move || {
            let barrier: Arc<Barrier> = barrier.upgrade().expect("somebody waits at it");
            let (thread, waiting) = (current_thread().name(), barrier.n_waiting());
            println!("the action runs in {thread}, n_waiting: {waiting}");
            let error = barrier.wait().expect_err("it would wait for itself");
            println!("wait in the action: {error}");
        };
        let builder = Barrier::builder().parties(parties).action(action);
        builder.build().expect("it has parties")
    });
    thread::scope(|scope| {
        let early = waiters::come(scope, &barrier, parties - 1);
        println!("the last, {}, comes", current_thread().name());
        barrier.wait().expect("nothing breaks it");
        let passed = waiters::join(early).flatten().count();
        println!("then all go on: {}\n", passed + 1);
    });
}

fn how_many_wait(&Options { parties, .. }: &Options) {
    heading("§2.9", "parties, n_waiting", "线程数与等待数");
    let barrier = Barrier::new(parties);
    println!("for {}: {barrier:?}", barrier.parties());
    thread::scope(|scope| {
        for _ in 1..parties {
            waiters::one_more(scope, &barrier);
            println!("one more has come, n_waiting: {}", barrier.n_waiting());
        }
        barrier.wait().expect("nothing breaks it");
    });
    println!("all have gone on: {barrier:?}\n");
}

fn in_plain_rust(&Options { parties, rounds }: &Options) {
    heading("§2.9", "Plain Rust", "std::sync::Barrier");
    let (barrier, leaders) = (std::sync::Barrier::new(parties), AtomicUsize::new(0));
    thread::scope(|scope| {
        for _ in 0..parties {
            waiters::spawn(scope, || {
                for _ in 0..rounds {
                    let is_leader = barrier.wait().is_leader();
                    leaders.fetch_add(usize::from(is_leader), Relaxed);
                }
            });
        }
    });
    println!("threads: {parties}, generations: {rounds}, leaders in all: {leaders:?}");
    println!("one leader in each; no timeout, no action, and nothing breaks it");
}
