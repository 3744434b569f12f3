//! §3.1 `ThreadPoolExecutor`: its threads, how it is given work, and how it ends.

use crate::Options;
use crate::future::state;
use crate::held::Held;
use common::demo::{or_fail, simulated_work};
use common::futures::{FutureError, Shutdown, ThreadPoolExecutor};
use common::println; // as std's, but ends the program quietly when its output is closed (`| head -1`)
use common::threading::{Event, current_thread, run};
use std::sync::mpsc;
use std::time::Duration;

pub(crate) fn fetchers(max_workers: usize) -> ThreadPoolExecutor {
    let builder = ThreadPoolExecutor::builder().max_workers(max_workers);
    or_fail(builder.thread_name_prefix("fetch").build())
}

pub(crate) fn threads(_: &Options) {
    let executor = fetchers(2);
    for task in 1..=3 {
        let future = or_fail(executor.submit(|| current_thread().name()));
        println!("task {task} runs on {}", or_fail(future.result()));
    }
    let _held = Held::running(&executor, "page");
    let future = or_fail(executor.submit(|| current_thread().name()));
    println!("fetch_0 is busy: on {}", or_fail(future.result()));
}

pub(crate) fn initializer(_: &Options) {
    let (sender, receiver) = mpsc::channel();
    let initargs = "is prepared"; // what the closure owns
    let initializer = move || or_fail(sender.send(initargs));
    let builder = ThreadPoolExecutor::builder().max_workers(2);
    let executor = or_fail(builder.initializer(initializer).build());
    let _held = [(); 2].map(|()| Held::running(&executor, "page"));
    for thread in receiver.iter().take(2) {
        println!("a thread {thread} before its first task");
    }
    let builder = ThreadPoolExecutor::builder().try_initializer(|| "many".parse::<u8>().map(drop));
    let broken = or_fail(builder.build());
    if let Err(error) = or_fail(broken.submit(|| "page")).result() {
        println!("an initializer fails: {error}");
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

pub(crate) fn map(&Options { seed }: &Options) {
    let executor = fetchers(3);
    let last_is_done = Event::new();
    let length = move |page: &'static str| {
        match page {
            "/a" => last_is_done.wait(),
            "/ccc" => last_is_done.set(),
            _ => {}
        }
        page.len()
    };
    let lengths = or_fail(executor.map(length, ["/a", "/bb", "/ccc"]));
    let lengths: Vec<_> = lengths.flatten().collect();
    println!("the last call ends before the first; the results: {lengths:?}");
    let pairs = ["/a", "/b"].into_iter().zip([1, 2, 3]);
    let page = move |(page, number)| {
        simulated_work(seed, number);
        format!("{page}?p={number}")
    };
    let pages: Vec<_> = or_fail(executor.map(page, pairs)).flatten().collect();
    println!("two iterables, as many calls as the shorter one has items: {pages:?}");
    println!("chunksize has no effect on threads, in Python either, and is not ported");
}

pub(crate) fn map_timeout(_: &Options) {
    let executor = fetchers(1);
    let _held = Held::running(&executor, "page");
    let timeout = Duration::from_millis(20);
    for length in or_fail(executor.map_timeout(str::len, ["/a", "/bb"], timeout)) {
        match length {
            Err(FutureError::TimedOut) => println!("TimeoutError; the pending calls are cancelled"),
            other => println!("{other:?}"),
        }
    }
}

pub(crate) fn shutdown(_: &Options) {
    let executor = fetchers(1);
    let future = or_fail(executor.submit(|| "page"));
    or_fail(executor.shutdown());
    println!("shutdown returns; the future is done: {}", future.done());
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
    let executor = fetchers(1);
    let finished = or_fail(executor.submit(|| "page"));
    let _ = finished.result();
    let running = Held::running(&executor, "next page");
    let pending = or_fail(executor.submit(|| "last page"));
    or_fail(executor.shutdown_with(no_wait(true)));
    running.release();
    println!("finished before: {}", or_fail(finished.result()));
    println!("running:         {}", or_fail(running.future.result()));
    println!("pending:         {}", state(&pending));
}

pub(crate) fn with(_: &Options) {
    let future = {
        let executor = fetchers(1);
        or_fail(executor.submit(|| "page"))
    }; // the executor is dropped here: it waits, as the end of Python's `with` does
    println!("after the block the future is {}", state(&future));
}

pub(crate) fn program_end(_: &Options) {
    let future = run(|| {
        let executor = fetchers(1);
        let running = Held::running(&executor, "page");
        let pending = or_fail(executor.submit(|| "next page"));
        or_fail(executor.shutdown_with(no_wait(false)));
        let [first, second] = [&running.future, &pending].map(state);
        println!("shutdown returns and main ends: the first is {first}, the second {second}");
        std::mem::forget(executor); // not dropped, as a global would not be
        pending
    });
    println!("threading::run returns: the second is {}", state(&future));
}
