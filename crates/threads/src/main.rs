//! §1, §2.1 Thread · 线程: two ways to make one, and what several at once are good for.
//!
//! `cargo run -p threads`; times and speed-ups: `cargo run --release -p threads -- --measure`

mod concepts;
mod measure;
mod options;
mod plain;
mod units;
mod work;

use common::demo::{fail, heading};
use common::println;
use common::threading::{Runnable, Thread};
use options::{Options, Part};
use std::sync::mpsc;
use std::time::Duration;

fn main() {
    let options = options::read();
    match options.part {
        Part::Tour => tour(&options),
        Part::Figures => measure::all(&options),
        Part::AddOne => units::add_one(),
    }
}

fn tour(options: &Options) {
    concepts::sequential(options);
    concepts::concurrent(options);
    units::processes_do_not();
    units::threads_share();
    units::coroutines_hand_over();
    concepts::with_a_gil(options);
    concepts::without_a_gil(options);
    of_a_callable();
    of_a_type();
    names();
    daemon();
    started_once();
    joined(options);
    plain::spawned();
}

fn of_a_callable() {
    heading("§2.1", "A callable", "传入函数");
    let (page, times) = (String::from("/threads"), 2);
    let thread = Thread::named("fetcher", move || fetch(&page, times)); // the closure owns its arguments
    start(&thread);
    thread.join().expect("it does not panic");
    println!();
}

fn fetch(page: &str, times: u32) {
    println!("fetched {page}, {times} times");
}

struct Fetcher {
    page: String,
}

impl Runnable for Fetcher {
    fn run(self) {
        println!("a Fetcher fetched {}", self.page);
    }
}

fn of_a_type() {
    heading("§2.1", "A type with run", "重写 run 方法");
    let page = String::from("/locks");
    let thread = Thread::of(Fetcher { page });
    start(&thread);
    thread.join().expect("it does not panic");
    println!();
}

fn names() {
    heading("§2.1", "name", "线程名称");
    let closure = Thread::new(|| {});
    println!("by default: {}", closure.name());
    println!("of a function: {}", Thread::new(nothing).name());
    closure.set_name("fetcher");
    println!("set: {}\n", closure.name());
}

fn nothing() {}

fn daemon() {
    heading("§2.1", "daemon", "守护线程");
    let thread = Thread::new(|| {});
    println!("made by main: {}", thread.daemon());
    thread.set_daemon(true).expect("it is not started yet");
    println!("set: {}", thread.daemon());
    start(&thread);
    let error = thread.set_daemon(false).expect_err("it was started");
    println!("set after the start: RuntimeError: {error}");
    thread.join().expect("it does not panic");
    println!();
}

fn started_once() {
    heading("§2.1", "start, once", "只能启动一次");
    let thread = Thread::new(|| println!("it runs"));
    println!("before the start: alive {}", thread.is_alive());
    start(&thread);
    thread.join().expect("it does not panic");
    println!("after its end: alive {}", thread.is_alive());
    let error = thread.start().expect_err("it was started");
    println!("started again: RuntimeError: {error}\n");
}

fn joined(&Options { timeout, .. }: &Options) {
    heading("§2.1", "join(timeout)", "超时");
    let (go_on, may_go_on) = mpsc::channel();
    let thread = Thread::new(move || may_go_on.recv().expect("main says so"));
    start(&thread);
    let ended = thread.join_timeout(timeout).expect("it does not panic");
    println!("{} ms: ended {ended}", timeout.as_millis());
    go_on.send(()).expect("the thread waits for it");
    let ended = thread.join_timeout(Duration::MAX);
    let ended = ended.expect("it does not panic");
    println!("once it may go on: ended {ended}\n");
}

fn start(thread: &Thread) {
    let started = thread.start();
    started.unwrap_or_else(|error| fail(&error.to_string()));
}
