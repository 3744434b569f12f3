//! Takes results from a thread pool in the order of completion, and limits each wait with a timeout.

#![allow(clippy::print_stdout, reason = "an example needs no feature of common")]

use common::futures::{
    ReturnWhen, ThreadPoolExecutor, as_completed, as_completed_timeout, wait_timeout,
};
use common::threading::Event;
use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

const TIMEOUT: Duration = Duration::from_millis(20);

fn main() -> Result<(), Box<dyn Error>> {
    let executor = ThreadPoolExecutor::new(2);

    // The slow call blocks until the event is set.
    let answer = Arc::new(Event::new());
    let blocked_on = Arc::clone(&answer);
    let slow = executor.submit(move || {
        blocked_on.wait();
        "slow"
    })?;
    let quick = executor.submit(|| "quick")?;

    // The quick call was submitted last and is yielded first.
    let mut completed = as_completed([slow.clone(), quick.clone()]);
    if let Some(first) = completed.next() {
        println!("first completed: {}", first?.result()?);
    }

    // Each wait has a form with a timeout. A timeout that expires does not cancel the call.
    for future in as_completed_timeout([slow.clone(), quick.clone()], TIMEOUT) {
        match future {
            Ok(future) => println!("as_completed_timeout: {}", future.result()?),
            Err(timeout) => println!("as_completed_timeout: {timeout}"),
        }
    }
    let futures = [slow.clone(), quick];
    let waited = wait_timeout(futures, TIMEOUT, ReturnWhen::AllCompleted);
    let (done, not_done) = (waited.done.len(), waited.not_done.len());
    println!("wait_timeout: {done} done, {not_done} not done");
    if let Err(error) = slow.result_timeout(TIMEOUT) {
        println!("result_timeout: {error}");
    }

    answer.set();
    println!("result: {}", slow.result()?);
    // Dropping the executor blocks until its workers have ended.
    Ok(())
}
