//! The dialogue with two locks: whoever waits for an answer waits for a lock that the other releases.

use crate::start;
use common::demo::{heading, until};
use common::println;
use common::threading::{Lock, LockError, Runnable, Thread};
use std::sync::Arc;
use std::time::Duration;

struct TianMao {
    lock_a: Arc<Lock>,
    lock_b: Arc<Lock>,
}

impl TianMao {
    fn talk(&self) -> Result<(), LockError> {
        self.lock_a.acquire();
        self.lock_b.acquire();
        println!("tianmao:小爱同学");
        self.lock_a.release()?; // XiaoAi may speak
        self.lock_b.acquire(); // until it has spoken
        println!("tianmao:我们来对古诗吧");
        self.lock_a.release()?;
        self.lock_b.acquire();
        println!("tianmao:我住长江头");
        self.lock_a.release()?;
        self.lock_b.release()
    }
}

struct XiaoAi {
    lock_a: Arc<Lock>,
    lock_b: Arc<Lock>,
}

impl XiaoAi {
    fn talk(&self) -> Result<(), LockError> {
        self.lock_a.acquire();
        println!("xiaoai:在");
        self.lock_b.release()?; // TianMao may speak
        self.lock_a.acquire(); // until it has spoken
        println!("xiaoai:好啊");
        self.lock_b.release()?;
        self.lock_a.acquire();
        println!("xiaoai:不聊了，再见");
        self.lock_a.release()
    }
}

impl Runnable for TianMao {
    fn run(self) {
        told("tianmao", self.talk());
    }
}

impl Runnable for XiaoAi {
    fn run(self) {
        told("xiaoai", self.talk());
    }
}

fn told(name: &str, outcome: Result<(), LockError>) {
    if let Err(error) = outcome {
        println!("{name} ends: RuntimeError: {error}");
    }
}

pub(crate) fn tianmao_first() {
    heading("§2.5", "Dialogue with two locks", "两个原始锁");
    let (lock_a, lock_b, tianmao, xiaoai) = speakers();
    start(&tianmao);
    until(|| lock_b.waiting() == 1); // it has spoken, and waits for the answer
    start(&xiaoai);
    tianmao.join().expect("TianMao does not panic");
    xiaoai.join().expect("XiaoAi does not panic");
    let free = !lock_a.locked() && !lock_b.locked();
    println!("both locks are free again: {free}\n");
}

pub(crate) fn xiaoai_first() {
    heading("§2.5", "Two locks, XiaoAi first", "小爱先获取锁");
    let (lock_a, _, tianmao, xiaoai) = speakers();
    start(&xiaoai);
    xiaoai.join().expect("XiaoAi does not panic");
    start(&tianmao);
    until(|| lock_a.waiting() == 1);
    println!("tianmao waits, and nobody releases lock A: {lock_a:?}");
    let ended = tianmao.join_timeout(Duration::from_millis(50));
    let ended = ended.expect("TianMao does not panic");
    println!("tianmao.join_timeout(50 ms) {ended}\n");
}

fn speakers() -> (Arc<Lock>, Arc<Lock>, Thread, Thread) {
    let (lock_a, lock_b) = (Arc::new(Lock::new()), Arc::new(Lock::new()));
    let tianmao = Thread::of(TianMao {
        lock_a: Arc::clone(&lock_a),
        lock_b: Arc::clone(&lock_b),
    });
    let xiaoai = Thread::of(XiaoAi {
        lock_a: Arc::clone(&lock_a),
        lock_b: Arc::clone(&lock_b),
    });
    (lock_a, lock_b, tianmao, xiaoai)
}
