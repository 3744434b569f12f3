//! Producer and consumer, and the dialogue, with what std has.

use crate::Options;
use common::demo::spawn;
use common::println;
use std::sync::{Condvar, Mutex, mpsc};
use std::thread;

pub(crate) fn mutex_and_condvar(&Options { items, .. }: &Options) {
    let (available, cv) = (Mutex::new(0), Condvar::new()); // the lock is inside the Mutex, with its data
    thread::scope(|scope| {
        spawn(scope, || {
            for _ in 0..items {
                *available.lock().expect("no thread panics under it") += 1;
                cv.notify_one();
            }
        });
        for _ in 0..items {
            let guard = available.lock().expect("no thread panics under it");
            let guard = cv.wait_while(guard, |available| *available == 0);
            *guard.expect("no thread panics under it") -= 1;
            println!("the consumer gets an item");
        }
    });
}

pub(crate) fn channels(_: &Options) {
    let (to_xiaoai, from_tianmao) = mpsc::channel();
    let (to_tianmao, from_xiaoai) = mpsc::channel();
    thread::scope(|scope| {
        spawn(scope, move || {
            for line in ["在", "好啊", "不聊了，再见"] {
                println!("tianmao:{}", from_tianmao.recv().expect("TianMao speaks"));
                to_tianmao.send(line).expect("TianMao listens");
            }
        });
        for line in ["小爱同学", "我们来对古诗吧", "我住长江头"] {
            to_xiaoai.send(line).expect("XiaoAi listens");
            println!("xiaoai:{}", from_xiaoai.recv().expect("XiaoAi speaks"));
        }
    });
}
