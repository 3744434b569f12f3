//! Our pool, as the notes use it: one future per task.

use super::Submit;
use common::futures::{Future, ThreadPoolExecutor};

impl Submit for ThreadPoolExecutor {
    type Ticket = Future<u64>;

    fn with(workers: usize) -> Self {
        Self::new(workers)
    }

    fn submit_task(&self, task: impl FnOnce() -> u64 + Send + 'static) -> Self::Ticket {
        let submitted = self.submit(task).map_err(|error| error.reason);
        submitted.expect("the pool is open")
    }

    fn result_of(future: Self::Ticket) -> u64 {
        *future.result().expect("no task fails")
    }
}
