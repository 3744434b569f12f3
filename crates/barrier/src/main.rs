//! §2.9 Barrier · 栅栏. `cargo run -p barrier` plays all ideas, `cargo run -p barrier -- abort` one, `--list` names them.

mod broken;
mod waiters;

use common::demo::{Args, Idea, or_fail, scope, simulated_work, spawn, until};
use common::println; // as std's, but ends the program quietly when its output is closed (`| head -1`)
use common::threading::Barrier;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

struct Options {
    parties: usize,
    rounds: usize,
    seed: u64,
}

#[rustfmt::skip] // a table: one idea a line
const IDEAS: &[Idea<Options>] = &[
    Idea("wait", "§2.9 wait · 相互等待", wait),
    Idea("rounds", "§2.9 Generations · 代", rounds),
    Idea("n-waiting", "§2.9 parties, n_waiting · 线程数与等待数", n_waiting),
    Idea("index", "§2.9 Index · 到达序号", waiters::index),
    Idea("action", "§2.9 Action · 动作", waiters::action),
    Idea("timeout", "§2.9 Timeout · 超时", broken::timeout),
    Idea("abort", "§2.9 abort · 中止", broken::abort),
    Idea("reset", "§2.9 reset · 重置", broken::reset),
    Idea("failing-action", "§2.9 An action that fails · 动作出错", broken::failing_action),
    Idea("plain-rust", "§2.9 Plain Rust · std::sync::Barrier", plain_rust),
];

fn main() {
    let mut args = Args::new("§2.9 Barrier: threads that continue together, and what breaks that.");
    let options = Options {
        parties: args.number("--parties", 3, 2..=1000, "threads that a barrier is for"),
        rounds: args.number("--rounds", 3, 1..=1000, "how often they pass it"),
        seed: args.number("--seed", 1, 0..=u64::MAX, "seed of the random work times"),
    };
    args.play(IDEAS, &options);
}

fn wait(_: &Options) {
    let barrier = Barrier::new(2);
    scope(|scope| {
        spawn(scope, || or_fail(barrier.wait()));
        or_fail(barrier.wait());
        println!("both threads have called wait");
    });
}

fn rounds(options: &Options) {
    let (barrier, finished) = (Barrier::new(options.parties), AtomicUsize::new(0));
    let work = |thread| {
        for round in 1..=options.rounds {
            simulated_work(options.seed, (round * options.parties + thread) as u64);
            finished.fetch_add(1, Relaxed);
            let index = or_fail(barrier.wait());
            if index == 0 {
                let all = finished.load(Relaxed) >= round * options.parties;
                println!("round {round}: all threads have finished it: {all}");
            }
        }
    };
    scope(|scope| {
        for thread in 0..options.parties {
            spawn(scope, move || work(thread));
        }
    });
}

fn n_waiting(options: &Options) {
    let barrier = Barrier::new(options.parties);
    println!("parties: {}", barrier.parties());
    scope(|scope| {
        for number in 1..options.parties {
            spawn(scope, || or_fail(barrier.wait()));
            until(|| barrier.n_waiting() == number);
            println!("thread {number} blocks, n_waiting: {number}");
        }
        or_fail(barrier.wait());
    });
    let n_waiting = barrier.n_waiting();
    println!("the last thread arrives, all continue, n_waiting: {n_waiting}");
}

fn plain_rust(options: &Options) {
    let barrier = std::sync::Barrier::new(options.parties);
    scope(|scope| {
        for _ in 0..options.parties {
            spawn(scope, || {
                if barrier.wait().is_leader() {
                    println!("one of {} threads is the leader", options.parties);
                }
            });
        }
    });
}
