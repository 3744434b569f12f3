//! A pool of connections: as many as there are, and no client has to know how many that is.

use crate::options::Options;
use common::demo::{fail, heading, until};
use common::println;
use common::threading::{BoundedSemaphore, Permit};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Barrier, Mutex, MutexGuard, PoisonError};
use std::thread;

/// Stands in for a connection to a database.
struct Connection;

struct Pool {
    /// One unit for each connection in `idle`.
    permits: BoundedSemaphore,
    idle: Mutex<Idle>,
}

struct Idle {
    connections: Vec<Connection>,
    /// How few there have been.
    fewest: usize,
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
        let connections = (0..size).map(|_| Connection).collect();
        let fewest = size;
        Self {
            permits: BoundedSemaphore::new(size),
            idle: Mutex::new(Idle {
                connections,
                fewest,
            }),
        }
    }

    fn connect(&self) -> Lent<'_> {
        let permit = self.permits.permit();
        let mut idle = self.idle();
        let connection = idle.connections.pop();
        assert!(connection.is_some(), "more are inside than connections");
        idle.fewest = idle.fewest.min(idle.connections.len());
        Lent {
            pool: self,
            connection,
            _permit: permit,
        }
    }

    fn idle(&self) -> MutexGuard<'_, Idle> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        let back = self.connection.take();
        self.pool.idle().connections.extend(back);
    }
}

pub(crate) fn more_clients_than_connections(options: &Options) {
    heading("§2.6", "Connection pool", "连接池");
    let &Options {
        connections,
        clients,
    } = options;
    println!("connections: {connections}, clients: {clients}");
    let (pool, served) = (Pool::of(connections), AtomicUsize::new(0));
    let first_ones = connections.min(clients);
    let all_in_place = Barrier::new(first_ones + 1);
    let client = || {
        let _connection = pool.connect();
        if served.fetch_add(1, Relaxed) < first_ones {
            all_in_place.wait(); // the first ones have theirs,
            all_in_place.wait(); // and keep it until all others wait
        }
    };
    on_threads(clients, client, || {
        all_in_place.wait();
        until(|| pool.permits.waiting() == clients - first_ones);
        println!("all have come: {:?}", pool.permits);
        all_in_place.wait();
    });
    let most = connections - pool.idle().fewest;
    println!("clients served: {}", served.into_inner());
    println!("most connections in use at once: {most}");
    println!("all are back:  {:?}\n", pool.permits);
}

pub(crate) fn in_plain_rust(options: &Options) {
    heading("§2.6", "Plain Rust", "通道里的连接");
    let (give_back, idle) = crossbeam_channel::bounded(options.connections);
    for _ in 0..options.connections {
        give_back.send(Connection).expect("the pool is here");
    }
    let served = AtomicUsize::new(0);
    let client = || {
        let connection = idle.recv().expect("the pool is here");
        served.fetch_add(1, Relaxed);
        give_back.send(connection).expect("the pool is here");
    };
    on_threads(options.clients, client, || ());
    let served = served.into_inner();
    println!("clients served by a channel of connections: {served}");
    println!("connections back in it: {}", idle.len());
}

/// Runs `client` on so many threads, and `meanwhile` on this one. Without all of them it would wait for
/// ever, so the program ends where one is refused.
fn on_threads(clients: usize, client: impl Fn() + Sync, meanwhile: impl FnOnce()) {
    thread::scope(|scope| {
        for _ in 0..clients {
            let spawned = thread::Builder::new().spawn_scoped(scope, &client);
            spawned.unwrap_or_else(|error| fail(&format!("cannot start a thread: {error}")));
        }
        meanwhile();
    });
}
