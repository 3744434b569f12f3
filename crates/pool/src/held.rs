//! Tasks that end when the demo says so: which task runs and which one is pending is then certain.

use common::demo::or_fail;
use common::futures::{Future, ThreadPoolExecutor};
use std::sync::mpsc::{Sender, channel};

/// A task that runs until it is released or dropped.
pub(crate) struct Held {
    pub(crate) future: Future<&'static str>,
    release: Sender<()>,
}

impl Held {
    /// Submits a task that returns `result`, and returns once it runs.
    pub(crate) fn running(executor: &ThreadPoolExecutor, result: &'static str) -> Self {
        let (runs, is_running) = channel();
        let (release, released) = channel();
        let future = or_fail(executor.submit(move || {
            or_fail(runs.send(()));
            let _ = released.recv();
            result
        }));
        or_fail(is_running.recv());
        Self { future, release }
    }

    pub(crate) fn release(&self) {
        let _ = self.release.send(());
    }
}
