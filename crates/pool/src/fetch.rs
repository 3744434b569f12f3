//! §3.3 A list of URLs fetched by a pool of threads, each result printed as it comes.

mod example;
mod report;

pub(crate) use example::{example, plain_rust};

use crate::executor::no_wait;
use common::demo::{Args, on_ctrl_c};
use common::futures::{Future, FutureError, ThreadPoolExecutor, as_completed};
use common::http::Client;
use report::Report;
use std::collections::HashMap;
use std::io::{self, Read};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

/// `pool fetch URL…`
pub(crate) fn run(mut args: Args) -> ExitCode {
    let workers = args.number("--workers", 5, 1..=1000, "threads that fetch");
    let about = "seconds for a whole answer";
    let timeout = args.number("--timeout", 60.0, 0.001..=86_400.0, about);
    let max_body = args.number("--max-body", 10 << 20, 0..=u64::MAX, "most bytes of a page");
    let about = "URLs, one a line; - is stdin; may be given again";
    let files = args.texts("--file", "FILE", about);
    let urls = urls(&mut args, &files);
    args.finish();
    let timeout = Duration::from_secs_f64(timeout);
    let client = Client::builder().workers(workers).timeout(timeout);
    let client = client.max_body(max_body).build();
    let executor = Arc::new(ThreadPoolExecutor::new(workers));
    let report = Arc::new(Report::new(urls.len()));
    end_on_ctrl_c(&executor, &client, &report);
    fetch_all(&executor, &client, &urls, |url, result| match result {
        Ok(size) => report.page(url, *size),
        Err(error) => report.failure(url, &error),
    });
    report.finish()
}

fn urls(args: &mut Args, files: &[String]) -> Vec<String> {
    let mut urls = args.rest();
    if urls.iter().any(|url| url.contains('\u{fffd}')) {
        args.refuse("a URL is not UTF-8".into()); // not quoted: it may contain a password
    }
    for file in files {
        match read(file) {
            Ok(list) => urls.extend(list),
            Err(reason) => args.refuse(reason),
        }
    }
    if urls.is_empty() {
        args.refuse("there is no URL to fetch".into());
    }
    urls
}

/// The URLs in the file `name`, one a line; `-` is stdin.
fn read(name: &str) -> Result<Vec<String>, String> {
    let bytes = if name == "-" {
        let mut bytes = Vec::new();
        io::stdin().lock().read_to_end(&mut bytes).map(|_| bytes)
    } else {
        std::fs::read(name)
    };
    let bytes = bytes.map_err(|error| format!("cannot read {name}: {error}"))?;
    let mut urls = Vec::new();
    for (number, line) in (1..).zip(bytes.split(|&byte| byte == b'\n')) {
        let line = std::str::from_utf8(line);
        let line = line.map_err(|_| format!("{name}, line {number}: not UTF-8"))?;
        // Editors on Windows begin a file with a byte order mark.
        let url = line.trim_start_matches('\u{feff}').trim();
        if !url.is_empty() && !url.starts_with('#') {
            urls.push(url.to_owned());
        }
    }
    if urls.is_empty() {
        return Err(format!("there is no URL in {name}"));
    }
    Ok(urls)
}

/// On Ctrl-C pending tasks are cancelled and the requests in flight end; the report counts the pages that came.
fn end_on_ctrl_c(executor: &Arc<ThreadPoolExecutor>, client: &Client, report: &Arc<Report>) {
    let (executor, client) = (Arc::clone(executor), client.clone());
    let (interrupted, finished) = (Arc::clone(report), Arc::clone(report));
    let stop = move || {
        interrupted.interrupt();
        let _ = executor.shutdown_with(no_wait(true));
        client.cancel();
    };
    // A connection that is being opened cannot be ended: the main thread may not come to `finish`.
    on_ctrl_c(stop, move || {
        finished.finish();
    });
}

/// The most URLs that are submitted and not yet reported: the first results come before a long list is read to its end,
/// and memory does not grow with the list.
const WINDOW: usize = 4000;

/// The loop of `example`, over a window of `urls`.
fn fetch_all(
    executor: &ThreadPoolExecutor,
    client: &Client,
    urls: &[String],
    mut each: impl FnMut(&str, Result<&u64, FutureError>),
) {
    let mut urls = urls.iter();
    let mut url_of: HashMap<Future<u64>, &str> = HashMap::new();
    while urls.len() > 0 {
        for url in urls.by_ref().take(WINDOW - url_of.len()) {
            let (client, page) = (client.clone(), url.clone());
            match executor.try_submit(move || client.size(&page)) {
                Ok(future) => drop(url_of.insert(future, url)),
                Err(refused) => each(url, Err(refused.into())),
            }
        }
        // While URLs are left, half of the window is taken before it is filled again.
        let wanted = if urls.len() == 0 { WINDOW } else { WINDOW / 2 };
        let futures: Vec<_> = url_of.keys().cloned().collect();
        for future in as_completed(futures).flatten().take(wanted) {
            if let Some(url) = url_of.remove(&future) {
                each(url, future.result());
            }
        }
    }
}
