//! A task that ends when the demo says so: which task runs and which one is pending is then certain.

use common::demo::or_fail;
use common::futures::{Future, ThreadPoolExecutor};
use common::threading::Event;
use std::sync::Arc;

/// Submits a task that blocks until the event is set, and returns once the task runs.
pub(crate) fn long_task(executor: &ThreadPoolExecutor) -> (Future<&'static str>, Arc<Event>) {
    let (runs, go_on) = (Arc::new(Event::new()), Arc::new(Event::new()));
    let (is_running, may_end) = (Arc::clone(&runs), Arc::clone(&go_on));
    let future = or_fail(executor.submit(move || {
        is_running.set();
        may_end.wait();
        "page"
    }));
    runs.wait();
    (future, go_on)
}
