//! Tasks that end when the demo says so: what runs and what has to wait is then certain.

use common::futures::{Future, ThreadPoolExecutor};
use common::threading::Event;
use std::sync::Arc;

/// A task that runs until it is let go.
pub(crate) struct Held {
    pub(crate) future: Future<&'static str>,
    go_on: Arc<Event>,
}

impl Held {
    /// Submits it, and returns once it runs.
    pub(crate) fn running(executor: &ThreadPoolExecutor, result: &'static str) -> Self {
        let (runs, go_on) = (Arc::new(Event::new()), Arc::new(Event::new()));
        let (says_so, waits) = (Arc::clone(&runs), Arc::clone(&go_on));
        let task = move || {
            says_so.set();
            waits.wait();
            result
        };
        let future = executor.submit(task).expect("the executor is open");
        runs.wait();
        Self { future, go_on }
    }

    pub(crate) fn let_go(&self) {
        self.go_on.set();
    }
}

/// One that a demo has no more use for must not keep its worker.
impl Drop for Held {
    fn drop(&mut self) {
        self.let_go();
    }
}
