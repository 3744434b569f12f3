//! The notes' example on a local demo site: five URLs, one of which cannot exist.

use crate::Options;
use common::demo::{or_fail, spawn};
use common::futures::{ThreadPoolExecutor, as_completed};
use common::http::{Client, Error};
use common::println;
use common::site::Site;
use std::collections::HashMap;
use std::io::ErrorKind;
use std::sync::{LazyLock, mpsc};
use std::thread;
use std::time::Duration;

/// Paths on `SITE`, and a host that does not exist.
#[rustfmt::skip] // on one line
const URLS: [&str; 5] = ["/threads", "/locks", "http://no-such-host.invalid/", "/pools", "/queues"];

static SITE: LazyLock<Site> = LazyLock::new(|| {
    let site = Site::builder()
        .page("/threads", [b'.'; 2_000])
        .page("/locks", [b'.'; 30_000])
        .page("/pools", [b'.'; 400])
        .page("/queues", [b'.'; 5_000]);
    or_fail(site.start())
});

fn whole(url: &str) -> String {
    let path = url.starts_with('/');
    if path { SITE.url(url) } else { url.into() }
}

/// A client that works without a network: looking up a host fails.
fn client(timeout: u64) -> Client {
    let timeout = Duration::from_secs(timeout);
    let client = Client::builder().timeout(timeout).without_proxy();
    client.look_up(|_| Err(ErrorKind::NotFound.into())).build()
}

// The notes' listing, §3.3
fn load_url(url: &str, timeout: u64) -> Result<Vec<u8>, Error> {
    let mut data = Vec::new();
    client(timeout).fetch(&whole(url), |piece| data.extend_from_slice(piece))?;
    Ok(data)
}

pub(crate) fn example(_: &Options) {
    {
        let executor = ThreadPoolExecutor::new(5);
        let mut future_to_url = HashMap::new();
        for url in URLS {
            let future = or_fail(executor.try_submit(move || load_url(url, 60)));
            future_to_url.insert(future, url);
        }
        for future in as_completed(future_to_url.keys().cloned()) {
            let future = or_fail(future);
            let url = future_to_url[&future];
            match future.result() {
                Err(exc) => println!("'{url}' generated an exception: {exc}"),
                Ok(data) => println!("'{url}' page is {} bytes", data.len()),
            }
        }
    } // the executor is dropped, as at the end of Python's `with`: it waits for its threads
}

/// A thread for each URL, and one channel for the results: enough for a few URLs.
pub(crate) fn plain_rust(_: &Options) {
    let (sender, results) = mpsc::channel();
    thread::scope(|scope| {
        for url in URLS {
            let sender = sender.clone();
            spawn(scope, move || sender.send(load_url(url, 60)));
        }
        drop(sender); // each thread has its own: the results end after the last one
        let pages: Vec<_> = results.iter().flatten().collect();
        let bytes: usize = pages.iter().map(Vec::len).sum();
        println!("{} of {} pages, {bytes} bytes", pages.len(), URLS.len());
    });
}
