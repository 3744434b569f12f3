//! §2.6 Semaphore · 信号量: a counter that threads wait for, and a pool of connections behind one.
//!
//! `cargo run -p semaphore`; another pool: `cargo run -p semaphore -- --connections 3 --clients 10`

mod options;
mod pool;

use common::demo::{heading, until};
use common::println;
use common::threading::{BoundedSemaphore, Semaphore};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

fn main() {
    let options = options::read();
    the_counter();
    acquire_in_three_ways();
    release_of_several();
    released_too_often();
    pool::more_clients_than_connections(&options);
    pool::in_plain_rust(&options);
}

fn the_counter() {
    heading("§2.6", "Counter", "内部计数器");
    let semaphore = Semaphore::new(2);
    println!("at first:        {semaphore:?}");
    semaphore.acquire();
    semaphore.acquire();
    println!("acquired twice:  {semaphore:?}");
    semaphore.release();
    println!("released once:   {semaphore:?}");
    match Semaphore::try_from(-1) {
        Ok(semaphore) => println!("below zero:      {semaphore:?}\n"),
        Err(error) => println!("below zero:      ValueError: {error}\n"),
    }
}

fn acquire_in_three_ways() {
    heading("§2.6", "acquire(blocking, timeout)", "P 操作");
    let semaphore = Semaphore::new(1);
    println!("one left:  try_acquire {}", semaphore.try_acquire());
    println!("none left: try_acquire {}", semaphore.try_acquire());
    let in_time = semaphore.acquire_timeout(Duration::from_millis(20));
    println!("none left: acquire_timeout(20 ms) {in_time}");
    thread::scope(|scope| {
        let waiter = scope.spawn(|| semaphore.acquire());
        until(|| semaphore.waiting() == 1);
        println!("none left: acquire waits: {semaphore:?}");
        semaphore.release();
        waiter.join().expect("acquire does not panic");
        println!("released:  the waiter has it: {semaphore:?}\n");
    });
}

fn release_of_several() {
    heading("§2.6", "release(n)", "V 操作");
    let semaphore = Semaphore::new(0);
    let (went_on, who_went_on) = mpsc::channel();
    thread::scope(|scope| {
        for number in 1..=3 {
            let (semaphore, went_on) = (&semaphore, went_on.clone());
            scope.spawn(move || {
                semaphore.acquire();
                went_on.send(number).expect("it is received");
            });
            until(|| semaphore.waiting() == number);
        }
        println!("three threads wait: {semaphore:?}");
        semaphore.release_many(2).expect("two is at least one");
        let mut first_two = [(); 2].map(|()| who_went_on.recv().expect("two were woken"));
        first_two.sort_unstable(); // woken in the order in which they came, they run at once
        println!("released 2: threads {first_two:?} went on: {semaphore:?}");
        semaphore.release();
    });
    match semaphore.release_many(0) {
        Ok(()) => println!("released 0\n"),
        Err(error) => println!("released 0: ValueError: {error}\n"),
    }
}

fn released_too_often() {
    heading("§2.6", "BoundedSemaphore", "有界信号量");
    let semaphore = Semaphore::new(2);
    semaphore.release();
    println!("nobody had acquired, and it says nothing: {semaphore:?}");
    let bounded = BoundedSemaphore::new(2);
    match bounded.release() {
        Ok(()) => println!("released"),
        Err(error) => println!("ValueError: {error}"),
    }
    println!("and the value is unchanged: {bounded:?}\n");
}
