//! Our pool, in the form the notes show: a future a task.

use super::Submit;
use common::futures::{Future, ThreadPoolExecutor};

impl Submit for ThreadPoolExecutor {
    type Ticket = Future<u64>;

    fn with(workers: usize) -> Self {
        Self::new(workers)
    }

    fn submit_task(&self, task: impl FnOnce() -> u64 + Send + 'static) -> Self::Ticket {
        let Ok(future) = self.submit(task) else {
            panic!("the pool is open");
        };
        future
    }

    fn result_of(future: Self::Ticket) -> u64 {
        *future.result().expect("no task fails")
    }
}
