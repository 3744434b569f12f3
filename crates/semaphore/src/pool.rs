//! A pool of connections: a client blocks while all connections are in use.

use crate::Options;
use common::demo::{simulated_work, spawn, until};
use common::println;
use common::threading::{BoundedSemaphore, Permit};
use std::sync::{Mutex, MutexGuard};
use std::thread;

/// Stands in for a connection to a database.
struct Connection;

struct Pool {
    /// Invariant: a client that holds a permit finds an idle connection.
    permits: BoundedSemaphore,
    idle: Mutex<Vec<Connection>>,
}

/// A connection in use. Dropping it returns the connection to the pool and then, as the last field, the permit.
struct PooledConnection<'a> {
    pool: &'a Pool,
    connection: Option<Connection>,
    _permit: Permit<'a>,
}

impl Pool {
    fn new(size: usize) -> Self {
        let permits = BoundedSemaphore::new(size);
        let idle = Mutex::new((0..size).map(|_| Connection).collect());
        Self { permits, idle }
    }

    fn connect(&self) -> PooledConnection<'_> {
        let permit = self.permits.permit(); // blocks while all connections are in use
        let connection = self.idle().pop();
        assert!(connection.is_some(), "a permit without a connection");
        PooledConnection {
            pool: self,
            connection,
            _permit: permit,
        }
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().expect("no thread panics under it")
    }
}

impl Drop for PooledConnection<'_> {
    fn drop(&mut self) {
        self.pool.idle().extend(self.connection.take());
    }
}

pub(crate) fn connection_pool(options: &Options) {
    let (pool, clients) = (&Pool::new(options.connections), options.clients);
    println!("{clients} clients need {} connections", options.connections);
    thread::scope(|scope| {
        for client in 0..clients as u64 {
            spawn(scope, move || {
                let _connection = pool.connect();
                simulated_work(options.seed, client);
            });
        }
    });
    let idle = pool.idle().len();
    println!("all clients are served, idle connections: {idle}");
}

pub(crate) fn full_pool(options: &Options) {
    let (pool, clients) = (Pool::new(options.connections), options.clients);
    let in_use: Vec<_> = (0..options.connections).map(|_| pool.connect()).collect();
    println!("connections in use: {}", in_use.len());
    thread::scope(|scope| {
        for _ in 0..clients {
            spawn(scope, || drop(pool.connect()));
        }
        until(|| pool.permits.waiting() == clients);
        println!("{clients} clients block: no connection is idle");
        drop(in_use);
    });
    println!("the connections are returned: all clients are served");
}

pub(crate) fn channel(options: &Options) {
    let (give_back, idle) = crossbeam_channel::bounded(options.connections);
    for _ in 0..options.connections {
        give_back.send(Connection).expect("the receiver lives");
    }
    thread::scope(|scope| {
        for client in 0..options.clients as u64 {
            let (give_back, idle) = (&give_back, &idle);
            spawn(scope, move || {
                let connection = idle.recv().expect("the sender lives");
                simulated_work(options.seed, client);
                give_back.send(connection).expect("the receiver lives");
            });
        }
    });
    let idle = idle.len();
    println!("all clients are served, connections in the channel: {idle}");
}
