//! §3.2 `Future`: the state of a call, its result, and callbacks.

use crate::Options;
use crate::executor::{fetchers, long_task};
use common::demo::or_fail;
use common::futures::{Future, ThreadPoolExecutor};
use common::println;
use common::threading::current_thread;
use std::time::Duration;

pub(crate) fn result(_: &Options) {
    let executor = ThreadPoolExecutor::new(1);
    let number = or_fail(executor.try_submit(|| "1024".parse::<u32>()));
    println!("result(): {}", or_fail(number.result()));
    let exception = or_fail(number.exception());
    println!("done(): {}, exception(): {exception:?}", number.done());
}

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
    let (first, may_end) = long_task(&executor);
    let second = or_fail(executor.submit(|| "never called"));
    let ask = |future: &Future<&'static str>| {
        let state = state(future);
        let answers = format!("running {}, done {}", future.running(), future.done());
        let answers = format!("{answers}, cancelled {}", future.cancelled());
        println!("{state:>9}: {answers}, cancel() {}", future.cancel());
    };
    ask(&first);
    ask(&second); // pending: the future is cancelled
    ask(&second);
    may_end.set();
    let _ = first.result(); // blocks until it is done
    ask(&first);
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

pub(crate) fn no_result(_: &Options) {
    let executor = ThreadPoolExecutor::new(1);
    let (running, may_end) = long_task(&executor);
    let cancelled = or_fail(executor.submit(|| "never called"));
    cancelled.cancel();
    if let Err(error) = running.result_timeout(Duration::from_millis(20)) {
        println!("running,   result(20 ms): TimeoutError: {error}");
    }
    if let Err(error) = cancelled.result() {
        println!("cancelled, result():      CancelledError: {error}");
    }
    if let Err(error) = cancelled.exception() {
        println!("cancelled, exception():   CancelledError: {error}");
    }
    may_end.set();
}

// The notes' listing, §3.2
fn get_result(future: Future<u32>) {
    println!("{}", or_fail(future.result()));
}

pub(crate) fn callbacks(_: &Options) {
    let executor = ThreadPoolExecutor::new(1);
    let future1 = or_fail(executor.submit(|| 2_u32.pow(3)));
    let future2 = or_fail(executor.submit(|| 3_u32.pow(2)));
    future1.add_done_callback(get_result);
    future2.add_done_callback(get_result);
} // the executor is dropped: it waits for both tasks and their callbacks

pub(crate) fn callback_order(_: &Options) {
    let executor = fetchers(1);
    let (future, may_end) = long_task(&executor);
    future.add_done_callback(|_| println!("the first runs on {}", current_thread().name()));
    future.add_done_callback(|_| {
        println!("the second panics: the panic is reported on stderr and ignored");
        panic!("a callback went wrong");
    });
    future.add_done_callback(|future| println!("the third: the future is {}", state(&future)));
    may_end.set();
    drop(executor); // waits for the task and its callbacks
    future.add_done_callback(|_| println!("added when done: runs on {}", current_thread().name()));
}
