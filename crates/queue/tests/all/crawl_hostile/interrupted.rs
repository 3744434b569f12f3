//! Ctrl-C: every finished page is in the output, and the program ends soon.

use crate::support::sites::links;
use crate::support::{Crawled, start};
use common::testing::hostile::{Answer, Server, misbehave, pour, until_hung_up};
use common::testing::{Run, Running};
use std::time::{Duration, Instant};

/// Interrupts a crawl, and checks that it ends soon.
fn interrupt(running: Running) -> Run {
    let interrupted = Instant::now();
    running.interrupt();
    let crawled = running.end();
    let took = interrupted.elapsed();
    assert!(took < Duration::from_secs(10), "{took:?}: {crawled:#?}");
    assert_eq!(crawled.code, Some(130), "{crawled:#?}");
    crawled
}

const HANGING: [&str; 4] = ["/hang", "/drip-header", "/drip-body", "/slow-chunks"];

/// Starts a server with two pages, four that hang, and many more.
fn hanging() -> Server {
    let more = (0..500).map(|page| format!("/more/{page}"));
    let paths = ["/ok", "/404"]
        .into_iter()
        .chain(HANGING)
        .map(str::to_owned);
    let start = links(paths.chain(more));
    Server::with(move |request| match &*request.target {
        "/" => Answer::html(&start),
        _ => misbehave(request),
    })
}

#[test]
fn ctrl_c_ends_requests_in_flight_and_prints_finished_pages() {
    let server = hanging();
    let running = start(&["--workers=4", &server.url("/")]);
    // All workers are blocked, so the pages before are done.
    server.until_all_visited(&HANGING);
    let crawled = interrupt(running);
    assert!(
        crawled
            .result_of(&server.url("/"))
            .ends_with(" bytes, 506 links")
    );
    assert_eq!(crawled.result_of(&server.url("/ok")), "1000 bytes, 0 links");
    assert_eq!(crawled.result_of(&server.url("/404")), "HTTP 404 Not Found");
    let broken = format!("broken: {}: HTTP 404 Not Found", server.url("/404"));
    assert!(crawled.lines.contains(&broken), "{crawled:#?}");
    let summary = crawled.summary();
    assert!(
        summary.starts_with("interrupted: 3 pages, "),
        "{crawled:#?}"
    );
    assert!(
        summary.ends_with(" 1 failed"),
        "a cancelled request is not a failure: {summary}"
    );
    assert_eq!(server.asked().len(), 7, "no request after Ctrl-C");
}

#[test]
fn ctrl_c_keeps_json_lines_whole_and_the_summary_on_stderr() {
    let server = hanging();
    let running = start(&["--json", "--workers=4", &server.url("/")]);
    server.until_all_visited(&HANGING);
    let crawled = interrupt(running);
    let expected = ["/", "/404", "/ok"].map(|path| server.url(path));
    assert_eq!(crawled.entries().urls(), expected);
    let summary = crawled.complaints.last().expect("there is one");
    assert!(
        summary.starts_with("interrupted: 3 pages, "),
        "{crawled:#?}"
    );
}

/// Starts a site whose `path` gets this answer, without a robots.txt unless `path` names it.
fn with(path: &'static str, answer: impl Fn() -> Answer + Send + Sync + 'static) -> Server {
    Server::with(move |request| match &*request.target {
        target if target == path => answer(),
        "/" => Answer::html("<a href=/x><a href=/y>"),
        "/robots.txt" => Answer::not_found(),
        _ => Answer::html(""),
    })
}

#[test]
fn ctrl_c_ends_a_pause() {
    let server = with("/x", || Answer::page("429 Busy", "Retry-After: 25\r\n", ""));
    let running = start(&["--workers=1", &server.url("/")]);
    server.until_all_visited(&["/x"]);
    // The interrupt may be before or after the answer.
    interrupt(running);
    assert_eq!(server.visits("/x"), 1);
}

#[test]
fn ctrl_c_ends_a_delay() {
    let server = with("/none", || Answer::html(""));
    let mut running = start(&["--delay=1000", "--ignore-robots", &server.url("/")]);
    running.line();
    let crawled = interrupt(running);
    assert!(
        crawled.summary().starts_with("interrupted: 1 page, "),
        "{crawled:#?}"
    );
}

#[test]
fn ctrl_c_ends_a_wait_for_robots_txt() {
    let server = with("/robots.txt", || Answer::act(until_hung_up));
    let running = start(&["--workers=16", &server.url("/"), &server.url("/x")]);
    server.until_all_visited(&["/robots.txt"]);
    let crawled = interrupt(running);
    assert_eq!(crawled.summary(), "interrupted: 0 pages, 0 bytes, 0 failed");
}

#[test]
fn ctrl_c_ends_a_long_body() {
    let server = with("/x", || {
        pour(b"HTTP/1.1 200 OK\r\n\r\n", b"<a href=/trap>".repeat(500))
    });
    let running = start(&["--workers=1", "--max-body=100000000000", &server.url("/")]);
    server.until_all_visited(&["/x"]);
    let crawled = interrupt(running);
    assert!(
        crawled.summary().starts_with("interrupted: 1 page, "),
        "{crawled:#?}"
    );
    assert_eq!(server.visits("/trap"), 0);
}

/// The pipe of the crawler is full, and the test does not read it.
#[test]
fn ctrl_c_ends_the_crawl_when_its_output_is_not_read() {
    let server = Server::with(|request| match request.target[1..].parse::<u64>() {
        Ok(page) => Answer::html(links([format!("/{}", page + 1), format!("/{}", page + 2)])),
        Err(_) => Answer::not_found(),
    });
    let unread = start(&[server.url("/0")]);
    // More lines than a pipe holds, so that the crawler blocks in a write.
    let mut seen = 0;
    while seen < 10_000 && (seen < 100 || server.requests().len() > seen) {
        seen = server.requests().len();
        std::thread::sleep(Duration::from_millis(200));
    }
    unread.interrupt();
    assert_eq!(unread.end_unread(), Some(130));
}

#[test]
fn second_ctrl_c_is_ignored() {
    let server = hanging();
    let running = start(&["--workers=4", &server.url("/")]);
    server.until_all_visited(&HANGING);
    running.interrupt();
    let crawled = interrupt(running);
    assert!(
        crawled.summary().starts_with("interrupted: "),
        "{crawled:#?}"
    );
}
