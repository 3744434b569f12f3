//! §3.1 `ThreadPoolExecutor`: its threads, how it is given tasks, and how it is shut down.

use crate::Options;
use crate::future::state;
use common::demo::{or_fail, simulated_work};
use common::futures::{Future, Shutdown, ThreadPoolExecutor};
use common::println; // as std's, but ends the program quietly when its output is closed (`| head -1`)
use common::threading::{Event, current_thread, run};
use std::sync::Arc;
use std::time::Duration;

pub(crate) fn fetchers(max_workers: usize) -> ThreadPoolExecutor {
    let builder = ThreadPoolExecutor::builder().max_workers(max_workers);
    or_fail(builder.thread_name_prefix("fetch").build())
}

/// Submits a task that blocks until the event is set, and returns once the task runs: which task runs and which one is
/// pending is then certain.
pub(crate) fn long_task(executor: &ThreadPoolExecutor) -> (Future<&'static str>, Arc<Event>) {
    let (started, may_end) = (Arc::new(Event::new()), Arc::new(Event::new()));
    let (task_started, task_may_end) = (Arc::clone(&started), Arc::clone(&may_end));
    let future = or_fail(executor.submit(move || {
        task_started.set();
        task_may_end.wait();
        "page"
    }));
    started.wait();
    (future, may_end)
}

pub(crate) fn threads(_: &Options) {
    let executor = fetchers(2);
    for task in 1..=3 {
        let future = or_fail(executor.submit(|| current_thread().name()));
        println!("task {task} runs on {}", or_fail(future.result()));
    }
    let (_, may_end) = long_task(&executor);
    println!("task 4 keeps fetch_0 busy");
    let future = or_fail(executor.submit(|| current_thread().name()));
    println!("task 5 runs on {}", or_fail(future.result()));
    may_end.set();
}

pub(crate) fn initializer(_: &Options) {
    let initargs = "a connection"; // Python's `initargs`: what the closure owns
    let open = move || println!("{} opens {initargs}", current_thread().name());
    let builder = ThreadPoolExecutor::builder().thread_name_prefix("fetch");
    let executor = or_fail(builder.initializer(open).build());
    let tasks = [long_task(&executor), long_task(&executor)]; // two at once: two threads
    for (_, may_end) in tasks {
        may_end.set();
    }
}

pub(crate) fn submit(_: &Options) {
    let executor = fetchers(2);
    let (base, exponent) = (2_u32, 10);
    let power = or_fail(executor.submit(move || base.pow(exponent)));
    println!("submit(pow, 2, 10):   {}", or_fail(power.result()));
    let number = or_fail(executor.try_submit(|| "1024".parse::<u32>()));
    println!("a call that may fail: {}", or_fail(number.result()));
}

pub(crate) fn map(_: &Options) {
    let executor = ThreadPoolExecutor::new(2);
    let quick_is_done = Event::new();
    let length = move |page: &'static str| {
        match page {
            "/slow" => quick_is_done.wait(),
            _ => quick_is_done.set(),
        }
        page.len()
    };
    let lengths = or_fail(executor.map(length, ["/slow", "/quick"]));
    let lengths: Vec<_> = lengths.flatten().collect();
    println!("the call for /quick ends first; results: {lengths:?}");
}

pub(crate) fn map_iterables(options: &Options) {
    let (executor, seed) = (ThreadPoolExecutor::new(3), options.seed);
    let pairs = ["/a", "/b"].into_iter().zip([1, 2, 3]);
    let page = move |(page, number)| {
        simulated_work(seed, number);
        format!("{page}?p={number}")
    };
    let pages: Vec<_> = or_fail(executor.map(page, pairs)).flatten().collect();
    println!("two pages, three numbers: {}", pages.join(", "));
    let squares = or_fail(executor.map_buffered(|n| n * n, 1.., 4)); // 1, 2, 3, … without end
    let squares: Vec<i32> = squares.flatten().take(5).collect();
    println!("an endless input, buffersize=4: {squares:?}");
    println!("chunksize: no effect on threads, in Python either");
}

pub(crate) fn map_timeout(_: &Options) {
    let executor = ThreadPoolExecutor::new(1);
    let (_, may_end) = long_task(&executor);
    let timeout = Duration::from_millis(20);
    let mut lengths = or_fail(executor.map_timeout(str::len, ["/a", "/bb"], timeout));
    if let Some(Err(error)) = lengths.next() {
        println!("TimeoutError: {error}; the pending calls are cancelled");
    }
    may_end.set();
}

pub(crate) fn shutdown(_: &Options) {
    let executor = ThreadPoolExecutor::new(1);
    let future = or_fail(executor.submit(|| "page"));
    or_fail(executor.shutdown());
    println!("shutdown returns; the future is {}", state(&future));
    if let Err(refused) = executor.submit(|| "page") {
        println!("submit: RuntimeError: {refused}");
        println!("the caller gets the task back: {}", (refused.task)());
    }
    if let Err(refused) = executor.map(str::len, ["/a"]) {
        println!("map: RuntimeError: {refused}");
    }
}

/// `shutdown(wait=False, cancel_futures=…)`
pub(crate) fn no_wait(cancel_futures: bool) -> Shutdown {
    let wait = false;
    Shutdown {
        wait,
        cancel_futures,
    }
}

pub(crate) fn cancel_futures(_: &Options) {
    let executor = ThreadPoolExecutor::new(1);
    let finished = or_fail(executor.submit(|| "page"));
    let _ = finished.result(); // blocks until it is done
    let (running, may_end) = long_task(&executor);
    let pending = or_fail(executor.submit(|| "never called"));
    or_fail(executor.shutdown_with(no_wait(true)));
    may_end.set();
    println!("finished: {}", or_fail(finished.result()));
    println!("running:  {}", or_fail(running.result()));
    println!("pending:  {}", state(&pending));
}

pub(crate) fn with(_: &Options) {
    let future = {
        let executor = ThreadPoolExecutor::new(1);
        or_fail(executor.submit(|| "page"))
    }; // the executor is dropped: it waits, as the end of Python's `with` does
    println!("after the block the future is {}", state(&future));
}

pub(crate) fn program_end(_: &Options) {
    let future = run(|| {
        let executor = ThreadPoolExecutor::new(1);
        let (running, may_end) = long_task(&executor);
        let pending = or_fail(executor.submit(|| "next page"));
        or_fail(executor.shutdown_with(no_wait(false)));
        println!("shutdown returns: {}, {}", state(&running), state(&pending));
        std::mem::forget(executor); // not dropped, as a global would not be
        may_end.set();
        pending
    });
    println!("run returns: the pending one is {}", state(&future));
}
