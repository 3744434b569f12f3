//! `--measure`: times and speed-ups. They vary from run to run, so no other idea prints them.

use crate::Options;
use crate::work::{compute, on_threads, wait_for_an_answer};
use common::demo::{Idea, or_fail};
use common::println;
use common::threading::Lock;
use std::env::current_exe;
use std::hint::black_box;
use std::pin::pin;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::mpsc;
use std::task::{Context, Waker};
use std::thread::{self, available_parallelism};
use std::time::{Duration, Instant};

#[rustfmt::skip] // a table: one idea a line
pub(crate) const FIGURES: &[Idea<Options>] = &[
    Idea("io-bound", "§1.2 I/O-bound · I/O 密集", io_bound),
    Idea("cpu-bound", "§1.2 CPU-bound · CPU 密集", cpu_bound),
    Idea("gil", "§1.2 CPU-bound under a GIL · GIL 之下", under_a_gil),
    Idea("costs", "§1.2 What switching and starting cost · 切换与启动的开销", costs),
];

const THREADS: [usize; 3] = [1, 2, 4];
/// The number of measurements of a figure. The best time counts: other programs can only slow the work down.
const TIMES: usize = 5;

fn io_bound(_: &Options) {
    speed_up(8, wait_for_an_answer);
}

fn cpu_bound(_: &Options) {
    let cores = available_parallelism().map_or(1, usize::from);
    println!("cores: {cores}");
    if speed_up(64, compute) < 1.25 && cores > 1 {
        println!("the machine is busy: figures say little"); // a busy machine looks like a GIL
    }
}

fn under_a_gil(_: &Options) {
    let gil = Lock::new();
    speed_up(64, || {
        let _turn = gil.guard();
        compute();
    });
}

/// Prints how long each number of threads takes for `pieces` pieces of work. Returns the highest speed-up.
fn speed_up(pieces: usize, work: impl Fn() + Sync) -> f64 {
    let mut best = THREADS.map(|_| f64::MAX);
    for _ in 0..TIMES {
        for (threads, best) in THREADS.iter().zip(&mut best) {
            let next = AtomicUsize::new(0);
            let turns = || (0..).take_while(|_| next.fetch_add(1, Relaxed) < pieces);
            let share = || turns().for_each(|_| work());
            let time = time(|| on_threads(*threads, share));
            *best = time.as_secs_f64().min(*best);
        }
    }
    for (threads, time) in THREADS.iter().zip(best) {
        let (milliseconds, speed_up) = (time * 1e3, best[0] / time);
        println!("threads: {threads}   {milliseconds:5.0} ms   {speed_up:3.1} times as fast");
    }
    best[0] / best[1].min(best[2])
}

fn costs(_: &Options) {
    each("a coroutine, made and polled", 100_000, |_| {
        let mut coroutine = pin!(black_box(async {}));
        let mut context = Context::from_waker(Waker::noop());
        _ = black_box(coroutine.as_mut().poll(&mut context));
    });
    let (ask, asked) = mpsc::channel();
    let (answer, answered) = mpsc::channel();
    let partner = thread::spawn(move || asked.iter().for_each(|()| answer.send(()).unwrap_or(())));
    each("to another thread and back", 5_000, |_| {
        ask.send(()).expect("the partner listens");
        answered.recv().expect("the partner answers");
    });
    drop(ask);
    partner.join().expect("the partner does not panic");
    each("a thread, started and joined", 1_000, |_| {
        on_threads(1, || {});
    });
    each("a process, started and joined", 20, |_| {
        let child = current_exe().and_then(|path| Command::new(path).arg("--list").output());
        or_fail(child);
    });
}

/// Prints the average time of `work` over `times` calls.
fn each(name: &str, times: u32, work: impl FnMut(u32)) {
    let time = time(|| (0..times).for_each(work)).as_secs_f64();
    println!("{name:30} {:10.0} ns", time * 1e9 / f64::from(times));
}

fn time(work: impl FnOnce()) -> Duration {
    let start = Instant::now();
    work();
    start.elapsed()
}
