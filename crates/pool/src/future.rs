//! §3.2 `Future`: the state of a call, its result, and callbacks.

use crate::Options;
use crate::executor::fetchers;
use crate::held::Held;
use common::demo::{or_fail, simulated_work};
use common::futures::{Future, ThreadPoolExecutor};
use common::println;
use common::threading::current_thread;
use std::time::Duration;

pub(crate) fn state<T>(future: &Future<T>) -> &'static str {
    match (future.cancelled(), future.done(), future.running()) {
        (true, ..) => "cancelled",
        (_, true, _) => "finished",
        (.., true) => "running",
        _ => "pending",
    }
}

pub(crate) fn states(_: &Options) {
    let executor = ThreadPoolExecutor::new(1);
    let first = Held::running(&executor, "page");
    let second = or_fail(executor.submit(|| "next page"));
    let third = or_fail(executor.submit(|| "last page"));
    third.cancel();
    let all = [&first.future, &second, &third];
    println!("one worker, three tasks: {}", all.map(state).join(", "));
    first.release();
    drop(executor); // waits until all are done
    println!("after the executor:      {}", all.map(state).join(", "));
}

pub(crate) fn cancel(_: &Options) {
    let executor = ThreadPoolExecutor::new(1);
    let running = Held::running(&executor, "page");
    let pending = or_fail(executor.submit(|| "never called"));
    let told = |name: &str, future: &Future<&'static str>| {
        let (cancel, cancelled) = (future.cancel(), future.cancelled());
        let (running, done) = (future.running(), future.done());
        println!("{name} cancel {cancel}, cancelled {cancelled}, running {running}, done {done}");
    };
    told("running: ", &running.future);
    told("pending: ", &pending);
    running.release();
    let _ = running.future.result();
    told("finished:", &running.future);
}

pub(crate) fn result(_: &Options) {
    let executor = ThreadPoolExecutor::new(1);
    let held = Held::running(&executor, "page");
    let cancelled = or_fail(executor.submit(|| "next page"));
    cancelled.cancel();
    if let Err(error) = held.future.result_timeout(Duration::from_millis(20)) {
        println!("result(20 ms) of a running call:   TimeoutError: {error}");
    }
    if let Err(error) = cancelled.result() {
        println!("result() of a cancelled call:      CancelledError: {error}");
    }
    held.release();
    let (result, exception) = (held.future.result(), held.future.exception());
    println!("result() of a finished call:       {}", or_fail(result));
    println!(
        "exception() of a finished call:    {:?}",
        or_fail(exception)
    );
}

/// A call fails by an `Err` or by a panic; both are its future's exception.
pub(crate) fn done(_: &Options) {
    let executor = ThreadPoolExecutor::new(1);
    let failed = or_fail(executor.try_submit(|| "many".parse::<u32>()));
    let panicked = or_fail(executor.submit(|| -> u32 { panic!("no page") }));
    for (name, future) in [("an Err: ", failed), ("a panic:", panicked)] {
        if let Some(exception) = or_fail(future.exception()) {
            println!("{name} done {}, exception: {exception}", future.done());
        }
    }
}

fn page(seed: u64, number: u32) -> u32 {
    simulated_work(seed, number.into());
    number
}

// The notes' listing, §3.2
#[allow(clippy::needless_pass_by_value, reason = "so are callbacks called")]
fn get_result(future: Future<u32>) {
    println!("{}", or_fail(future.result()));
}

pub(crate) fn callbacks(&Options { seed }: &Options) {
    let executor = ThreadPoolExecutor::new(1);
    let future1 = or_fail(executor.submit(move || page(seed, 1)));
    let future2 = or_fail(executor.submit(move || page(seed, 2)));
    future1.add_done_callback(get_result);
    future2.add_done_callback(get_result);
}

pub(crate) fn callback_order(_: &Options) {
    let executor = fetchers(1);
    let held = Held::running(&executor, "page");
    let future = &held.future;
    future.add_done_callback(|_| println!("the first runs on {}", current_thread().name()));
    future.add_done_callback(|_| {
        println!("the second panics: stderr says so, and the panic is ignored");
        panic!("a callback went wrong");
    });
    future.add_done_callback(|future| println!("the third: the future is {}", state(&future)));
    held.release();
    drop(executor); // waits for the task and its callbacks
    future.add_done_callback(|_| println!("a late one runs on {}", current_thread().name()));
}
