//! §1.2: process, thread, coroutine: what each has for itself.

use common::demo::{fail, heading};
use common::println;
use std::env::current_exe;
use std::future::poll_fn;
use std::pin::pin;
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::task::{Context, Poll, Waker};
use std::thread;

/// One in each process.
static NUMBER: AtomicU32 = AtomicU32::new(0);

pub(crate) fn threads_share() {
    heading("§1.2", "Thread", "线程");
    thread::scope(|scope| _ = scope.spawn(|| NUMBER.fetch_add(1, SeqCst)));
    println!("a thread added one, and main sees it: {NUMBER:?}\n");
}

pub(crate) fn processes_do_not() {
    heading("§1.2", "Process", "进程");
    let child = current_exe().and_then(|path| Command::new(path).arg("--add-one").output());
    let output = child.unwrap_or_else(|error| fail(&format!("cannot run itself: {error}")));
    let said = String::from_utf8_lossy(&output.stdout);
    println!("{}", said.trim_end());
    println!("here it is still {NUMBER:?}\n");
}

/// What the child does: in its own memory the number is 0 at first.
pub(crate) fn add_one() {
    let before = NUMBER.fetch_add(1, SeqCst);
    println!("a process of its own added one: {before} became {NUMBER:?}");
}

pub(crate) fn coroutines_hand_over() {
    heading("§1.2", "Coroutine", "协程");
    let (mut a, mut b) = (pin!(coroutine("a")), pin!(coroutine("b")));
    let mut context = Context::from_waker(Waker::noop());
    // The scheduler is these lines, on one thread: each in turn, until both are through.
    loop {
        let polled = [a.as_mut().poll(&mut context), b.as_mut().poll(&mut context)];
        if polled.iter().all(Poll::is_ready) {
            break;
        }
    }
    println!("both are through, on one thread\n");
}

async fn coroutine(name: &str) {
    println!("{name} begins, and hands over");
    hand_over().await;
    println!("{name} goes on, and ends");
}

/// Pending once, then ready.
async fn hand_over() {
    let mut handed_over = false;
    poll_fn(|_| {
        if handed_over {
            return Poll::Ready(());
        }
        handed_over = true;
        Poll::Pending
    })
    .await;
}
