//! §2.9 Barrier · 栅栏: threads that go on together once all have arrived, again and again, and what breaks that.
//!
//! `cargo run -p barrier` plays all ideas, `cargo run -p barrier -- abort` plays one, `--list` names them.

mod action;
mod broken;
mod waiters;

use common::demo::{Args, Idea, or_fail, simulated_work, spawn};
use common::println; // as std's, but ends the program quietly when its output is closed (`| head -1`)
use common::threading::Barrier;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::thread;
use waiters::block;

struct Options {
    parties: usize,
    rounds: usize,
    seed: u64,
}

#[rustfmt::skip] // a table: one idea a line
const IDEAS: &[Idea<Options>] = &[
    Idea("wait", "§2.9 wait · 同时释放", "all threads end a round before any begins the next", wait),
    Idea("n-waiting", "§2.9 parties, n_waiting · 线程数与等待数", "threads block until the last arrives", n_waiting),
    Idea("index", "§2.9 Index · 到达次序", "wait returns the order of arrival", waiters::index),
    Idea("action", "§2.9 Action · 动作", "the last thread runs it before any goes on", action::action),
    Idea("timeout", "§2.9 Timeout · 超时", "a thread that gives up breaks the barrier", broken::timeout),
    Idea("abort", "§2.9 abort · 中止", "all waiters get an error, until reset", broken::abort),
    Idea("reset", "§2.9 reset · 重置", "waiters get an error, the barrier works", broken::reset),
    Idea("failing-action", "§2.9 An action that fails · 动作出错", "it breaks the barrier", action::failing),
    Idea("plain-rust", "§2.9 Plain Rust · std::sync::Barrier", "one leader a round, nothing breaks it", plain_rust),
];

fn main() {
    let mut args = Args::new("§2.9 Barrier: threads that go on together, and what breaks that.");
    let parties = args.number("--parties", 3, 2..=1000, "threads that a barrier is for");
    let rounds = args.number("--rounds", 3, 1..=1000, "how often they pass it");
    let seed = args.number("--seed", 1, 0..=u64::MAX, "seed of the random work times");
    let options = Options {
        parties,
        rounds,
        seed,
    };
    args.play(IDEAS, &options);
}

fn wait(options: &Options) {
    let (parties, rounds) = (options.parties, options.rounds);
    let barrier = Barrier::new(parties);
    let finished: Vec<_> = (0..=rounds).map(|_| AtomicUsize::new(0)).collect();
    let work = |thread: usize, round: usize| {
        simulated_work(options.seed, (round * parties + thread) as u64);
        finished[round].fetch_add(1, Relaxed);
        or_fail(barrier.wait());
        finished[round].load(Relaxed)
    };
    thread::scope(|scope| {
        for thread in 1..parties {
            let work = &work;
            spawn(scope, move || {
                for round in 1..=rounds {
                    work(thread, round);
                }
            });
        }
        for round in 1..=rounds {
            let finished = work(0, round);
            println!("round {round}: {finished} of {parties} threads have finished");
        }
    });
}

fn n_waiting(&Options { parties, .. }: &Options) {
    let barrier = Barrier::new(parties);
    println!("parties: {}", barrier.parties());
    thread::scope(|scope| {
        for number in 1..parties {
            block(scope, &barrier, 1);
            let waiting = barrier.n_waiting();
            println!("thread {number} blocks: n_waiting is {waiting}");
        }
        or_fail(barrier.wait());
    });
    let waiting = barrier.n_waiting();
    println!("the last thread arrives, all go on: n_waiting is {waiting}");
}

fn plain_rust(options: &Options) {
    let (parties, rounds) = (options.parties, options.rounds);
    let (barrier, leaders) = (std::sync::Barrier::new(parties), AtomicUsize::new(0));
    thread::scope(|scope| {
        for _ in 0..parties {
            spawn(scope, || {
                for _ in 0..rounds {
                    let is_leader = barrier.wait().is_leader();
                    leaders.fetch_add(usize::from(is_leader), Relaxed);
                }
            });
        }
    });
    println!("threads: {parties}, rounds: {rounds}, leaders: {leaders:?}");
}
