//! `threading::Runnable`: threads of a type of one's own.

use common::threading::{JoinError, Runnable, Thread, current_thread, get_ident};
use std::sync::mpsc;

/// Tells that it ran, and when it is dropped.
struct Teller(mpsc::Sender<&'static str>);

impl Runnable for Teller {
    fn run(self) {
        self.0.send("run").unwrap();
    }
}

impl Drop for Teller {
    fn drop(&mut self) {
        let is_alive = current_thread().is_alive();
        self.0
            .send(if is_alive { "dropped" } else { "too late" })
            .unwrap();
    }
}

#[test]
fn a_type_of_ones_own_is_run_once_and_dropped_before_the_end() {
    let (sender, heard) = mpsc::channel();
    let thread = Thread::of(Teller(sender));
    assert!(heard.try_recv().is_err());
    thread.start().unwrap();
    thread.join().unwrap();
    assert_eq!(heard.try_iter().collect::<Vec<_>>(), ["run", "dropped"]);
    assert!(thread.start().is_err());
}

/// Knows which thread it runs on, and panics if it is to.
struct Fetcher {
    seen: mpsc::Sender<u64>,
    panics: bool,
}

impl Runnable for Fetcher {
    fn run(self) {
        assert_eq!(current_thread().ident(), get_ident());
        self.seen.send(get_ident()).unwrap();
        assert!(!self.panics, "no such page");
    }
}

#[test]
fn it_is_a_thread_like_any_other() {
    for panics in [false, true] {
        let (seen, idents) = mpsc::channel();
        let thread = Thread::of(Fetcher { seen, panics });
        thread.set_name("fetcher");
        thread.start().unwrap();
        let outcome = thread.join();
        assert_eq!(idents.try_recv(), Ok(thread.ident()));
        match outcome {
            Err(JoinError::Panicked(panic)) => assert!(panics && panic.message() == "no such page"),
            outcome => assert!(!panics && outcome.is_ok()),
        }
    }
}
