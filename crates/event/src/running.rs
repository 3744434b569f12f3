//! Events that steer a thread which is at work, or asleep.

use crate::Options;
use common::demo::{or_fail, spawn, until};
use common::println;
use common::queue::Queue;
use common::threading::Event;
use std::thread;
use std::time::Duration;

pub(crate) fn steer(_: &Options) {
    let (maintenance, requests) = (Event::new(), Queue::new());
    let server = || {
        while let Ok(page) = requests.get_task() {
            let does = if maintenance.is_set() {
                "refuses"
            } else {
                "serves"
            };
            println!("the server {does} {}", *page);
        }
    };
    let request = |page| {
        or_fail(requests.put(page));
        requests.join(); // blocks until the server has answered
    };
    thread::scope(|scope| {
        spawn(scope, server);
        request("/a");
        maintenance.set();
        request("/b");
        maintenance.clear();
        request("/c");
        requests.shutdown(); // ends the server's loop
    });
}

pub(crate) fn stop(_: &Options) {
    let stop = Event::new();
    let hour = Duration::from_secs(60 * 60);
    thread::scope(|scope| {
        let sleeper = spawn(scope, || {
            let mut rounds = 0;
            while !stop.wait_timeout(hour) {
                rounds += 1; // the work of one hour
            }
            rounds
        });
        until(|| stop.waiting() == 1);
        println!("the thread sleeps for an hour");
        stop.set();
        let rounds: u32 = sleeper.join().expect("the sleeper does not panic");
        println!("the stop event is set: the thread ends, rounds: {rounds}");
    });
}
