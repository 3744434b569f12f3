//! Tasks that end when the demo says so: what runs and what has to wait is then certain.

use common::futures::{Future, ThreadPoolExecutor};
use std::sync::mpsc::{Sender, channel};

/// A task that runs until it is let go, or dropped.
pub(crate) struct Held {
    pub(crate) future: Future<&'static str>,
    go_on: Sender<()>,
}

impl Held {
    /// Submits it, and returns once it runs.
    pub(crate) fn running(executor: &ThreadPoolExecutor, result: &'static str) -> Self {
        let (runs, is_running) = channel();
        let (go_on, held) = channel();
        let task = move || {
            runs.send(()).expect("the demo waits for it");
            let _ = held.recv();
            result
        };
        let future = executor.submit(task).expect("the executor is open");
        is_running.recv().expect("it is called");
        Self { future, go_on }
    }

    pub(crate) fn let_go(&self) {
        let _ = self.go_on.send(());
    }
}
