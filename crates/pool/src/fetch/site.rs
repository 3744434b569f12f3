//! The notes' example on a site of the demo's own: five URLs, one of which cannot be had.

use super::fetch_all;
use super::report::Report;
use common::demo::heading;
use common::futures::ThreadPoolExecutor;
use common::http::Client;
use common::println;
use common::site::Site;
use std::io::ErrorKind;
use std::process::ExitCode;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

/// The pages in the order in which they are asked for, with the length of their bodies.
const PAGES: [(&str, usize); 4] = [
    ("/threads", 2_000),
    ("/locks", 30_000),
    ("/pools", 400),
    ("/queues", 5_000),
];

/// Its one failure is its lesson; any other is a failure of the tour.
pub(crate) fn play() -> ExitCode {
    heading("§3.3", "ThreadPoolExecutor", "线程池");
    println!("5 workers, 5 URLs, 60 s for each; the site answers the last one first");
    let pages = PAGES.iter().fold(Site::builder(), |pages, (path, length)| {
        pages.held(path, vec![b'.'; *length])
    });
    let site = pages.start().expect("loopback has a free port");
    let mut urls: Vec<String> = PAGES.iter().map(|(path, _)| site.url(path)).collect();
    urls.insert(2, "http://no-such-host.invalid/".to_owned());
    let client = Client::builder()
        .workers(5)
        .timeout(Duration::from_secs(60))
        .without_proxy()
        // No such host, and no network needed to know it.
        .look_up(|_| Err(ErrorKind::NotFound.into()))
        .build();
    let pages = last_one_first(&site, &client, &urls);
    in_plain_rust(&client, &urls);
    ExitCode::from(u8::from(pages != PAGES.len()))
}

/// The last page comes first, and each other one when the one after it has been printed: what was
/// asked for first is not waited for first.
fn last_one_first(site: &Site, client: &Client, urls: &[String]) -> usize {
    let report = Report::new(urls.len()).within(site.url(""));
    let mut to_answer = PAGES.iter().rev();
    let mut answer_next = || {
        if let Some((path, _)) = to_answer.next() {
            site.release(path);
        }
    };
    answer_next();
    let executor = ThreadPoolExecutor::new(5);
    let mut pages = 0;
    fetch_all(&executor, client, urls, |url, result| match result {
        Ok(size) => {
            report.page(url, *size);
            pages += 1;
            answer_next();
        }
        Err(error) => report.failure(url, &error),
    });
    report.finish();
    pages
}

/// A thread a URL, which may borrow, and a channel for the results: enough where there are few.
fn in_plain_rust(client: &Client, urls: &[String]) {
    println!();
    heading("§3.3", "Plain Rust", "作用域线程与通道");
    let (sender, results) = mpsc::channel();
    thread::scope(|scope| {
        for url in urls {
            let sender = sender.clone();
            scope.spawn(move || sender.send(client.size(url)));
        }
        drop(sender); // the threads have theirs: the results end with the last of them
        let sizes: Vec<u64> = results.iter().flatten().collect();
        let bytes: u64 = sizes.iter().sum();
        println!("{} of {} pages, {bytes} bytes", sizes.len(), urls.len());
    });
}
