//! §2.8 Timer · 定时器: a function is called when some time has passed, unless it is cancelled before.
//!
//! `cargo run -p timer`; with another interval: `cargo run -p timer -- --interval 1000`

mod cancel;
mod options;

use common::demo::{fail, heading};
use common::println;
use common::threading::{StartError, Thread, Timer, current_thread, set_excepthook, set_spawner};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

/// So far away that it does not come while the demo runs.
const FAR: Duration = Duration::from_secs(60 * 60);

fn main() {
    let interval = options::read();
    called_after_an_interval(interval);
    must_be_started(interval);
    is_a_thread_to_its_function(interval);
    cancel::before_it_fires();
    cancel::once_it_has_fired();
    delayed_start_of_a_thread(interval);
    cancel::of_a_delayed_start();
    many_timers_few_threads();
    in_plain_rust(interval);
}

fn called_after_an_interval(interval: Duration) {
    heading("§2.8", "Timer(interval, function)", "定时执行");
    let (who, times) = ("XiaoAi", 2); // what Python passes as args and kwargs, the closure owns
    let timer = Timer::new(interval, move || {
        println!("{times} times hello from {who}");
    });
    println!("a timer for {} ms", interval.as_millis());
    started(timer.start());
    timer.join().expect("its function does not panic");
    println!("it has ended: alive {}\n", timer.is_alive());
}

fn must_be_started(interval: Duration) {
    heading("§2.8", "start()", "需要启动");
    let timer = Timer::new(interval, || println!("called"));
    let too_early = timer.join().expect_err("it is not started");
    println!("not started: {too_early}");
    started(timer.start());
    timer.join().expect("its function does not panic");
    let too_often = timer.start().expect_err("it was started before");
    println!("started again: {too_often}\n");
}

fn is_a_thread_to_its_function(interval: Duration) {
    heading("§2.8", "A timer is a Thread", "Thread 的子类");
    let timer = Timer::new(interval, || {
        println!("the function runs on thread {}", current_thread().name());
    });
    timer.set_name("alarm");
    started(timer.start());
    timer.join().expect("its function does not panic");
    set_excepthook(|thread, panic| {
        println!("excepthook: {}, {}", thread.name(), panic.message());
    });
    let broken = Timer::new(interval, || {
        std::panic::resume_unwind(Box::new("out of power"));
    });
    broken.set_name("broken alarm");
    started(broken.start());
    let error = broken.join().expect_err("its function panics");
    println!("whoever joins it: {error}\n");
}

fn delayed_start_of_a_thread(interval: Duration) {
    heading("§2.8", "A delayed start", "延迟启动线程");
    let thread = Thread::new(|| println!("the thread runs"));
    let delayed = thread.clone();
    let timer = Timer::new(interval, move || started(delayed.start()));
    println!(
        "the thread waits for its start: alive {}",
        thread.is_alive()
    );
    started(timer.start());
    timer.join().expect("its function does not panic");
    thread.join().expect("it was started, and does not panic");
    println!("the timer has started it, and it has ended\n");
}

fn many_timers_few_threads() {
    static THREADS: AtomicUsize = AtomicUsize::new(0);
    heading("§2.8", "Ten thousand timers", "一万个定时器");
    set_spawner(|_, main| {
        THREADS.fetch_add(1, Relaxed);
        thread::Builder::new().spawn(main).map(drop)
    });
    let timers: Vec<_> = (0..10_000).map(|_| Timer::new(FAR, || ())).collect();
    for timer in &timers {
        started(timer.start());
    }
    let alive = timers.iter().filter(|timer| timer.is_alive()).count();
    match THREADS.load(Relaxed) {
        0 | 1 => println!("{alive} are waiting, and no more than one thread was started for them"),
        threads => println!("{alive} are waiting, on {threads} threads"),
    }
    timers.iter().for_each(Timer::cancel);
    println!("all are cancelled\n");
}

fn in_plain_rust(interval: Duration) {
    heading("§2.8", "Plain Rust", "带超时的接收");
    for (interval, is_cancelled) in [(interval, false), (FAR, true)] {
        let (cancel, cancelled) = mpsc::channel();
        let timer = thread::spawn(move || match cancelled.recv_timeout(interval) {
            Err(RecvTimeoutError::Timeout) => println!("the time was up: called"),
            Ok(()) | Err(RecvTimeoutError::Disconnected) => println!("cancelled: not called"),
        });
        if is_cancelled {
            cancel.send(()).expect("it waits for that");
        }
        timer.join().expect("it does not panic");
    }
}

/// Without it the demo would wait for what never comes.
fn started(outcome: Result<(), StartError>) {
    outcome.unwrap_or_else(|error| fail(&error.to_string()));
}
