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

pub(crate) fn process(_: &Options) {
    let child = current_exe().and_then(|path| Command::new(path).arg("thread").output());
    let printed = or_fail(String::from_utf8(or_fail(child).stdout));
    let line = printed.lines().last().unwrap_or_default();
    println!("in a child process: {line}");
    println!("in this process main still reads {}", NUMBER.load(SeqCst));
}

pub(crate) fn thread(_: &Options) {
    thread::scope(|scope| {
        spawn(scope, || NUMBER.fetch_add(1, SeqCst));
    });
    println!("a thread adds 1, main reads {}", NUMBER.load(SeqCst));
}

pub(crate) fn coroutine(_: &Options) {
    let (mut a, mut b) = (pin!(two_steps("a")), pin!(two_steps("b")));
    let mut context = Context::from_waker(Waker::noop());
    // The scheduler: it polls each coroutine in turn until both have ended.
    loop {
        let polled = [a.as_mut().poll(&mut context), b.as_mut().poll(&mut context)];
        if polled == [Poll::Ready(()); 2] {
            break;
        }
    }
    println!("both have ended, on one thread");
}

async fn two_steps(name: &str) {
    println!("{name} begins and yields");
    yield_once().await;
    println!("{name} continues and ends");
}

/// Pending once, then ready.
async fn yield_once() {
    let mut answers = [Poll::Pending, Poll::Ready(())].into_iter();
    poll_fn(|_| answers.next().expect("it is not polled again")).await;
}
