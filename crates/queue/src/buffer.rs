//! A queue between a producer and a consumer: neither waits for the other all the time, nor gets too far ahead.

use crate::{OPEN, spawn};
use common::demo::{heading, until};
use common::println;
use common::queue::Queue;
use std::sync::{Barrier, mpsc};
use std::{iter, thread};

pub(crate) fn play(maxsize: usize) {
    producer_and_consumer(maxsize);
    how_far_ahead(maxsize);
    in_plain_rust(maxsize);
}

fn produce(queue: &Queue<usize>, items: usize) {
    for item in 1..=items {
        queue.put(item).expect(OPEN);
    }
    queue.shutdown(); // that was all
}

fn consume(queue: &Queue<usize>, in_turn: &Barrier) -> Vec<usize> {
    let first = queue.get().expect("the producer has some");
    in_turn.wait(); // it has the first item,
    in_turn.wait(); // and takes its time over it
    iter::once(first).chain(queue).collect()
}

fn producer_and_consumer(maxsize: usize) {
    heading("§4", "Producer and consumer", "生产者与消费者");
    let (queue, in_turn) = (Queue::bounded(maxsize), Barrier::new(2));
    thread::scope(|scope| {
        let consumer = spawn(scope, || consume(&queue, &in_turn));
        until(|| queue.waiting() == 1);
        println!("empty, the consumer waits:");
        println!("{queue:?}");
        spawn(scope, || produce(&queue, 3 * maxsize));
        in_turn.wait();
        until(|| queue.waiting() == 1);
        println!("the consumer has one and is slow; full, the producer waits:");
        println!("{queue:?}");
        in_turn.wait();
        let got = consumer.join().expect("it does not panic");
        println!("the consumer goes on, and gets {got:?}\n");
    });
}

fn how_far_ahead(maxsize: usize) {
    heading("§4", "How far ahead", "缓冲区的大小");
    let queue = Queue::bounded(maxsize);
    produce(&queue, maxsize);
    println!(
        "nobody takes any: with room for {maxsize} the producer is through with {} items",
        queue.qsize()
    );
    let queue = Queue::new();
    produce(&queue, 100 * maxsize);
    println!(
        "without a bound it is through with {}, and nothing would stop it\n",
        queue.qsize()
    );
}

fn in_plain_rust(maxsize: usize) {
    heading("§4", "Plain Rust, one consumer", "标准库的有界通道");
    let (sender, receiver) = mpsc::sync_channel(maxsize);
    thread::scope(|scope| {
        spawn(scope, move || {
            for item in 1..=3 * maxsize {
                sender.send(item).expect("the consumer is there");
            }
        });
        println!(
            "the consumer gets {:?}\n",
            receiver.iter().collect::<Vec<_>>()
        );
    });
}
