//! Endless answers.

use crate::support::sites::{linking_to, links};
use crate::support::{Crawled, crawl};
use common::testing::hostile::{Answer, Server, misbehave, until_hung_up};
use std::time::{Duration, Instant};

/// The reason in the entry of each page, with a limit of 50,000 bytes and a timeout of one second.
const REASONS: [(&str, &str); 10] = [
    ("/hang", "timed out after 1 s"),
    ("/drip-header", "timed out after 1 s"),
    ("/drip-body", "body over 50000 bytes"),
    ("/drip-body-endless", "timed out after 1 s"),
    ("/slow-chunks", "timed out after 1 s"),
    ("/endless", "body over 50000 bytes"),
    ("/endless-chunks", "body over 50000 bytes"),
    ("/bomb", "body over 50000 bytes"),
    ("/too-big", "body over 50000 bytes"),
    ("/404-endless", "HTTP 404 Not Found"),
];

#[test]
fn endless_answers_are_ended_and_other_pages_are_crawled() {
    let paths = REASONS.map(|(path, _)| path);
    let server = linking_to(&[&paths[..], &["/ok", "/gzip"]].concat(), misbehave);
    let limits = ["--json", "--timeout=1", "--max-body=50000"];
    let crawled = crawl(&[&limits, &[&*server.url("/")][..]].concat());
    let entries = crawled.entries();
    for (path, reason) in REASONS {
        let entry = entries.of(&server.url(path));
        assert_eq!(entry.reason(), reason, "{path}");
        assert_eq!(
            entry.attempts, 1,
            "{path}: what is too slow or too long stays so"
        );
    }
    assert_eq!((entries.0.len(), entries.failed()), (13, 10));
    assert_eq!(crawled.code, Some(1));
}

#[test]
fn endless_header_is_a_failure() {
    let server = linking_to(&["/endless-header"], misbehave);
    let crawled = crawl(&["--timeout=20", &server.url("/")]);
    let told = crawled.result_of(&server.url("/endless-header"));
    assert_eq!(told, "head of the answer over 262144 bytes");
    assert_eq!(server.visits("/endless-header"), 1);
}

#[test]
fn timeout_covers_the_whole_answer_not_each_part() {
    // With one worker: four pages hang for half a second each, in three parts that are each shorter than the timeout.
    let server = linking_to(&["/1", "/2", "/3", "/4"], |_| {
        Answer::act(|mut stream| {
            use std::io::Write;
            for part in ["HTTP/1.1 200 OK\r\n", "X: y\r\n\r\n", "body"] {
                std::thread::sleep(Duration::from_millis(350));
                stream.write_all(part.as_bytes())?;
            }
            until_hung_up(stream)
        })
    });
    let started = Instant::now();
    let crawled = crawl(&["--workers=1", "--timeout=0.5", &server.url("/")]);
    let took = started.elapsed();
    assert_eq!(server.asked().len(), 5, "{crawled:#?}");
    assert!(took < Duration::from_secs(5), "{took:?}");
}

#[test]
fn endless_calendar_is_crawled_up_to_max_pages() {
    let calendar = || {
        Server::with(|request| {
            let day: u64 = request
                .target
                .rsplit('/')
                .next()
                .and_then(|day| day.parse().ok())
                .unwrap_or(0);
            match &*request.target {
                "/robots.txt" => Answer::not_found(),
                _ => Answer::html(links([
                    format!("/day/{}", day + 1),
                    format!("/day?after={day}"),
                ])),
            }
        })
    };
    for workers in ["--workers=1", "--workers=16"] {
        let server = calendar();
        let crawled = crawl(&["--json", "--max-pages=150", workers, &server.url("/day/0")]);
        assert_eq!((crawled.code, crawled.lines.len()), (Some(0), 150));
        assert_eq!(server.asked().len(), 150, "every request is reported");
    }
    let server = calendar();
    let crawled = crawl(&["--json", "--depth=60", &server.url("/day/0")]);
    let deepest = crawled.entries().0.iter().map(|entry| entry.depth).max();
    assert_eq!((crawled.code, deepest), (Some(0), Some(60)));
}
