//! A queue as the buffer between a producer and a consumer.

use crate::Options;
use common::demo::{or_fail, scope, simulated_work, spawn, until};
use common::println;
use common::queue::Queue;
use common::threading::Event;

pub(crate) fn producer_and_consumer(&Options { maxsize, seed, .. }: &Options) {
    let buffer = Queue::bounded(maxsize);
    let producer = || {
        for item in 1..=5 {
            simulated_work(seed, item);
            or_fail(buffer.put(item));
        }
        buffer.shutdown(); // no more items
    };
    let consumer = || {
        for item in &buffer {
            simulated_work(!seed, item);
            println!("consumed {item}");
        }
    };
    scope(|scope| {
        spawn(scope, producer);
        spawn(scope, consumer);
    });
}

/// The step that makes both blocks certain.
pub(crate) fn empty_and_full(&Options { maxsize, .. }: &Options) {
    let (buffer, resume) = (Queue::bounded(maxsize), Event::new());
    let consumer = || {
        let first = or_fail(buffer.get());
        resume.wait(); // the consumer is slow
        let items = buffer.iter().count();
        println!("the consumer has taken item {first} and then {items} more");
    };
    let producer = || {
        (1..=3 * maxsize).for_each(|item| or_fail(buffer.put(item)));
        buffer.shutdown();
    };
    scope(|scope| {
        spawn(scope, consumer);
        until(|| buffer.waiting() == 1);
        println!("the consumer blocks: the queue is empty");
        spawn(scope, producer);
        until(|| resume.waiting() == 1 && buffer.waiting() == 1);
        let qsize = buffer.qsize();
        println!("the producer blocks: the queue is full, qsize {qsize}");
        resume.set();
    });
}
