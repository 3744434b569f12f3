//! `threading::Runnable`: threads that run a value of the application's type.

use common::threading::{JoinError, Runnable, Thread, current_thread, get_ident};
use std::sync::mpsc;

/// Sends a message when it runs and when it is dropped.
struct Recorder(mpsc::Sender<&'static str>);

impl Runnable for Recorder {
    fn run(self) {
        self.0.send("run").unwrap();
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        let is_alive = current_thread().is_alive();
        self.0
            .send(if is_alive { "dropped" } else { "too late" })
            .unwrap();
    }
}

#[test]
fn runnable_runs_once_and_is_dropped_before_the_end() {
    let (sender, messages) = mpsc::channel();
    let thread = Thread::of(Recorder(sender));
    assert!(messages.try_recv().is_err());
    thread.start().unwrap();
    thread.join().unwrap();
    assert_eq!(messages.try_iter().collect::<Vec<_>>(), ["run", "dropped"]);
    assert!(thread.start().is_err());
}

/// Sends the ident of its thread, and panics if `panics` is true.
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
fn runnable_thread_has_name_ident_and_panic_like_any_other() {
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
