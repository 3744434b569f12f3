//! §1.2: process, thread, coroutine: what each owns, and what schedules it.

use crate::Options;
use common::demo::{or_fail, spawn};
use common::println;
use std::env::current_exe;
use std::future::poll_fn;
use std::pin::pin;
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::task::{Context, Poll, Waker};
use std::thread;

/// Each process has its own.
static NUMBER: AtomicU32 = AtomicU32::new(0);

pub(crate) fn processes_do_not(_: &Options) {
    let child = current_exe().and_then(|path| Command::new(path).arg("--add-one").output());
    let printed = or_fail(child).stdout;
    println!("{}", String::from_utf8_lossy(&printed).trim_end());
    println!("in the parent the number is still {}", NUMBER.load(SeqCst));
}

/// What the child does.
pub(crate) fn add_one() {
    let before = NUMBER.fetch_add(1, SeqCst);
    let number = NUMBER.load(SeqCst);
    println!("the child adds one to its number: {before} becomes {number}");
}

pub(crate) fn threads_share(_: &Options) {
    thread::scope(|scope| _ = spawn(scope, || NUMBER.fetch_add(1, SeqCst)));
    let number = NUMBER.load(SeqCst);
    println!("a thread adds one to the number, main reads {number}");
}

pub(crate) fn coroutines_yield(_: &Options) {
    let (mut a, mut b) = (pin!(coroutine("a")), pin!(coroutine("b")));
    let mut context = Context::from_waker(Waker::noop());
    // The scheduler is this loop, on one thread: it polls each coroutine in turn until both end.
    loop {
        let polled = [a.as_mut().poll(&mut context), b.as_mut().poll(&mut context)];
        if polled.iter().all(Poll::is_ready) {
            break;
        }
    }
    println!("both have ended, on one thread");
}

async fn coroutine(name: &str) {
    println!("{name} begins and yields");
    yield_once().await;
    println!("{name} goes on and ends");
}

/// Pending once, then ready.
async fn yield_once() {
    let mut yielded = false;
    poll_fn(|_| {
        if yielded {
            return Poll::Ready(());
        }
        yielded = true;
        Poll::Pending
    })
    .await;
}
