//! The dialogue: with two locks, two semaphores, one condition; what goes wrong when `XiaoAi` is first, and the repair.

use crate::Options;
use common::demo::{or_fail, scope, spawn, start, until};
use common::println; // as std's, but ends the program quietly when its output is closed (`| head -1`)
use common::threading::{Condition, Lock, LockError, Semaphore, Thread};
use common::trace;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

const TIANMAO: [&str; 3] = ["小爱同学", "我们来对古诗吧", "我住长江头"];
const XIAOAI: [&str; 3] = ["在", "好啊", "不聊了，再见"];

// The notes' listing, §2.5: two locks
#[derive(Default)]
struct TwoLocks {
    lock_a: Lock,
    lock_b: Lock,
}

impl TwoLocks {
    fn tianmao(&self) -> Result<(), LockError> {
        self.lock_a.acquire();
        self.lock_b.acquire();
        println!("tianmao:小爱同学");
        self.lock_a.release()?; // XiaoAi may speak
        self.lock_b.acquire(); // blocks until XiaoAi has spoken
        println!("tianmao:我们来对古诗吧");
        self.lock_a.release()?;
        self.lock_b.acquire();
        println!("tianmao:我住长江头");
        self.lock_a.release()?;
        self.lock_b.release()
    }

    fn xiaoai(&self) -> Result<(), LockError> {
        self.lock_a.acquire();
        println!("xiaoai:在");
        self.lock_b.release()?; // TianMao may speak
        self.lock_a.acquire(); // blocks until TianMao has spoken
        println!("xiaoai:好啊");
        self.lock_b.release()?;
        self.lock_a.acquire();
        println!("xiaoai:不聊了，再见");
        self.lock_a.release()
    }
}

#[derive(Default)]
struct OneCondition {
    con_lock: Condition,
}

// The notes' listing, §2.5: one condition
impl OneCondition {
    fn tianmao(&self) -> Result<(), LockError> {
        self.con_lock.acquire();
        println!("tianmao:小爱同学");
        self.con_lock.wait()?;
        println!("tianmao:我们来对古诗吧");
        self.con_lock.notify(1)?;
        self.con_lock.wait()?;
        println!("tianmao:我住长江头");
        self.con_lock.notify(1)?;
        self.con_lock.release()
    }

    fn xiaoai(&self) -> Result<(), LockError> {
        self.con_lock.acquire();
        println!("xiaoai:在");
        self.con_lock.notify(1)?;
        self.con_lock.wait()?;
        println!("xiaoai:好啊");
        self.con_lock.notify(1)?;
        self.con_lock.wait()?;
        println!("xiaoai:不聊了，再见");
        self.con_lock.release()
    }
}

/// A thread that prints the error it ends with, as Python does with an exception.
fn speaker(name: &'static str, speak: fn() -> Result<(), LockError>) -> Thread {
    Thread::named(name, move || {
        if let Err(error) = speak() {
            println!("{name} ends with RuntimeError: {error}");
        }
    })
}

pub(crate) fn two_locks(_: &Options) {
    static DIALOGUE: LazyLock<TwoLocks> = LazyLock::new(TwoLocks::default);
    trace::name(&DIALOGUE.lock_a, "A"); // on the timeline
    trace::name(&DIALOGUE.lock_b, "B");
    let tianmao = speaker("tianmao", || DIALOGUE.tianmao());
    let xiaoai = speaker("xiaoai", || DIALOGUE.xiaoai());
    start(&tianmao);
    until(|| DIALOGUE.lock_b.waiting() == 1); // TianMao has spoken and waits for the answer
    start(&xiaoai);
    or_fail(tianmao.join());
    or_fail(xiaoai.join());
}

pub(crate) fn one_condition(_: &Options) {
    static DIALOGUE: LazyLock<OneCondition> = LazyLock::new(OneCondition::default);
    let tianmao = speaker("tianmao", || DIALOGUE.tianmao());
    let xiaoai = speaker("xiaoai", || DIALOGUE.xiaoai());
    start(&tianmao);
    until(|| DIALOGUE.con_lock.waiting() == 1); // TianMao has spoken and waits for the answer
    start(&xiaoai);
    or_fail(tianmao.join());
    or_fail(xiaoai.join());
}

pub(crate) fn two_locks_xiaoai_first(_: &Options) {
    static DIALOGUE: LazyLock<TwoLocks> = LazyLock::new(TwoLocks::default);
    let tianmao = speaker("tianmao", || DIALOGUE.tianmao());
    let xiaoai = speaker("xiaoai", || DIALOGUE.xiaoai());
    start(&xiaoai);
    or_fail(xiaoai.join());
    start(&tianmao);
    until(|| DIALOGUE.lock_a.waiting() == 1); // XiaoAi ended without releasing lock A
    print_end("tianmao", &tianmao);
}

pub(crate) fn one_condition_xiaoai_first(_: &Options) {
    static DIALOGUE: LazyLock<OneCondition> = LazyLock::new(OneCondition::default);
    let tianmao = speaker("tianmao", || DIALOGUE.tianmao());
    let xiaoai = speaker("xiaoai", || DIALOGUE.xiaoai());
    start(&xiaoai);
    until(|| DIALOGUE.con_lock.waiting() == 1); // its notify(1) has found no waiter
    start(&tianmao);
    until(|| DIALOGUE.con_lock.waiting() == 2);
    print_end("tianmao", &tianmao);
    print_end("xiaoai", &xiaoai);
}

fn print_end(name: &str, thread: &Thread) {
    let ended = or_fail(thread.join_timeout(Duration::from_millis(50)));
    println!("{name} ends within 50 ms: {ended}");
}

pub(crate) fn two_semaphores(_: &Options) {
    let (tianmao_may, xiaoai_may) = (Semaphore::new(1), Semaphore::new(0));
    scope(|scope| {
        spawn(scope, || {
            for line in XIAOAI {
                xiaoai_may.acquire();
                println!("xiaoai:{line}");
                tianmao_may.release();
            }
        });
        until(|| xiaoai_may.waiting() == 1); // XiaoAi is first, and blocks
        for line in TIANMAO {
            tianmao_may.acquire();
            println!("tianmao:{line}");
            xiaoai_may.release();
        }
    });
}

pub(crate) fn turns(_: &Options) {
    let (con_lock, said) = (Condition::new(), AtomicUsize::new(0)); // how many lines are said
    let speak = |name, lines, turn| {
        let con_lock = con_lock.guard(); // Python's `with con_lock:`
        for line in lines {
            con_lock.wait_for(|| said.load(Relaxed) % 2 == turn);
            println!("{name}:{line}");
            said.fetch_add(1, Relaxed);
            con_lock.notify(1);
        }
    };
    scope(|scope| {
        spawn(scope, || speak("xiaoai", XIAOAI, 1));
        until(|| con_lock.waiting() == 1); // XiaoAi is first, and it is not its turn
        speak("tianmao", TIANMAO, 0);
    });
}
