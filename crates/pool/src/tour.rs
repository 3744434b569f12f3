//! The notes' example on a site of the demo's own: five URLs, one of which cannot be had.

use crate::fetch_all;
use crate::report::Report;
use common::demo::heading;
use common::futures::ThreadPoolExecutor;
use common::http::Client;
use common::println;
use common::site::Site;
use std::io::ErrorKind;
use std::time::Duration;

/// The pages in the order in which they are asked for, with the length of their bodies.
const PAGES: [(&str, usize); 4] = [
    ("/threads", 2_000),
    ("/locks", 30_000),
    ("/pools", 400),
    ("/queues", 5_000),
];

/// The last page comes first, and each other one when the one after it has been printed: what was
/// asked for first is not waited for first.
pub(crate) fn play() {
    heading("§3.3", "ThreadPoolExecutor", "线程池");
    println!("5 workers, 5 URLs, 60 s for each; the site answers the last one first");
    let server = PAGES
        .iter()
        .fold(Site::builder(), |pages, (path, length)| {
            pages.held(path, vec![b'.'; *length])
        })
        .start()
        .expect("loopback has a free port");
    let mut urls: Vec<String> = PAGES.iter().map(|(path, _)| server.url(path)).collect();
    urls.insert(2, "http://no-such-host.invalid/".to_owned());

    let client = Client::builder()
        .workers(5)
        .timeout(Duration::from_mins(1))
        .without_proxy()
        // No such host, and no network needed to know it.
        .look_up(|_| Err(ErrorKind::NotFound.into()))
        .build();
    let report = Report::new(urls.len()).within(server.url(""));
    let mut to_answer = PAGES.iter().rev();
    let mut answer_next = || {
        if let Some((path, _)) = to_answer.next() {
            server.release(path);
        }
    };
    answer_next();
    fetch_all(
        &ThreadPoolExecutor::new(5),
        &client,
        &urls,
        |url, result| match result {
            Ok(size) => {
                report.page(url, *size);
                answer_next();
            }
            Err(error) => report.failure(url, &error),
        },
    );
    report.finish();
}
