//! Awaits futures of a thread pool in async code: a callback of the future wakes the async task, in any runtime.

#![allow(clippy::print_stdout, reason = "an example needs no feature of common")]

use common::futures::{Future, FutureError, ThreadPoolExecutor};
use std::error::Error;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::Duration;

fn main() -> Result<(), Box<dyn Error>> {
    let executor = ThreadPoolExecutor::new(2);
    let answer = executor.submit(|| {
        thread::sleep(Duration::from_millis(20)); // stands for a long computation
        6 * 7
    })?;
    let failure = executor.try_submit(|| "forty-two".parse::<i32>())?;
    block_on(async {
        println!("answer: {}", completed(&answer).await?);
        if let Err(error) = completed(&failure).await {
            println!("error: {error}");
        }
        Ok(())
    })
}

/// Returns the result of `future`. It suspends the async task until then and blocks no thread.
async fn completed<T: 'static>(future: &Future<T>) -> Result<&T, FutureError> {
    let mut registered: Option<Waker> = None;
    std::future::poll_fn(|context| {
        if future.done() {
            return Poll::Ready(future.result());
        }
        // Each poll may pass another waker, but a callback for the same waker is enough once.
        let waker = context.waker();
        if !registered
            .as_ref()
            .is_some_and(|known| known.will_wake(waker))
        {
            registered = Some(waker.clone());
            let waker = waker.clone();
            // A future that completes before this line calls the callback at once: no wake-up is lost.
            future.add_done_callback(move |_| waker.wake());
        }
        Poll::Pending
    })
    .await
}

/// The smallest async executor: polls one async task, and parks the thread while the task is pending.
fn block_on<T>(task: impl std::future::Future<Output = T>) -> T {
    let mut task = pin!(task);
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut context = Context::from_waker(&waker);
    loop {
        match task.as_mut().poll(&mut context) {
            Poll::Ready(output) => return output,
            Poll::Pending => thread::park(),
        }
    }
}

/// Wakes the async task by unparking its thread.
struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}
