//! The HTTP client, with the small site and with the hostile server.

mod connections;
mod lenient;
mod limits;
mod names;
mod secrets;
mod urls;

use common::http::{Builder, Client, Error};
use common::testing::hostile::Hostile;
use std::time::{Duration, Instant};

/// Longer than any request that ends by itself takes, however slow the machine.
const PATIENT: Duration = Duration::from_secs(60);
/// The timeout of requests that do not end by themselves.
const IMPATIENT: Duration = Duration::from_millis(400);

fn client(timeout: Duration) -> Builder {
    Client::builder().without_proxy().timeout(timeout)
}

fn size(path: &str, timeout: Duration) -> Result<u64, Error> {
    let hostile = Hostile::start();
    let client = client(timeout).max_body(100_000).build();
    let started = Instant::now();
    let size = client.size(&hostile.url(path));
    assert!(
        started.elapsed() < PATIENT / 2,
        "{path} took {:?}",
        started.elapsed()
    );
    size
}
