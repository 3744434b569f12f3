//! §3.3 A list of URLs, fetched by five threads, each result as it comes.

mod list;
mod report;
mod site;

pub(crate) use list::read as read_list;
pub(crate) use site::play;

use crate::options::Job;
use common::demo::on_ctrl_c;
use common::futures::{Future, FutureError, Shutdown, ThreadPoolExecutor, as_completed};
use common::http::Client;
use report::Report;
use std::collections::HashMap;
use std::process::ExitCode;
use std::sync::Arc;

/// Fetches what was asked for.
pub(crate) fn run(job: &Job) -> ExitCode {
    let client = Client::builder()
        .workers(job.workers)
        .timeout(job.timeout)
        .max_body(job.max_body)
        .build();
    let executor = Arc::new(ThreadPoolExecutor::new(job.workers));
    let report = Arc::new(Report::new(job.urls.len()));
    end_on_ctrl_c(&executor, &client, &report);
    fetch_all(&executor, &client, &job.urls, |url, result| match result {
        Ok(size) => report.page(url, *size),
        Err(error) => report.failure(url, &error),
    });
    report.finish()
}

/// On Ctrl-C no task is begun any more, and the requests in flight end; the report says what came.
fn end_on_ctrl_c(executor: &Arc<ThreadPoolExecutor>, client: &Client, report: &Arc<Report>) {
    let (executor, client) = (Arc::clone(executor), client.clone());
    let (interrupted, finished) = (Arc::clone(report), Arc::clone(report));
    let stop = move || {
        interrupted.interrupt();
        let _ = executor.shutdown_with(Shutdown {
            wait: false,
            cancel_futures: true,
        });
        client.cancel();
    };
    // A connection that is just being opened cannot be ended, and main waits for it in vain.
    on_ctrl_c(stop, move || {
        finished.finish();
    });
}

/// So many URLs at most are under way or waiting for a worker: results come before a long list has been
/// gone through, and a longer one takes no more memory.
const WINDOW: usize = 4000;

/// The notes' example: one task a URL, a map from its future back to the URL, and each result as
/// soon as it is there, whichever comes first.
fn fetch_all(
    executor: &ThreadPoolExecutor,
    client: &Client,
    urls: &[String],
    mut each: impl FnMut(&str, Result<&u64, FutureError>),
) {
    let mut urls = urls.iter();
    let mut url_of: HashMap<Future<u64>, &str> = HashMap::new();
    loop {
        for url in urls.by_ref().take(WINDOW - url_of.len()) {
            let (client, page) = (client.clone(), url.clone());
            match executor.try_submit(move || client.size(&page)) {
                Ok(future) => drop(url_of.insert(future, url)),
                Err(refused) => each(url, Err(refused.into())),
            }
        }
        // Half of the window is enough to go on, while there is more to come.
        let wanted = if urls.len() == 0 { WINDOW } else { WINDOW / 2 };
        let futures: Vec<_> = url_of.keys().cloned().collect();
        for future in as_completed(futures).flatten().take(wanted) {
            if let Some(url) = url_of.remove(&future) {
                each(url, future.result());
            }
        }
        if urls.len() == 0 {
            return;
        }
    }
}
