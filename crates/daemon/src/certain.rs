//! The same rule, with a thread that waits for the end of main: these lines are certain.

use crate::Options;
use common::demo::{or_fail, start};
use common::println;
use common::threading::{Event, Thread, active_count, current_thread, main_thread, run};

pub(crate) fn goes_on(_: &Options) {
    run(|| {
        let thread = Thread::new(|| {
            or_fail(main_thread().join());
            println!("the thread goes on, active threads: {}", active_count());
        });
        or_fail(thread.set_daemon(false));
        start(&thread);
        println!("main ends");
    });
    println!("the thread has ended: the program ends");
}

pub(crate) fn left_behind(_: &Options) {
    static NEVER_SET: Event = Event::new();
    let thread = Thread::new(|| NEVER_SET.wait());
    run(|| {
        or_fail(thread.set_daemon(true));
        start(&thread);
        println!("main ends");
    });
    let alive = thread.is_alive();
    println!("the program ends, the daemon is alive: {alive}");
}

pub(crate) fn inherited(_: &Options) {
    for daemon in [false, true] {
        let maker = Thread::new(|| {
            let made = Thread::new(|| {});
            let (maker, made) = (current_thread().daemon(), made.daemon());
            println!("maker is a daemon: {maker}, the thread it makes is a daemon: {made}");
        });
        or_fail(maker.set_daemon(daemon));
        start(&maker);
        or_fail(maker.join());
    }
}
