//! What plain Rust has for each of them.

use crate::SHORT;
use common::demo::heading;
use common::println;
use crossbeam_channel::{bounded, unbounded};
use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::fmt::{Debug, Display};

pub(super) fn channels() {
    heading("§4", "Plain Rust, channels", "通道");
    let (sender, receiver) = bounded(1);
    sender.send("/a").expect("the receiver is here");
    told("try_send:          ", sender.try_send("/b"));
    told("send_timeout:      ", sender.send_timeout("/b", SHORT));
    told("recv:              ", receiver.recv());
    told("try_recv:          ", receiver.try_recv());
    told("recv_timeout:      ", receiver.recv_timeout(SHORT));
    drop(sender);
    told("no sender is left: ", receiver.recv());
    let (sender, receiver) = unbounded();
    drop(receiver);
    told("no receiver:       ", sender.send("/a"));
    let (sender, _receiver) = bounded(0);
    told("bounded(0) is none:", sender.try_send("/a"));
    println!();
}

fn told<T: Debug>(call: &str, outcome: Result<T, impl Display>) {
    match outcome {
        Ok(value) => println!("{call} {value:?}"),
        Err(error) => println!("{call} {error}"),
    }
}

pub(super) fn collections() {
    heading("§4", "Plain Rust, collections", "集合类型");
    let mut fifo = VecDeque::from([2, 3, 1]);
    let mut lifo = vec![2, 3, 1];
    let mut heap = BinaryHeap::from([2, 3, 1].map(Reverse));
    println!("VecDeque:   {:?}", [(); 3].map(|()| fifo.pop_front()));
    println!("Vec:        {:?}", [(); 3].map(|()| lifo.pop()));
    println!("BinaryHeap: {:?}\n", [(); 3].map(|()| heap.pop()));
}
