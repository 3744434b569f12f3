//! A wake-up and a timeout in one moment: the mutex is held while the time passes.

use super::Barrier;
use super::state::{RELEASED, State};
use crate::wait_queue::WaitQueueGuard;
use std::thread;
use std::time::Duration;

/// Tries with longer timeouts until one was not up before its thread could be held up.
fn until_in_time(attempt: impl Fn(Duration) -> Option<()>) {
    let mut timeout = Duration::from_millis(2);
    while attempt(timeout).is_none() {
        timeout *= 2;
    }
}

/// Holds up who has come, until its time has passed. `None` when that was so before.
fn hold_up(
    barrier: &Barrier,
    timeout: Duration,
    has_come: impl Fn(&WaitQueueGuard<'_, State>) -> bool,
) -> Option<WaitQueueGuard<'_, State>> {
    loop {
        let state = barrier.state.lock();
        if state.is_broken {
            return None;
        }
        if has_come(&state) {
            thread::sleep(timeout * 2);
            return Some(state);
        }
        drop(state);
        thread::yield_now();
    }
}

#[test]
fn who_is_released_when_its_time_is_up_goes_on() {
    until_in_time(|timeout| {
        let barrier = Barrier::new(2);
        thread::scope(|scope| {
            let waiter = scope.spawn(|| barrier.wait_timeout(timeout));
            let mut state = hold_up(&barrier, timeout, |state| state.len() == 1)?;
            let calls = state.drain_with(RELEASED);
            drop(state);
            drop(calls);
            assert_eq!(waiter.join().unwrap(), Ok(0));
            Some(())
        })
    });
}

#[test]
fn who_is_let_in_when_its_time_is_up_is_inside() {
    until_in_time(|timeout| {
        let builder = Barrier::builder().parties(1).action(|| ());
        let barrier = builder.build().unwrap();
        let action = barrier.state.lock().begin_action().unwrap();
        thread::scope(|scope| {
            let waiter = scope.spawn(|| barrier.wait_timeout(timeout));
            let mut state = hold_up(&barrier, timeout, |_| barrier.door.len() == 1)?;
            assert!(state.end_action(action));
            let calls = barrier.door.lock().drain_with(RELEASED);
            drop(state);
            drop(calls);
            assert_eq!(waiter.join().unwrap(), Ok(0));
            Some(())
        })
    });
}
