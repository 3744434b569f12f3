//! The same with what std has.

use crate::options::Options;
use crate::spawn;
use common::demo::heading;
use common::println;
use std::sync::{Condvar, Mutex, mpsc};
use std::thread;

/// The lock is inside the `Mutex`, with what it guards.
#[derive(Default)]
struct Shelf {
    item: Mutex<Option<u32>>,
    changed: Condvar,
}

impl Shelf {
    fn put(&self, item: u32) {
        let shelf = self.item.lock().expect("nobody panics under it");
        let shelf = self.changed.wait_while(shelf, |shelf| shelf.is_some());
        *shelf.expect("nobody panics under it") = Some(item);
        self.changed.notify_one();
    }

    fn take(&self) -> u32 {
        let shelf = self.item.lock().expect("nobody panics under it");
        let shelf = self.changed.wait_while(shelf, |shelf| shelf.is_none());
        let item = shelf.expect("nobody panics under it").take();
        self.changed.notify_one();
        item.expect("the shelf was full")
    }
}

pub(crate) fn mutex_and_condvar(&Options { items, .. }: &Options) {
    heading("§2.5", "Plain Rust, the shelf", "Mutex 与 Condvar");
    let shelf = Shelf::default();
    thread::scope(|scope| {
        spawn(scope, || (1..=items).for_each(|item| shelf.put(item)));
        let sum: u32 = (1..=items).map(|_| shelf.take()).sum();
        println!("the sum: {sum}\n");
    });
}

pub(crate) fn dialogue_with_channels() {
    heading("§2.5", "Plain Rust, the dialogue", "通道");
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
