//! The same with channels: their end is the end of the work, if those who work do not send.

use super::made_by;
use crate::options::Team;
use crate::{SHORT, spawn};
use common::demo::heading;
use common::println;
use crossbeam_channel::unbounded;
use std::thread::{self, ScopedJoinHandle};

pub(super) fn until_the_channel_closes(Team { items, workers }: Team) {
    heading("§4", "Plain Rust, a channel", "通道关闭，线程自行结束");
    let (sender, receiver) = unbounded();
    let done: usize = thread::scope(|scope| {
        let work_off = || receiver.iter().count();
        let workers: Vec<_> = (0..workers).map(|_| spawn(scope, work_off)).collect();
        for item in 0..items {
            sender.send(item).expect("the workers are there");
        }
        drop(sender); // what is in is still worked off
        let done = workers.into_iter().map(ScopedJoinHandle::join);
        done.map(|items| items.expect("it does not panic")).sum()
    });
    println!("items done: {done}, and the workers have ended\n");
}

pub(super) fn work_that_makes_work() {
    heading("§4", "Plain Rust, its limit", "发送者不消失，通道不关闭");
    let (sender, receiver) = unbounded();
    sender.send(4).expect("the worker is there");
    let worker = || {
        let mut done = 0;
        loop {
            match receiver.recv_timeout(SHORT) {
                Ok(item) => made_by(item).for_each(|made| sender.send(made).expect("it is here")),
                Err(end) => return (done, end),
            }
            done += 1;
        }
    };
    let (done, end) =
        thread::scope(|scope| spawn(scope, worker).join().expect("it does not panic"));
    println!("items done: {done}, then: {end}");
    println!(
        "whoever works can send, so the channel never closes: nothing says that this was all\n"
    );
}
