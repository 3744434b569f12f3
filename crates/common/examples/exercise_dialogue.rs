//! Exercise 2 of `docs/exercises.md`: the dialogue of the two speakers, in order whichever thread begins.

#![allow(clippy::print_stdout, reason = "an example needs no feature of common")]

use common::threading::Condition;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::thread;

fn main() {
    println!("XiaoAi begins:");
    play(xiaoai, tianmao);
    println!("TianMao begins:");
    play(tianmao, xiaoai);
}

fn play(first: fn(&Dialogue), second: fn(&Dialogue)) {
    let dialogue = Dialogue::default();
    thread::scope(|scope| {
        scope.spawn(|| first(&dialogue));
        while dialogue.con_lock.waiting() == 0 {
            thread::yield_now(); // until the first speaker blocks in `wait`
        }
        scope.spawn(|| second(&dialogue));
    });
}

fn tianmao(dialogue: &Dialogue) {
    dialogue.say(0, "tianmao:小爱同学");
    dialogue.say(2, "tianmao:我们来对古诗吧");
    dialogue.say(4, "tianmao:我住长江头");
}

fn xiaoai(dialogue: &Dialogue) {
    dialogue.say(1, "xiaoai:在");
    dialogue.say(3, "xiaoai:好啊");
    dialogue.say(5, "xiaoai:不聊了，再见");
}

#[derive(Default)]
struct Dialogue {
    con_lock: Condition,
    /// How many lines are said; changes under the lock of `con_lock` only.
    said: AtomicUsize,
}

impl Dialogue {
    /// Waits for its turn, and says the line with the number `turn`.
    fn say(&self, turn: usize, line: &str) {
        let con_lock = self.con_lock.guard();
        con_lock.wait_for(|| self.said.load(Relaxed) == turn);
        println!("  {line}");
        self.said.store(turn + 1, Relaxed);
        con_lock.notify_all();
    }
}
