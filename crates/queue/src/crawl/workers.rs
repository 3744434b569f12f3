//! The workers of a crawl: how they start, and how Ctrl-C stops them.

use super::frontier::Frontier;
use super::options;
use super::politeness::Politeness;
use super::report::Report;
use super::{Crawl, Visit};
use common::demo::{complain, fail, on_ctrl_c};
use common::queue::Queue;
use common::threading::Thread;
use std::sync::Arc;

impl Crawl {
    pub(super) fn new(job: options::Crawl) -> Self {
        let queue = Arc::new(Queue::new());
        let politeness = Arc::new(Politeness::new(&job, Arc::clone(&queue)));
        Self {
            politeness: Arc::clone(&politeness),
            report: Report::new(job.json),
            frontier: Frontier::new(job, queue, politeness),
        }
    }

    /// Starts this number of workers, or as many as the system can start. Ends the program if it can start none.
    pub(super) fn start(self: &Arc<Self>, workers: usize, visit: Visit) -> Vec<Thread> {
        let mut started = Vec::new();
        for number in 1..=workers {
            let crawl = Arc::clone(self);
            let worker = Thread::named(&format!("crawler-{number}"), move || crawl.work(visit));
            match worker.start() {
                Ok(()) => started.push(worker),
                Err(error) if started.is_empty() => {
                    fail(&format!("no thread for a worker: {error}"))
                }
                Err(error) => {
                    complain(&format!("{} workers: {error}", started.len()));
                    break;
                }
            }
        }
        started
    }

    /// On Ctrl-C, shuts the frontier down and cancels the requests in flight.
    pub(super) fn stop_on_ctrl_c(self: &Arc<Self>) {
        let (stopped, finished) = (Arc::clone(self), Arc::clone(self));
        let stop = move || {
            stopped.report.interrupt();
            stopped.frontier.queue.shutdown_now();
            stopped.politeness.stop();
        };
        on_ctrl_c(stop, move || {
            finished.report.finish(&finished.frontier.seen);
        });
    }
}
