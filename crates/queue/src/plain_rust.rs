//! What plain Rust has: channels, and collections without threads.

use crate::worker::added_by;
use crate::{Options, SHORT};
use common::demo::{or_fail, spawn};
use common::println;
use crossbeam_channel::{bounded, unbounded};
use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::fmt::{Debug, Display};
use std::sync::mpsc;
use std::thread;

pub(crate) fn channels(_: &Options) {
    let (sender, receiver) = bounded(1);
    or_fail(sender.send("/a"));
    show("try_send:          ", sender.try_send("/b"));
    show("send_timeout:      ", sender.send_timeout("/b", SHORT));
    show("recv:              ", receiver.recv());
    show("try_recv:          ", receiver.try_recv());
    show("recv_timeout:      ", receiver.recv_timeout(SHORT));
    drop(sender);
    show("no sender is left: ", receiver.recv());
    let (sender, receiver) = unbounded();
    drop(receiver);
    show("no receiver:       ", sender.send("/a"));
    let (sender, _receiver) = bounded(0);
    show("bounded(0) is none:", sender.try_send("/a"));
}

fn show<T: Debug>(call: &str, outcome: Result<T, impl Display>) {
    match outcome {
        Ok(value) => println!("{call} {value:?}"),
        Err(error) => println!("{call} {error}"),
    }
}

pub(crate) fn collections(_: &Options) {
    let mut fifo = VecDeque::from([2, 3, 1]);
    let mut lifo = vec![2, 3, 1];
    let mut heap = BinaryHeap::from([2, 3, 1].map(Reverse));
    println!("VecDeque:   {:?}", [(); 3].map(|()| fifo.pop_front()));
    println!("Vec:        {:?}", [(); 3].map(|()| lifo.pop()));
    println!("BinaryHeap: {:?}", [(); 3].map(|()| heap.pop()));
}

pub(crate) fn until_it_closes(&Options { items, workers, .. }: &Options) {
    let (sender, receiver) = unbounded();
    let (count, counts) = unbounded();
    thread::scope(|scope| {
        for _ in 0..workers {
            spawn(scope, || or_fail(count.send(receiver.iter().count())));
        }
        (0..items).for_each(|item| or_fail(sender.send(item)));
        drop(sender); // the workers still take the items in the channel
    });
    let done: usize = counts.try_iter().sum();
    println!("tasks done: {done}, and the workers have ended");
}

/// A worker that adds tasks needs a sender, so the channel never closes.
pub(crate) fn never_closes(_: &Options) {
    let (sender, receiver) = unbounded();
    or_fail(sender.send(4));
    let mut done = 0;
    while let Ok(item) = receiver.recv_timeout(SHORT) {
        added_by(item).for_each(|added| or_fail(sender.send(added)));
        done += 1;
    }
    println!("tasks done: {done}; the worker still has a sender: only a timeout ends the loop");
}

pub(crate) fn one_consumer(&Options { maxsize, .. }: &Options) {
    let (sender, receiver) = mpsc::sync_channel(maxsize);
    thread::scope(|scope| {
        spawn(scope, move || {
            (1..=9).for_each(|item| or_fail(sender.send(item)));
        });
        println!("consumed {:?}", receiver.iter().collect::<Vec<u32>>());
    });
}
