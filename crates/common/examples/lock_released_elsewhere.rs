//! Acquires a lock in one thread and releases it in another. A `Mutex` cannot do this: its guard is not `Send`.

#![allow(clippy::print_stdout, reason = "an example needs no feature of common")]

use common::threading::{Event, Lock, RLock};
use std::error::Error;
use std::thread;
use std::time::Duration;

const TIMEOUT: Duration = Duration::from_millis(20);

fn main() -> Result<(), Box<dyn Error>> {
    // The lock is held as long as a job is in progress. The main thread begins the job, the worker finishes it.
    let job = Lock::new();
    let finish = Event::new();
    thread::scope(|scope| {
        job.acquire();
        let worker = scope.spawn(|| {
            finish.wait();
            job.release()
        });
        println!("the job is in progress: {}", job.locked());
        println!(
            "acquired within the timeout: {}",
            job.acquire_timeout(TIMEOUT)
        );
        finish.set();
        // Blocks until the worker releases the lock.
        job.acquire();
        println!("acquired after the release by the worker: {}", job.locked());
        worker.join().expect("the worker does not panic")
    })?;

    // A lock has no owner, so only the release of a free lock is an error.
    job.release()?;
    if let Err(error) = job.release() {
        println!("Lock: {error}");
    }
    // An RLock has an owner: the release by another thread is an error, and the lock stays held.
    let owned = RLock::new();
    let _guard = owned.guard();
    let release = thread::scope(|scope| scope.spawn(|| owned.release()).join());
    if let Err(error) = release.expect("the thread does not panic") {
        println!("RLock: {error}");
    }
    Ok(())
}
