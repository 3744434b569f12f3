//! The dialogue with one condition: whoever has spoken notifies the other and waits.

use crate::start;
use common::demo::{heading, until};
use common::println;
use common::threading::{Condition, Runnable, Thread};
use std::sync::Arc;
use std::time::Duration;

struct TianMao {
    condition: Arc<Condition>,
}

impl Runnable for TianMao {
    fn run(self) {
        let condition = self.condition.guard(); // acquire, and release at the end
        println!("tianmao:小爱同学");
        condition.wait();
        println!("tianmao:我们来对古诗吧");
        condition.notify(1);
        condition.wait();
        println!("tianmao:我住长江头");
        condition.notify(1);
    }
}

struct XiaoAi {
    condition: Arc<Condition>,
}

impl Runnable for XiaoAi {
    fn run(self) {
        let condition = self.condition.guard();
        println!("xiaoai:在");
        condition.notify(1);
        condition.wait();
        println!("xiaoai:好啊");
        condition.notify(1);
        condition.wait();
        println!("xiaoai:不聊了，再见");
    }
}

pub(crate) fn tianmao_first() {
    heading("§2.5", "Dialogue with one condition", "条件对象");
    let (condition, tianmao, xiaoai) = speakers();
    start(&tianmao);
    until(|| condition.waiting() == 1); // it has spoken, and waits for the answer
    start(&xiaoai);
    tianmao.join().expect("TianMao does not panic");
    xiaoai.join().expect("XiaoAi does not panic");
    println!();
}

pub(crate) fn xiaoai_first() {
    heading("§2.5", "One condition, XiaoAi first", "小爱先获取锁");
    let (condition, tianmao, xiaoai) = speakers();
    start(&xiaoai);
    until(|| condition.waiting() == 1); // it has notified nobody
    start(&tianmao);
    until(|| condition.waiting() == 2);
    drop(condition.guard()); // the second has released the lock too
    println!("both wait, and nobody notifies:\n{condition:?}");
    for (name, thread) in [("tianmao", tianmao), ("xiaoai", xiaoai)] {
        let ended = thread.join_timeout(Duration::from_millis(50));
        let ended = ended.expect("it does not panic");
        println!("{name}.join_timeout(50 ms) {ended}");
    }
    println!();
}

fn speakers() -> (Arc<Condition>, Thread, Thread) {
    let condition = Arc::new(Condition::new());
    let tianmao = Thread::of(TianMao {
        condition: Arc::clone(&condition),
    });
    let xiaoai = Thread::of(XiaoAi {
        condition: Arc::clone(&condition),
    });
    (condition, tianmao, xiaoai)
}
