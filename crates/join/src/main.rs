//! §2.3 Join · 阻塞线程: waiting for the end of a thread, with a timeout, and after its error.
//!
//! `cargo run -p join`; with other figures: `cargo run -p join -- --timeout 500 --joiners 10`

mod options;
mod plain;

use common::demo::{fail, heading, until};
use common::println;
use common::threading::{JoinError, Thread, current_thread, set_excepthook};
use options::Options;
use std::panic::resume_unwind;
use std::sync::mpsc;
use std::thread::sleep;
use std::time::Duration;

fn main() {
    let options = options::read();
    without_join();
    with_join();
    with_a_timeout(&options);
    many_joiners(&options);
    after_an_error();
    what_cannot_be_joined();
    plain::join_returns_a_value();
    plain::scope_joins_all();
}

fn without_join() {
    heading("§2.3", "Without join", "不调用 join");
    let (go_on, may_go_on) = mpsc::channel();
    let thread = started(move || {
        may_go_on.recv().expect("main says so"); // a thread that takes longer than main
        println!("thread: done");
    });
    println!("main: goes on, the thread is alive: {}", thread.is_alive());
    go_on.send(()).expect("the thread waits for it");
    thread.join().expect("it does not panic"); // for the order of this tour only
    println!();
}

fn with_join() {
    heading("§2.3", "With join", "调用 join");
    let thread = started(|| {
        sleep(Duration::from_millis(20)); // its work
        println!("thread: done");
    });
    thread.join().expect("it does not panic");
    let alive = thread.is_alive();
    println!("main: goes on, the thread is alive: {alive}\n");
}

fn with_a_timeout(&Options { timeout, .. }: &Options) {
    heading("§2.3", "join(timeout)", "超时");
    let (go_on, may_go_on) = mpsc::channel();
    let thread = started(move || may_go_on.recv().expect("main says so"));
    let ended = thread.join_timeout(timeout).expect("it does not panic");
    let alive = thread.is_alive();
    println!("{} ms: ended {ended}, alive {alive}", timeout.as_millis());
    go_on.send(()).expect("the thread waits for it");
    let ended = thread.join_timeout(Duration::MAX);
    let ended = ended.expect("it does not panic");
    let alive = thread.is_alive();
    println!("once it may go on: ended {ended}, alive {alive}\n");
}

fn many_joiners(&Options { joiners, .. }: &Options) {
    heading("§2.3", "Many joiners", "多个线程等待同一个线程");
    let (go_on, may_go_on) = mpsc::channel();
    let thread = started(move || may_go_on.recv().expect("main says so"));
    let join = |thread: &Thread| {
        let thread = thread.clone();
        started(move || thread.join().expect("it does not panic"))
    };
    let waiters: Vec<_> = (0..joiners).map(|_| join(&thread)).collect();
    until(|| thread.waiting() == joiners);
    println!("waiting for one thread: {joiners}");
    go_on.send(()).expect("the thread waits for it");
    for waiter in &waiters {
        waiter.join().expect("it does not panic");
    }
    println!("it has ended, and all of them went on");
    let again = thread.join().is_ok();
    println!("joined again, at once: {again}\n");
}

fn after_an_error() {
    heading("§2.3", "After an error", "线程出错");
    set_excepthook(|thread, panic| {
        let (name, message) = (thread.name(), panic.message());
        println!("excepthook: {name}: {message}");
    });
    let thread = started(|| resume_unwind(Box::new("no such page")));
    for time in ["join", "joined again"] {
        match thread.join() {
            Err(JoinError::Panicked(panic)) => println!("{time}: panicked, {}", panic.message()),
            other => println!("{time}: {other:?}"),
        }
    }
    println!("alive: {}\n", thread.is_alive());
}

fn what_cannot_be_joined() {
    heading("§2.3", "RuntimeError", "不能 join 的线程");
    let thread = Thread::new(|| {
        let error = current_thread().join().expect_err("it would wait for ever");
        println!("itself: {error}");
    });
    let error = thread.join().expect_err("it was not started");
    println!("one not started: {error}");
    start(&thread);
    thread.join().expect("it does not panic");
    println!();
}

fn started(work: impl FnOnce() + Send + 'static) -> Thread {
    let thread = Thread::named("worker", work);
    start(&thread);
    thread
}

fn start(thread: &Thread) {
    let started = thread.start();
    started.unwrap_or_else(|error| fail(&error.to_string()));
}
