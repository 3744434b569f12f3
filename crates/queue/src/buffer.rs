//! A queue as the buffer between a producer and a consumer.

use crate::Options;
use common::demo::{or_fail, simulated_work, spawn, until};
use common::println;
use common::queue::Queue;
use std::sync::Barrier;
use std::thread;

pub(crate) fn producer_and_consumer(&Options { maxsize, seed, .. }: &Options) {
    let buffer = Queue::bounded(maxsize);
    thread::scope(|scope| {
        spawn(scope, || {
            for item in 1..=9 {
                simulated_work(seed, item);
                or_fail(buffer.put(item));
            }
            buffer.shutdown(); // no more items
        });
        while let Ok(item) = buffer.get() {
            simulated_work(!seed, item);
            println!("consumed {item}");
        }
    });
    println!("no more items");
}

/// The step that makes both blocks certain.
pub(crate) fn empty_and_full(&Options { maxsize, .. }: &Options) {
    let (buffer, in_turn) = (Queue::bounded(maxsize), Barrier::new(2));
    thread::scope(|scope| {
        let consumer = spawn(scope, || {
            let first = or_fail(buffer.get());
            in_turn.wait(); // the consumer has the first item,
            in_turn.wait(); // and is slow
            first + (&buffer).into_iter().sum::<usize>()
        });
        until(|| buffer.waiting() == 1);
        println!("the consumer blocks: the queue is empty");
        spawn(scope, || {
            (1..=3 * maxsize).for_each(|item| or_fail(buffer.put(item)));
            buffer.shutdown();
        });
        in_turn.wait();
        until(|| buffer.waiting() == 1);
        println!(
            "the producer blocks: the queue is full, qsize {}",
            buffer.qsize()
        );
        in_turn.wait();
        let sum = or_fail(consumer.join().map_err(|_| "the consumer panicked"));
        println!(
            "the consumer takes all {} items: their sum is {sum}",
            3 * maxsize
        );
    });
}

pub(crate) fn how_far_ahead(&Options { maxsize, .. }: &Options) {
    for (buffer, bound) in [
        (Queue::bounded(maxsize), "bounded"),
        (Queue::new(), "unbounded"),
    ] {
        let put = (1..=100 * maxsize).take_while(|&item| buffer.put_nowait(item).is_ok());
        println!(
            "{bound}: without a consumer the producer puts {} items",
            put.count()
        );
    }
}
