//! §3.3 `wait` and `as_completed`: several futures at once, also of different executors.

use crate::held::Held;
use common::demo::heading;
use common::futures::ReturnWhen::{AllCompleted, FirstCompleted, FirstException};
use common::futures::{
    Future, ThreadPoolExecutor, Waited, as_completed, as_completed_timeout, wait, wait_timeout,
};
use common::println;
use std::time::Duration;

pub(crate) fn play() {
    first_completed();
    first_exception();
    all_completed();
    wait_with_a_timeout();
    in_order_of_completion();
    as_completed_with_a_timeout();
}

fn counts<T>(waited: &Waited<T>) -> String {
    let (done, not_done) = (waited.done.len(), waited.not_done.len());
    format!("{done} done, {not_done} not done")
}

fn first_completed() {
    heading("§3.3", "wait(FIRST_COMPLETED)", "任意一个完成时返回");
    let (one, another) = (ThreadPoolExecutor::new(1), ThreadPoolExecutor::new(1));
    let held = [
        Held::running(&one, "slow"),
        Held::running(&another, "quick"),
    ];
    held[1].let_go();
    let futures = held.each_ref().map(|held| held.future.clone());
    let waited = wait(futures, FirstCompleted);
    let first = waited.done[0].result();
    println!("futures of two executors: {}, {first:?}\n", counts(&waited));
}

fn first_exception() {
    heading("§3.3", "wait(FIRST_EXCEPTION)", "任意一个引发异常时返回");
    let executor = ThreadPoolExecutor::new(2);
    let held = Held::running(&executor, "slow");
    let quick = executor.submit(|| "quick").expect("it is open");
    let failing = executor.try_submit(|| "many".parse::<u32>().map(|_| "a number"));
    let futures = [held.future.clone(), quick, failing.expect("it is open")];
    let waited = wait(futures, FirstException);
    println!("one runs, one succeeds, one fails: {}", counts(&waited));
    held.let_go();
    let futures = waited
        .done
        .into_iter()
        .filter(|future| future.result().is_ok());
    let waited = wait(futures.chain(waited.not_done), FirstException);
    println!("none fails, as ALL_COMPLETED:      {}\n", counts(&waited));
}

fn all_completed() {
    heading("§3.3", "wait(ALL_COMPLETED)", "全部完成时返回");
    let executor = ThreadPoolExecutor::new(1);
    let held = Held::running(&executor, "page");
    let pending = executor.submit(|| "never called").expect("it is open");
    pending.cancel();
    held.let_go();
    let twice = [
        held.future.clone(),
        pending.clone(),
        held.future.clone(),
        pending,
    ];
    let waited = wait(twice, AllCompleted);
    println!(
        "two futures, each given twice, one cancelled: {}\n",
        counts(&waited)
    );
}

fn wait_with_a_timeout() {
    heading("§3.3", "wait(timeout)", "超时不是异常");
    let executor = ThreadPoolExecutor::new(2);
    let held = Held::running(&executor, "slow");
    let quick = executor.submit(|| "quick").expect("it is open");
    let _ = quick.result();
    let futures = [held.future.clone(), quick];
    let waited = wait_timeout(futures, Duration::from_millis(20), AllCompleted);
    println!("after 20 ms: {}\n", counts(&waited));
}

fn in_order_of_completion() {
    heading("§3.3", "as_completed", "先完成的先返回");
    let executor = ThreadPoolExecutor::new(3);
    let held = ["first", "second", "third"].map(|name| Held::running(&executor, name));
    held[1].let_go();
    let _ = held[1].future.result();
    println!("three tasks, submitted in order; the second is done already");
    let futures: Vec<Future<_>> = held.iter().map(|held| held.future.clone()).collect();
    let twice = futures.iter().chain(&futures).cloned();
    let mut to_let_go = [&held[2], &held[0]].into_iter();
    for future in as_completed(twice) {
        let future = future.expect("there is no timeout");
        println!("  {}", future.result().expect("these do not fail"));
        to_let_go.next().map(Held::let_go);
    }
    println!("each came once, though it was given twice\n");
}

fn as_completed_with_a_timeout() {
    heading("§3.3", "as_completed(timeout)", "超时引发 TimeoutError");
    let executor = ThreadPoolExecutor::new(2);
    let held = Held::running(&executor, "slow");
    let quick = executor.submit(|| "quick").expect("it is open");
    let _ = quick.result();
    let futures = [held.future.clone(), quick];
    for future in as_completed_timeout(futures, Duration::from_millis(20)) {
        match future {
            Ok(future) => println!("done: {:?}", future.result()),
            Err(error) => println!("TimeoutError: {error}\n"),
        }
    }
}
