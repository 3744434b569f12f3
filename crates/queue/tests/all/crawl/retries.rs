//! Retries.

use crate::support::sites::linking_to;
use crate::support::{Crawled, Entry, at_once, crawl};
use common::testing::hostile::{Answer, LONG, Server};
use std::sync::mpsc;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// A site with a page whose first requests are answered by `fail`, `times` times. Other pages close their
/// connection, because a request that fails on a reused connection is sent once more without counting.
fn failing(times: usize, fail: impl Fn() -> Answer + Send + Sync + 'static) -> Server {
    let close = "Connection: close\r\n";
    Server::with(move |request| match (&*request.target, request.count) {
        ("/x", count) if count <= times => fail(),
        ("/x", _) => Answer::html("<a href=/>"),
        ("/", _) => Answer::page("200 OK", close, "<a href=/x>").and_close(),
        _ => Answer::page("404 Not Found", close, "").and_close(),
    })
}

/// Crawls the site. Returns the entry of the failing page, and the exit code.
fn crawled(server: &Server) -> (Entry, Option<i32>) {
    let crawled = crawl(&["--json", &server.url("/")]);
    (
        crawled.entries().of(&server.url("/x")).clone(),
        crawled.code,
    )
}

#[test]
fn reset_connection_is_retried_three_times() {
    at_once([1, 2, 3, 100], |times| {
        let server = failing(times, || Answer::reset(""));
        let (entry, code) = crawled(&server);
        if times <= 3 {
            assert_eq!((entry.error.as_deref(), code), (None, Some(0)));
            assert_eq!((entry.status, entry.links), (Some(200), 1));
            assert_eq!(entry.attempts, times as u64 + 1);
            assert_eq!(server.visits("/x"), times + 1);
            return;
        }
        assert_eq!(
            (entry.reason(), code),
            ("connection closed before an answer", Some(1))
        );
        assert_eq!((entry.status, entry.bytes, entry.links), (None, 0, 0));
        assert_eq!((entry.attempts, server.visits("/x")), (4, 4));
    });
}

#[test]
fn truncated_answer_is_retried_and_counted_once() {
    let half = || Answer::bytes([LONG, b"<title>half</title><a href=/trap>"].concat());
    at_once([2, 100], |times| {
        let server = failing(times, half);
        let (entry, code) = crawled(&server);
        if times == 2 {
            assert_eq!((entry.error.as_deref(), code), (None, Some(0)));
            assert_eq!((entry.bytes, entry.links, entry.attempts), (10, 1, 3));
            assert_eq!((entry.title, server.visits("/trap")), (None, 0));
            return;
        }
        assert_eq!(
            (entry.reason(), code),
            ("connection closed in mid-body", Some(1))
        );
        assert_eq!((entry.attempts, server.visits("/x")), (4, 4));
        assert_eq!(server.visits("/trap"), 0, "a page that failed has no links");
    });
}

#[test]
fn connection_closed_without_an_answer_is_retried() {
    let server = failing(1, || Answer::bytes(""));
    let (entry, code) = crawled(&server);
    assert_eq!((entry.status, code), (Some(200), Some(0)));
}

#[test]
fn permanent_failure_is_not_retried() {
    for status in [
        "400 Bad Request",
        "403 Forbidden",
        "404 Not Found",
        "410 Gone",
        "501 No",
    ] {
        let server = failing(1, move || Answer::page(status, "", ""));
        let (entry, code) = crawled(&server);
        assert_eq!(entry.reason().split(' ').nth(1), status.split(' ').next());
        assert_eq!((entry.attempts, server.visits("/x"), code), (1, 1, Some(1)));
    }
}

#[test]
fn busy_host_is_retried() {
    for status in ["429 Too Many Requests", "503 Service Unavailable"] {
        let server = failing(2, move || Answer::page(status, "", "busy"));
        let (entry, code) = crawled(&server);
        assert_eq!((entry.error.as_deref(), code), (None, Some(0)));
        assert_eq!((entry.attempts, server.visits("/x")), (3, 3));
    }
}

/// The time between the refusal of a page with this field and the retry.
fn pause_after(field: impl Into<String>) -> Duration {
    let field = field.into();
    let refused = Mutex::new(None::<Instant>);
    let (sender, pauses) = mpsc::channel();
    let server = linking_to(&["/x"], move |_| {
        let mut refused = refused.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(refused) = *refused {
            sender.send(refused.elapsed()).expect("the test listens");
            return Answer::html("");
        }
        *refused = Some(Instant::now());
        Answer::page("429 Too Many Requests", &field, "")
    });
    let (entry, code) = crawled(&server);
    assert_eq!((entry.attempts, code), (2, Some(0)), "{entry:?}");
    pauses.try_recv().expect("a request")
}

#[test]
fn retry_after_delays_the_retry() {
    let pause = pause_after("Retry-After: 1\r\n");
    assert!(pause >= Duration::from_secs(1), "{pause:?}");
}

#[test]
fn retry_after_in_the_past_or_malformed_causes_no_delay() {
    let values = [
        "0",
        "Wed, 21 Oct 2015 07:28:00 GMT",
        "",
        "-1",
        "soon",
        "1e99",
        "Wed, 99 Foo 9999 99:99:99 GMT",
    ];
    at_once(values, |value| {
        let pause = pause_after(format!("Retry-After: {value}\r\n"));
        assert!(pause < Duration::from_secs(45), "{value}: {pause:?}");
    });
}

#[test]
fn retry_after_of_days_gives_the_host_up() {
    // The last two overflow the clock and every integer type.
    for seconds in [
        "86400",
        "31536000000",
        "18446744073709551615",
        "99999999999999999999999999",
    ] {
        for (status, reason) in [
            (503, "HTTP 503 Service Unavailable"),
            (429, "HTTP 429 Too Many Requests"),
        ] {
            let field = format!("Retry-After: {seconds}\r\n");
            let busy = format!("{status} Busy");
            let server = failing(100, move || Answer::page(&busy, &field, ""));
            let (entry, code) = crawled(&server);
            assert_eq!((entry.reason(), code), (reason, Some(1)), "{seconds}");
            assert_eq!(entry.status, Some(status));
        }
    }
}
