//! `--measure`: times and speed-ups. They vary from run to run, so no other idea prints them.

use crate::Options;
use crate::work::{LIMIT, on_threads, primes, wait_for_an_answer};
use common::demo::{Idea, or_fail};
use common::println;
use common::threading::Lock;
use std::env::current_exe;
use std::hint::black_box;
use std::pin::pin;
use std::process::Command;
use std::sync::mpsc;
use std::task::{Context, Waker};
use std::thread::{self, available_parallelism};
use std::time::{Duration, Instant};

#[rustfmt::skip] // a table: one idea a line
pub(crate) const FIGURES: &[Idea<Options>] = &[
    Idea("io-bound", "§1.2 I/O-bound · I/O 密集", "threads that wait, on any number of cores", io_bound),
    Idea("cpu-bound", "§1.2 CPU-bound · CPU 密集", "threads that compute, on all cores", cpu_bound),
    Idea("gil", "§1.2 CPU-bound under a GIL · GIL 之下", "threads that compute in turns", under_a_gil),
    Idea("costs", "§1.2 What switching and starting cost · 切换与启动的开销", "coroutine, thread, process", costs),
];

/// Pieces of work, shared by all threads of a figure.
const PIECES: usize = 16;

/// The number of times that a figure is measured. The best counts: other programs can only slow the work down.
const TIMES: usize = 3;

fn io_bound(options: &Options) {
    speed_up(options, |_| wait_for_an_answer());
}

fn cpu_bound(options: &Options) {
    let cores = cores();
    println!("cores: {cores}");
    if speed_up(options, count_primes) < 1.25 && cores > 1 {
        println!("the machine is busy: figures say little"); // a busy machine looks like a GIL
    }
}

fn under_a_gil(options: &Options) {
    let gil = Lock::new();
    speed_up(options, |piece| {
        let _turn = gil.guard();
        count_primes(piece);
    });
}

fn count_primes(piece: usize) {
    // Odd numbers only: with even ones among them, some pieces would take no time.
    black_box(primes((2 * piece + 1..LIMIT * 2).step_by(2 * PIECES)));
}

/// Prints the time that one thread takes and that several threads take. Returns the highest speed-up of several.
fn speed_up(&Options { threads, .. }: &Options, work: impl Fn(usize) + Sync) -> f64 {
    let mut counts = vec![1, threads, cores()];
    counts.sort_unstable();
    counts.dedup();
    let mut best = vec![Duration::MAX; counts.len()];
    for _ in 0..TIMES {
        for (&threads, best) in counts.iter().zip(&mut best) {
            let share = |number| (number..PIECES).step_by(threads).for_each(&work);
            *best = time(|| _ = on_threads(threads, share)).min(*best);
        }
    }
    let speed_ups = best
        .iter()
        .map(|time| best[0].as_secs_f64() / time.as_secs_f64());
    let speed_ups: Vec<_> = speed_ups.collect();
    for ((threads, time), speed_up) in counts.iter().zip(&best).zip(&speed_ups) {
        let milliseconds = time.as_millis();
        println!("threads: {threads:2}   {milliseconds:5} ms   {speed_up:4.1} times as fast");
    }
    speed_ups.into_iter().skip(1).fold(0.0, f64::max)
}

fn cores() -> usize {
    available_parallelism().map_or(1, usize::from)
}

fn costs(_: &Options) {
    let each = |name: &str, times: u32, work: &mut dyn FnMut()| {
        let time = time(|| (0..times).for_each(|_| work())) / times;
        println!("{name:32} {:10.3} µs", time.as_secs_f64() * 1e6);
    };
    each("a coroutine, made and polled", 100_000, &mut || {
        let mut coroutine = pin!(black_box(async {}));
        let mut context = Context::from_waker(Waker::noop());
        _ = black_box(coroutine.as_mut().poll(&mut context));
    });
    let (ask, asked) = mpsc::channel();
    let (answer, answered) = mpsc::channel();
    let partner = thread::spawn(move || asked.iter().for_each(|()| answer.send(()).unwrap_or(())));
    each("to another thread and back", 5_000, &mut || {
        ask.send(()).expect("the partner listens");
        answered.recv().expect("the partner answers");
    });
    drop(ask);
    partner.join().expect("the partner does not panic");
    each("a thread, started and joined", 1_000, &mut || {
        on_threads(1, |_| {});
    });
    each("a process, started and joined", 20, &mut || {
        let child = current_exe().and_then(|path| Command::new(path).arg("--add-one").output());
        or_fail(child);
    });
}

fn time(work: impl FnOnce()) -> Duration {
    let start = Instant::now();
    work();
    start.elapsed()
}
