//! §1: one after another or at once, waiting or computing.

use crate::work::{Gauge, count_primes, fetch, share_out, tell};
use common::demo::heading;
use common::println;
use std::num::NonZero;
use std::thread;
use std::time::{Duration, Instant};

/// Pieces of either work.
const PIECES: usize = 8;
/// Numbers looked at in a piece of computation.
const NUMBERS: u64 = 5_000;

pub(crate) fn waiting() {
    heading("§1.1", "Sequential and concurrent", "顺序与并发");
    for (way, threads) in [("one after another", 1), ("on two threads   ", 2)] {
        let gauge = Gauge::default();
        let pages = share_out(threads, PIECES, &gauge, |_| fetch());
        tell(way, &gauge, pages, "pages");
    }
    println!("two exist at once: the second began before the first had ended\n");
}

pub(crate) fn computing() {
    heading("§1.2", "CPU-bound work, and no GIL", "计算密集与 GIL");
    let pieces = |threads| {
        let gauge = Gauge::default();
        let primes = share_out(threads, PIECES, &gauge, primes_in_piece);
        (gauge, primes)
    };
    let (alone, primes) = pieces(1);
    tell("one after another", &alone, primes, "primes");
    let (two, primes) = pieces(2);
    tell("on two threads   ", &two, primes, "primes");
    let processors = processors();
    let (all, primes_on_all) = pieces(processors);
    let as_many = all.most() == processors && primes_on_all == primes;
    println!("on all processors: as many at once, the same primes: {as_many}\n");
}

/// Shown with `--measure` only: no two machines say the same.
pub(crate) fn measured() {
    heading("§1.2", "Measured", "计时");
    let all = processors();
    println!("{PIECES} pieces on 1, 2 and {all} threads");
    measure("waiting  ", |_| fetch());
    measure("computing", |number| {
        primes_in_piece(number) + longer(number)
    });
    println!("a thread that waits takes no processor: waits overlap, on one processor too");
    println!("computations overlap only on several; Python's take turns even there (the GIL)\n");
}

fn measure(kind: &str, piece: impl Fn(usize) -> u64 + Sync) {
    let took = |threads| {
        let begun = Instant::now();
        share_out(threads, PIECES, &Gauge::default(), &piece);
        begun.elapsed()
    };
    let alone = took(1);
    let told = |threads| {
        let took: Duration = took(threads);
        let times = alone.as_secs_f64() / took.as_secs_f64();
        format!("{} ms ({times:.1} times as fast)", took.as_millis())
    };
    let (two, all) = (told(2), told(processors()));
    println!("{kind}: {} ms, {two}, {all}", alone.as_millis());
}

fn primes_in_piece(number: usize) -> u64 {
    let from = number as u64 * NUMBERS;
    count_primes(from..from + NUMBERS)
}

/// More of the same, so that it can be measured.
fn longer(number: usize) -> u64 {
    let from = 1_000_000 + number as u64 * NUMBERS;
    count_primes(from..from + 10 * NUMBERS)
}

fn processors() -> usize {
    thread::available_parallelism().map_or(1, NonZero::get)
}
