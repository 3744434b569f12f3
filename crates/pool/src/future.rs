//! §3.2 `Future`: how far a call has come, what it returned, and how to hear of its end.

use crate::held::Held;
use common::demo::heading;
use common::futures::{Future, ThreadPoolExecutor};
use common::println;
use common::threading::current_thread;
use std::time::Duration;

pub(crate) fn play() {
    states();
    cancel();
    result_and_exception();
    callbacks_instead_of_waiting();
    callbacks_in_order();
    added_when_it_is_done();
}

fn states() {
    heading("§3.2", "States", "Pending、Running、Finished、Cancelled");
    let executor = ThreadPoolExecutor::new(1);
    let first = Held::running(&executor, "page");
    let second = executor.submit(|| "next page").expect("it is open");
    let third = executor.submit(|| "last page").expect("it is open");
    third.cancel();
    println!("one worker, three tasks, the third cancelled:");
    let all = [&first.future, &second, &third];
    for future in all {
        println!("  {future:?}");
    }
    first.let_go();
    drop(executor); // waits until all is done
    println!("when the executor is through:");
    for future in all {
        println!("  {future:?}");
    }
    println!();
}

fn cancel() {
    heading("§3.2", "cancel, cancelled, running, done", "取消与查询");
    let executor = ThreadPoolExecutor::new(1);
    let running = Held::running(&executor, "page");
    let pending = executor.submit(|| "never called").expect("it is open");
    let told = |name: &str, future: &Future<&'static str>| {
        println!(
            "{name}: cancel() {}, cancelled() {}, running() {}, done() {}",
            future.cancel(),
            future.cancelled(),
            future.running(),
            future.done()
        );
    };
    told("the running one ", &running.future);
    told("the pending one ", &pending);
    running.let_go();
    let finished = running.future.result();
    println!("the first is through: {finished:?}");
    told("the finished one", &running.future);
    println!();
}

fn result_and_exception() {
    heading("§3.2", "result(timeout), exception(timeout)", "结果与异常");
    let executor = ThreadPoolExecutor::new(2);
    let held = Held::running(&executor, "page");
    let soon = Duration::from_millis(20);
    println!("not done in 20 ms:  {:?}", held.future.result_timeout(soon));
    held.let_go();
    println!("done:               {:?}", held.future.result());
    println!("done, its error:    {:?}", held.future.exception());
    let failed = executor.try_submit(|| "many".parse::<u32>());
    let failed = failed.expect("it is open");
    if let Err(error) = failed.result() {
        println!("failed:             {error}");
    }
    let panicked = executor.submit(|| -> u32 { panic!("no page") });
    let panicked = panicked.expect("it is open");
    if let Ok(Some(error)) = panicked.exception() {
        println!("panicked:           {error}");
    }
    let running = [(); 2].map(|()| Held::running(&executor, "page"));
    let cancelled = executor.submit(|| "page").expect("it is open");
    cancelled.cancel();
    println!("cancelled:          {:?}\n", cancelled.result());
    drop(running);
}

/// The notes' `get_result`. A callback is handed its future.
#[allow(
    clippy::needless_pass_by_value,
    reason = "that is how callbacks are called"
)]
fn get_result(future: Future<u32>) {
    let result = future.result().expect("these calls do not fail");
    println!("a callback prints {result}");
}

fn callbacks_instead_of_waiting() {
    heading("§3.2", "add_done_callback", "回调代替阻塞");
    let executor = ThreadPoolExecutor::new(1);
    let held = Held::running(&executor, "page");
    let future1 = executor.submit(|| 1).expect("it is open");
    let future2 = executor.submit(|| 2).expect("it is open");
    future1.add_done_callback(get_result);
    future2.add_done_callback(get_result);
    println!("both have a callback, and nobody waits for a result");
    held.let_go();
    drop(executor);
    println!();
}

fn callbacks_in_order() {
    heading("§3.2", "Order, thread, errors", "回调的顺序、线程与异常");
    let executor = ThreadPoolExecutor::builder()
        .max_workers(1)
        .thread_name_prefix("fetch")
        .build()
        .expect("one worker is enough");
    let held = Held::running(&executor, "page");
    let future = &held.future;
    future.add_done_callback(|_| println!("first, on thread {}", current_thread().name()));
    future.add_done_callback(|_| {
        println!("second panics: it is reported on stderr, and ignored");
        panic!("a callback went wrong");
    });
    future.add_done_callback(|future| println!("third is called with {future:?}"));
    held.let_go();
    drop(executor);
    println!();
}

fn added_when_it_is_done() {
    heading("§3.2", "Done already", "对已完成的 future 立即调用");
    let executor = ThreadPoolExecutor::new(1);
    let future = executor.submit(|| 42).expect("it is open");
    let result = *future.result().expect("it does not fail");
    future.add_done_callback(|_| println!("called at once, on {}", current_thread().name()));
    println!("add_done_callback has returned, the result was {result}\n");
}
