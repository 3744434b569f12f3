//! §3.3 A list of URLs fetched by a pool of threads, each result printed as it comes.

mod example;
mod report;

pub(crate) use example::{example, plain_rust};

use crate::executor::no_wait;
use common::demo::{Args, on_ctrl_c};
use common::futures::{Future, FutureError, ThreadPoolExecutor, as_completed};
use common::http::{Authorities, Client};
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
    let about = "trusts the certificate authorities in this PEM file only";
    let authorities = Authorities::read(&args.texts("--cacert", "FILE", about));
    let authorities = args.accept(authorities).unwrap_or_default();
    let urls = urls(&mut args, &files);
    args.finish();
    let timeout = Duration::from_secs_f64(timeout);
    let client = Client::builder().workers(workers).timeout(timeout);
    let client = client.max_body(max_body).authorities(authorities).build();
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
        urls.extend(args.accept(read(file)).unwrap_or_default());
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
    let text = text(&bytes).map_err(|before| {
        let line = before.replace("\r\n", "\n").split(['\r', '\n']).count();
        format!("{name}, line {line}: not UTF-8 or UTF-16")
    })?;
    // Lines end with CR, LF, or both.
    let lines = text.trim_start_matches('\u{feff}').split(['\r', '\n']);
    let urls = lines.map(str::trim);
    let urls = urls.filter(|line| !line.is_empty() && !line.starts_with('#'));
    let urls: Vec<_> = urls.map(str::to_owned).collect();
    if urls.is_empty() {
        return Err(format!("there is no URL in {name}"));
    }
    Ok(urls)
}

/// Decodes a list in UTF-8 or UTF-16, which PowerShell writes. The error is the text before the first malformed byte.
fn text(bytes: &[u8]) -> Result<String, String> {
    let unit: fn([u8; 2]) -> u16 = match bytes {
        // URLs begin with ASCII.
        [0xff, 0xfe, ..] | [_, 0, ..] => u16::from_le_bytes,
        [0xfe, 0xff, ..] | [0, _, ..] => u16::from_be_bytes,
        _ => {
            let text = std::str::from_utf8(bytes).map(str::to_owned);
            return text
                .map_err(|error| String::from_utf8_lossy(&bytes[..error.valid_up_to()]).into());
        }
    };
    let mut text = String::new();
    // A single byte at the end is malformed, as half of a surrogate pair is.
    let units = bytes
        .chunks(2)
        .map(|pair| pair.try_into().map_or(0xdc00, unit));
    for char in char::decode_utf16(units) {
        match char {
            Ok(char) => text.push(char),
            Err(_) => return Err(text),
        }
    }
    Ok(text)
}

/// On Ctrl-C, cancels the pending tasks and the requests in flight; the report counts the pages that completed.
fn end_on_ctrl_c(executor: &Arc<ThreadPoolExecutor>, client: &Client, report: &Arc<Report>) {
    let (executor, client) = (Arc::clone(executor), client.clone());
    let (interrupted, finished) = (Arc::clone(report), Arc::clone(report));
    let stop = move || {
        interrupted.interrupt();
        let _ = executor.shutdown_with(no_wait(true));
        client.cancel();
    };
    // A connection that is being opened cannot be cancelled: the main thread may not reach `finish`.
    on_ctrl_c(stop, move || {
        finished.finish();
    });
}

/// The most URLs that are submitted and not yet reported: the first results are printed before a long list is
/// submitted completely, and memory for futures does not grow with the list.
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
