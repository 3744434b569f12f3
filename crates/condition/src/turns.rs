//! The dialogue with a condition and something to check: whose turn it is, whoever comes first.

use crate::start;
use common::demo::{heading, until};
use common::println;
use common::threading::{Condition, Runnable, Thread};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

#[derive(Default)]
struct Dialogue {
    condition: Condition,
    /// How many lines have been said; changes under the condition's lock.
    said: AtomicUsize,
}

struct Speaker {
    dialogue: Arc<Dialogue>,
    name: &'static str,
    /// What it says, and as which line of the dialogue.
    lines: [(usize, &'static str); 3],
}

impl Runnable for Speaker {
    fn run(self) {
        let Dialogue { condition, said } = &*self.dialogue;
        let condition = condition.guard();
        for (turn, line) in self.lines {
            condition.wait_for(|| said.load(Relaxed) == turn);
            println!("{}:{line}", self.name);
            said.store(turn + 1, Relaxed);
            condition.notify(1);
        }
    }
}

pub(crate) fn xiaoai_first() {
    heading("§2.5", "XiaoAi first, with a check", "检查条件");
    let dialogue = Arc::new(Dialogue::default());
    let speaker = |name, lines| {
        let dialogue = Arc::clone(&dialogue);
        Thread::of(Speaker {
            dialogue,
            name,
            lines,
        })
    };
    let tianmao = speaker(
        "tianmao",
        [(0, "小爱同学"), (2, "我们来对古诗吧"), (4, "我住长江头")],
    );
    let xiaoai = speaker("xiaoai", [(1, "在"), (3, "好啊"), (5, "不聊了，再见")]);
    start(&xiaoai);
    until(|| dialogue.condition.waiting() == 1); // it is not its turn yet
    start(&tianmao);
    tianmao.join().expect("TianMao does not panic");
    xiaoai.join().expect("XiaoAi does not panic");
    println!();
}
