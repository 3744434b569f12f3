//! A pool of connections: as many as there are, and no client has to know how many that is.

use crate::options::Options;
use common::demo::{fail, heading, until_waiting};
use common::println;
use common::threading::{BoundedSemaphore, Permit};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Barrier, Mutex, PoisonError};
use std::thread;

/// Stands in for a connection to a database.
struct Connection;

struct Pool {
    /// One unit for each connection in `idle`.
    permits: BoundedSemaphore,
    idle: Mutex<Vec<Connection>>,
}

/// A connection while somebody has it.
struct Lent<'a> {
    pool: &'a Pool,
    connection: Option<Connection>,
    /// Given back after the connection, so that whoever has a permit finds one.
    _permit: Permit<'a>,
}

impl Pool {
    fn of(size: usize) -> Self {
        Self {
            permits: BoundedSemaphore::new(size),
            idle: Mutex::new((0..size).map(|_| Connection).collect()),
        }
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn connect(&self) -> Lent<'_> {
        let permit = self.permits.permit();
        let connection = self.idle().pop();
        assert!(connection.is_some(), "more are inside than connections");
        Lent {
            pool: self,
            connection,
            _permit: permit,
        }
    }
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        self.pool.idle().extend(self.connection.take());
    }
}

pub(crate) fn more_clients_than_connections(options: &Options) {
    heading("§2.6", "Connection pool", "连接池");
    let &Options {
        connections,
        clients,
    } = options;
    let pool = Pool::of(connections);
    let (inside, most, served) = (
        AtomicUsize::new(0),
        AtomicUsize::new(0),
        AtomicUsize::new(0),
    );
    let first_ones = connections.min(clients);
    let seen = Barrier::new(first_ones + 1);
    println!("connections: {connections}, clients: {clients}");
    thread::scope(|scope| {
        let client = || {
            let connection = pool.connect();
            most.fetch_max(inside.fetch_add(1, Relaxed) + 1, Relaxed);
            if served.fetch_add(1, Relaxed) < first_ones {
                seen.wait(); // the first ones have theirs,
                seen.wait(); // and keep it until all others wait
            }
            inside.fetch_sub(1, Relaxed);
            drop(connection);
        };
        for _ in 0..clients {
            let spawned = thread::Builder::new().spawn_scoped(scope, client);
            spawned.unwrap_or_else(|error| fail(&format!("cannot start a thread: {error}")));
        }
        seen.wait();
        until_waiting(&pool.permits, clients - first_ones);
        println!("all have come: {:?}", pool.permits);
        seen.wait();
    });
    println!("clients served: {}", served.into_inner());
    println!("most connections in use at once: {}", most.into_inner());
    println!("all are back:  {:?}\n", pool.permits);
}

pub(crate) fn in_plain_rust(options: &Options) {
    heading("§2.6", "Plain Rust", "通道里的连接");
    let (give_back, idle) = crossbeam_channel::bounded(options.connections);
    for _ in 0..options.connections {
        give_back.send(Connection).expect("the pool is here");
    }
    let served = AtomicUsize::new(0);
    thread::scope(|scope| {
        let client = || {
            let connection = idle.recv().expect("the pool is here");
            served.fetch_add(1, Relaxed);
            give_back.send(connection).expect("the pool is here");
        };
        for _ in 0..options.clients {
            let spawned = thread::Builder::new().spawn_scoped(scope, client);
            spawned.unwrap_or_else(|error| fail(&format!("cannot start a thread: {error}")));
        }
    });
    println!(
        "clients served by a channel of connections: {}",
        served.into_inner()
    );
    println!("connections back in it: {}", idle.len());
}
