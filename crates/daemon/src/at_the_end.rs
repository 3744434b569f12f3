//! What happens to a thread when main ends, in an order that is certain; and how a thread is asked to end.

use crate::Options;
use common::demo::{or_fail, start};
use common::println;
use common::threading::{Event, Thread, active_count, current_thread, main_thread, run};
use std::time::Duration;

pub(crate) fn after_main(_: &Options) {
    run(|| {
        let thread = Thread::new(|| {
            or_fail(main_thread().join());
            println!("the thread continues, active threads: {}", active_count());
        });
        start(&thread);
        println!("main ends");
    });
    println!("the thread has ended: the program ends");
}

pub(crate) fn abandoned(_: &Options) {
    static NEVER_SET: Event = Event::new();
    let thread = Thread::new(|| NEVER_SET.wait());
    run(|| {
        or_fail(thread.set_daemon(true));
        start(&thread);
        println!("main ends");
    });
    println!("the program ends, daemon alive: {}", thread.is_alive());
}

pub(crate) fn inherited(_: &Options) {
    for daemon in [false, true] {
        let maker = Thread::new(|| {
            let (maker, made) = (current_thread(), Thread::new(|| {}));
            println!("daemon: maker {}, made {}", maker.daemon(), made.daemon());
        });
        or_fail(maker.set_daemon(daemon));
        start(&maker);
        or_fail(maker.join());
    }
}

pub(crate) fn shutdown(_: &Options) {
    static STOP: Event = Event::new();
    let thread = Thread::new(|| {
        while !STOP.wait_timeout(Duration::from_millis(5)) {
            // a piece of work
        }
        println!("the thread finishes its work and ends");
    });
    start(&thread);
    STOP.set();
    or_fail(thread.join());
    println!("main has joined it: the program can end");
}
