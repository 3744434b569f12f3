//! Plain Rust: channels, and collections without synchronization.

use crate::{Options, SHORT};
use common::demo::{or_fail, spawn};
use common::println;
use crossbeam_channel::unbounded;
use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::mpsc;
use std::thread;

pub(crate) fn collections(_: &Options) {
    let mut fifo = VecDeque::from([2, 3, 1]);
    let mut lifo = vec![2, 3, 1];
    let mut heap = BinaryHeap::from([2, 3, 1].map(Reverse)); // without Reverse: the greatest first
    println!("VecDeque:   {:?}", [(); 3].map(|()| fifo.pop_front()));
    println!("Vec:        {:?}", [(); 3].map(|()| lifo.pop()));
    println!("BinaryHeap: {:?}", [(); 3].map(|()| heap.pop()));
}

pub(crate) fn until_closed(options: &Options) {
    let ((sender, receiver), done) = (unbounded(), AtomicUsize::new(0));
    thread::scope(|scope| {
        for _ in 0..options.workers {
            spawn(scope, || done.fetch_add(receiver.iter().count(), Relaxed));
        }
        for item in 0..options.items {
            or_fail(sender.send(item));
        }
        drop(sender); // the workers still take the items in the channel
    });
    println!("tasks done: {done:?}, and all workers have ended");
}

pub(crate) fn never_closed(_: &Options) {
    let (sender, receiver) = unbounded();
    or_fail(sender.send(4));
    let mut done = 0;
    while let Ok(task) = receiver.recv_timeout(SHORT) {
        for smaller in 0..task {
            or_fail(sender.send(smaller)); // the worker needs a sender, so the channel stays open
        }
        done += 1;
    }
    println!("tasks done: {done}; only the timeout ends the loop");
}

pub(crate) fn one_consumer(&Options { maxsize, .. }: &Options) {
    let (sender, receiver) = mpsc::sync_channel(maxsize);
    thread::scope(|scope| {
        spawn(scope, move || {
            (1..=5).for_each(|item| or_fail(sender.send(item)));
        });
        for item in receiver {
            println!("consumed {item}");
        }
    });
}
