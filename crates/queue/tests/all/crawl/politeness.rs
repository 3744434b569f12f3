//! Delays and rate limits.

use crate::support::sites::{linking_to, links, site};
use crate::support::{Entries, at_once, crawl, entries, start};
use common::testing::hostile::{Answer, Server};
use std::time::{Duration, Instant};

#[test]
fn user_agent_names_the_crawler() {
    let server = site(&[("/", "<a href=/x>"), ("/x", "")]);
    entries(&server.url("/"), &[]);
    let requests = server.requests();
    assert_eq!(requests.len(), 3);
    for request in requests {
        let agent = request.field("User-Agent").expect("it has a name");
        assert!(agent.starts_with("python-threads-in-rust/"), "{agent}");
        assert_eq!(request.host(), server.host());
    }
}

/// A site of `count` pages, `/0` and the pages that it links to, with this robots.txt.
fn pages(count: usize, robots: &'static str) -> Server {
    let all = links(0..count);
    Server::with(move |request| match &*request.target {
        "/robots.txt" => Answer::page("200 OK", "", robots),
        _ => Answer::html(&all),
    })
}

/// How long a crawl of 11 pages takes.
fn time_of(robots: &'static str, arguments: &[&str]) -> Duration {
    let server = pages(11, robots);
    let started = Instant::now();
    let Entries(entries) = entries(&server.url("/0"), arguments);
    let took = started.elapsed();
    assert_eq!(entries.len(), 11);
    took
}

#[test]
fn longer_of_delay_option_and_crawl_delay_applies() {
    let slow = "User-agent: *\nCrawl-delay: 0.1\n";
    let cases = [
        ("", "0.1"),
        (slow, "0"),
        (slow, "0.01"),
        ("User-agent: *\nCrawl-delay: 0.01", "0.1"),
    ];
    at_once(cases, |(robots, delay)| {
        let took = time_of(robots, &["--delay", delay, "--workers=10"]);
        assert!(took >= Duration::from_secs(1), "{took:?} with {delay}");
    });
}

#[test]
fn malformed_crawl_delay_is_ignored() {
    for robots in [
        "User-agent: *\nCrawl-delay: -5",
        "User-agent: *\nCrawl-delay: soon",
        "User-agent: *\nCrawl-delay: NaN",
        "User-agent: *\nCrawl-delay:",
        "User-agent: other\nCrawl-delay: 100",
    ] {
        time_of(robots, &[]);
    }
}

#[test]
fn delays_of_different_hosts_overlap() {
    // Each host takes half a second; one after the other they would take four.
    let servers: Vec<_> = (0..8).map(|_| pages(6, "")).collect();
    let mut arguments = vec!["--delay=0.1".to_owned(), "--workers=16".to_owned()];
    arguments.extend(servers.iter().map(|server| server.url("/0")));
    let started = Instant::now();
    let crawled = crawl(&arguments);
    assert_eq!(crawled.code, Some(0), "{crawled:#?}");
    let took = started.elapsed();
    let bounds = Duration::from_millis(500)..Duration::from_millis(3500);
    assert!(bounds.contains(&took), "{took:?}");
}

/// A site of 100 pages, one of which is always answered with this status and field.
fn with_one(status: &'static str, field: &'static str) -> Server {
    let paths: Vec<_> = (0..100).map(|page| format!("/{page}")).collect();
    let paths: Vec<_> = paths.iter().map(String::as_str).collect();
    linking_to(&paths, move |request| match &*request.target {
        "/50" => Answer::page(status, field, ""),
        _ => Answer::html(""),
    })
}

#[test]
fn page_that_is_always_refused_does_not_slow_others() {
    let cases = [
        ("503 Service Unavailable", "", 4),
        ("503 Service Unavailable", "Retry-After: 2\r\n", 4),
        ("429 Too Many Requests", "Retry-After: 2\r\n", 4),
        ("503 Service Unavailable", "Retry-After: 3600\r\n", 1),
        ("502 Bad Gateway", "", 4),
    ];
    at_once(cases, |(status, field, attempts)| {
        for workers in ["--workers=1", "--workers=5"] {
            let server = with_one(status, field);
            let entries = entries(&server.url("/"), &[workers]);
            assert_eq!((entries.0.len(), entries.failed()), (101, 1), "{field}");
            let refused = entries.of(&server.url("/50"));
            assert_eq!(
                (refused.reason(), refused.attempts),
                (&*format!("HTTP {status}"), attempts)
            );
            let targets: Vec<_> = server
                .requests()
                .into_iter()
                .map(|request| request.target)
                .collect();
            if field.contains(" 2") {
                // The other pages were fetched before this page was retried.
                assert!(
                    targets[targets.len() - 3..]
                        .iter()
                        .all(|target| target == "/50"),
                    "{targets:?}"
                );
            }
        }
    });
}

#[test]
fn long_retry_after_on_several_pages_gives_the_host_up() {
    let paths: Vec<_> = (0..60).map(|page| format!("/{page}")).collect();
    let paths: Vec<_> = paths.iter().map(String::as_str).collect();
    let server = linking_to(&paths, |_| {
        Answer::page("503 Service Unavailable", "Retry-After: 86400\r\n", "")
    });
    let entries = entries(&server.url("/"), &["--workers=3"]);
    assert_eq!((entries.0.len(), entries.failed()), (61, 60));
    let asked = server.asked().len();
    assert!(asked < 10, "{asked} pages were requested");
    let reason = "not asked for: the host refuses requests";
    let given_up = entries
        .0
        .iter()
        .filter(|entry| entry.error.as_deref() == Some(reason));
    assert_eq!(given_up.count(), 61 - asked);
}

/// The only worker takes a page of another host while one host is paused.
#[test]
fn worker_takes_a_page_of_another_host_during_a_delay() {
    let busy = linking_to(&["/1", "/2", "/3", "/4", "/5"], |request| {
        match request.count {
            1 => Answer::page("429 Too Many Requests", "Retry-After: 3\r\n", ""),
            _ => Answer::html(""),
        }
    });
    let other = pages(30, "");
    let crawled = crawl(&["--workers=1", &busy.url("/"), &other.url("/0")]);
    assert_eq!(crawled.code, Some(0), "{crawled:#?}");
    let refused = busy
        .requests()
        .into_iter()
        .find(|request| request.target == "/1");
    let last = other.requests().pop().expect("they were requested");
    let took = last.arrived - refused.expect("it was requested").arrived;
    assert!(took < Duration::from_secs(3), "{took:?}");
    let after_pause = busy
        .requests()
        .iter()
        .filter(|request| request.count > 1)
        .count();
    assert_eq!(after_pause, 5);
}

#[test]
fn paused_host_does_not_delay_other_hosts() {
    let busy = linking_to(&["/busy"], |request| match request.count {
        1 => Answer::page("503 Service Unavailable", "Retry-After: 30\r\n", ""),
        _ => Answer::html(""),
    });
    let other = pages(30, "");
    let mut running = start(&["--workers=2", &busy.url("/"), &other.url("/0")]);
    busy.until_all_visited(&["/busy"]);
    // All pages but the last one, for which the test does not wait.
    let lines: Vec<_> = (0..31).map(|_| running.line()).collect();
    let came = lines
        .iter()
        .any(|line| line.starts_with(&busy.url("/busy")));
    assert!(!came, "{lines:#?}");
}
