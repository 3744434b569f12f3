//! A pool of connections: a client blocks while all connections are in use.

use crate::Options;
use common::demo::{scope, simulated_work, spawn, until};
use common::println;
use common::threading::BoundedSemaphore;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

pub(crate) fn connection_pool(options: &Options) {
    let pool = BoundedSemaphore::new(options.connections);
    let (in_use, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let client = |number| {
        let _permit = pool.permit(); // blocks while all connections are in use
        most.fetch_max(in_use.fetch_add(1, Relaxed) + 1, Relaxed);
        simulated_work(options.seed, number);
        in_use.fetch_sub(1, Relaxed);
    };
    scope(|scope| {
        for number in 1..=options.clients {
            spawn(scope, move || client(number as u64));
        }
    });
    println!("clients served: {}", options.clients);
    let exceeded = most.into_inner() > options.connections;
    println!("more connections in use than there are: {exceeded}");
}

pub(crate) fn full_pool(options: &Options) {
    let pool = BoundedSemaphore::new(options.connections);
    let in_use: Vec<_> = (0..options.connections).map(|_| pool.permit()).collect();
    println!("connections in use: {}", in_use.len());
    scope(|scope| {
        for _ in 0..options.clients {
            spawn(scope, || drop(pool.permit()));
        }
        until(|| pool.waiting() == options.clients);
        println!("clients that block: {}", pool.waiting());
        drop(in_use);
    });
    println!("the connections are returned: all clients are served");
}

/// Stands in for a connection to a database.
struct Connection;

pub(crate) fn channel(options: &Options) {
    let (give_back, idle) = crossbeam_channel::bounded(options.connections);
    for _ in 0..options.connections {
        give_back.send(Connection).expect("the receiver lives");
    }
    let client = |number| {
        let connection = idle.recv().expect("the sender lives"); // blocks while none is idle
        simulated_work(options.seed, number);
        give_back.send(connection).expect("the receiver lives");
    };
    scope(|scope| {
        for number in 1..=options.clients {
            spawn(scope, move || client(number as u64));
        }
    });
    println!("clients served: {}", options.clients);
    println!("connections in the channel: {}", idle.len());
}
