//! §3.3 `ThreadPoolExecutor` · 线程池: a list of URLs, fetched by five threads, each result as it comes.
//!
//! `cargo run -p pool` fetches from a small site of its own; real pages: `cargo run -p pool -- URL…`

mod interrupt;
mod list;
mod options;
mod report;
mod tour;

use common::futures::{
    Future, FutureError, Refusal, SubmitError, ThreadPoolExecutor, as_completed,
};
use common::http::Client;
use report::Report;
use std::collections::HashMap;
use std::process::ExitCode;
use std::sync::Arc;

fn main() -> ExitCode {
    let Some(job) = options::read() else {
        tour::play();
        return ExitCode::SUCCESS;
    };
    let client = Client::builder()
        .workers(job.workers)
        .timeout(job.timeout)
        .max_body(job.max_body)
        .build();
    let executor = Arc::new(ThreadPoolExecutor::new(job.workers));
    let report = Arc::new(Report::new(job.urls.len()));
    interrupt::on_ctrl_c(&executor, &client, &report);
    fetch_all(&executor, &client, &job.urls, |url, result| match result {
        Ok(size) => report.page(url, *size),
        Err(error) => report.failure(url, &error),
    });
    report.finish()
}

/// The notes' example: one task a URL, a map from its future back to the URL, and each result as
/// soon as it is there, whichever comes first.
fn fetch_all(
    executor: &ThreadPoolExecutor,
    client: &Client,
    urls: &[String],
    mut each: impl FnMut(&str, Result<&u64, FutureError>),
) {
    let mut url_of: HashMap<Future<u64>, &str> = HashMap::with_capacity(urls.len());
    for url in urls {
        let (client, page) = (client.clone(), url.clone());
        match executor.try_submit(move || client.size(&page)) {
            Ok(future) => drop(url_of.insert(future, url)),
            Err(SubmitError {
                reason: Refusal::Start(error),
                ..
            }) => each(url, Err(FutureError::failed(error))),
            // Ctrl-C has shut the executor down.
            Err(_) => break,
        }
    }
    for future in as_completed(url_of.keys().cloned(), None).flatten() {
        each(url_of[&future], future.result());
    }
}
