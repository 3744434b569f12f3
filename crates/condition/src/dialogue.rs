//! The dialogue of `TianMao` and `XiaoAi`: with two locks, two semaphores, one condition; what goes wrong when `XiaoAi` is
//! first, and the repair.

use crate::Options;
use common::demo::{or_fail, spawn, start, until};
use common::println; // as std's, but ends the program quietly when its output is closed (`| head -1`)
use common::threading::{Condition, Lock, LockError, Semaphore, Thread};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::thread;
use std::time::Duration;

/// The speakers. `T` is what they share: the two locks or the condition.
struct TianMao<T>(Arc<T>);
struct XiaoAi<T>(Arc<T>);

trait Speaker {
    /// The `?` after a call ends the method with the call's error, as an exception does in Python.
    fn run(self) -> Result<(), LockError>;
}

#[derive(Default)]
struct Locks {
    lock_a: Lock,
    lock_b: Lock,
}

// The notes' listing, §2.5: two locks
impl Speaker for TianMao<Locks> {
    fn run(self) -> Result<(), LockError> {
        let Locks { lock_a, lock_b } = &*self.0; // Python's `self.lock_A`, `self.lock_B`
        lock_a.acquire();
        lock_b.acquire();
        println!("tianmao:小爱同学");
        lock_a.release()?; // XiaoAi may speak
        lock_b.acquire(); // blocks until XiaoAi has spoken
        println!("tianmao:我们来对古诗吧");
        lock_a.release()?;
        lock_b.acquire();
        println!("tianmao:我住长江头");
        lock_a.release()?;
        lock_b.release()
    }
}

impl Speaker for XiaoAi<Locks> {
    fn run(self) -> Result<(), LockError> {
        let Locks { lock_a, lock_b } = &*self.0; // Python's `self.lock_A`, `self.lock_B`
        lock_a.acquire();
        println!("xiaoai:在");
        lock_b.release()?; // TianMao may speak
        lock_a.acquire(); // blocks until TianMao has spoken
        println!("xiaoai:好啊");
        lock_b.release()?;
        lock_a.acquire();
        println!("xiaoai:不聊了，再见");
        lock_a.release()
    }
}

// The notes' listing, §2.5: one condition
impl Speaker for TianMao<Condition> {
    fn run(self) -> Result<(), LockError> {
        let con_lock = &*self.0; // Python's `self.con_lock`
        con_lock.acquire();
        println!("tianmao:小爱同学");
        con_lock.wait()?;
        println!("tianmao:我们来对古诗吧");
        con_lock.notify(1)?;
        con_lock.wait()?;
        println!("tianmao:我住长江头");
        con_lock.notify(1)?;
        con_lock.release()
    }
}

impl Speaker for XiaoAi<Condition> {
    fn run(self) -> Result<(), LockError> {
        let con_lock = &*self.0; // Python's `self.con_lock`
        con_lock.acquire();
        println!("xiaoai:在");
        con_lock.notify(1)?;
        con_lock.wait()?;
        println!("xiaoai:好啊");
        con_lock.notify(1)?;
        con_lock.wait()?;
        println!("xiaoai:不聊了，再见");
        con_lock.release()
    }
}

/// The two threads, not yet started, and what they share.
fn speakers<T: Default + Send + Sync + 'static>() -> (Arc<T>, Thread, Thread)
where
    TianMao<T>: Speaker,
    XiaoAi<T>: Speaker,
{
    let shared = Arc::new(T::default());
    let (tianmao, xiaoai) = (TianMao(Arc::clone(&shared)), XiaoAi(Arc::clone(&shared)));
    let tianmao = Thread::new(|| print_error("tianmao", tianmao.run()));
    let xiaoai = Thread::new(|| print_error("xiaoai", xiaoai.run()));
    (shared, tianmao, xiaoai)
}

fn print_error(name: &str, outcome: Result<(), LockError>) {
    if let Err(error) = outcome {
        println!("{name} ends with RuntimeError: {error}");
    }
}

pub(crate) fn two_locks(_: &Options) {
    let (locks, tianmao, xiaoai) = speakers::<Locks>();
    start(&tianmao);
    until(|| locks.lock_b.waiting() == 1); // TianMao has spoken and waits for the answer
    start(&xiaoai);
    or_fail(tianmao.join());
    or_fail(xiaoai.join());
}

pub(crate) fn one_condition(_: &Options) {
    let (con_lock, tianmao, xiaoai) = speakers::<Condition>();
    start(&tianmao);
    until(|| con_lock.waiting() == 1); // TianMao has spoken and waits for the answer
    start(&xiaoai);
    or_fail(tianmao.join());
    or_fail(xiaoai.join());
}

pub(crate) fn two_locks_xiaoai_first(_: &Options) {
    let (locks, tianmao, xiaoai) = speakers::<Locks>();
    start(&xiaoai);
    or_fail(xiaoai.join());
    start(&tianmao);
    until(|| locks.lock_a.waiting() == 1);
    println!("tianmao blocks: xiaoai ended without releasing lock A");
    print_end("tianmao", &tianmao);
}

pub(crate) fn one_condition_xiaoai_first(_: &Options) {
    let (con_lock, tianmao, xiaoai) = speakers::<Condition>();
    start(&xiaoai);
    until(|| con_lock.waiting() == 1); // its notify(1) has found no waiter
    start(&tianmao);
    until(|| con_lock.waiting() == 2);
    println!("both threads block in wait(): xiaoai's first notification is lost");
    print_end("tianmao", &tianmao);
    print_end("xiaoai", &xiaoai);
}

fn print_end(name: &str, thread: &Thread) {
    let ended = or_fail(thread.join_timeout(Duration::from_millis(50)));
    println!("{name} ends within 50 ms: {ended}");
}

/// The lines of `TianMao` and of `XiaoAi`.
const LINES: [[&str; 3]; 2] = [
    ["小爱同学", "我们来对古诗吧", "我住长江头"],
    ["在", "好啊", "不聊了，再见"],
];

pub(crate) fn two_semaphores(_: &Options) {
    let (tianmao_may, xiaoai_may) = (Semaphore::new(1), Semaphore::new(0));
    let speak = |name, lines: [&str; 3], may_i: &Semaphore, may_you: &Semaphore| {
        for line in lines {
            may_i.acquire();
            println!("{name}:{line}");
            may_you.release();
        }
    };
    thread::scope(|scope| {
        spawn(scope, || {
            speak("xiaoai", LINES[1], &xiaoai_may, &tianmao_may);
        });
        until(|| xiaoai_may.waiting() == 1); // XiaoAi is first, and blocks
        spawn(scope, || {
            speak("tianmao", LINES[0], &tianmao_may, &xiaoai_may);
        });
    });
}

pub(crate) fn turns(_: &Options) {
    let (con_lock, said) = (Condition::new(), AtomicUsize::new(0)); // lines said so far
    let speak = |name, lines: [&str; 3], first| {
        let con_lock = con_lock.guard();
        for (line, turn) in lines.into_iter().zip((first..).step_by(2)) {
            con_lock.wait_for(|| said.load(Relaxed) == turn);
            println!("{name}:{line}");
            said.store(turn + 1, Relaxed);
            con_lock.notify(1);
        }
    };
    thread::scope(|scope| {
        spawn(scope, || speak("xiaoai", LINES[1], 1));
        until(|| con_lock.waiting() == 1); // XiaoAi is first, and it is not its turn
        spawn(scope, || speak("tianmao", LINES[0], 0));
    });
}
