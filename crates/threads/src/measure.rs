//! `--measure`: times and speed-ups. They vary from run to run, so the tour has none of them.

use crate::options::Options;
use crate::work::{LIMIT, on_threads, primes, wait_for_an_answer};
use common::demo::{fail, heading};
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

/// Pieces of work, however many threads share them.
const PIECES: usize = 16;

pub(crate) fn all(options: &Options) {
    let cores = available_parallelism().map_or(1, usize::from);
    println!("cores: {cores}\n");
    let mut counts = vec![1, options.threads, cores];
    counts.sort_unstable();
    counts.dedup();
    heading("§1.2", "I/O-bound", "I/O 密集");
    speed_up(&counts, |_| wait_for_an_answer());
    heading("§1.2", "CPU-bound", "CPU 密集");
    speed_up(&counts, count_primes);
    heading("§1.2", "CPU-bound, taking turns as under a GIL", "GIL 之下");
    let gil = Lock::new();
    speed_up(&counts, |piece| {
        let _turn = gil.guard();
        count_primes(piece);
    });
    switching();
}

fn count_primes(piece: usize) {
    black_box(primes((piece..LIMIT * 2).step_by(PIECES)));
}

fn speed_up(counts: &[usize], work: impl Fn(usize) + Sync) {
    let mut alone = Duration::ZERO;
    for &threads in counts {
        let time = time(|| {
            on_threads(threads, |number| {
                (number..PIECES).step_by(threads).for_each(&work);
            });
        });
        if threads == 1 {
            alone = time;
        }
        let speed_up = alone.as_secs_f64() / time.as_secs_f64();
        let milliseconds = time.as_millis();
        println!("threads: {threads:2}   {milliseconds:5} ms   {speed_up:4.1} times as fast");
    }
    println!();
}

fn switching() {
    heading(
        "§1.2",
        "What switching and starting cost",
        "切换与启动的开销",
    );
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
    partner.join().expect("it does not panic");
    each("a thread, started and joined", 1_000, &mut || {
        on_threads(1, |_| {});
    });
    each("a process, started and joined", 20, &mut || {
        let child = current_exe().and_then(|path| Command::new(path).arg("--add-one").output());
        _ = child.unwrap_or_else(|error| fail(&format!("cannot run itself: {error}")));
    });
}

fn time(work: impl FnOnce()) -> Duration {
    let start = Instant::now();
    work();
    start.elapsed()
}
