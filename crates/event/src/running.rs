//! Events that steer a thread which is at work, or asleep.

use common::demo::{heading, until};
use common::println;
use common::threading::Event;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;
use std::time::Duration;

pub(crate) fn what_a_thread_does() {
    heading("§2.7", "is_set steers a running thread", "由标志决定做什么");
    let maintenance = Event::new();
    let (ask, questions) = mpsc::channel();
    let (answer, answers) = mpsc::channel();
    let ask_for = move |page| {
        ask.send(page).expect("the server listens");
        println!("{}", answers.recv().expect("the server answers"));
    };
    thread::scope(|scope| {
        scope.spawn(|| serve(questions, &answer, &maintenance));
        ask_for("/a");
        maintenance.set();
        ask_for("/b");
        maintenance.clear();
        ask_for("/c");
        drop(ask_for); // and with it the way to ask
    });
    println!();
}

/// Until nobody can ask any more.
fn serve(questions: Receiver<&str>, answer: &Sender<String>, maintenance: &Event) {
    for page in questions {
        let verb = if maintenance.is_set() {
            "turns away"
        } else {
            "serves"
        };
        let said = format!("the server {verb} {page}");
        answer.send(said).expect("main listens");
    }
}

pub(crate) fn a_sleep_that_can_be_ended() {
    heading("§2.7", "A sleep that can be ended", "可以提前结束的休眠");
    let stop = Event::new();
    thread::scope(|scope| {
        let sleeper = scope.spawn(|| {
            let mut rounds = 0;
            while !stop.wait_timeout(Duration::from_secs(60 * 60)) {
                rounds += 1; // what it does once an hour
            }
            rounds
        });
        until(|| stop.waiting() == 1);
        println!("the thread sleeps for an hour, and is told to stop");
        stop.set();
        let rounds: u32 = sleeper.join().expect("it does not panic");
        println!("it has stopped, after {rounds} rounds\n");
    });
}
